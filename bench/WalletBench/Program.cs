using Webrana.WalletBench;
using Webrana.WalletBench.Hosting;

// wallet: the whole benchmark. host: the process that it starts to measure (never called by hand).
switch (args)
{
    case ["host", ..]:
        await BenchHost.RunAsync(BenchOptions.Parse(args));
        return 0;
    case ["wallet", ..]:
        return await Benchmark.RunAsync(BenchOptions.Parse(args));
    default:
        Console.Error.WriteLine("wallet [--quick] [--postgres ADMIN-CONNECTION-STRING] [--rounds N] [--seconds N] [--connections N] [--wallets N] [--pool N] [--contenders A,B] [--json FILE]");
        return 2;
}
