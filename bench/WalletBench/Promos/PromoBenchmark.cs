using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Data;
using Webrana.Data.Migrations;
using Webrana.WalletBench.Hosting;
using Webrana.WalletBench.Reporting;

namespace Webrana.WalletBench.Promos;

/// <summary>
/// <c>./webrana bench promo</c>: a stampede on two silo processes of which one is killed half-way, counted in SQL; then the same claims
/// against the product and against SELECT … FOR UPDATE on the promo's row, in one process, alternating.
/// </summary>
internal static class PromoBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var isQuick = args.Contains("--quick");
        var size = isQuick ? new Stampede(5_000, 500, 100, 256) : new Stampede(50_000, 5_000, 1_000, 256);
        var admin = args.SkipWhile(arg => arg != "--postgres").Skip(1).FirstOrDefault();
        await using var server = await BenchServer.StartAsync(admin);
        var postgres = server.Database.AppConnectionString;
        await new Migrator(
            new DataOptions { ConnectionString = postgres, OwnerConnectionString = server.Database.OwnerConnectionString }, NullLogger<Migrator>.Instance).MigrateAsync();
        await using var rows = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres)
        {
            MaxPoolSize = 16, MaxAutoPrepare = 20, AutoPrepareMinUsages = 2, NoResetOnClose = true, Timeout = 300, CommandTimeout = 300,
        }.ConnectionString);

        Say($"{size.Claims:N0} claims by {size.People:N0} people for {size.Places:N0} places, {size.Callers} at a time");
        var stampede = await StampedeAsync(postgres, rows, size);
        var rounds = await RatioAsync(postgres, rows, size, isQuick ? 1 : 5);
        var ratio = Spread.Of(rounds.Select(round => round.Ratio));
        Say($"Ratio, median of {rounds.Count}: {ratio.Median:F1}x ({ratio.Min:F1}-{ratio.Max:F1})");
        Say($"Target 10x: {(ratio.Median >= 10 ? "met" : "missed")}.");
        await ResultFile.WriteAsync(args, new { size, stampede, rounds, ratio });
        return stampede.IsExact ? 0 : 1;
    }

    private static async Task<Counted> StampedeAsync(string postgres, NpgsqlDataSource rows, Stampede size)
    {
        var cluster = $"stampede-{Environment.ProcessId}";
        using var survivor = ProductSilo.Start(postgres, cluster);
        using var victim = ProductSilo.Start(postgres, cluster);
        await using var sources = new DataSources(postgres);
        using var client = await ProductSilo.ConnectAsync(sources, cluster);
        try
        {
            await ProductSilo.MembersAsync(rows, cluster, 2);
            var grains = client.Services.GetRequiredService<IGrainFactory>();
            var run = await CreateAsync(grains, size);
            var (won, elapsed) = await run.StormAsync((subject, user) => run.ProductAsync(grains, subject, user), count =>
            {
                // Half of the places are given: the death meets reservations, credits and commits.
                if (count == size.Places / 2) victim.Kill();
                return Task.CompletedTask;
            });
            var (usages, credits, unmatched) = await run.CountAsync(rows);
            Say($"Stampede on two silos, one killed half-way: {usages:N0} usages, {credits:N0} credits, {unmatched:N0} usages without exactly one credit, "
                + $"{won:N0} winners told so, {elapsed.TotalSeconds:F1} s");
            var isExact = usages == size.Places && credits == size.Places && unmatched == 0 && won == size.Places;
            Say(isExact ? $"Exactly {usages:N0}." : "NOT EXACT: this build must not be released.");
            return new Counted(isExact, usages, credits, unmatched, won, elapsed.TotalSeconds);
        }
        finally
        {
            foreach (var host in (Process[])[survivor, victim])
            {
                if (!host.HasExited) host.Kill();
            }
        }
    }

    private static async Task<IReadOnlyList<Round>> RatioAsync(string postgres, NpgsqlDataSource rows, Stampede size, int rounds)
    {
        await using var app = ProductSilo.Build(postgres, $"ratio-{Environment.ProcessId}");
        await app.StartAsync();
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        // A whole round of each goes first, uncounted: a shorter one leaves the compiler's second look at hot code in the figures.
        await MeasureProductAsync(grains, rows, size);
        await MeasureForUpdateAsync(rows, size);
        var measured = new List<Round>();
        for (var round = 1; round <= rounds; round++)
        {
            var product = await MeasureProductAsync(grains, rows, size);
            var forUpdate = await MeasureForUpdateAsync(rows, size);
            measured.Add(new Round(product, forUpdate, product / forUpdate));
            Say($"Round {round}: webrana {product:N0} claims/s, for-update {forUpdate:N0} claims/s, ratio {product / forUpdate:F1}x");
        }

        await app.StopAsync();
        return measured;
    }

    private static async Task<double> MeasureProductAsync(IGrainFactory grains, NpgsqlDataSource rows, Stampede size)
    {
        var run = await CreateAsync(grains, size);
        return await CheckedAsync(run, rows, size, await run.StormAsync((subject, user) => run.ProductAsync(grains, subject, user)));
    }

    private static async Task<double> MeasureForUpdateAsync(NpgsqlDataSource rows, Stampede size)
    {
        var run = new PromoRun(Guid.NewGuid().ToString("N"), size);
        await using var make = rows.CreateCommand("INSERT INTO promo_counters (promo_id) VALUES ($1)");
        make.Parameters.Add(new() { Value = run.PromoId });
        await make.ExecuteNonQueryAsync();
        return await CheckedAsync(run, rows, size, await run.StormAsync((subject, user) => run.ForUpdateAsync(rows, subject, user)));
    }

    private sealed record Counted(bool IsExact, long Usages, long Credits, long Unmatched, int ToldSo, double Seconds);

    private sealed record Round(double ProductPerSecond, double ForUpdatePerSecond, double Ratio);

    // Who is fast and wrong has no figure.
    private static async Task<double> CheckedAsync(PromoRun run, NpgsqlDataSource rows, Stampede size, (int Won, TimeSpan Elapsed) storm)
    {
        var (usages, credits, unmatched) = await run.CountAsync(rows);
        if (usages != size.Places || credits != size.Places || unmatched != 0)
            throw new InvalidOperationException($"{usages} usages, {credits} credits, {unmatched} unmatched: the round is void.");
        return size.Claims / storm.Elapsed.TotalSeconds;
    }

    private static async Task<PromoRun> CreateAsync(IGrainFactory grains, Stampede size)
    {
        var run = new PromoRun(Guid.NewGuid().ToString("N"), size);
        var created = await grains.GetGrain<IPromoGrain>(GrainKeys.Promo(run.PromoId)).Create(new CreatePromo(PromoRun.Rule(size), "bench"));
        return created.IsOk ? run : throw new InvalidOperationException($"The promo was refused: {created.Error} {created.Detail}");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Say(string text) => Console.WriteLine(text);
}
