using System.Diagnostics;
using Webrana.Sandbox.Launcher.Coverage;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres;

namespace Webrana.Sandbox.Launcher.Testing;

/// <summary>`test`: every test, with coverage; the last line counts them. The wrapper script has built the solution.</summary>
static class TestCommand
{
    internal static async Task<int> RunAsync(string[] filters, TextWriter output)
    {
        var artifacts = Path.Combine(Repository.Root, "artifacts");
        var results = Path.Combine(artifacts, "test-results");
        var coverage = Path.Combine(artifacts, "coverage");
        var postgres = Path.Combine(artifacts, "test-postgres");
        var chromium = await Chromium.ObtainAsync(output);
        await OpenSsh.ObtainAsync(output);
        await ConsoleServers.ObtainAsync(output);
        var projects = TestProject.All(filters);
        if (projects.Count == 0)
            throw new LauncherException($"No test project is named like {string.Join(", ", filters)}.");

        using var build = InstrumentedBuild.Create(coverage);
        // Joins the tests' own lock: the server lives until the last project is through, and its watcher ends right after us.
        Directory.CreateDirectory(postgres);
        await using var inUse = new FileStream(Path.Combine(postgres, "users"), FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
        var environment = new Dictionary<string, string>
        {
            [Instrumenter.HitsVariable] = build.HitsFile,
            [Chromium.Variable] = chromium,
            ["WEBRANA_TEST_POSTGRES_FOLDER"] = postgres,
            // A profile of hot code pays after minutes; most processes of the tests live for less, and there are hundreds.
            ["DOTNET_TieredPGO"] = "0",
        };
        var outcomes = new List<TestOutcome>();
        var (look, unsteady) = (new SecondLook(), new List<TestFailure>());
        try
        {
            foreach (var project in projects)
                outcomes.Add(await RunAsync(project, results, environment, look, unsteady, output));
        }
        finally
        {
            if (PostgresServer.Running(Path.Combine(postgres, "postgres")) is { } server)
                await server.StopAsync();
        }

        var enough = await JudgeAsync(build.Report(), coverage, filters.Length == 0, output);
        foreach (var failure in unsteady)
            await output.WriteLineAsync($"UNSTEADY {failure.Name}: failed once and passed alone. It is to be mended like a failure.");
        var failed = outcomes.Sum(outcome => outcome.Failed);
        await output.WriteLineAsync(
            $"{outcomes.Sum(outcome => outcome.Passed)} passed, {failed} failed, {outcomes.Sum(outcome => outcome.Skipped)} skipped");
        return failed == 0 && enough ? 0 : 1;
    }

    static async Task<TestOutcome> RunAsync(
        TestProject project, string results, Dictionary<string, string> environment, SecondLook look, List<TestFailure> unsteady, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        var outcome = await project.RunAsync(results, environment);
        await output.WriteLineAsync(
            $"{project.Name,-22}{outcome.Passed,6} passed{outcome.Failed,5} failed{outcome.Skipped,5} skipped{watch.Elapsed.TotalSeconds,9:0.0} s");
        if (outcome.Failed == 0)
            return outcome;

        foreach (var failure in outcome.Failures)
            await output.WriteLineAsync($"  FAILED {failure.Name}\n{failure.Message}\n{failure.Where}");
        if (outcome.Problem.Length > 0)
        {
            var log = project.LogIn(results);
            await output.WriteLineAsync($"  FAILED {outcome.Problem}\nThe end of {log}:\n{DataFolder.Tail(log, 60)}");
        }

        foreach (var failure in look.Take(project.Name, outcome))
        {
            var again = await project.RunAgainAsync(failure, results, environment);
            var passed = again is { Failed: 0, Passed: > 0 };
            await output.WriteLineAsync($"  AGAIN, alone: {failure.FullName} {(passed ? "passed" : "failed")}");
            if (!passed)
                continue;
            var mended = outcome.Failures.Where(one => one.FullName == failure.FullName).ToList();
            unsteady.AddRange(mended);
            outcome = outcome with
            {
                Passed = outcome.Passed + mended.Count,
                Failed = outcome.Failed - mended.Count,
                Failures = [.. outcome.Failures.Except(mended)],
            };
        }

        return outcome;
    }

    static async Task<bool> JudgeAsync(CoverageReport report, string folder, bool complete, TextWriter output)
    {
        report.Write(folder);
        await output.WriteLineAsync();
        await output.WriteAsync(report.Table(judged: complete));
        if (!complete)
        {
            await output.WriteLineAsync("Only some projects were run: their coverage is shown, not judged.");
            return true;
        }

        foreach (var project in report.Insufficient)
            await output.WriteLineAsync($"COVERAGE {project.Name}: {project.PercentText}, required {CoverageReport.RequiredPercent}%; see {Path.Combine(folder, "missed-lines.txt")}");
        return !report.Insufficient.Any();
    }
}
