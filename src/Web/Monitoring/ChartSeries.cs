using System.Text.Json;
using Webrana.Wire.Monitoring;

namespace Webrana.Web.Monitoring;

/// <summary>One line of a chart.</summary>
/// <param name="Name">For people.</param>
/// <param name="Tone"><c>a</c> or <c>b</c>: the same series has the same colour everywhere.</param>
/// <param name="Points">As the API answers them.</param>
public sealed record ChartSeries(string Name, string Tone, IReadOnlyList<IReadOnlyList<double?>> Points)
{
    /// <summary>Values that were measured.</summary>
    public IEnumerable<double> Values => Points.Where(point => point is [_, not null]).Select(point => point[1]!.Value);

    /// <summary>What js/charts.js reads under the pointer.</summary>
    /// <param name="series">The chart's lines.</param>
    public static string ToJson(IEnumerable<ChartSeries> series) =>
        JsonSerializer.Serialize(series.Select(one => new { name = one.Name, tone = one.Tone, points = one.Points }));

    /// <summary>The series of an answer by its API name; empty when it is missing.</summary>
    /// <param name="metrics">The answer.</param>
    /// <param name="apiName">Such as <c>publicIn</c>.</param>
    /// <param name="name">For people.</param>
    /// <param name="tone"><c>a</c> or <c>b</c>.</param>
    public static ChartSeries Of(InstanceMetrics metrics, string apiName, string name, string tone) =>
        new(name, tone, metrics.Series.FirstOrDefault(series => series.Name == apiName)?.Points ?? []);
}
