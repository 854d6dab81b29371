using System.Globalization;
using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Catalogue;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Monitoring;

/// <summary>Makes measurements from the clock: on a grid of 120 s, as text, a gap while off, counters anew with each boot.</summary>
internal static class MetricSource
{
    const long GridSeconds = 120;
    const long MostPoints = 720;

    static readonly (string Mode, double Share)[] BusyModes =
        [("iowait", 0.06), ("irq", 0), ("nice", 0), ("softirq", 0.02), ("steal", 0.02), ("system", 0.25), ("user", 0.65)];

    public static JsonArray Cpu(DropletState droplet, long start, long end)
    {
        var (curve, vcpus) = (new LoadCurve(droplet.Id), SizeCatalogue.Find(droplet.Size)!.Vcpus);
        double Busy(long at, long boot) => vcpus * curve.Between(boot, at);
        var idle = Series(droplet, start, end, Labels(droplet, ("mode", "idle")), (at, boot) => vcpus * (at - boot) - Busy(at, boot));
        var busy = BusyModes.Select(mode =>
            Series(droplet, start, end, Labels(droplet, ("mode", mode.Mode)), (at, boot) => mode.Share * Busy(at, boot)));
        return new JsonArray([.. busy.Prepend(idle)]);
    }

    /// <summary>Null for a name that is no metric.</summary>
    public static JsonArray? Plain(DropletState droplet, string metric, long start, long end)
    {
        var curve = new LoadCurve(droplet.Id);
        var size = SizeCatalogue.Find(droplet.Size)!;
        var memory = size.MemoryMb * 1024.0 * 1024 * 0.96;
        var disk = droplet.DiskGb * 1024.0 * 1024 * 1024 * 0.97;
        double Used(double at) => 0.25 + 0.6 * curve.At(at);
        double DiskUsed(double at) => Math.Min(0.85, 0.12 + 0.01 * Math.Max(0, at - droplet.CreatedAtMs / 1000.0) / 86_400);
        double Load(double at, double window) => size.Vcpus * curve.Between(at - window, at) / window;
        (string, string)[] root = [("device", "/dev/vda1"), ("fstype", "ext4"), ("mountpoint", "/")];
        JsonArray One(Func<double, double> value, params (string, string)[] labels) =>
            [Series(droplet, start, end, Labels(droplet, labels), (at, _) => value(at))];
        return metric switch
        {
            "memory_total" => One(_ => Math.Floor(memory)),
            "memory_available" => One(at => Math.Floor(memory * (1 - Used(at)))),
            "memory_free" => One(at => Math.Floor(memory * (1 - Used(at)) * 0.4)),
            "memory_cached" => One(at => Math.Floor(memory * (1 - Used(at)) * 0.5)),
            "filesystem_size" => One(_ => Math.Floor(disk), root),
            "filesystem_free" => One(at => Math.Floor(disk * (1 - DiskUsed(at))), root),
            "load_1" => One(at => Load(at, 60)),
            "load_5" => One(at => Load(at, 300)),
            "load_15" => One(at => Load(at, 900)),
            _ => null,
        };
    }

    /// <summary>Megabits per second.</summary>
    public static JsonArray Bandwidth(DropletState droplet, bool isPublic, bool inbound, long start, long end)
    {
        var curve = new LoadCurve(droplet.Id);
        var scale = (isPublic ? 1.0 : 0.01) * (inbound ? 4 : 11);
        var labels = Labels(droplet, ("interface", isPublic ? "public" : "private"), ("direction", inbound ? "inbound" : "outbound"));
        return [Series(droplet, start, end, labels, (at, _) => scale * curve.At(at + (inbound ? 0 : 40)))];
    }

    static JsonObject Labels(DropletState droplet, params (string Name, string Value)[] labels)
    {
        var metric = new JsonObject { ["host_id"] = droplet.Id.ToString(CultureInfo.InvariantCulture) };
        foreach (var (name, value) in labels)
            metric[name] = value;
        return metric;
    }

    static JsonObject Series(DropletState droplet, long start, long end, JsonObject metric, Func<long, long, double> value)
    {
        // Long spans come coarser, on multiples of the grid: the server picks the step.
        var step = GridSeconds * Math.Max(1, ((end - start) / GridSeconds + MostPoints - 1) / MostPoints);
        var values = new JsonArray();
        for (var at = (start + step - 1) / step * step; at <= end; at += step)
        {
            var now = at * 1000;
            if (droplet.Power.FindLast(span => span.FromMs <= now && (span.ToMs is null || now < span.ToMs)) is { } span)
                values.Add(new JsonArray(at, value(at, span.FromMs / 1000).ToString("0.####", CultureInfo.InvariantCulture)));
        }
        return new JsonObject { ["metric"] = metric, ["values"] = values };
    }
}
