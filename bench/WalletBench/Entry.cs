using Webrana.WalletBench.Hosting;
using Webrana.WalletBench.Load;
using Webrana.WalletBench.Promos;
using Webrana.WalletBench.Reminders;
using Webrana.WalletBench.Renewals;
using Webrana.WalletBench.Targets;

namespace Webrana.WalletBench;

/// <summary>
/// <c>wallet</c>, <c>promo</c>, <c>renewals</c>, <c>reminders</c> and <c>targets</c>: the benchmarks. <c>latency</c>: one client against a running sandbox. <c>host</c>, <c>silo</c> and <c>product-silo</c>: the processes that
/// these start to measure (never called by hand). A named class: the API brings a <c>Program</c> of its own.
/// </summary>
internal static class Entry
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["host", ..]:
                await BenchHost.RunAsync(BenchOptions.Parse(args));
                return 0;
            case ["silo", ..]:
                await BenchSilo.RunAsync(BenchOptions.Parse(args));
                return 0;
            case ["wallet", ..]:
                return await Benchmark.RunAsync(BenchOptions.Parse(args));
            case ["product-silo", var cluster, var membership]:
                await ProductSilo.RunAsync(cluster, membership == "tuned");
                return 0;
            case ["promo", ..]:
                return await PromoBenchmark.RunAsync(args);
            case ["renewals", ..]:
                return await RenewalBenchmark.RunAsync(args);
            case ["reminders", ..]:
                return await ReminderBenchmark.RunAsync(args);
            case ["targets", ..]:
                return await TargetsBenchmark.RunAsync(args);
            case ["latency", .. var where]:
                return await Latency.RunAsync(where);
            default:
                await Console.Error.WriteLineAsync("""
                    wallet [--quick] [--postgres ADMIN-CONNECTION-STRING] [--rounds N] [--seconds N] [--connections N] [--rate N] [--wallets N] [--pools N,N]
                           [--contenders A,B] [--loads hot,uniform] [--json FILE]
                    promo [--quick] [--postgres ADMIN-CONNECTION-STRING]
                    renewals [--quick] [--servers N] [--rounds N] [--days-behind N] [--postgres ADMIN-CONNECTION-STRING]
                    reminders [--quick] [--postgres ADMIN-CONNECTION-STRING]
                    targets [--quick] [--only idle,docs,silo-default,silo-tuned,postgres] [--json FILE] [--postgres ADMIN-CONNECTION-STRING]
                    latency [--data DIR]   against a sandbox that runs (its data folder; default .sandbox, as `./webrana up` has it)
                    """);
                return 2;
        }
    }
}
