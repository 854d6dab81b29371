namespace Webrana.DigitalOcean;

/// <summary>
/// The moment after which a write must not be put on the wire any more (design §5, sendBefore). Measured on a monotonic clock, so that
/// neither a clock correction nor a long pause between the decision and the socket lets a stale intent through. A successor that has
/// waited this long plus the timeout knows that nothing more can come from the first sender.
/// </summary>
public readonly struct SendDeadline
{
    readonly TimeProvider? _clock;
    readonly long _since;
    readonly TimeSpan _window;

    SendDeadline(TimeProvider clock, TimeSpan window) => (_clock, _since, _window) = (clock, clock.GetTimestamp(), window);

    /// <summary>No deadline.</summary>
    public static SendDeadline None => default;

    /// <summary>A deadline this far from now. A window of zero or less has already passed.</summary>
    /// <param name="window">From now; for a persisted intent, what remains of it.</param>
    /// <param name="clock">Its monotonic timestamp is used, never its wall clock; null is the machine's.</param>
    public static SendDeadline In(TimeSpan window, TimeProvider? clock = null) => new(clock ?? TimeProvider.System, window);

    /// <summary>Whether it is too late to send.</summary>
    public bool HasPassed => _clock is not null && _clock.GetElapsedTime(_since) >= _window;
}
