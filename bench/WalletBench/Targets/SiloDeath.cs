using System.Diagnostics;
using Webrana.Data;
using Webrana.WalletBench.Hosting;

namespace Webrana.WalletBench.Targets;

/// <summary>Three silos under load, one killed: how long the wallets that lived on it are away, and what the others notice.</summary>
internal static class SiloDeath
{
    private const int Wallets = 150;
    private const double AffectedAfterSeconds = 1.5;

    public static async Task<IReadOnlyList<Finding>> MeasureAsync(BenchServer server, DataSources sources, bool tuned)
    {
        var cluster = $"death-{tuned}-{Environment.ProcessId}";
        var silos = Enumerable.Range(0, 3).Select(_ => ProductSilo.Start(server.Database.AppConnectionString, cluster, _ => { }, tuned)).ToArray();
        try
        {
            using var client = await ProductSilo.ConnectAsync(sources, cluster);
            await ProductSilo.MembersAsync(server.Owner, cluster, 3);
            var wallets = Enumerable.Range(0, Wallets).Select(_ => Guid.NewGuid()).ToArray();
            await server.FundAsync(wallets);
            var load = new WatchedWallets(client.Services.GetRequiredService<IGrainFactory>(), wallets);
            load.Start();
            await Task.Delay(TimeSpan.FromSeconds(8)); // warm
            var quietFrom = Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromSeconds(6));
            var killedAt = Stopwatch.GetTimestamp();
            silos[1].Kill();
            await Task.Delay(TimeSpan.FromSeconds(tuned ? 20 : 40));
            var end = Stopwatch.GetTimestamp();
            await load.StopAsync();

            var gaps = load.Gaps(killedAt);
            var affected = Enumerable.Range(0, Wallets).Where(n => gaps[n] > AffectedAfterSeconds).ToHashSet();
            var others = Enumerable.Range(0, Wallets).Where(n => !affected.Contains(n)).ToHashSet();
            var back = affected.Count == 0 ? 0 : affected.Max(n => gaps[n]);
            var (quiet, after) = (load.P99Ms(others, quietFrom, killedAt), load.P99Ms(others, killedAt, end));
            var rows = await server.DebitsAsync();
            double limit = tuned ? 8 : 20;
            var membership = tuned ? "tuned membership" : "Orleans' default membership";
            return
            [
                Finding.Of($"silo of 3 killed under load, {membership}: affected wallets back", $"≤ {limit} s", back <= limit, $"{back:F1} s at most ({affected.Count} of {Wallets})"),
                others.Count == 0
                    ? new Finding("… the others' p99", "≤ 3×", "there were no others: the machine stalled everybody", null)
                    : Finding.Of("… the others' p99", "≤ 3×", after <= 3 * quiet, $"{after / quiet:F1}× ({quiet:F1} → {after:F1} ms)"),
                Finding.Of("… acknowledged debits that are not in the ledger", "0", load.Acknowledged <= rows, $"{Math.Max(0, load.Acknowledged - rows)} of {load.Acknowledged:N0}"),
            ];
        }
        finally
        {
            foreach (var silo in silos)
            {
                if (!silo.HasExited) silo.Kill();
                await silo.WaitForExitAsync();
                silo.Dispose();
            }
        }
    }
}
