using System.Diagnostics;
using Webrana.Chaos.Network;

namespace Webrana.Chaos.Faults;

/// <summary>
/// The storage of running processes fails: of each pool's writes every n-th, in turn before its commit and behind it, when it is there and
/// nobody hears of it. The wallet ledger and grain state at once; then the rows of the idempotency keys alone, because a claim whose answer
/// was lost keeps its customer waiting until its lease is over.
/// </summary>
public sealed class StorageFault(int everyNthEntry, int everyNthState, int everyNthKey, TimeSpan least) : IFault
{
    private const string Ledger = "ledger", State = "state", Keys = "idempotency";
    private const int Enough = 2;

    // The lease of a claim is a minute of business time.
    private const string Lease = "PT1M";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Plan => $"storage fails in turn before and after the commit: 1 of {everyNthEntry} writes of the ledger, 1 of {everyNthState} of grain state, 1 of {everyNthKey} of idempotency keys";

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var writes = scene.Cluster.Writes;
        try
        {
            writes.Begin(Ledger, everyNthEntry);
            writes.Begin(State, everyNthState);
            await UntilStruckAsync(writes, least, [Ledger, State], cancellation);
            writes.End();
            writes.Begin(Keys, everyNthKey);
            await UntilStruckAsync(writes, TimeSpan.Zero, [Keys], cancellation);
        }
        finally
        {
            writes.End();
        }

        await scene.Cluster.TurnAsync(Lease, cancellation);
        return string.Join(", ", new[] { Ledger, State, Keys }.Select(pool =>
            $"{pool} {writes.Struck(pool, CommitMoment.Before)} before and {writes.Struck(pool, CommitMoment.After)} after"));
    }

    /// <summary>What was armed and never struck proves nothing.</summary>
    private static async Task UntilStruckAsync(FailingWrites writes, TimeSpan least, string[] pools, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < least || Missing().Any())
        {
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"Too few writes came by in {Patience.TotalSeconds:0} s: {string.Join(", ", Missing())}.");
            await Task.Delay(50, cancellation);
        }

        IEnumerable<string> Missing() =>
            from pool in pools
            from moment in Enum.GetValues<CommitMoment>()
            where writes.Struck(pool, moment) < Enough
            select $"{pool} {moment}";
    }
}
