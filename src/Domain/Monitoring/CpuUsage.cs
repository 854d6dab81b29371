namespace Webrana.Domain.Monitoring;

/// <summary>One cumulative counter: seconds of all processors spent in a mode since boot.</summary>
/// <param name="Mode"><c>idle</c>, <c>user</c>, …</param>
public sealed record CpuCounter(string Mode, IReadOnlyList<Sample> Samples);

/// <summary>How busy the processors were, from counters that only grow, and start again at zero with each boot.</summary>
public static class CpuUsage
{
    private const string Idle = "idle";

    /// <summary>
    /// Percent of all processors between each measurement and the one before. Empty across a gap, and across a reboot: there the counters
    /// fell, or grew by far less than the time that passed, and their difference means nothing.
    /// </summary>
    /// <param name="modes">Every mode's counter.</param>
    /// <param name="vcpus">How many processors fill the counters.</param>
    public static IReadOnlyList<Sample> Percent(IReadOnlyList<CpuCounter> modes, int vcpus)
    {
        if (modes.FirstOrDefault(mode => mode.Mode == Idle) is not { } idle)
            return [];
        var others = modes.Where(mode => mode.Mode != Idle)
            .Select(mode => mode.Samples.Where(sample => sample.Value is not null).ToDictionary(sample => sample.UnixSeconds, sample => sample.Value!.Value))
            .ToList();
        // A moment that one mode lacks says nothing about the whole.
        var moments = idle.Samples.Where(sample => sample.Value is not null && others.TrueForAll(mode => mode.ContainsKey(sample.UnixSeconds))).ToList();
        var step = Timeline.StepOf(moments);

        var percent = new List<Sample>(moments.Count);
        for (var i = 1; i < moments.Count; i++)
        {
            var (from, to) = (moments[i - 1], moments[i]);
            var grown = others.Select(mode => mode[to.UnixSeconds] - mode[from.UnixSeconds]).Prepend(to.Value!.Value - from.Value!.Value).ToList();
            percent.Add(new Sample(to.UnixSeconds, Between(grown, to.UnixSeconds - from.UnixSeconds, step, vcpus)));
        }

        return percent;
    }

    private static double? Between(List<double> grown, long seconds, long step, int vcpus)
    {
        if (seconds > step * 1.5 || grown.Exists(growth => growth < 0))
            return null;
        var total = grown.Sum();
        return total < 0.5 * vcpus * seconds ? null : Math.Clamp(100 * (1 - (grown[0] / total)), 0, 100);
    }
}
