namespace Webrana.Grains.Sweeping;

/// <summary>How eagerly due work is looked for. Configuration section <c>Sweeping</c>.</summary>
public sealed class SweepingOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Sweeping";

    /// <summary>Between two looks of one shard, in milliseconds. Default 5 s.</summary>
    public int IntervalMs { get; set; } = 5_000;

    /// <summary>Wake-ups in flight at once, per silo. Default 64.</summary>
    public int InFlight { get; set; } = 64;

    /// <summary>Due rows read at once. Default 256.</summary>
    public int Batch { get; set; } = 256;

    /// <summary>How often one grain is woken again at once because more is due (a clock turned by a year, with daily periods). Default 400.</summary>
    public int MostSteps { get; set; } = 400;
}

/// <summary>The silo's share of wake-ups in flight, common to all shards that live here.</summary>
public sealed class WakeGate(Microsoft.Extensions.Options.IOptions<SweepingOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.InFlight, options.Value.InFlight);

    /// <summary>Waits for a free place.</summary>
    public Task Enter() => _free.WaitAsync();

    /// <summary>Gives it back.</summary>
    public void Leave() => _free.Release();

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
