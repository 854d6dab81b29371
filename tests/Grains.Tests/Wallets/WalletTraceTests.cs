using System.Collections.Concurrent;
using System.Diagnostics;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using static Webrana.Grains.Tests.Wallets.WalletGrainTests;

namespace Webrana.Grains.Tests.Wallets;

/// <summary>A wallet's loop works for many calls: in traces its commits belong to those they are for, not to the one that began the loop.</summary>
public sealed class WalletTraceTests(WalletDatabase database) : IClassFixture<WalletDatabase>
{
    [Fact]
    public async Task A_commit_for_several_calls_stands_in_the_tree_of_one_and_the_others_lead_there()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = ListenInto(ended);
        await using var cluster = await WalletCluster.StartAsync(database.Options);
        var wallet = cluster.Wallet(Guid.NewGuid());
        Ok(await wallet.Credit(Say.Credit("c", 100)));
        var (held, gate) = (NewSignal(), NewSignal());
        cluster.Ledger.FailPoint = async at =>
        {
            if (at != "before_commit") return;
            held.TrySetResult();
            await gate.Task;
        };

        var beginning = Traced(() => wallet.Debit(Say.Debit("begins-the-loop", 1)));
        await held.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var one = Traced(() => wallet.Debit(Say.Debit("waits", 1)));
        var other = Traced(() => wallet.Debit(Say.Debit("waits-too", 1)));
        await wallet.Get(); // comes after them: both are in the mailbox
        cluster.Ledger.FailPoint = null;
        gate.SetResult();
        foreach (var (_, answer) in new[] { beginning, one, other }) Ok(await answer);

        Assert.Equal(1, Commits(beginning.Trace));
        Assert.Equal(1, Commits(one.Trace) + Commits(other.Trace)); // one statement for both
        var (first, second) = Commits(one.Trace) == 1 ? (one.Trace, other.Trace) : (other.Trace, one.Trace);
        Assert.Contains(ended, span => span.TraceId == second && span.Links.Any(link => link.Context.TraceId == first));

        int Commits(ActivityTraceId trace) => ended.Count(span => span.TraceId == trace && span.DisplayName == "wait ledger-commit");
    }

    private static (ActivityTraceId Trace, Task<Result<PostingReceipt, WalletError>> Answer) Traced(Func<Task<Result<PostingReceipt, WalletError>>> ask)
    {
        Activity.Current = null;
        var caller = new Activity("caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        var answer = ask();
        Activity.Current = null;
        return (caller.TraceId, answer);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Other tests' spans are among them: only traces that the test began itself are looked at.
    private static ActivityListener ListenInto(ConcurrentQueue<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Webrana.Data" || source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
