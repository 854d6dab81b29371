namespace Webrana.Grains.Common;

/// <summary>
/// A grain's own reminder, the backstop behind the sweepers: rings some minutes after what the grain waits for, and again every five
/// minutes until it is moved. A skipped tick is therefore short. Each of the two alone must get all due work done.
/// </summary>
/// <param name="grain">The grain whose alarm it is; it answers the reminder by <c>Wake</c>.</param>
/// <param name="clock">Business time.</param>
/// <param name="spread">Keeps alarms for one instant apart.</param>
public sealed class Alarm(IRemindable grain, TimeProvider clock, Random spread)
{
    /// <summary>The reminder's name.</summary>
    public const string Name = "alarm";

    /// <summary>How long the sweepers are given before the alarm rings.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMinutes(2);

    /// <summary>Spread, so that what is due at one instant does not ring at one instant.</summary>
    public static readonly TimeSpan Jitter = TimeSpan.FromMinutes(8);

    /// <summary>Never longer than Orleans' loading window of ten minutes, or a lost tick would be lost for long.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    // Orleans takes at most 49 days ahead. What waits longer is rung in between and sets it again.
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(40);

    // An alarm may ring up to this much late, or for nothing for this long, before it is worth a write.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    private readonly IGrainBase _grain = (IGrainBase)grain;
    private DateTimeOffset? _ringsAt;
    private bool _known;

    /// <summary>Sets, moves or removes the alarm for what is due at <paramref name="dueAt"/> (null: nothing is). Cheap when it is right already.</summary>
    public async Task SetFor(DateTimeOffset? dueAt)
    {
        if (dueAt is not { } due)
        {
            await Remove();
            return;
        }

        var now = clock.GetUtcNow();
        var wanted = Wanted(due, now);
        if (_known && _ringsAt is { } set && set <= wanted + Jitter + Tolerance && set >= Min(wanted - Tolerance, now))
            return;
        var start = RingsAt(due, now, spread);
        await _grain.RegisterOrUpdateReminder(Name, start - now, Period);
        (_ringsAt, _known) = (start, true);
    }

    /// <summary>Somebody else may have moved it: the next time it is set, whatever it was before.</summary>
    public void Forget() => (_ringsAt, _known) = (null, false);

    /// <summary>When the alarm rings for what is due at <paramref name="due"/>, if it is set now.</summary>
    public static DateTimeOffset RingsAt(DateTimeOffset due, DateTimeOffset now, Random spread)
    {
        var wanted = Wanted(due, now);
        return (wanted > now ? wanted : now + Delay) + spread.NextDouble() * Jitter;
    }

    private static DateTimeOffset Wanted(DateTimeOffset due, DateTimeOffset now) => Min(due + Delay, now + Farthest);

    private async Task Remove()
    {
        if (_known && _ringsAt is null)
            return;
        if (await _grain.GetReminder(Name) is { } reminder)
            await _grain.UnregisterReminder(reminder);
        (_ringsAt, _known) = (null, true);
    }

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
