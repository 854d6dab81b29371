using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Webrana.Sandbox.Tests.Clock;

/// <summary>Stands where a simulator's clock does, and remembers what it was told.</summary>
sealed class FakeSimulator : IAsyncDisposable
{
    readonly WebApplication _app;

    FakeSimulator(WebApplication app) => _app = app;

    public ConcurrentQueue<long> OffsetsMs { get; } = new();

    public Uri Address => new(_app.Urls.Single());

    public static async Task<FakeSimulator> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", $"http://{IPAddress.Loopback}:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var simulator = new FakeSimulator(app);
        app.MapPost("/_sandbox/clock", (JsonElement body) =>
        {
            simulator.OffsetsMs.Enqueue(body.GetProperty("offsetMs").GetInt64());
            return Results.NoContent();
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return simulator;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
