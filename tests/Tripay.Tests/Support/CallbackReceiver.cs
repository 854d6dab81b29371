using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Webrana.Tripay.Callbacks;

namespace Webrana.Tripay.Tests.Support;

/// <summary>A shop's callback address: keeps what arrives and answers as told.</summary>
sealed class CallbackReceiver : IAsyncDisposable
{
    readonly WebApplication _app;

    CallbackReceiver(WebApplication app) => _app = app;

    public sealed record Received(string Path, TripayCallbackHeaders Headers, string? ContentType, byte[] Body);

    public ConcurrentQueue<Received> Requests { get; } = [];

    /// <summary>Answers the n-th request, counted from 1.</summary>
    public Func<HttpContext, int, Task> Answer { get; set; } = (context, _) => context.Response.WriteAsync("""{"success":true}""");

    public string Url => _app.Urls.Single() + "/webhooks/tripay";

    public static async Task<CallbackReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new CallbackReceiver(builder.Build());
        var count = 0;
        receiver._app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = new TripayCallbackHeaders(context.Request.Headers[TripayCallback.SignatureHeader], context.Request.Headers[TripayCallback.EventHeader]);
            receiver.Requests.Enqueue(new Received(context.Request.Path, headers, context.Request.ContentType, body.ToArray()));
            await receiver.Answer(context, Interlocked.Increment(ref count));
        });
        await receiver._app.StartAsync(Until.Now);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
