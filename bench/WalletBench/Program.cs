using Webrana.WalletBench;
using Webrana.WalletBench.Hosting;
using Webrana.WalletBench.Promos;

// wallet and promo: the benchmarks. host and promo-host: the processes that they start to measure (never called by hand).
switch (args)
{
    case ["host", ..]:
        await BenchHost.RunAsync(BenchOptions.Parse(args));
        return 0;
    case ["wallet", ..]:
        return await Benchmark.RunAsync(BenchOptions.Parse(args));
    case ["promo-host", var cluster]:
        await PromoHost.RunAsync(Environment.GetEnvironmentVariable("WEBRANA_BENCH_POSTGRES")!, cluster);
        return 0;
    case ["promo", ..]:
        return await PromoBenchmark.RunAsync(args);
    default:
        Console.Error.WriteLine("wallet [--quick] [--postgres ADMIN-CONNECTION-STRING] [--rounds N] [--seconds N] [--connections N] [--wallets N] [--pool N] [--contenders A,B] [--json FILE]");
        Console.Error.WriteLine("promo [--quick] [--postgres ADMIN-CONNECTION-STRING]");
        return 2;
}
