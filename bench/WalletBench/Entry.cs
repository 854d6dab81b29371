using Webrana.WalletBench.Hosting;
using Webrana.WalletBench.Load;

namespace Webrana.WalletBench;

/// <summary>
/// <c>wallet</c>: the whole benchmark. <c>latency</c>: one client against a running sandbox. <c>host</c> and <c>silo</c>: the processes that
/// <c>wallet</c> starts to measure (never called by hand). A named class: the API brings a <c>Program</c> of its own.
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
            case ["latency", .. var where]:
                return await Latency.RunAsync(where);
            default:
                await Console.Error.WriteLineAsync("""
                    wallet [--quick] [--postgres ADMIN-CONNECTION-STRING] [--rounds N] [--seconds N] [--connections N] [--wallets N] [--pool N]
                           [--contenders A,B] [--loads hot,uniform] [--json FILE]
                    latency [--data DIR]   against a sandbox that runs (its data folder; default .sandbox, as `./webrana up` has it)
                    """);
                return 2;
        }
    }
}
