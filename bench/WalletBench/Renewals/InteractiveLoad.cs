using System.Diagnostics;
using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;

namespace Webrana.WalletBench.Renewals;

/// <summary>
/// Customers at their panels while something big goes on: debits of wallets of their own, sent at a fixed rate whether or not the ones
/// before were answered, each measured from the moment it was meant to be sent (an open loop hides no queue).
/// </summary>
internal sealed class InteractiveLoad(IGrainFactory grains, Guid[] wallets, double perSecond)
{
    private static readonly PostingReference Reference = new(ReferenceType.VpsPayment, "bench", ContraAccount.Revenue, "Interactive");

    /// <summary>One debit: when it was meant to be sent, and how long its customer waited from then on; null = in vain.</summary>
    public readonly record struct Sample(long MeantAt, double? TookMs)
    {
        /// <summary>When it was answered; null = never.</summary>
        public long? AnsweredAt => TookMs is { } took ? MeantAt + (long)(took / 1000 * Stopwatch.Frequency) : null;
    }

    /// <summary>What came of some.</summary>
    /// <param name="Sent">Debits sent.</param>
    /// <param name="Acknowledged">Debits answered done; the ledger must hold at least these.</param>
    /// <param name="Failed">Answered otherwise, or not at all.</param>
    public sealed record Outcome(int Sent, int Acknowledged, int Failed, double P50Ms, double P99Ms, double WorstMs)
    {
        public static Outcome Of(IReadOnlyCollection<Sample> samples)
        {
            var latencies = samples.Select(sample => sample.TookMs).OfType<double>().Order().ToArray();
            return latencies.Length == 0
                ? new Outcome(samples.Count, 0, samples.Count, 0, 0, 0)
                : new Outcome(
                    samples.Count, latencies.Length, samples.Count - latencies.Length,
                    latencies[latencies.Length / 2], latencies[(int)((latencies.Length - 1) * 0.99)], latencies[^1]);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p50 {P50Ms:F1} p99 {P99Ms:F1} worst {WorstMs:F0} ms");
    }

    /// <summary>Sends until <paramref name="until"/> is over, and waits for the last answer.</summary>
    public async Task<IReadOnlyList<Sample>> RunAsync(Task until)
    {
        var run = Guid.NewGuid().ToString("N");
        var sent = new List<Task<Sample>>();
        var began = Stopwatch.GetTimestamp();
        while (!until.IsCompleted)
        {
            // The first is due at once.
            var due = (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * perSecond) + 1;
            while (sent.Count < due)
            {
                var meant = began + (long)(sent.Count / perSecond * Stopwatch.Frequency);
                sent.Add(SampleAsync(wallets[sent.Count % wallets.Length], $"{run}:{sent.Count}", meant));
            }

            await Task.Delay(1);
        }

        return await Task.WhenAll(sent);
    }

    private async Task<Sample> SampleAsync(Guid wallet, string operation, long meant) => new(meant, await DebitAsync(wallet, operation, meant));

    // A customer's own retry under the same id is part of what he waits for.
    private async Task<double?> DebitAsync(Guid wallet, string operation, long meant)
    {
        while (Stopwatch.GetElapsedTime(meant).TotalSeconds < 30)
        {
            try
            {
                var debit = await grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(wallet))).Debit(new DebitCommand(operation, 1, Reference));
                if (debit.IsOk) return Stopwatch.GetElapsedTime(meant).TotalMilliseconds;
                if (debit.Error is not (WalletError.OutcomeUnknown or WalletError.Overloaded)) return null;
            }
            catch (Exception exception) when (exception is InfrastructureException or OrleansException or TimeoutException)
            {
                await Task.Delay(100);
            }
        }

        return null;
    }
}
