using System.Collections.Concurrent;
using System.Diagnostics;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;

namespace Webrana.WalletBench.Targets;

/// <summary>One caller per wallet, one debit after the other, each under its own id until it is answered; every answer's time is kept.</summary>
internal sealed class WatchedWallets(IGrainFactory grains, Guid[] wallets)
{
    private static readonly PostingReference Reference = new(ReferenceType.VpsPayment, "bench", ContraAccount.Revenue, "Watched");
    private readonly ConcurrentQueue<(int Wallet, long Began, long Ended)>[] _answers = [.. wallets.Select(_ => new ConcurrentQueue<(int, long, long)>())];
    private Task _work = Task.CompletedTask;
    private volatile bool _ended;

    /// <summary>Debits that were answered done.</summary>
    public long Acknowledged => _answers.Sum(one => (long)one.Count);

    public void Start() => _work = Task.WhenAll(Enumerable.Range(0, wallets.Length).Select(n => Task.Run(() => WorkAsync(n))));

    public Task StopAsync()
    {
        _ended = true;
        return _work;
    }

    /// <summary>The longest time without an answer that touches what came after <paramref name="since"/>, per wallet, in seconds.</summary>
    public double[] Gaps(long since) => [.. _answers.Select(answers =>
    {
        var ends = answers.Select(one => one.Ended).Order().ToArray();
        var last = since;
        double longest = 0;
        foreach (var end in ends.Where(end => end > since))
        {
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(last, end).TotalSeconds);
            last = end;
        }

        return longest;
    })];

    /// <summary>p99 in milliseconds of what some wallets waited for within a span.</summary>
    public double P99Ms(IReadOnlyCollection<int> which, long from, long until)
    {
        var times = which.SelectMany(n => _answers[n]).Where(one => one.Began >= from && one.Ended <= until)
            .Select(one => Stopwatch.GetElapsedTime(one.Began, one.Ended).TotalMilliseconds).Order().ToArray();
        return times.Length == 0 ? 0 : times[(int)((times.Length - 1) * 0.99)];
    }

    /// <summary>The first answer to a debit that began after a moment.</summary>
    public long? FirstAfter(long moment) =>
        _answers.SelectMany(one => one).Where(one => one.Ended > moment).Select(one => (long?)one.Ended).Min();

    private async Task WorkAsync(int n)
    {
        var wallet = grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(wallets[n])));
        while (!_ended)
        {
            var (began, operation) = (Stopwatch.GetTimestamp(), Guid.NewGuid().ToString());
            while (!await TryAsync(wallet, operation)) await Task.Delay(50);
            _answers[n].Enqueue((n, began, Stopwatch.GetTimestamp()));
            await Task.Delay(5);
        }
    }

    private static async Task<bool> TryAsync(IWalletGrain wallet, string operation)
    {
        try
        {
            return (await wallet.Debit(new DebitCommand(operation, 1, Reference))).IsOk;
        }
        catch (Exception exception) when (exception is InfrastructureException or OrleansException or TimeoutException)
        {
            return false;
        }
    }
}
