using Microsoft.Extensions.Options;

namespace Webrana.Grains.Sweeping;

/// <summary>The silo's share of wake-ups in flight, common to all shards that live here.</summary>
public sealed class WakeGate(IOptions<SweepingOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.InFlight, options.Value.InFlight);

    /// <summary>Waits for a free place.</summary>
    public Task Enter() => _free.WaitAsync();

    /// <summary>Gives it back.</summary>
    public void Leave() => _free.Release();

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
