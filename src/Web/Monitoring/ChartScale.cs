using System.Globalization;
using System.Text;

namespace Webrana.Web.Monitoring;

/// <summary>Where things lie on a chart of 1000 × 100: time to the right, values upwards.</summary>
/// <param name="From">Left edge, unix seconds.</param>
/// <param name="To">Right edge, unix seconds.</param>
/// <param name="Top">The value of the upper edge; the lower one is 0.</param>
sealed record ChartScale(long From, long To, double Top)
{
    public const int Width = 1000;
    public const int Height = 100;

    /// <summary>A scale whose top is a round figure above everything drawn.</summary>
    /// <param name="fixedTop">100 for percents; null to fit what is drawn.</param>
    public static ChartScale For(long from, long to, double? fixedTop, IEnumerable<double> values) =>
        new(from, to, fixedTop ?? Round(values.DefaultIfEmpty(0).Max()));

    /// <summary>The smallest of 1, 2, 5, 10, 20, … (and tenths) that is not below a value.</summary>
    public static double Round(double value)
    {
        if (value <= 0.1) return 0.1;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return new[] { 1.0, 2, 5, 10 }.Select(step => step * unit).First(top => top >= value - 1e-9);
    }

    /// <summary>Percent of the width.</summary>
    public double XPercent(long unixSeconds) => 100.0 * (unixSeconds - From) / Math.Max(1, To - From);

    /// <summary>The path of a series: one line per unbroken run, a dot-long one where a measurement stands alone.</summary>
    public string Line(IReadOnlyList<IReadOnlyList<double?>> points)
    {
        var path = new StringBuilder();
        foreach (var run in Runs(points))
        {
            path.Append('M').Append(Point(run[0]));
            foreach (var point in run.Skip(1)) path.Append('L').Append(Point(point));
            if (run.Count == 1) path.Append("h1");
        }

        return path.ToString();
    }

    /// <summary>The area between a series and zero.</summary>
    public string Band(IReadOnlyList<IReadOnlyList<double?>> points)
    {
        var path = new StringBuilder();
        foreach (var run in Runs(points).Where(run => run.Count > 1))
        {
            path.Append(CultureInfo.InvariantCulture, $"M{Number(X(run[0].At))} {Height}");
            foreach (var point in run) path.Append('L').Append(Point(point));
            path.Append(CultureInfo.InvariantCulture, $"L{Number(X(run[^1].At))} {Height}Z");
        }

        return path.ToString();
    }

    /// <summary>Moments to write on the time axis: whole hours or midnights of the visitor's offset, at most five.</summary>
    /// <param name="offset">Of the time shown to people.</param>
    public IReadOnlyList<long> Ticks(TimeSpan offset)
    {
        var span = To - From;
        var step = new long[] { 900, 1800, 3600, 2 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400, 4 * 86_400 }.FirstOrDefault(step => span / step <= 5, 7 * 86_400);
        var shift = (long)offset.TotalSeconds;
        var first = ((From + shift + step - 1) / step * step) - shift;
        var ticks = new List<long>();
        // A label at the very edge would be cut.
        for (var at = first; at <= To; at += step)
        {
            if (XPercent(at) is > 4 and < 96) ticks.Add(at);
        }

        return ticks;
    }

    static IEnumerable<List<(double At, double Value)>> Runs(IReadOnlyList<IReadOnlyList<double?>> points)
    {
        var run = new List<(double, double)>();
        foreach (var point in points)
        {
            if (point is [{ } at, { } value])
            {
                run.Add((at, value));
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0) yield return run;
    }

    string Point((double At, double Value) point) => $"{Number(X(point.At))} {Number(Y(point.Value))}";

    double X(double at) => Width * (at - From) / Math.Max(1, To - From);

    double Y(double value) => Height * (1 - Math.Clamp(value / Top, 0, 1));

    static string Number(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);
}
