namespace Webrana.Api.Hosting;

/// <summary>How an API leaves. Configuration section <c>Edge</c>: it is about what stands before the API.</summary>
public sealed class DrainOptions
{
    /// <summary>
    /// How long a stopping API goes on serving, in seconds: longer than whoever stands before it takes to see that it is not ready any more. 0 where nobody
    /// stands there. Default 5.
    /// </summary>
    public int DrainSeconds { get; set; } = 5;

    /// <summary>How long stopping may take, draining included, in seconds. Below the orchestrator's grace period. Default 18.</summary>
    public int ShutdownSeconds { get; set; } = 18;
}

/// <summary>
/// A stopping API says so first (it is not ready, and closes each connection with the answer that it gives on it) and goes on serving until the balancer
/// has noticed. Only then it stops listening, and finishes what it has begun. Without that pause a request is cut that was sent on a kept connection,
/// or waited to be accepted, in the moment in which both are closed; nobody may repeat it in its customer's place.
/// </summary>
/// <remarks>Streams and consoles last for hours: they are ended at the end of it (<see cref="IDeparture"/>), when whoever comes back is sent elsewhere.</remarks>
internal sealed class Draining(DrainOptions options, TimeProvider time) : IHostedLifecycleService, IDeparture, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();

    /// <inheritdoc/>
    public CancellationToken Leaving => _leaving.Token;

    // Before any service is stopped, the server among them.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(options.DrainSeconds), time, cancellationToken);
        }
        finally
        {
            // Also when stopping is hurried: what goes on would hold the server up.
            await _leaving.CancelAsync();
        }
    }

    public void Dispose() => _leaving.Dispose();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class DrainingServices
{
    /// <summary>For the process, not for hosts inside of a test: there nobody stands before them.</summary>
    public static IHostApplicationBuilder AddDraining(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(EdgeOptions.Section).Get<DrainOptions>() ?? new DrainOptions();
        if (options.DrainSeconds < 0 || options.ShutdownSeconds <= options.DrainSeconds)
            throw new InvalidOperationException("Edge:ShutdownSeconds must be longer than Edge:DrainSeconds: what was begun has to be finished behind the drain.");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.ShutdownSeconds));
        builder.Services.AddSingleton(options).AddSingleton<Draining>().AddSingleton<IDeparture>(services => services.GetRequiredService<Draining>())
            .AddHostedService(services => services.GetRequiredService<Draining>());
        return builder;
    }
}
