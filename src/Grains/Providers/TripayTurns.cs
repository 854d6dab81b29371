namespace Webrana.Grains.Providers;

/// <summary>A merchant's turns at the gateway: where the pacer puts a call, and the wait until then. Like the pacer for one thread.</summary>
/// <param name="pacer">Spaces the calls.</param>
/// <param name="realTime">The gateway's time.</param>
public sealed class TripayTurns(TripayPacer pacer, TimeProvider realTime)
{
    /// <summary>Takes a place and says how long to wait; null when that would be longer than <paramref name="patience"/>, and nothing is taken.</summary>
    public TimeSpan? Take(TimeSpan patience) => pacer.Take(realTime.GetElapsedTime(0), patience);

    /// <summary>Takes a place and waits for it; false as above, at once.</summary>
    public async Task<bool> WaitAsync(TimeSpan patience)
    {
        if (Take(patience) is not { } wait) return false;
        if (wait > TimeSpan.Zero) await Task.Delay(wait, realTime);
        return true;
    }
}
