namespace Webrana.Data.Clock;

/// <summary>A timer that is due at a moment of business time, and so moves with the clock.</summary>
internal sealed class BusinessTimer : ITimer
{
    private readonly BusinessClock _clock;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ITimer _real;
    private readonly Lock _gate = new();
    private DateTimeOffset? _dueAt;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _disposed;

    public BusinessTimer(BusinessClock clock, TimeProvider real, TimerCallback callback, object? state)
    {
        _clock = clock;
        _callback = callback;
        _state = state;
        _real = real.CreateTimer(static self => ((BusinessTimer)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (_disposed) return false;
            _period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
            _dueAt = dueTime == Timeout.InfiniteTimeSpan ? null : _clock.Right + dueTime;
            if (_dueAt is null) _clock.Forget(this);
            else _clock.Track(this);
            Arm();
            return true;
        }
    }

    /// <summary>After a jump: what is left of the wait, in the new time.</summary>
    public void Rearm()
    {
        lock (_gate)
        {
            if (!_disposed) Arm();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _dueAt = null;
        }

        _clock.Forget(this);
        _real.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return _real.DisposeAsync();
    }

    private void Fire()
    {
        lock (_gate)
        {
            if (_disposed || _dueAt is not { } due) return;
            var now = _clock.Right;
            if (due > now + TimeSpan.FromMilliseconds(1))
            {
                Arm(); // the wait was longer than one real timer can hold
                return;
            }

            // A jump over many periods fires once, as a suspended machine's timers do; the next period counts from now.
            _dueAt = _period == Timeout.InfiniteTimeSpan ? null : now + _period;
            if (_dueAt is null) _clock.Forget(this);
            Arm();
        }

        _callback(_state);
    }

    private void Arm()
    {
        if (_dueAt is not { } due)
        {
            _real.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var left = due - _clock.Right;
        var longest = TimeSpan.FromDays(40); // a real timer holds at most 49 days
        _real.Change(left <= TimeSpan.Zero ? TimeSpan.Zero : left < longest ? left : longest, Timeout.InfiniteTimeSpan);
    }
}
