using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Droplets;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Monitoring;
using Webrana.Wire.Monitoring;

namespace Webrana.Api.Monitoring;

/// <summary>How a server is doing: <c>/api/v1/instances/{id}/metrics</c>.</summary>
public static class MetricsApi
{
    private static readonly Dictionary<string, MetricsRange> Ranges = new(StringComparer.Ordinal)
    {
        ["1h"] = MetricsRange.OneHour,
        ["6h"] = MetricsRange.SixHours,
        ["24h"] = MetricsRange.OneDay,
        ["7d"] = MetricsRange.SevenDays,
        ["14d"] = MetricsRange.FourteenDays,
    };

    public static RouteGroupBuilder MapMetrics(this RouteGroupBuilder api)
    {
        api.MapGroup("/instances").WithTags("Instances").ForCustomers(TokenAreas.Servers).MapGet("/{id}/metrics", Read).Describe(
            "Processor, load, memory, disk and traffic of the last ?range=1h, 6h, 24h, 7d or 14d, and the month's transfer.",
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        return api;
    }

    private static async Task<Results<Ok<InstanceMetrics>, Refusal>> Read(string id, string? range, [AsParameters] DropletServices services)
    {
        if (!Ranges.TryGetValue(range ?? "1h", out var wanted))
            return new FieldErrors().Check(false, "range", "One of 1h, 6h, 24h, 7d, 14d.").Refusal!;
        var (_, view, refusal) = await services.OwnAsync(id);
        if (view is null)
            return refusal!;
        return (await services.Cluster.GetGrain<IMetricsGrain>(GrainKeys.Metrics(view.Instance)).Read(wanted)).ToOk(ToWire);
    }

    private static InstanceMetrics ToWire(MetricsView view) => new(
        new CurrentUsage(
            Percent(view.Current.CpuPercent), Percent(view.Current.MemoryPercent), Percent(view.Current.DiskPercent),
            Gigabytes(view.Current.TransferUsedBytes), Gigabytes(view.Current.TransferQuotaBytes)),
        [.. view.Lines.Select(line => new MetricSeries(NameOf(line.Kind), UnitOf(line.Kind), [.. line.Samples.Select(Point)]))],
        view.From, view.To, view.ReadAt, view.Late);

    private static double?[] Point(MetricSample sample) => [sample.UnixSeconds, sample.Value];

    private static double? Percent(double? value) => value is { } known ? Math.Round(known, 1) : null;

    private static double Gigabytes(long bytes) => Math.Round(bytes / 1e9, 3);

    private static string NameOf(MetricKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static string UnitOf(MetricKind kind) => kind switch
    {
        MetricKind.Load1 => "load",
        MetricKind.PublicIn or MetricKind.PublicOut => "Mbps",
        _ => "percent",
    };
}
