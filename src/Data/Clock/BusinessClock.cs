namespace Webrana.Data.Clock;

/// <summary>A move of the business clock, forward only.</summary>
/// <param name="From">Business time just before.</param>
/// <param name="To">Business time just after.</param>
/// <param name="Version">The clock row's version that brought it.</param>
public sealed record ClockJump(DateTimeOffset From, DateTimeOffset To, long Version);

/// <summary>
/// Business time of the sandbox: real time plus an offset that only grows. Waiting timers follow a jump: those whose time has come fire
/// at once, the others wait that much less. Timestamps stay monotonic real time, so that timeouts and leases never jump. In production
/// the registered provider is <see cref="TimeProvider.System"/> and this class is not used.
/// </summary>
public sealed class BusinessClock : TimeProvider
{
    private readonly TimeProvider _real;
    private readonly Lock _gate = new();
    private readonly HashSet<BusinessTimer> _timers = [];
    private long _offsetTicks;
    private long _skewTicks;
    private long _version;

    public BusinessClock(TimeProvider? real = null) => _real = real ?? System;

    /// <summary>
    /// Raised after a jump, handlers one after another. The jump counts as seen by this process only when all of them have completed:
    /// whoever moved the clock waits for what they do (sweeping what became due). A handler that throws is run again.
    /// </summary>
    public event Func<ClockJump, CancellationToken, Task>? Jumped;

    /// <summary>The clock row's version that is in force here.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>How far business time is ahead of real time.</summary>
    public TimeSpan Offset => new(Interlocked.Read(ref _offsetTicks));

    /// <summary>
    /// How far this process's clock alone is wrong, as on a machine that lost its time server: for the fault kit. Timers do not notice: they
    /// count on the monotonic clock, as everywhere.
    /// </summary>
    public TimeSpan Skew
    {
        get => new(Interlocked.Read(ref _skewTicks));
        set => Interlocked.Exchange(ref _skewTicks, value.Ticks);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Right + Skew;

    /// <summary>The time without <see cref="Skew"/>: what timers wait by.</summary>
    internal DateTimeOffset Right => _real.GetUtcNow() + Offset;

    /// <inheritdoc/>
    public override long GetTimestamp() => _real.GetTimestamp();

    /// <inheritdoc/>
    public override long TimestampFrequency => _real.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _real.LocalTimeZone;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new BusinessTimer(this, _real, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Puts a row of <c>business_clock</c> in force. An older or equal version changes nothing; neither does an offset that would turn
    /// the clock back.
    /// </summary>
    /// <returns>The jump, or null when nothing changed.</returns>
    public ClockJump? Apply(long version, TimeSpan offset)
    {
        ClockJump jump;
        BusinessTimer[] waiting;
        lock (_gate)
        {
            if (version <= _version || offset < Offset) return null;
            var real = _real.GetUtcNow();
            jump = new ClockJump(real + Offset, real + offset, version);
            Interlocked.Exchange(ref _offsetTicks, offset.Ticks);
            Interlocked.Exchange(ref _version, version);
            waiting = [.. _timers];
        }

        foreach (var timer in waiting) timer.Rearm();
        return jump;
    }

    /// <summary>Runs the handlers of a jump, one after another.</summary>
    public async Task RaiseAsync(ClockJump jump, CancellationToken cancellation)
    {
        foreach (var handler in Jumped?.GetInvocationList() ?? [])
        {
            await ((Func<ClockJump, CancellationToken, Task>)handler)(jump, cancellation);
        }
    }

    internal void Track(BusinessTimer timer)
    {
        lock (_gate) _timers.Add(timer);
    }

    internal void Forget(BusinessTimer timer)
    {
        lock (_gate) _timers.Remove(timer);
    }
}
