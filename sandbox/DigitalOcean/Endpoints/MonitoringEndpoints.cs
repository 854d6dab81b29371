using System.Globalization;
using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.Monitoring;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>/v2/monitoring/metrics/droplet, and alert policies, of which there are none.</summary>
internal static class MonitoringEndpoints
{
    public static void Map(Router router)
    {
        router.Map("GET", "/v2/monitoring/metrics/droplet/{metric}", Read);
        router.Map("GET", "/v2/monitoring/alerts", _ => Reply.Ok(new JsonObject
        {
            ["policies"] = new JsonArray(),
            ["links"] = new JsonObject(),
            ["meta"] = new JsonObject { ["total"] = 0 },
        }));
    }

    static Reply Read(Call call)
    {
        if (Number(call, "host_id") is not { } id || Number(call, "start") is not { } start || Number(call, "end") is not { } end || end < start)
            return Reply.Error(400, "bad_request", "host_id, start and end are required, and start must not be after end.");
        if (call.Account.Droplets.FirstOrDefault(one => one.Id == id) is not { } droplet)
            return Reply.NotFound;
        // Nothing is measured ahead of the clock.
        end = Math.Min(end, call.World.NowMs / 1000);
        var (result, refusal) = Measure(call, droplet, start, end);
        return refusal ?? Reply.Ok(new JsonObject
        {
            ["status"] = "success",
            ["data"] = new JsonObject { ["resultType"] = "matrix", ["result"] = droplet.Monitoring ? result : new JsonArray() },
        });
    }

    static (JsonArray? Result, Reply? Refusal) Measure(Call call, DropletState droplet, long start, long end)
    {
        var metric = call.Route("metric");
        if (metric == "cpu")
            return (MetricSource.Cpu(droplet, start, end), null);
        if (metric == "bandwidth")
        {
            return (call.Query("interface"), call.Query("direction")) is ("public" or "private", "inbound" or "outbound")
                ? (MetricSource.Bandwidth(droplet, call.Query("interface") == "public", call.Query("direction") == "inbound", start, end), null)
                : (null, Reply.Error(400, "bad_request", "interface and direction are required."));
        }
        return MetricSource.Plain(droplet, metric, start, end) is { } result ? (result, null) : (null, Reply.NotFound);
    }

    static long? Number(Call call, string name) =>
        long.TryParse(call.Query(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
