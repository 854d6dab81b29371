using System.Diagnostics;
using System.Globalization;
using static Webrana.WalletBench.Renewals.InteractiveLoad;
using static Webrana.WalletBench.Renewals.RenewalBenchmark;

namespace Webrana.WalletBench.Renewals;

/// <summary>
/// <c>./webrana bench renewals --days-behind N</c>: daily servers that owe a period for each day of an outage of ours, with owners who can pay.
/// Two silos catch up, with customers' debits beside it; counted in SQL.
/// </summary>
internal static class OutageBenchmark
{
    /// <summary>How long we were away in a whole run.</summary>
    public const int Days = 3;

    private const double TargetTimes = 3;
    private const int WarmUp = 5_000;

    // Many times what it takes: that something never comes is a result, too.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<bool> RunAsync(BenchServer server, int days, int servers, Dictionary<string, object> result)
    {
        Say($"{servers:N0} daily servers after an outage of {days} days: {servers * days:N0} periods are due");
        await server.FreshStatesAsync();
        // Before the silos: the first of their sweeps finds the sign of life so old, and knows that we were away.
        await ExecuteAsync(server.Owner, string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO service_pulse (id, beat_at, recovered_at) VALUES (1, clock_timestamp() - interval '{days} days', NULL)
            ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, recovered_at = NULL
            """));
        return await TwoSilos.MeasureAsync(server, "outage", silos => CatchUpAsync(server, silos, days, servers, result));
    }

    private static async Task<bool> CatchUpAsync(BenchServer server, TwoSilos silos, int days, int servers, Dictionary<string, object> result)
    {
        var (books, interactive) = (silos.Books, silos.Interactive);
        // Nobody pays for compiling, as in the storm: some first, counted in the end like the others.
        var before = Math.Min(servers, WarmUp);
        await SeedAsync(before);
        await CaughtUpAsync(books, before * days, TimeProvider.System.GetUtcNow());
        // Quiet is when the papers of that are made and its mails have left, too.
        for (var patience = Stopwatch.StartNew(); await books.QueuedAsync() > 0 && patience.Elapsed < Patience;) await Task.Delay(250);
        var quiet = Outcome.Of(await interactive.RunAsync(Task.Delay(TimeSpan.FromSeconds(8))));
        await SeedAsync(servers);
        var catchingUp = CaughtUpAsync(books, (before + servers) * days, TimeProvider.System.GetUtcNow());
        var beside = Outcome.Of(await interactive.RunAsync(catchingUp));
        var (charged, settled) = await catchingUp;

        var broken = new List<string>(await books.BrokenAsync(before + servers, told: true, periods: days));
        if (await books.OutagesAsync() == 0) broken.Add("the silos did not notice that the service was away");
        if (settled is null) broken.Add($"not caught up after {Patience.TotalMinutes:F0} minutes");
        var isMet = beside.P99Ms <= TargetTimes * quiet.P99Ms && beside.Failed == 0;
        Say($"Catching up on two silos: {servers * days:N0} periods charged after {charged?.TotalSeconds:F1} s = {servers * days / charged?.TotalSeconds:N0}/s; all told and settled after {settled?.TotalSeconds:F1} s");
        Say($"Interactive debits, {TwoSilos.InteractivePerSecond}/s open loop: quiet {quiet}; catching up {beside} = {beside.P99Ms / quiet.P99Ms:F1}x at p99; failed {quiet.Failed + beside.Failed}");
        Say($"  while catching up, target {TargetTimes}x and none failed: {Met(isMet)}");
        Say(broken.Count == 0
            ? $"Exactly {days} charges of each server, one per period, books balanced, nobody suspended, each period told once."
            : $"NOT EXACT: {string.Join("; ", broken)}");
        foreach (var line in silos.Complaints) Say(line);
        result["outage"] = new
        {
            days, servers, chargedInSeconds = charged?.TotalSeconds, caughtUpInSeconds = settled?.TotalSeconds,
            perSecond = TwoSilos.InteractivePerSecond, quiet, catchingUp = beside, isMet, broken,
        };
        return broken.Count == 0;

        Task SeedAsync(int count) =>
            new RenewalSeed(count, Math.Max(1, count / 2)) { DaysBehind = days }.WriteAsync(server.Owner, TimeProvider.System.GetUtcNow(), server.CheckpointAsync);
    }

    /// <summary>
    /// How long until the last was charged, and until nothing was left to do or to tell; null: it did not come to that. The ledger is counted once nobody
    /// is due any more: counting is work for the cores that are measured.
    /// </summary>
    private static async Task<(TimeSpan? Charged, TimeSpan? Settled)> CaughtUpAsync(RenewalBooks books, long charges, DateTimeOffset due)
    {
        var watch = Stopwatch.StartNew();
        TimeSpan? charged = null;
        while (watch.Elapsed < Patience)
        {
            if (charged is null && !await books.IsAnyDueAsync(due) && await books.ChargesAsync() >= charges) charged = watch.Elapsed;
            if (charged is not null && await books.OpenAsync() == 0) return (charged, watch.Elapsed);
            await Task.Delay(250);
        }

        return (charged, null);
    }
}
