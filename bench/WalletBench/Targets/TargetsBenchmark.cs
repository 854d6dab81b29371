using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data;
using Webrana.Data.Migrations;
using Webrana.Data.Wallets;

namespace Webrana.WalletBench.Targets;

/// <summary>One line of the table of targets.</summary>
/// <param name="Met">Null where a figure is shown without a target.</param>
internal sealed record Finding(string What, string Target, string Measured, bool? Met)
{
    public static Finding Of(string what, string target, bool met, FormattableString measured) => new(what, target, measured.ToString(CultureInfo.InvariantCulture), met);
}

/// <summary>
/// <c>./webrana bench targets</c>: what is not a rate of debits over HTTP: cold start, memory of idle wallets, Orleans as its documentation
/// writes it, a silo killed under load, PostgreSQL restarted under load. The ledger's invariants are checked after each.
/// </summary>
internal static class TargetsBenchmark
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<int> RunAsync(string[] args)
    {
        var isQuick = args.Contains("--quick");
        var only = Value("--only")?.Split(',');
        await using var server = await BenchServer.StartAsync(Value("--postgres"));
        var data = new DataOptions { ConnectionString = server.Database.AppConnectionString, OwnerConnectionString = server.Database.OwnerConnectionString };
        await new Migrator(data, NullLogger<Migrator>.Instance).MigrateAsync();
        await using var sources = new DataSources(data);
        var findings = new List<Finding>();
        (string Name, Func<Task<IReadOnlyList<Finding>>> Measure)[] all =
        [
            ("idle", () => IdleWallets.MeasureAsync(server, isQuick ? 20_000 : 100_000)),
            ("docs", () => isQuick ? DocsOrleans.MeasureAsync(server, rounds: 2, seconds: 3) : DocsOrleans.MeasureAsync(server, rounds: 5, seconds: 10)),
            ("silo-default", () => SiloDeath.MeasureAsync(server, sources, tuned: false)),
            ("silo-tuned", () => SiloDeath.MeasureAsync(server, sources, tuned: true)),
            ("postgres", () => DatabaseDeath.MeasureAsync(server, sources)),
        ];
        Console.WriteLine($"{Environment.ProcessorCount} cores shared by everything, load average {Load()}");
        foreach (var (_, measure) in all.Where(one => only is null || only.Contains(one.Name)))
        {
            await server.FreshStatesAsync();
            foreach (var finding in await measure())
            {
                findings.Add(finding);
                Console.WriteLine($"| {finding.What} | {finding.Target} | {finding.Measured} | {finding.Met switch { true => "met", false => "**missed**", _ => "" }} |");
            }

            if (await new LedgerInvariants(sources).CheckAsync() is { Count: > 0 } broken)
            {
                Console.WriteLine($"VOID: {string.Join(", ", broken.Select(one => $"{one.Name} ({one.Count})"))}");
                return 1;
            }
        }

        if (Value("--json") is { } file) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { loadAverage = Load(), findings }, Format));
        return 0;

        string? Value(string name) => args.SkipWhile(arg => arg != name).Skip(1).FirstOrDefault();
    }

    private static string Load() => OperatingSystem.IsLinux() ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "unknown";
}
