using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Webrana.Sandbox.Tripay.Api;
using Webrana.Sandbox.Tripay.Callbacks;
using Webrana.Sandbox.Tripay.Control;
using Webrana.Sandbox.Tripay.Pages;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay;

/// <summary>
/// Tripay's sandbox on loopback: a real web server, alike as a process of its own and inside a test. Everything that can be done here
/// can be done over HTTP below <c>/_sandbox</c>, too.
/// </summary>
public sealed class TripaySimulator : IAsyncDisposable
{
    readonly WebApplication _app;

    TripaySimulator(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Address = new Uri(addresses.Addresses.Single());
    }

    /// <summary>The root: pages and controls.</summary>
    public Uri Address { get; }

    /// <summary>What a client takes as its base URL.</summary>
    public string BaseUrl => new Uri(Address, "api-sandbox/").ToString();

    /// <summary>The business clock.</summary>
    public SimulatorClock Clock => _app.Services.GetRequiredService<SimulatorClock>();

    /// <summary>The settings in force.</summary>
    public SimulatorSettings Settings
    {
        get => _app.Services.GetRequiredService<SettingsBox>().Current;
        set
        {
            _app.Services.GetRequiredService<SettingsBox>().Current = value;
            _app.Services.GetRequiredService<Pulse>().Set();
        }
    }

    /// <summary>All payments, oldest first.</summary>
    public IReadOnlyList<SimulatedTransaction> Transactions => _app.Services.GetRequiredService<TransactionBook>().All();

    /// <summary>The attempts to deliver callbacks, oldest first.</summary>
    public IReadOnlyList<CallbackAttempt> CallbackAttempts => _app.Services.GetRequiredService<CallbackSender>().Attempts();

    /// <summary>Calls by "METHOD /path".</summary>
    public IReadOnlyDictionary<string, int> Requests => _app.Services.GetRequiredService<RequestLog>().Counts();

    /// <summary>Starts a simulator; when this returns, it answers.</summary>
    public static async Task<TripaySimulator> StartAsync(TripaySimulatorOptions options, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        if (!options.LogToConsole) builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        builder.Services
            .AddSingleton(options)
            .AddSingleton(new SimulatorClock(options.Time))
            .AddSingleton<SettingsBox>().AddSingleton<Pulse>().AddSingleton<Faults>().AddSingleton<RequestLog>()
            .AddSingleton<CallbackSender>().AddSingleton<TransactionBook>().AddSingleton<StateFile>()
            .AddSingleton<Answer>().AddSingleton<TransactionJson>().AddSingleton<Gate>()
            .AddSingleton<Engine>().AddHostedService(provider => provider.GetRequiredService<Engine>());
        var app = builder.Build();
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/api-sandbox", StringComparison.Ordinal),
            api => api.Use(next => context => context.RequestServices.GetRequiredService<Gate>().InvokeAsync(context, next)));
        var api = app.MapGroup("/api-sandbox");
        api.MapChannels();
        api.MapTransactions();
        app.MapControl();
        app.MapPages();
        app.MapGet("/health/ready", () => new { status = "ready" });
        app.Services.GetRequiredService<StateFile>().Load();
        await app.StartAsync(cancellationToken);
        return new TripaySimulator(app);
    }

    /// <summary>Does something to a payment, as its buttons do. False if it is in no state for that.</summary>
    public bool Apply(string reference, PaymentAction action) => _app.Services.GetRequiredService<TransactionBook>().Apply(reference, action) is not null;

    /// <summary>Asks for a fault; see <c>POST /_sandbox/faults</c>.</summary>
    public void AddFault(string kind, int count = 1, string? path = null, int delayMs = 60_000)
    {
        if (!Faults.Kinds.Contains(kind)) throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of fault.");
        _app.Services.GetRequiredService<Faults>().Add(new Fault(kind, count, path, delayMs));
    }

    /// <summary>Moves business time; returns when overdue payments have expired and the callbacks due have been tried.</summary>
    public Task SetClockOffsetAsync(TimeSpan offset) => _app.Services.GetRequiredService<Engine>().MoveClockAsync((long)offset.TotalMilliseconds);

    /// <summary>Waits until the log of attempts satisfies a condition, and returns it.</summary>
    public Task<IReadOnlyList<CallbackAttempt>> WaitForCallbacksAsync(Func<IReadOnlyList<CallbackAttempt>, bool> condition, CancellationToken cancellationToken) =>
        _app.Services.GetRequiredService<CallbackSender>().WaitAsync(condition, cancellationToken);

    /// <summary>Waits for Ctrl-C or a signal to end.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        _app.Services.GetRequiredService<StateFile>().Save();
        await _app.DisposeAsync();
    }
}
