using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Webrana.Chaos.Checks;
using Webrana.Chaos.Cluster;
using Webrana.Chaos.Driver;
using Webrana.Chaos.Faults;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Chaos;

/// <summary>One step of a run.</summary>
public sealed record Step(int Number, string Kind, string Plan, string Seen, double Seconds, double SettledSeconds, IReadOnlyList<Finding> Findings);

/// <summary>A whole run.</summary>
public sealed record ChaosReport(
    int Seed, string Replay, IReadOnlyList<Step> Steps, int Intents, int Done, int Refused, int Unknown, IReadOnlyDictionary<string, long> FailedTries,
    int SilosInLane, int PaidDeposits, long LedgerRows, int ArrowsStruck, int ArrowsInAll, IReadOnlyList<string> ArrowsMissed)
{
    /// <summary>Whether every promise was kept after every step, and the load was one.</summary>
    public bool Kept => Steps.Count > 0 && Steps.All(step => step.Findings.Count == 0) && Done > 0 && PaidDeposits > 0;

    /// <summary>The same, and whoever wanted every arrow struck has that.</summary>
    public bool Sound => Kept && ArrowsMissed.Count == 0;
}

/// <summary>Breaks one thing after the other and compares, after each, what was promised with what is there.</summary>
public static class ChaosRun
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2), After = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<ChaosReport> RunAsync(ChaosOptions options, TextWriter output, CancellationToken cancellation)
    {
        var folder = options.Folder ?? NewFolder();
        await output.WriteLineAsync($"Chaos, seed {options.Seed}; data, logs and the client log in {folder}");
        var plan = new FaultPlan(options);
        var steps = new List<Step>();
        ChaosReport report;
        await using (var cluster = await ChaosCluster.StartAsync(folder, options.PortBase, options.Silos, plan.Meets("silo_wire"), cancellation))
        {
            await using var log = new ClientLog(Path.Combine(folder, "client-log.jsonl"));
            await using var load = await Load.PrepareAsync(cluster, options.Short ? 3 : 6, log, new FrontDoor(() => [.. cluster.ApiProcesses]), cancellation);
            await cluster.SwitchAsync(cluster.DigitalOcean, "/_sandbox/settings", new { actionSeconds = 0.5 }, cancellation);
            await output.WriteLineAsync($"{options.Silos} silos, {InLane(options)} of which renew as in a storm, 2 APIs and {load.People.Count} customers are there.");
            var watch = Stopwatch.StartNew();
            while (GoesOn() && !cancellation.IsCancellationRequested)
            {
                var step = await StepAsync(steps.Count + 1, plan.Next(), new Scene(cluster, load), cancellation);
                steps.Add(step);
                await ShowAsync(step, output);
                if (step.Findings.Count > 0)
                    break;
            }

            bool GoesOn() => options.EachOnce ? plan.KindsLeft : (options.EveryArrow && plan.ArrowsLeft()) || watch.Elapsed < options.Time;

            var all = log.All;
            report = new ChaosReport(
                options.Seed, options.Replay, steps, all.Count, all.Count(one => one.Told == Told.Done), all.Count(one => one.Told == Told.Refused), all.Count(one => one.Told == Told.Nothing),
                log.FailedTries, InLane(options), log.Paid.Count, await cluster.Database.ScalarAsync<long>("select count(*) from wallet_transactions", cancellation), plan.Tally.Count, plan.Tally.All,
                options.EveryArrow && plan.Meets("arrows") ? [.. plan.Tally.Missing.Select(pair => $"{pair.Mode} {pair.Arrow}")] : []);
        }

        await ShowAsync(report, plan, options.EveryArrow, folder, output);
        if (report.Sound && options.Folder is null)
            new DataFolder(folder).Delete();
        return report;
    }

    private static int InLane(ChaosOptions options) => Enumerable.Range(1, options.Silos).Count(number => ChaosCluster.RenewsInLane(number));

    private static async Task<Step> StepAsync(int number, (string Kind, IFault Fault) next, Scene scene, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var findings = new List<Finding>();
        var seen = "";
        scene.Load.Start();
        await Task.Delay(Before, cancellation);
        try
        {
            seen = await next.Fault.StrikeAsync(scene, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            findings.Add(new Finding("the fault does what it says, and no more", $"{e.GetType().Name}: {e.Message}"));
        }

        await scene.Cluster.HealAsync(cancellation);
        await Task.Delay(After, cancellation);
        await scene.Load.StopAsync();
        var settled = TimeSpan.Zero;
        try
        {
            (settled, var broken) = await AllChecks.RunAsync(scene.Cluster, scene.Load.Log, cancellation);
            findings.AddRange(broken);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // Whoever cannot look cannot call it sound.
            findings.Add(new Finding("everything can be looked at once the damage is healed", $"{e.GetType().Name}: {e.Message}"));
        }

        return new Step(number, next.Kind, next.Fault.Plan, seen, Math.Round(watch.Elapsed.TotalSeconds, 1), Math.Round(settled.TotalSeconds, 1), findings);
    }

    private static async Task ShowAsync(Step step, TextWriter output)
    {
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{step.Number,3}  {(step.Findings.Count == 0 ? "sound" : "BROKEN"),-6} {step.Seconds,6:0.0} s, settled in {step.SettledSeconds,5:0.0} s  {step.Plan}{(step.Seen.Length > 0 ? $": {step.Seen}" : "")}"));
        foreach (var finding in step.Findings)
            await output.WriteLineAsync($"         {finding.Promise}: {finding.Evidence}");
    }

    private static async Task ShowAsync(ChaosReport report, FaultPlan plan, bool everyArrow, string folder, TextWriter output)
    {
        await output.WriteLineAsync(
            $"""

            {report.Steps.Count} steps, {report.Intents} intents: {report.Done} done, {report.Refused} refused, {report.Unknown} never heard of; {report.PaidDeposits} paid top-ups, {report.LedgerRows} ledger rows.
            Tries that a client had to repeat: {(report.FailedTries.Count == 0 ? "none" : string.Join(", ", report.FailedTries.Select(one => $"{one.Value} {one.Key}")))}.
            Silos that renewed without waking grains, as in a storm: {report.SilosInLane}.
            Arrows struck: {report.ArrowsStruck} of {report.ArrowsInAll} ({plan.Tally.Arrows.Count} arrows × {string.Join(", ", plan.Tally.Modes).ToLowerInvariant()}).
            """);
        // A run that was to meet them all says which it did not, and which it was never to.
        foreach (var missing in everyArrow ? plan.Tally.Missing.GroupBy(pair => pair.Mode) : [])
            await output.WriteLineAsync($"NOT STRUCK by {missing.Key}: {string.Join(' ', missing.Select(pair => pair.Arrow))}");
        foreach (var (arrow, why) in everyArrow ? Arrows.Exempt : new Dictionary<string, string>())
            await output.WriteLineAsync($"Not asked for: {arrow}: {why}");
        var file = Path.Combine(Repository.Root, "artifacts", "chaos", $"{report.Seed}.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, Format));
        await output.WriteLineAsync(report.Sound
            ? $"Every promise was kept after every step. Seed {report.Seed}; report: {file}"
            : report.Kept
            ? $"Every promise was kept after every step, but {report.ArrowsMissed.Count} times an arrow was not struck. Seed {report.Seed}; report: {file}"
            : $"BROKEN with seed {report.Seed}: {report.Replay} repeats its steps. Logs and the client log: {folder}; report: {file}");
    }

    private static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("webrana-chaos-").FullName;
        if (!OperatingSystem.IsWindows()) // PostgreSQL runs as another account and must be able to walk through.
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return folder;
    }
}
