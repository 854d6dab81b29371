using System.Globalization;
using System.Text;
using Webrana.Wire.Billing;

namespace Webrana.Web.Wallets;

/// <summary>A forecast as a line: what can be spent, level between two events, a step at each. Pure.</summary>
public sealed class RunwayCurve
{
    /// <summary>Width of the drawing, in its own units.</summary>
    public const int Width = 720;

    /// <summary>Height of the drawing.</summary>
    public const int Height = 120;

    readonly Runway _runway;
    readonly long _topIdr;

    /// <param name="runway">What is drawn.</param>
    public RunwayCurve(Runway runway)
    {
        _runway = runway;
        _topIdr = Math.Max(1, Math.Max(runway.Available, runway.Steps.Select(step => step.Left).DefaultIfEmpty().Max()));
    }

    /// <summary>The line, as an SVG path.</summary>
    public string Path()
    {
        var path = new StringBuilder();
        path.Append(CultureInfo.InvariantCulture, $"M0 {Y(_runway.Available)}");
        foreach (var step in _runway.Steps)
            path.Append(CultureInfo.InvariantCulture, $"H{X(step.At)}V{Y(step.Left)}");
        return path.Append(CultureInfo.InvariantCulture, $"H{Width}").ToString();
    }

    /// <summary>The same with the ground below it.</summary>
    public string Area() => string.Create(CultureInfo.InvariantCulture, $"{Path()}V{Height}H0Z");

    /// <summary>Where a time is, from the left.</summary>
    /// <param name="at">Within the forecast.</param>
    public double X(DateTimeOffset at) => Math.Round(Width * Math.Clamp((at - _runway.From) / (_runway.Until - _runway.From), 0, 1), 1);

    /// <summary>Where an amount is, from the top.</summary>
    /// <param name="leftIdr">What can be spent.</param>
    public double Y(long leftIdr) => Math.Round(4 + ((Height - 8) * (1 - ((double)leftIdr / _topIdr))), 1);

    /// <summary>The first day of each month within, for the axis.</summary>
    public IEnumerable<DateTimeOffset> Months()
    {
        var wib = _runway.From.ToOffset(TimeSpan.FromHours(7));
        var month = new DateTimeOffset(wib.Year, wib.Month, 1, 0, 0, 0, wib.Offset).AddMonths(1);
        for (; month < _runway.Until; month = month.AddMonths(1)) yield return month;
    }
}
