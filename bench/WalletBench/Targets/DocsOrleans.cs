using System.Diagnostics;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.WalletBench.Hosting;
using Webrana.WalletBench.Reporting;

namespace Webrana.WalletBench.Targets;

/// <summary>An account as Orleans' documentation writes it: one turn at a time, the state written by the storage provider in each.</summary>
public interface IDocsAccount : IGrainWithStringKey
{
    /// <summary>Takes money out.</summary>
    Task<long> Withdraw(long amountIdr);
}

/// <summary>Its state.</summary>
[GenerateSerializer]
public sealed class DocsBalance
{
    /// <summary>Rupiah.</summary>
    [Id(0)] public long AmountIdr { get; set; } = 1_000_000_000;
}

/// <summary>The account. It keeps no history and knows no operation ids: it does less than anybody else here.</summary>
[GrainType("docs-account")]
public sealed class DocsAccountGrain([PersistentState("docs-account", "state")] IPersistentState<DocsBalance> balance) : Grain, IDocsAccount
{
    /// <inheritdoc/>
    public async Task<long> Withdraw(long amountIdr)
    {
        if (balance.State.AmountIdr < amountIdr) throw new InvalidOperationException("Not enough.");
        balance.State.AmountIdr -= amountIdr;
        await balance.WriteStateAsync();
        return balance.State.AmountIdr;
    }
}

/// <summary>The wallet grain against that, by grain calls in one process, alternating.</summary>
internal static class DocsOrleans
{
    private const int Callers = 256;
    private static readonly PostingReference Reference = new(ReferenceType.VpsPayment, "bench", ContraAccount.Revenue, "Benchmark");

    public static async Task<IReadOnlyList<Finding>> MeasureAsync(BenchServer server, int rounds, int seconds)
    {
        await using var app = ProductSilo.Build(server.Database.AppConnectionString, $"docs-{Guid.NewGuid():N}");
        await app.StartAsync();
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        var findings = new List<Finding>();
        foreach (var (load, count, target) in ((string, int, double)[])[("one wallet", 1, 50), ("1,000 wallets", 1_000, 10)])
        {
            var wallets = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToArray();
            await server.FundAsync(wallets);
            var ratios = new List<double>();
            double product = 0, docs = 0;
            for (var round = 0; round <= rounds; round++)
            {
                product = await RateAsync(round == 0 ? 1 : seconds, async n => await grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(wallets[n % count])))
                    .Debit(new DebitCommand(Guid.NewGuid().ToString(), 1, Reference)));
                docs = await RateAsync(round == 0 ? 1 : seconds, async n => await grains.GetGrain<IDocsAccount>($"docs:{wallets[n % count]:D}").Withdraw(1));
                if (round > 0) ratios.Add(product / docs); // the first round compiles and activates
            }

            var ratio = Spread.Of(ratios);
            findings.Add(Finding.Of($"against Orleans as in its documentation, {load}", $"≥ {target}×", ratio.Median >= target,
                $"{ratio.Median:F1}× ({ratio.Min:F1}–{ratio.Max:F1}; last {product:N0} against {docs:N0}/s)"));
        }

        await app.StopAsync();
        return findings;
    }

    private static async Task<double> RateAsync(int seconds, Func<int, Task> call)
    {
        var (began, done, next) = (Stopwatch.GetTimestamp(), 0, 0);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(began).TotalSeconds < seconds)
            {
                await call(Interlocked.Increment(ref next));
                Interlocked.Increment(ref done);
            }
        }));
        return done / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
