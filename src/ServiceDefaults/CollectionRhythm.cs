namespace Webrana.ServiceDefaults;

/// <summary>When the oldest generation is collected only so that its thread stays awake: at a look that finds no background collection since the last one.</summary>
/// <param name="upToBytes">Above this a collection costs more than what it prevents.</param>
internal sealed class CollectionRhythm(long upToBytes)
{
    private long _seen = -1;

    /// <summary>Whether to collect now.</summary>
    /// <param name="lastBackground">The runtime's number of the last background collection; 0 where there was none.</param>
    /// <param name="heapBytes">What the heap holds.</param>
    public bool IsDue(long lastBackground, long heapBytes)
    {
        var collectedSince = lastBackground > _seen && _seen >= 0;
        _seen = lastBackground;
        return !collectedSince && heapBytes <= upToBytes;
    }
}
