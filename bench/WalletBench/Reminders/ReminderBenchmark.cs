using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Webrana.Data;
using Webrana.Data.Migrations;
using Webrana.WalletBench.Hosting;
using Webrana.WalletBench.Load;
using Webrana.WalletBench.Reporting;

namespace Webrana.WalletBench.Reminders;

/// <summary>
/// <c>./webrana bench reminders</c>: what a million alarms cost a silo that starts and refreshes: the same silo process over an empty table,
/// over a million rows spread over thirty days, and over the same rows with the provider's stock range query.
/// </summary>
internal static class ReminderBenchmark
{
    private const double TargetMegabytes = 300, TargetSeconds = 5;

    // Orleans refreshes every five minutes; here it does so after twenty seconds, so that one refresh is in the figure.
    private const int RefreshSeconds = 20;

    public static async Task<int> RunAsync(string[] args)
    {
        var count = args.Contains("--quick") ? 200_000 : 1_000_000;
        await using var server = await BenchServer.StartAsync(args.SkipWhile(arg => arg != "--postgres").Skip(1).FirstOrDefault());
        var data = new DataOptions { ConnectionString = server.Database.AppConnectionString, OwnerConnectionString = server.Database.OwnerConnectionString };
        await new Migrator(data, NullLogger<Migrator>.Instance).MigrateAsync();

        var none = await MeasureAsync(server, "empty");
        await SeedAsync(server.Owner, count);
        var filtered = await MeasureAsync(server, "filtered");
        await ExecuteAsync(server.Owner, """
            UPDATE OrleansQuery SET QueryText = replace(QueryText, ' AND start_time <= business_now() + interval ''20 minutes''', '') WHERE QueryKey LIKE 'ReadRangeRows%'
            """);
        var stock = await MeasureAsync(server, "stock");

        Say($"{count:N0} reminders over thirty days, one silo process, start and one refresh, beside the same silo without any:");
        Say($"  range query of ours: {filtered.Megabytes - none.Megabytes:N0} MB and {filtered.CpuSeconds - none.CpuSeconds:N1} s of processor more ({filtered.PostgresSeconds - none.PostgresSeconds:N1} s in PostgreSQL)");
        Say($"  without its filter:  {stock.Megabytes - none.Megabytes:N0} MB and {stock.CpuSeconds - none.CpuSeconds:N1} s of processor more ({stock.PostgresSeconds - none.PostgresSeconds:N1} s in PostgreSQL)");
        var (megabytes, seconds) = (filtered.Megabytes - none.Megabytes, filtered.CpuSeconds - none.CpuSeconds);
        var (isSmall, isCheap) = (megabytes < TargetMegabytes, seconds < TargetSeconds);
        Say($"  target for a million {TargetMegabytes} MB: {Met(isSmall)} ({megabytes:N0} MB)");
        Say($"  target for a million {TargetSeconds} s of processor: {Met(isCheap)} ({seconds:N1} s)");
        await ResultFile.WriteAsync(args, new { reminders = count, none, filtered, stock, met = isSmall && isCheap });
        return isSmall && isCheap ? 0 : 1;
    }

    private sealed record Cost(double Megabytes, double CpuSeconds, double PostgresSeconds);

    private static async Task<Cost> MeasureAsync(BenchServer server, string name)
    {
        var cluster = $"reminders-{name}-{Environment.ProcessId}";
        var before = new CpuMeter([], server.Postmaster).Read();
        using var silo = ProductSilo.Start(server.Database.AppConnectionString, cluster, hear: null, refreshSeconds: RefreshSeconds);
        try
        {
            await ProductSilo.MembersAsync(server.Owner, cluster, 1);
            await Task.Delay(TimeSpan.FromSeconds(RefreshSeconds * 1.6));
            silo.Refresh();
            var after = new CpuMeter([silo], server.Postmaster).Read();
            return new Cost(silo.PeakWorkingSet64 / 1048576.0, after.Host / 1e6, (after.Postgres - before.Postgres) / 1e6);
        }
        finally
        {
            silo.Kill();
            await silo.WaitForExitAsync();
        }
    }

    private static async Task SeedAsync(NpgsqlDataSource owner, int count)
    {
        await ExecuteAsync(owner, string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO orleans_reminders (service_id, grain_id, reminder_name, start_time, period_ms, grain_hash, version)
            SELECT 'webrana', 'droplet/droplet:' || gen_random_uuid(), 'alarm', now() + random() * interval '30 days', 300000, (random() * 4294967295 - 2147483648)::int, 0
            FROM generate_series(1, {count})
            """));
        await ExecuteAsync(owner, "VACUUM ANALYZE orleans_reminders");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static string Met(bool met) => met ? "met" : "MISSED";

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
