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

    /// <summary>From how many due servers in one look they are renewed without waking each (<c>RenewalLane</c>), to the end of that sweep; 0 = never. Default 64.</summary>
    public int StormFrom { get; set; } = 64;

    /// <summary>
    /// How much of what can wait is under way at once, per silo: a wave. A customer whose servers are charged weighs 1, one who is told of it 3, a group of
    /// mails or a batch of papers 24. Default 64.
    /// </summary>
    public int LaneInFlight { get; set; } = 64;

    /// <summary>
    /// Behind each wave the lane rests for so many times what the wave took, for each silo of the cluster, two at least and half a second at most: customers
    /// at their panels do not wait then. Default 0.4: one or two silos work five ninths of the time each (ADR 68).
    /// </summary>
    public double LaneRest { get; set; } = 0.4;

    /// <summary>Due rows read at once. Default 256.</summary>
    public int Batch { get; set; } = 256;

    /// <summary>How often one grain is woken again at once because more is due (a clock turned by a year, with daily periods). Default 400.</summary>
    public int MostSteps { get; set; } = 400;
}
