using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;

namespace Webrana.Grains.Tests.Deposits;

/// <summary>Takes the gateway's callbacks in the API's place: says yes once the deposit took the notice. Signatures are the API's tests.</summary>
public sealed class CallbackReceiver : IAsyncDisposable
{
    readonly WebApplication _app;

    CallbackReceiver(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/callback";

    public static async Task<CallbackReceiver> StartAsync(Func<PaymentNotice, Task<Result<Done, DepositError>>> take)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapPost("/callback", async (HttpRequest request) =>
        {
            using var body = await JsonDocument.ParseAsync(request.Body);
            string Text(string name) => body.RootElement.GetProperty(name).GetString()!;
            var notice = new PaymentNotice(Text("reference"), Text("merchant_ref"), Text("status"), body.RootElement.GetProperty("total_amount").GetInt64());
            var taken = await take(notice);
            return Results.Json(new Dictionary<string, bool> { ["success"] = taken.IsOk });
        });
        await app.StartAsync();
        return new CallbackReceiver(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
