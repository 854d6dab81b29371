using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire.Monitoring;

namespace Webrana.Web.Tests.Fakes;

/// <summary>Measurements that look like a day: busy evenings, one gap, one spike.</summary>
static class FakeMonitoring
{
    public static void Map(IEndpointRouteBuilder mine, FakeWorld world) => mine.MapGet("/instances/{id}/metrics", (string id, string range) =>
    {
        var length = range switch { "6h" => TimeSpan.FromHours(6), "24h" => TimeSpan.FromDays(1), "7d" => TimeSpan.FromDays(7), "14d" => TimeSpan.FromDays(14), _ => TimeSpan.FromHours(1) };
        var (from, to) = (world.Now - length, world.Now);
        return Results.Json(new InstanceMetrics(
            new CurrentUsage(45.2, 72, 35.4, 2.5, 1_000),
            [
                Series("cpu", "percent", from, to, wave => 8 + (55 * wave)), Series("load1", "load", from, to, wave => 0.1 + (0.9 * wave)),
                Series("memory", "percent", from, to, wave => 55 + (20 * wave)), id == "i-db-01" ? new MetricSeries("disk", "percent", []) : Series("disk", "percent", from, to, _ => 35.4),
                Series("publicIn", "Mbps", from, to, wave => 3.2 * wave), Series("publicOut", "Mbps", from, to, wave => 9.1 * wave),
            ],
            from, to, world.MetricsReadAt ?? world.Now, world.MetricsReadAt is not null));
    });

    static MetricSeries Series(string name, string unit, DateTimeOffset from, DateTimeOffset to, Func<double, double> value)
    {
        var points = new List<IReadOnlyList<double?>>();
        var step = (to - from) / 240;
        for (var i = 0; i <= 240; i++)
        {
            var at = from + (step * i);
            var wave = (1 + Math.Cos(Math.Tau * (at.TimeOfDay.TotalHours - 13) / 24)) / 2;
            points.Add([Math.Floor((double)at.ToUnixTimeSeconds()), i is > 150 and < 168 ? null : Math.Round(value((0.85 * wave) + (0.15 * Math.Abs(Math.Sin(i * 1.7)))), 2)]);
        }

        return new MetricSeries(name, unit, points);
    }
}
