using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Webrana.Chaos.Faults;

/// <summary>PostgreSQL ends at once under load and recovers from its log: what was acknowledged must be there.</summary>
public sealed class DatabaseCrashFault(TimeSpan down) : IFault
{
    public string Plan => string.Create(CultureInfo.InvariantCulture, $"PostgreSQL stop -m immediate, down for {down.TotalSeconds:0.0} s");

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        await scene.Cluster.Database.CrashAsync();
        await Task.Delay(down, cancellation);
        await scene.Cluster.Database.RestartAsync(cancellation);
        var watch = Stopwatch.StartNew();
        var before = await RowsAsync();
        while (await RowsAsync() == before && watch.Elapsed < TimeSpan.FromSeconds(30))
            await Task.Delay(50, cancellation);
        var took = watch.Elapsed;
        await scene.Cluster.RefreshControlAsync(cancellation);
        return string.Create(CultureInfo.InvariantCulture, $"first row {took.TotalSeconds:0.0} s after it accepted");

        Task<long> RowsAsync() => scene.Cluster.Database.ScalarAsync<long>("select count(*) from wallet_transactions", cancellation);
    }
}

/// <summary>
/// I14: the primary is lost with its disk, and its synchronous standby takes its place on a new timeline. What was acknowledged must be there: rows that could be
/// seen here, promises to customers in what is checked behind every fault.
/// </summary>
public sealed class FailoverFault(TimeSpan together) : IFault
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Plan => string.Create(CultureInfo.InvariantCulture, $"the primary is lost, its synchronous standby of {together.TotalSeconds:0.0} s takes its place");

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var database = scene.Cluster.Database;
        try
        {
            await database.AttachStandbyAsync(cancellation);
            await Task.Delay(together, cancellation);
            // A row is seen by others when the standby has it, and not before.
            var (seen, timeline) = (await RowsAsync(), await TimelineAsync());
            var watch = Stopwatch.StartNew();
            await database.FailOverAsync(cancellation);
            var accepted = watch.Elapsed;
            var kept = await RowsAsync();
            if (kept < seen)
                throw new InvalidOperationException($"{seen - kept} ledger rows that were seen before the failover are lost.");
            var now = await TimelineAsync();
            if (now <= timeline)
                throw new InvalidOperationException($"Timeline {now} after timeline {timeline}: that was no failover.");
            while (await RowsAsync() == kept)
            {
                if (watch.Elapsed - accepted > Patience)
                    throw new TimeoutException($"Nothing was booked {Patience.TotalSeconds:0} s after the standby accepted.");
                await Task.Delay(50, cancellation);
            }

            var booked = watch.Elapsed - accepted;
            await scene.Cluster.RefreshControlAsync(cancellation);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"timeline {timeline} to {now}, accepted {accepted.TotalSeconds:0.0} s after the loss, first row {booked.TotalSeconds:0.0} s after that, {kept} rows kept");
        }
        finally
        {
            await database.DetachStandbyAsync(cancellation);
        }

        Task<long> RowsAsync() => database.ScalarAsync<long>("select count(*) from wallet_transactions", cancellation);

        Task<int> TimelineAsync() => database.ScalarAsync<int>("select timeline_id from pg_control_checkpoint()", cancellation);
    }
}

/// <summary>Server processes of the product's connections are ended, some of them in the middle of a statement.</summary>
public sealed class BackendFault(int times) : IFault
{
    public string Plan => $"pg_terminate_backend of the product's sessions, {times} times";

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var ended = 0L;
        for (var i = 0; i < times; i++)
        {
            ended += await scene.Cluster.Database.ScalarAsync<long>(
                $"select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like 'webrana %' and {(i % 3 == 2 ? "true" : "state = 'active'")}",
                cancellation);
            await Task.Delay(150, cancellation);
        }

        return ended > 0 ? $"{ended} ended" : throw new InvalidOperationException("There was no session to end.");
    }
}

/// <summary>All connections of the server are taken, and the product's are ended: nobody gets in for a while.</summary>
public sealed class ConnectionsFault(TimeSpan taken) : IFault
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Plan => string.Create(CultureInfo.InvariantCulture, $"every connection taken for {taken.TotalSeconds:0} s");

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var database = scene.Cluster.Database;
        var thief = new NpgsqlConnectionStringBuilder(database.Product.OwnerConnectionString) { Pooling = false, ApplicationName = "thief" }.ConnectionString;
        var held = new List<NpgsqlConnection>();
        var full = 0;
        try
        {
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < taken || (full == 0 && watch.Elapsed < Patience))
            {
                var connection = new NpgsqlConnection(thief);
                try
                {
                    await connection.OpenAsync(cancellation);
                    held.Add(connection);
                }
                catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.TooManyConnections)
                {
                    full++;
                    await connection.DisposeAsync();
                    await database.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'webrana %' limit 20", cancellation);
                    await Task.Delay(100, cancellation);
                }
            }

            return full > 0 ? $"{held.Count} held, {full} times none was left" : throw new InvalidOperationException("There was always a connection left.");
        }
        finally
        {
            foreach (var connection in held)
                await connection.DisposeAsync();
        }
    }
}

/// <summary>A table is locked as a careless migration would: every pool runs dry behind it.</summary>
public sealed class LockFault(string table, TimeSpan locked) : IFault
{
    public string Plan => string.Create(CultureInfo.InvariantCulture, $"{table} locked for {locked.TotalSeconds:0} s, pools run dry");

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        await using var connection = await scene.Cluster.Database.Asking.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var take = new NpgsqlCommand($"lock table {table} in access exclusive mode", connection))
            await take.ExecuteNonQueryAsync(cancellation);
        var watch = Stopwatch.StartNew();
        var waited = 0L;
        while (watch.Elapsed < locked)
        {
            // Whoever waits ten seconds gives up and comes again: the most at once is what tells.
            // Asked by another session, because a transaction sees the activity of its first look for ever.
            waited = Math.Max(waited, await scene.Cluster.Database.ScalarAsync<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock'", cancellation));
            await Task.Delay(100, cancellation);
        }

        await transaction.RollbackAsync(cancellation);
        return waited > 0 ? $"{waited} sessions waited at once" : throw new InvalidOperationException("Nobody waited for the lock.");
    }
}
