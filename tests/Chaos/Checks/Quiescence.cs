using System.Diagnostics;
using Webrana.Chaos.Cluster;
using Webrana.Chaos.Driver;

namespace Webrana.Chaos.Checks;

/// <summary>
/// Waits until nothing is on its way any more. What only waits for time to pass is given time: the business clock is turned by minutes,
/// which is what an operator sees as "it heals by itself within so many minutes".
/// </summary>
public static class Quiescence
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan BeforeTurning = TimeSpan.FromSeconds(5);

    // Each line says what is open and shows one of it, so that a run that does not settle says why.
    private const string Open = """
        select 'held ' || wallet_id from wallets where held <> 0
        union all select payload->>'phase' || ' ' || key from grain_state
            where state = 'droplet' and payload->>'phase' in ('Ordering', 'Held', 'Sending', 'Building', 'Capturing', 'Terminating')
        union all select 'action ' || (payload#>>'{action,kind}') || ' ' || (payload#>>'{action,stage}') || ' ' || key from grain_state
            where state = 'droplet' and jsonb_typeof(payload->'action') = 'object' and payload->>'phase' not in ('Terminated', 'Failed', 'Lost')
        union all select 'renewing ' || key from grain_state
            where state = 'droplet' and jsonb_typeof(payload->'renewing') = 'object' and payload->>'phase' not in ('Terminated', 'Failed', 'Lost')
        union all select 'callback ' || reference from payment_inbox where handled_at is null
        union all select 'due ' || state || ' ' || key from grain_state
            where due_at <= (extract(epoch from business_now()) * 1000)::bigint and payload is not null
        """;

    /// <summary>Null when all is quiet, else what is not.</summary>
    public static async Task<(TimeSpan Took, IReadOnlyList<string> Open)> WaitAsync(ChaosCluster cluster, ClientLog log, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var turned = watch.Elapsed;
        while (true)
        {
            var open = await cluster.Database.RowsAsync(Open, row => row.GetString(0), cancellation);
            open.AddRange(await UncreditedAsync(cluster, log, cancellation));
            if (open.Count == 0)
            {
                // Twice: what was told to a grain a moment ago may not have been stored yet.
                await Task.Delay(500, cancellation);
                if ((await cluster.Database.RowsAsync(Open, row => row.GetString(0), cancellation)).Count == 0)
                    return (watch.Elapsed, []);
                continue;
            }

            if (watch.Elapsed > Patience)
                return (watch.Elapsed, open);
            if (watch.Elapsed - turned > BeforeTurning)
            {
                await cluster.AdvanceAsync("PT3M", cancellation);
                turned = watch.Elapsed;
            }

            await Task.Delay(250, cancellation);
        }
    }

    private static async Task<IEnumerable<string>> UncreditedAsync(ChaosCluster cluster, ClientLog log, CancellationToken cancellation)
    {
        var credited = (await cluster.Database.RowsAsync(
            "select substr(operation_id, 8) from wallet_transactions where operation_id like 'tripay:%'", row => row.GetString(0), cancellation)).ToHashSet();
        return log.Paid.Keys.Where(reference => !credited.Contains(reference)).Select(reference => $"paid and not credited {reference}");
    }
}
