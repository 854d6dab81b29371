using Webrana.Domain.Billing;

namespace Webrana.Domain.Monitoring;

/// <summary>What a server sent to the internet in one calendar month of Jakarta, counted hour by hour from its measured rate.</summary>
/// <param name="Month">The month's number since year 0 (<c>year × 12 + month − 1</c>).</param>
/// <param name="Bytes">Sent in that month, up to <paramref name="UntilUnixSeconds"/>.</param>
/// <param name="UntilUnixSeconds">The end of the last hour counted: a full hour, but in what <see cref="UpTo"/> answers.</param>
public sealed record TransferMeter(int Month, long Bytes, long UntilUnixSeconds)
{
    private const long Hour = 3_600;
    private const double BytesPerMegabit = 1_000_000 / 8.0;

    /// <summary>A meter that starts counting with the hour of <paramref name="from"/>.</summary>
    public static TransferMeter StartingAt(DateTimeOffset from)
    {
        var hour = LastFullHour(from);
        return new TransferMeter(MonthOf(hour), 0, hour);
    }

    /// <summary>Counts every hour that has ended. A new month starts at zero; hours without measurements count nothing.</summary>
    /// <param name="megabitsPerSecond">The rate, covering the time since <see cref="UntilUnixSeconds"/>.</param>
    /// <param name="now">Hours that end later are left for the next time.</param>
    public TransferMeter Advance(IReadOnlyList<Sample> megabitsPerSecond, DateTimeOffset now) => Through(megabitsPerSecond, now)[^1];

    /// <summary>The same, month by month: each month that is over with all that was sent in it, and last the one that runs.</summary>
    /// <param name="megabitsPerSecond">The rate, covering the time since <see cref="UntilUnixSeconds"/>.</param>
    /// <param name="now">Hours that end later are left for the next time.</param>
    public IReadOnlyList<TransferMeter> Through(IReadOnlyList<Sample> megabitsPerSecond, DateTimeOffset now) => Counted(megabitsPerSecond, LastFullHour(now));

    /// <summary>The same to this second, as far as it was measured: what a server that ends now has sent. Nothing goes on from it.</summary>
    public IReadOnlyList<TransferMeter> UpTo(IReadOnlyList<Sample> megabitsPerSecond, DateTimeOffset now) => Counted(megabitsPerSecond, now.ToUnixTimeSeconds());

    /// <summary>Whether an hour has ended that is not counted yet.</summary>
    public bool IsBehind(DateTimeOffset now) => LastFullHour(now) > UntilUnixSeconds;

    private static long LastFullHour(DateTimeOffset now) => now.ToUnixTimeSeconds() / Hour * Hour;

    private List<TransferMeter> Counted(IReadOnlyList<Sample> megabitsPerSecond, long end)
    {
        if (end <= UntilUnixSeconds)
            return [this];
        var months = new List<TransferMeter>();
        var meter = this;
        for (var monthEnds = StartOf(Month + 1); monthEnds < end; monthEnds = StartOf(meter.Month + 1))
        {
            months.Add(meter.Until(monthEnds, megabitsPerSecond));
            meter = new TransferMeter(meter.Month + 1, 0, monthEnds);
        }

        months.Add(meter.Until(end, megabitsPerSecond));
        return months;
    }

    private TransferMeter Until(long end, IReadOnlyList<Sample> megabitsPerSecond) => this with
    {
        Bytes = checked(Bytes + (long)Math.Round(Integrate(megabitsPerSecond, UntilUnixSeconds, end))),
        UntilUnixSeconds = end,
    };

    /// <summary>Bytes used in the month of <paramref name="now"/>; a meter that was not advanced into it has nothing yet.</summary>
    public long UsedAt(DateTimeOffset now) => MonthOf(now.ToUnixTimeSeconds()) == Month ? Bytes : 0;

    /// <summary>
    /// Bytes sent in a span of time. Each measurement stands for the time since its neighbour before it; across a gap it stands for one
    /// step only, for nobody knows about the rest.
    /// </summary>
    public static double Integrate(IReadOnlyList<Sample> megabitsPerSecond, long from, long to)
    {
        var step = Timeline.StepOf(megabitsPerSecond);
        var bytes = 0.0;
        for (var i = 0; i < megabitsPerSecond.Count; i++)
        {
            var sample = megabitsPerSecond[i];
            if (sample.Value is not { } rate)
                continue;
            var before = i > 0 && Timeline.AreNeighbours(megabitsPerSecond[i - 1].UnixSeconds, sample.UnixSeconds, step)
                ? megabitsPerSecond[i - 1].UnixSeconds
                : sample.UnixSeconds - step;
            var seconds = Math.Min(to, sample.UnixSeconds) - Math.Max(from, before);
            if (seconds > 0)
                bytes += Math.Max(0, rate) * BytesPerMegabit * seconds;
        }

        return bytes;
    }

    private static int MonthOf(long unixSeconds)
    {
        var local = DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToOffset(BillingCalendar.Jakarta);
        return (local.Year * 12) + local.Month - 1;
    }

    private static long StartOf(int month) =>
        new DateTimeOffset(month / 12, (month % 12) + 1, 1, 0, 0, 0, BillingCalendar.Jakarta).ToUnixTimeSeconds();
}
