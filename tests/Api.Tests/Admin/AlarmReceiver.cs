using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webrana.Api.Alarms;

namespace Webrana.Api.Tests.Admin;

/// <summary>Takes the alarms at their webhook's address, answers as a test says, and points elsewhere.</summary>
sealed class AlarmReceiver : IAsyncDisposable
{
    public const string Key = "alarm-key-0001";

    /// <summary>In its address, as chat services have it.</summary>
    public const string Secret = "T0001-rahasia-sekali";

    readonly WebApplication _app;

    AlarmReceiver(WebApplication app) => _app = app;

    public string Address => $"{_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/alarms/{Secret}";

    public ConcurrentQueue<(string Body, string? Signature)> Posted { get; } = new();

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Somebody went where its answers point.</summary>
    public bool LedElsewhere { get; private set; }

    public static async Task<AlarmReceiver> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new AlarmReceiver(app);
        app.MapPost($"/alarms/{Secret}", async (HttpRequest request, HttpResponse response) =>
        {
            using var reader = new StreamReader(request.Body);
            receiver.Posted.Enqueue((await reader.ReadToEndAsync(), request.Headers[AlarmTeller.SignatureHeader]));
            response.Headers.Location = "/elsewhere";
            return Results.StatusCode(receiver.Status);
        });
        app.MapPost("/elsewhere", () => receiver.LedElsewhere = true);
        await app.StartAsync();
        return receiver;
    }

    public Task StopAsync(CancellationToken cancellation) => _app.StopAsync(cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
