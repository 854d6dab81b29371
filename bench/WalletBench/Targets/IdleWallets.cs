using System.Diagnostics;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.WalletBench.Hosting;

namespace Webrana.WalletBench.Targets;

/// <summary>Wallets touched for the first time, as after a restart, and what they cost while nobody uses them.</summary>
internal static class IdleWallets
{
    private const int Callers = 512;
    private const double TargetPerSecond = 10_000, TargetBytes = 4_096;

    public static async Task<IReadOnlyList<Finding>> MeasureAsync(BenchServer server, int count)
    {
        var wallets = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var chunk in wallets.Chunk(20_000)) await server.FundAsync(chunk);
        await using var app = ProductSilo.Build(server.Database.AppConnectionString, $"idle-{Guid.NewGuid():N}");
        await app.StartAsync();
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        await TouchAsync(grains, [.. Enumerable.Range(0, 5_000).Select(_ => Guid.NewGuid())]); // nobody pays for compiling

        var before = Settled();
        var began = Stopwatch.GetTimestamp();
        await TouchAsync(grains, wallets);
        var perSecond = count / Stopwatch.GetElapsedTime(began).TotalSeconds;
        var bytes = (double)(Settled() - before) / count;
        await app.StopAsync();
        return
        [
            Finding.Of($"cold start: {count:N0} wallets first touched", "≥ 10,000 activations/s", perSecond >= TargetPerSecond, $"{perSecond:N0}/s"),
            Finding.Of("memory per idle wallet grain", "≤ 4 KB", bytes <= TargetBytes, $"{bytes:N0} bytes managed"),
        ];
    }

    private static Task TouchAsync(IGrainFactory grains, Guid[] wallets) => Parallel.ForEachAsync(
        wallets,
        new ParallelOptions { MaxDegreeOfParallelism = Callers },
        async (wallet, _) => await grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(wallet))).Get());

    private static long Settled()
    {
        for (var turn = 0; turn < 3; turn++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
