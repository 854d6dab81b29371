namespace Webrana.Domain.Monitoring;

/// <summary>The grid of a series of measurements. Nobody tells its step: the provider picks it by the span that was asked for.</summary>
public static class Timeline
{
    // A late sample is late by less than half a step; more than that and one is missing.
    private const double Tolerance = 1.5;

    /// <summary>The distance of two neighbours, in seconds; 0 where there are fewer than two measurements.</summary>
    public static long StepOf(IReadOnlyList<Sample> samples)
    {
        var step = 0L;
        for (var i = 1; i < samples.Count; i++)
        {
            var distance = samples[i].UnixSeconds - samples[i - 1].UnixSeconds;
            if (distance > 0 && (step == 0 || distance < step))
                step = distance;
        }

        return step;
    }

    /// <summary>Whether two measurements are neighbours on the grid.</summary>
    public static bool AreNeighbours(long earlier, long later, long step) => later - earlier <= step * Tolerance;

    /// <summary>The same measurements with an empty one where some are missing, so that a line drawn through them breaks there.</summary>
    public static IReadOnlyList<Sample> WithGaps(IReadOnlyList<Sample> samples)
    {
        var step = StepOf(samples);
        if (step == 0)
            return samples;
        var complete = new List<Sample>(samples.Count);
        foreach (var sample in samples)
        {
            if (complete.Count > 0 && !AreNeighbours(complete[^1].UnixSeconds, sample.UnixSeconds, step))
                complete.Add(new Sample(complete[^1].UnixSeconds + step, null));
            complete.Add(sample);
        }

        return complete;
    }

    /// <summary>The newest value not older than <paramref name="since"/>; null when there is none: an old value is not how it is now.</summary>
    public static double? Latest(IReadOnlyList<Sample> samples, long since) =>
        samples.Count > 0 && samples[^1] is { Value: { } value } newest && newest.UnixSeconds >= since ? value : null;
}
