using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Webrana.WalletBench.Contenders;
using Webrana.WalletBench.Load;

namespace Webrana.WalletBench.Reporting;

/// <summary>Collects the rounds and prints medians with their spread, and ratios that compare only within one round.</summary>
internal sealed class Report(BenchOptions options, IReadOnlyDictionary<string, string> settings)
{
    private static readonly (int Connections, string Load, string Against, double Factor)[] Targets =
    [
        (256, "hot", "update", 15), (256, "hot", "for-update", 30), (256, "uniform", "update", 3), (64, "uniform", "update", 2),
        (256, "hot", "group", 0.9), (256, "uniform", "group", 0.9), (64, "uniform", "group", 0.9),
    ];

    // Whom the targets compare: where one of them did not do alike in every round, the run has shown nothing.
    private static readonly string[] Compared = ["update", "for-update", "group", "webrana"];
    private const double MostSpread = 1.6;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);
    private readonly List<Measurement> _measurements = [];
    private readonly List<Tried> _pools = [];
    private readonly List<double> _floor = [];
    private readonly Dictionary<string, LoadResult> _roofs = [];

    public void Begin()
    {
        Say($"Wallet debits over HTTP, {options.Connections} connections {(options.Rate > 0 ? $"open loop, {options.Rate} requests a second offered" : "closed loop")}, {options.Rounds} interleaved rounds of {options.Seconds} s each, "
            + $"{Environment.ProcessorCount} cores shared by generator, host and PostgreSQL, load average {LoadAverage()}");
        Say("PostgreSQL: " + string.Join(", ", settings.Select(one => $"{one.Key} = {one.Value}")) + $"; pool of the row-at-a-time contenders: {(options.Pools.Count == 1 ? "" : "the best of ")}{string.Join(", ", options.Pools)}");
        Say("Every contender: the product's authentication and idempotency (key claimed before the work, answer kept after it), one ledger row, same tables and indexes.");
        Say("orleans-docs: a grain as Orleans' documentation writes it; it keeps no ledger and knows no operation ids, and so does less than the others.");
        Say("postgres: the roof, no contender: the product's own statement with 256 lines, without HTTP, keys and grains; its latencies are a statement's.");
        Say("webrana: the silo runs in the host's process, as the other contenders do. webrana-apart: in a process of its own behind an Orleans client, as `./webrana up` runs it.");
    }

    /// <summary>What became of a contender with each size of pool, and which it goes on with.</summary>
    public void Pool(string load, string contender, int best, IReadOnlyDictionary<int, double> rates)
    {
        _pools.Add(new Tried(load, contender, best, rates));
        Say($"pool of {load}/{contender}: {best}, of " + string.Join(", ", rates.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} ({one.Value:N0} /s)"))));
    }

    /// <summary>Transactions a second of pgbench's own benchmark, before a round.</summary>
    public void Floor(double perSecond) => _floor.Add(perSecond);

    public void Roof(string what, LoadResult result)
    {
        _roofs[what] = result;
        Say($"Roof ({what}): {result.PerSecond:N0} /s, processor µs each: {Cpu(result.Cpu)}");
    }

    public void Add(int round, string load, string contender, LoadResult result) => _measurements.Add(new Measurement(round, load, contender, result));

    public void RoundDone(int round) => Say($"round {round} of {options.Rounds}: invariants hold; " + string.Join(", ", _measurements
        .Where(one => one.Round == round).Select(one => $"{one.Load}/{one.Contender} {one.Result.PerSecond:N0}")));

    /// <returns>Whether those whom targets compare did alike in every round.</returns>
    public async Task<bool> EndAsync()
    {
        Say("");
        if (_floor.Count > 0) Say($"Floor (pgbench, TPC-B, scale 10, prepared, at most 16 clients, before each round): {Spread.Of(_floor)} transactions/s");
        else if (options.Contenders.Contains(PostgresRoof.Name)) Say("Floor: not measured, this PostgreSQL came without pgbench.");
        Say($"{"load",-8} {"contender",-13} {"median /s",10} {"min",8} {"max",8} {"p50 ms",8} {"p99 ms",8} {"cpu µs: host+gen+pg",22} {"× update",18} {"× for-update",18} {"× group",16}");
        var rows = _measurements.GroupBy(one => (one.Load, one.Contender)).Select(Summarise).ToList();
        foreach (var row in rows)
        {
            Say($"{row.Load,-8} {row.Contender,-13} {row.PerSecond.Median,10:N0} {row.PerSecond.Min,8:N0} {row.PerSecond.Max,8:N0} {row.P50Ms,8:N1} {row.P99Ms,8:N1} {Cpu(row.Cpu),22} "
                + $"{row.AgainstUpdate,18} {row.AgainstForUpdate,18} {row.AgainstGroup,16}");
        }

        Say("");
        foreach (var (_, load, against, factor) in Targets.Where(target => options.Rate == 0 && target.Connections == options.Connections && options.Contenders.Contains(target.Against)))
        {
            if (rows.SingleOrDefault(row => row.Load == load && row.Contender == "webrana") is not { } own) continue;
            var ratio = against switch { "update" => own.AgainstUpdate, "for-update" => own.AgainstForUpdate, _ => own.AgainstGroup };
            Say($"target {load}: at least {factor}× {against}: {(ratio.Median >= factor ? "met" : "MISSED")} ({ratio})");
        }

        foreach (var own in rows.Where(row => row.Contender == "webrana"))
        {
            var (roof, least) = (Ratio(_measurements.Where(one => (one.Load, one.Contender) == (own.Load, own.Contender)), PostgresRoof.Name), own.Load == "hot" ? 0.35 : 0.25);
            if (options.Rate == 0 && options.Connections > 1 && options.Contenders.Contains(PostgresRoof.Name)) Say($"target {own.Load}: at least {least} of the roof: {(roof.Median >= least ? "met" : "MISSED")} ({roof})");
            if (rows.SingleOrDefault(row => (row.Load, row.Contender) == (own.Load, "update")) is not { } update) continue;
            if (options.Connections == 1) Say($"target {own.Load}, one client: p50 at most 1.25× update: {(own.P50Ms <= 1.25 * update.P50Ms ? "met" : "MISSED")} ({own.P50Ms / update.P50Ms:F2}×)");
            else if (own.Load == "hot" && options.Rate == 0) Say($"target hot: p99 at most ¼ of update: {(own.P99Ms <= update.P99Ms / 4 ? "met" : "MISSED")} ({own.P99Ms / update.P99Ms:F2}×)");
        }

        var isSteady = true;
        foreach (var row in rows.Where(row => row.PerSecond.Max > row.PerSecond.Min * MostSpread))
        {
            var isCompared = options.Rate == 0 && Compared.Contains(row.Contender);
            isSteady &= !isCompared;
            Say($"{(isCompared ? "TOO NOISY" : "noisy")}: {row.Load}/{row.Contender} spread by {row.PerSecond.Max / row.PerSecond.Min:N1}× between rounds; repeat on a quiet machine.");
        }

        var json = JsonSerializer.Serialize(
            new { options, settings, loadAverage = LoadAverage(), isSteady, pools = _pools, floor = _floor, roofs = _roofs, summary = rows, rounds = _measurements },
            Format);
        if (options.Json is not null) await File.WriteAllTextAsync(options.Json, json);
        else Say(json);
        return isSteady;
    }

    private Row Summarise(IGrouping<(string Load, string Contender), Measurement> group)
    {
        var results = group.Select(one => one.Result).ToList();
        return new Row(
            group.Key.Load, group.Key.Contender, Spread.Of(results.Select(one => one.PerSecond)),
            Median(one => one.P50Ms), Median(one => one.P99Ms),
            new CpuTimes(Median(one => one.Cpu.Host), Median(one => one.Cpu.Generator), Median(one => one.Cpu.Postgres)),
            Ratio(group, "update"), Ratio(group, "for-update"), Ratio(group, "group"));

        double Median(Func<LoadResult, double> value) => Spread.Of(results.Select(value)).Median;
    }

    private static string Cpu(CpuTimes cpu) =>
        string.Create(CultureInfo.InvariantCulture, $"{cpu.Host:N0}+{cpu.Generator:N0}+{cpu.Postgres:N0} = {cpu.Total:N0}");

    private Spread Ratio(IEnumerable<Measurement> group, string against) => !options.Contenders.Contains(against) ? default : Spread.Of(group.Select(one =>
        one.Result.PerSecond / _measurements.Single(other => (other.Round, other.Load, other.Contender) == (one.Round, one.Load, against)).Result.PerSecond));

    private static string LoadAverage() =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "unknown";

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Say(string text) => Console.WriteLine(text);

    private sealed record Tried(string Load, string Contender, int Best, IReadOnlyDictionary<int, double> PerSecond);

    private sealed record Measurement(int Round, string Load, string Contender, LoadResult Result);

    private sealed record Row(
        string Load, string Contender, Spread PerSecond, double P50Ms, double P99Ms, CpuTimes Cpu,
        Spread AgainstUpdate, Spread AgainstForUpdate, Spread AgainstGroup);
}

/// <summary>Median with its extremes.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Spread(sorted[sorted.Length / 2], sorted[0], sorted[^1]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median:N2} ({Min:N2}-{Max:N2})");
}
