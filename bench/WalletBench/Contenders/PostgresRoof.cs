using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;
using Webrana.WalletBench.Load;

namespace Webrana.WalletBench.Contenders;

/// <summary>
/// The roof: what PostgreSQL books when nobody asks over HTTP, brings a key or waits for a turn. The product's own statement with 256 lines, on
/// one wallet one after the other, on many two at a time, straight from the generator's process.
/// </summary>
internal static class PostgresRoof
{
    /// <summary>Its name in the table; it has no address.</summary>
    public const string Name = "postgres";

    private const int Lines = 256;

    // Two statements in flight, and what fills the next two waiting behind them.
    private const int Feeders = 4;

    public static async Task<LoadResult> RunAsync(DataSources sources, Guid[] wallets, CpuMeter cpu, BenchOptions options)
    {
        var how = new LedgerOptions { Writers = 2, MaxWallets = Lines, MaxLines = Lines };
        await using var ledger = new LedgerStore(sources, how, NullLogger<LedgerStore>.Instance);
        Feeder[] feeders = wallets.Length == 1
            ? [new Feeder(ledger, wallets, Lines)]
            : [.. wallets.Chunk((wallets.Length + Feeders - 1) / Feeders).Select(own => new Feeder(ledger, own, linesEach: 1))];
        foreach (var feeder in feeders) await feeder.LoadAsync();

        using var stop = new CancellationTokenSource();
        var feeding = Task.WhenAll(feeders.Select(feeder => Task.Run(() => feeder.RunAsync(stop.Token))));
        await Task.Delay(TimeSpan.FromSeconds(options.WarmSeconds));
        var before = cpu.Read();
        var measuring = Stopwatch.StartNew();
        foreach (var feeder in feeders) feeder.Measures = true;
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds));
        foreach (var feeder in feeders) feeder.Measures = false;
        var elapsed = measuring.Elapsed.TotalSeconds;
        var spent = cpu.Read() - before;
        await stop.CancelAsync();
        await feeding;

        var booked = feeders.Sum(feeder => feeder.Measured);
        var latencies = feeders.SelectMany(feeder => feeder.Latencies).Order().ToArray();
        return new LoadResult(
            booked / elapsed, Percentile(latencies, 0.50), Percentile(latencies, 0.99), spent / Math.Max(1, booked), feeders.Sum(feeder => feeder.All), Refused: 0);
    }

    private static double Percentile(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)];

    /// <summary>Keeps one statement's worth of lines in flight, on wallets that nobody else touches.</summary>
    private sealed class Feeder(LedgerStore ledger, Guid[] wallets, int linesEach)
    {
        private static readonly PostingMemo Memo = new("VPS_PAYMENT", "bench", "REVENUE", "Benchmark");

        private readonly Dictionary<Guid, StoredWallet> _known = [];
        private int _nextWallet;
        private long _nextOperation;

        public volatile bool Measures;

        /// <summary>Lines booked while it measured.</summary>
        public long Measured { get; private set; }

        /// <summary>All lines booked.</summary>
        public long All { get; private set; }

        /// <summary>Milliseconds of each round while it measured.</summary>
        public List<double> Latencies { get; } = [];

        public async Task LoadAsync()
        {
            foreach (var wallet in await Task.WhenAll(wallets.Select(ledger.LoadAsync))) _known[wallet.Id] = wallet;
        }

        public async Task RunAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                var start = Stopwatch.GetTimestamp();
                var now = TimeProvider.System.GetUtcNow();
                var items = new LedgerItem[Math.Min(wallets.Length, Lines / linesEach)];
                for (var n = 0; n < items.Length; n++)
                {
                    items[n] = Decide(wallets[_nextWallet], now);
                    _nextWallet = (_nextWallet + 1) % wallets.Length;
                }

                var answers = await Task.WhenAll(items.Select(ledger.CommitAsync));
                foreach (var (item, answer) in items.Zip(answers))
                {
                    if (answer.Outcome != CommitOutcome.Committed)
                        throw new InvariantBrokenException($"The roof's own wallet was not booked: {answer.Outcome} {answer.Cause?.Message}");
                    _known[item.WalletId] = item.Before with { Wallet = item.After };
                }

                var lines = items.Length * linesEach;
                All += lines;
                if (!Measures) continue;
                Measured += lines;
                Latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        private LedgerItem Decide(Guid id, DateTimeOffset now)
        {
            var before = _known[id];
            var wallet = before.Wallet;
            var entries = new LedgerEntry[linesEach];
            for (var n = 0; n < entries.Length; n++)
            {
                // As long as an operation id of the API.
                var debit = new Debit(string.Create(CultureInfo.InvariantCulture, $"roof-{_nextOperation++:D31}"), 1, Memo);
                var decision = LedgerRules.Decide(wallet, debit, now.ToUnixTimeMilliseconds());
                entries[n] = new LedgerEntry(debit.OperationId, decision.Line);
                wallet = decision.After;
            }

            return new LedgerItem(before, wallet, entries, now);
        }
    }
}
