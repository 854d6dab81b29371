using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Webrana.DigitalOcean.Tests.Support;

/// <summary>Answers every call with what the test wrote down.</summary>
public sealed class StubProvider : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ServiceProvider _services;
    int _calls;

    StubProvider(WebApplication app, ServiceProvider services) => (_app, _services) = (app, services);

    public int Calls => _calls;

    public DigitalOceanClient Client { get; private set; } = null!;

    public static Task<StubProvider> AnsweringAsync(int status, string body, params (string Name, string Value)[] headers) =>
        AnsweringAsync(async http =>
        {
            http.Response.StatusCode = status;
            foreach (var (name, value) in headers)
                http.Response.Headers[name] = value;
            await http.Response.WriteAsync(body);
        });

    public static async Task<StubProvider> AnsweringAsync(Func<HttpContext, Task> answer, Action<DigitalOceanOptions>? client = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var stub = new StubProvider(app, Rig.Services(client));
        app.Run(async http =>
        {
            Interlocked.Increment(ref stub._calls);
            await answer(http);
        });
        await app.StartAsync();
        stub.Client = stub._services.GetRequiredService<DigitalOceanClientFactory>().For(new Uri(app.Urls.First()), "stub-token");
        return stub;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
