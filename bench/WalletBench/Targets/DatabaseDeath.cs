using System.Diagnostics;
using Npgsql;
using Webrana.Data;
using Webrana.WalletBench.Hosting;

namespace Webrana.WalletBench.Targets;

/// <summary>
/// PostgreSQL torn down under load: one of its processes is killed with SIGKILL, whereupon the server drops everybody, recovers from its log
/// and accepts again.
/// </summary>
internal static class DatabaseDeath
{
    private const int Wallets = 100;
    private static readonly TimeSpan Observed = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Finding>> MeasureAsync(BenchServer server, DataSources sources)
    {
        if (server.Postmaster is null) return [new Finding("PostgreSQL restarted under load", "", "not measured: the server is not ours to kill", null)];
        var cluster = $"postgres-{Environment.ProcessId}";
        using var silo = ProductSilo.Start(server.Database.AppConnectionString, cluster, _ => { });
        try
        {
            using var client = await ProductSilo.ConnectAsync(sources, cluster);
            var wallets = Enumerable.Range(0, Wallets).Select(_ => Guid.NewGuid()).ToArray();
            await server.FundAsync(wallets);
            var load = new WatchedWallets(client.Services.GetRequiredService<IGrainFactory>(), wallets);
            load.Start();
            await Task.Delay(TimeSpan.FromSeconds(8));
            var (before, asked) = (load.Acknowledged, await TransactionsAsync(server.Database.AppConnectionString));
            await Task.Delay(Observed);
            var perSecond = (load.Acknowledged - before) / Observed.TotalSeconds;
            var quiet = (await TransactionsAsync(server.Database.AppConnectionString) - asked) / Observed.TotalSeconds;

            await using (var backend = sources.Queries.CreateCommand("SELECT pg_backend_pid()"))
            using (var process = Process.GetProcessById((int)(await backend.ExecuteScalarAsync())!)) process.Kill();
            var killedAt = Stopwatch.GetTimestamp();
            var accepts = await AcceptsAsync(server.Database.AppConnectionString);
            while (load.FirstAfter(accepts) is null && Stopwatch.GetElapsedTime(accepts).TotalSeconds < 60) await Task.Delay(50);
            var service = load.FirstAfter(accepts) is { } first ? Stopwatch.GetElapsedTime(accepts, first).TotalSeconds : double.PositiveInfinity;
            // What tries again and fails is no acknowledgement: PostgreSQL's own count of transactions, committed or not, shows a storm.
            var (gapFrom, sessions) = (load.Acknowledged, await SessionsAsync(server.Database.AppConnectionString));
            await Task.Delay(Observed);
            var after = (load.Acknowledged - gapFrom) / Observed.TotalSeconds;
            var stormy = await TransactionsAsync(server.Database.AppConnectionString) / Stopwatch.GetElapsedTime(accepts).TotalSeconds;
            await load.StopAsync();
            // What the pools here still hold are connections to a server that is gone.
            server.Owner.Clear();
            sources.Queries.Clear();
            var rows = await server.DebitsAsync();
            return
            [
                Finding.Of("PostgreSQL killed under load: service back after it accepts", "≤ 3 s", service <= 3,
                    $"{service:F1} s (away {Stopwatch.GetElapsedTime(killedAt, accepts).TotalSeconds:F1} s)"),
                Finding.Of("… statements in the 10 s after: no retry storm", "≤ 1.5× those before", stormy <= 1.5 * quiet,
                    $"{stormy / quiet:F2}× ({quiet:N0} → {stormy:N0} transactions/s, {perSecond:N0} → {after:N0} debits/s), {sessions} sessions"),
                Finding.Of("… acknowledged debits that are not in the ledger", "0", load.Acknowledged <= rows, $"{Math.Max(0, load.Acknowledged - rows)} of {load.Acknowledged:N0}"),
            ];
        }
        finally
        {
            if (!silo.HasExited) silo.Kill();
            await silo.WaitForExitAsync();
        }
    }

    private static async Task<long> AcceptsAsync(string connectionString)
    {
        await Task.Delay(100); // the postmaster has to notice first
        while (true)
        {
            try
            {
                await SessionsAsync(connectionString);
                return Stopwatch.GetTimestamp();
            }
            catch (NpgsqlException)
            {
                await Task.Delay(20);
            }
        }
    }

    private static Task<long> SessionsAsync(string connectionString) =>
        AskAsync(connectionString, "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'webrana%'");

    // Told by the sessions about once a second; a server that crashed counts from zero.
    private static Task<long> TransactionsAsync(string connectionString) =>
        AskAsync(connectionString, "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()");

    private static async Task<long> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
