using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Sandbox.Control;
using Webrana.Sandbox.Control.Mail;

namespace Webrana.Sandbox.Tests.Mail;

/// <summary>A control service on free ports, in this process.</summary>
sealed class ControlHost : IAsyncDisposable
{
    readonly WebApplication _app;

    ControlHost(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public int SmtpPort => _app.Services.GetRequiredService<SmtpServer>().Port;

    public static async Task<ControlHost> StartAsync(ControlOptions options)
    {
        var app = ControlApp.Build(["--urls", $"http://{IPAddress.Loopback}:0"], options);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ControlHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
