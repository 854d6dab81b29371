using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data;
using Webrana.Data.Migrations;
using Webrana.Data.Wallets;
using Webrana.Sandbox.Postgres;
using Webrana.WalletBench.Contenders;
using Webrana.WalletBench.Hosting;
using Webrana.WalletBench.Load;
using Webrana.WalletBench.Reporting;

namespace Webrana.WalletBench;

/// <summary>
/// The whole run: a durable PostgreSQL, one host process with all contenders, rounds that interleave them, the ledger's invariants after
/// every round. A round that breaks one voids the run.
/// </summary>
internal static class Benchmark
{
    // Its figures are shown, and are not to be compared.
    private const int Noisy = 3;

    private const int TrialWallets = 2_000;
    private const double TrialSeconds = 3;

    public static async Task<int> RunAsync(BenchOptions options)
    {
        if (IsDebug)
        {
            await Console.Error.WriteLineAsync("This is a Debug build: its figures would mean nothing. Run it with -c Release.");
            return 2;
        }

        await using var server = await BenchServer.StartAsync(options.Postgres);
        var database = server.Database;
        var data = new DataOptions { ConnectionString = database.AppConnectionString, OwnerConnectionString = database.OwnerConnectionString };
        await new Migrator(data, NullLogger<Migrator>.Instance).MigrateAsync();
        await using var sources = new DataSources(data);
        var port = FreePort.Next();
        using var silo = options.Contenders.Contains(WebranaWallets.Apart) ? Start("silo", options, database.AppConnectionString, 0) : null;
        using var host = Start("host", options, database.AppConnectionString, port);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        try
        {
            await WaitAsync(http, host);
            var report = new Report(options, await server.SettingsAsync());
            report.Begin();
            await using var floor = options.Contenders.Contains(PostgresRoof.Name) ? await server.FloorAsync() : null;
            var pools = new Dictionary<(string Load, string Contender), int>();

            // Nobody pays for compiling the common path: one unmeasured turn each.
            foreach (var contender in (string[])[.. options.Contenders, "nothing", "key-only"])
            {
                await MeasureAsync(Address("hot", contender), 1, options with { Seconds = 1 });
                await MeasureAsync(Address("uniform", contender), 1000, options with { Seconds = 1 });
            }

            await TryPoolsAsync();
            await CheckAsync(expected: null);
            report.Roof("authenticated, no key, no work", await MeasureAsync("nothing", options.Wallets, options with { Rate = 0 }));
            report.Roof("authenticated, key claimed and answer kept, no work", await MeasureAsync("key-only", options.Wallets, options with { Rate = 0 }));
            for (var round = 1; round <= options.Rounds; round++)
            {
                if (floor is not null) report.Floor(await floor.MeasureAsync(options.Connections, options.Seconds));
                await server.FreshTablesAsync();
                long acknowledged = 0;
                foreach (var (load, wallets) in Loads(options))
                {
                    foreach (var contender in Rotate(options.Contenders, round))
                    {
                        var result = await MeasureAsync(Address(load, contender), wallets, options);
                        if (contender != DocumentedOrleans.Contender) acknowledged += result.Acknowledged;
                        report.Add(round, load, contender, result);
                    }
                }

                await CheckAsync(acknowledged);
                report.RoundDone(round);
            }

            return await report.EndAsync() ? 0 : Noisy;

            string Address(string load, string contender) =>
                Pools.IsUsedBy(contender) ? Pools.Route(contender, pools.GetValueOrDefault((load, contender), options.Pools[^1])) : contender;

            async Task TryPoolsAsync()
            {
                // Nothing to choose from, or fewer callers than the smallest pool has connections.
                if (options.Pools.Count == 1 || options.Connections <= options.Pools.Min()) return;
                foreach (var (load, wallets) in Loads(options))
                {
                    foreach (var contender in options.Contenders.Where(Pools.IsUsedBy))
                    {
                        var rates = new SortedDictionary<int, double>();
                        foreach (var size in options.Pools)
                        {
                            var tried = await MeasureAsync(Pools.Route(contender, size), Math.Min(wallets, TrialWallets), options with
                            {
                                Rate = 0, Seconds = Math.Min(TrialSeconds, options.Seconds), WarmSeconds = 1,
                            });
                            rates[size] = tried.PerSecond;
                        }

                        pools[(load, contender)] = rates.MaxBy(one => one.Value).Key;
                        report.Pool(load, contender, pools[(load, contender)], rates);
                    }
                }
            }
        }
        catch (InvariantBrokenException broken)
        {
            await Console.Error.WriteLineAsync($"VOID: {broken.Message}");
            return 1;
        }
        finally
        {
            foreach (var process in (Process?[])[host, silo])
            {
                if (process is null) continue;
                process.Kill();
                await process.WaitForExitAsync();
            }
        }

        async Task<LoadResult> MeasureAsync(string contender, int wallets, BenchOptions how)
        {
            // New wallets every time: nobody profits from, or suffers under, another's cache.
            var ids = Enumerable.Range(0, wallets).Select(_ => Guid.NewGuid()).ToArray();
            await server.FundAsync(ids);
            if (contender == PostgresRoof.Name) return await PostgresRoof.RunAsync(sources, ids, new CpuMeter([], server.Postmaster), how);
            var tokens = new List<string>();
            foreach (var chunk in ids.Chunk(2000))
            {
                using var answer = await http.PostAsJsonAsync("/tokens", chunk);
                tokens.AddRange((await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<string[]>())!);
            }

            (await http.PostAsync("/collect", null)).Dispose();
            var result = await LoadGenerator.RunAsync(port, contender, [.. tokens], new CpuMeter(contender == WebranaWallets.Apart ? [host, silo!] : [host], server.Postmaster), how);
            return result.Refused == 0 ? result : throw new InvariantBrokenException($"{contender} refused {result.Refused} debits of wallets full of money.");
        }

        async Task CheckAsync(long? expected)
        {
            var broken = await new LedgerInvariants(sources).CheckAsync();
            if (broken.Count > 0) throw new InvariantBrokenException(string.Join(", ", broken.Select(one => $"{one.Name} ({one.Count})")));
            var rows = await server.DebitsAsync();
            if (expected is { } count && rows != count) throw new InvariantBrokenException($"{count} debits were acknowledged, {rows} are in the ledger.");
        }
    }

    private static IEnumerable<(string, int)> Loads(BenchOptions options) => options.Loads.Select(load => (load, load == "hot" ? 1 : options.Wallets));

    private static IEnumerable<string> Rotate(IReadOnlyList<string> names, int by) => names.Select((_, n) => names[(n + by) % names.Count]);

    private static Process Start(string role, BenchOptions options, string connectionString, int port)
    {
        var self = Environment.ProcessPath!;
        string[] args =
            [role, "--postgres", connectionString, "--port", $"{port}", "--pools", string.Join(',', options.Pools), "--contenders", string.Join(',', options.Contenders)];
        var start = Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? new ProcessStartInfo(self, [typeof(Benchmark).Assembly.Location, .. args])
            : new ProcessStartInfo(self, args);
        if (role == "silo") ProductSilo.BehaveAsSilosDo(start);
        return Process.Start(start) ?? throw new InvalidOperationException($"The {role} did not start.");
    }

    private static async Task WaitAsync(HttpClient http, Process host)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                (await http.PostAsync("/collect", null)).Dispose();
                return;
            }
            catch (HttpRequestException) when (!host.HasExited && waiting.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(200);
            }
        }
    }

#if DEBUG
    private static bool IsDebug => true;
#else
    private static bool IsDebug => false;
#endif
}

/// <summary>Money was wrong: there is no figure to report.</summary>
internal sealed class InvariantBrokenException(string message) : Exception(message);
