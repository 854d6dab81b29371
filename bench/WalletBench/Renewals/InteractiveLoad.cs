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

    /// <summary>What came of it.</summary>
    /// <param name="Sent">Debits sent.</param>
    /// <param name="Acknowledged">Debits answered done; the ledger must hold at least these.</param>
    /// <param name="Failed">Answered otherwise, or not at all.</param>
    public sealed record Outcome(int Sent, int Acknowledged, int Failed, double P50Ms, double P99Ms, double WorstMs)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p50 {P50Ms:F1} p99 {P99Ms:F1} worst {WorstMs:F0} ms");
    }

    /// <summary>Sends until <paramref name="until"/> is over.</summary>
    public async Task<Outcome> RunAsync(Task until)
    {
        var run = Guid.NewGuid().ToString("N");
        var sent = new List<Task<double?>>();
        var began = Stopwatch.GetTimestamp();
        while (!until.IsCompleted)
        {
            var due = (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * perSecond);
            while (sent.Count < due)
            {
                var meant = began + (long)(sent.Count / perSecond * Stopwatch.Frequency);
                sent.Add(DebitAsync(wallets[sent.Count % wallets.Length], $"{run}:{sent.Count}", meant));
            }

            await Task.Delay(2);
        }

        var all = await Task.WhenAll(sent);
        var latencies = all.OfType<double>().Order().ToArray();
        return latencies.Length == 0
            ? new Outcome(all.Length, 0, all.Length, 0, 0, 0)
            : new Outcome(
                all.Length, latencies.Length, all.Length - latencies.Length,
                latencies[latencies.Length / 2], latencies[(int)((latencies.Length - 1) * 0.99)], latencies[^1]);
    }

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
