using System.Collections.Concurrent;
using System.Diagnostics;
using Webrana.Contracts;
using Webrana.Data;
using Webrana.WalletBench.Hosting;

namespace Webrana.WalletBench.Renewals;

/// <summary>Two silo processes of the product, their sweepers awake, and customers at their panels beside them.</summary>
/// <param name="Victim">One of the two; it may be killed.</param>
/// <param name="Interactive">The customers; warm.</param>
/// <param name="Heard">What the silos said.</param>
internal sealed record TwoSilos(Process Victim, RenewalBooks Books, InteractiveLoad Interactive, IReadOnlyCollection<string> Heard)
{
    /// <summary>How many debits the customers send.</summary>
    public const double InteractivePerSecond = 100;

    /// <summary>What they complained of most.</summary>
    public IEnumerable<string> Complaints => Heard.Where(line => line.StartsWith("fail", StringComparison.Ordinal)).GroupBy(line => line)
        .OrderByDescending(same => same.Count()).Take(5).Select(same => $"  silo said {same.Count()}x: {same.Key}");

    /// <summary>Starts them, measures, and ends them whatever came of it.</summary>
    /// <param name="name">Of their cluster.</param>
    public static async Task<bool> MeasureAsync(BenchServer server, string name, Func<TwoSilos, Task<bool>> measure)
    {
        var postgres = server.Database.AppConnectionString;
        var cluster = $"{name}-{Environment.ProcessId}";
        var heard = new ConcurrentBag<string>();
        using var survivor = ProductSilo.Start(postgres, cluster, heard.Add);
        using var victim = ProductSilo.Start(postgres, cluster, heard.Add);
        await using var sources = new DataSources(postgres);
        var books = new RenewalBooks(server.Owner, sources);
        try
        {
            using var client = await ProductSilo.ConnectAsync(sources, cluster);
            await ProductSilo.MembersAsync(server.Owner, cluster, 2);
            var grains = client.Services.GetRequiredService<IGrainFactory>();
            using var end = new CancellationTokenSource();
            var keeper = KeepAsync(grains, end.Token);

            var wallets = Enumerable.Range(0, 500).Select(_ => Guid.NewGuid()).ToArray();
            await server.FundAsync(wallets);
            var interactive = new InteractiveLoad(grains, wallets, InteractivePerSecond);
            await interactive.RunAsync(Task.Delay(TimeSpan.FromSeconds(6))); // warm: nobody pays for compiling
            var isExact = await measure(new TwoSilos(victim, books, interactive, heard));
            await end.CancelAsync();
            await keeper;
            return isExact;
        }
        finally
        {
            foreach (var silo in (Process[])[survivor, victim])
            {
                if (!silo.HasExited) silo.Kill();
                await silo.WaitForExitAsync();
            }
        }
    }

    // What the silo's own host does: asks the sweepers every few seconds whether they live.
    private static async Task KeepAsync(IGrainFactory grains, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await Task.WhenAll(RenewalBenchmark.Sweepers(grains).Select(sweeper => sweeper.EnsureRunning()));
                await Task.Delay(5_000, end);
            }
            catch (Exception exception) when (exception is OperationCanceledException or OrleansException or TimeoutException or InfrastructureException)
            {
                // A silo has just died, or this is over.
            }
        }
    }
}
