namespace Webrana.Web.Live;

/// <summary>
/// The product's time as the API tells it. Renewals and countdowns follow it: in the sandbox it can run days ahead of this machine's clock.
/// </summary>
/// <param name="time">Real time, to go on from the last answer.</param>
public sealed class BusinessClock(TimeProvider time)
{
    // Whole-second answers that travelled for a while must not make the clock tremble.
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    long _offsetTicks;

    /// <summary>Business time now.</summary>
    public DateTimeOffset Now => time.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _offsetTicks));

    /// <summary>Takes note of the time on an answer.</summary>
    /// <param name="served">What the API said.</param>
    public void Observe(DateTimeOffset served)
    {
        var offset = served - time.GetUtcNow();
        if ((offset - TimeSpan.FromTicks(Volatile.Read(ref _offsetTicks))).Duration() > Tolerance) Volatile.Write(ref _offsetTicks, offset.Ticks);
    }
}
