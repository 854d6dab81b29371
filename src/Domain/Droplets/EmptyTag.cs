namespace Webrana.Domain.Droplets;

/// <summary>
/// When a tag's empty lists prove that nothing is left under it: not before everything that was sent has had its chance, and only with two of
/// them, as far apart as lists lag and none between that was not empty or could not be read. The first one after an outage is the likeliest
/// to be stale. In memory alone: whoever forgets it begins again, and destroys no less for that.
/// </summary>
public sealed class EmptyTag
{
    private long? _since;

    /// <summary>An empty list was read. How many ms are left until one more proves it; 0 when this one does.</summary>
    /// <param name="nowMs">Real time.</param>
    /// <param name="quietAtMs">From when on nothing that was sent can arrive any more.</param>
    /// <param name="lagMs">How long lists may lag.</param>
    public long LeftMs(long nowMs, long quietAtMs, long lagMs)
    {
        var since = _since ??= nowMs;
        return Math.Max(0, Math.Max(quietAtMs, since + lagMs) - nowMs);
    }

    /// <summary>A list was not empty or could not be read, or it is proved: what was seen counts no more.</summary>
    public void Forget() => _since = null;
}
