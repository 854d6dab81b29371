using System.Diagnostics;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;

namespace Webrana.Sandbox.Launcher.Testing;

/// <summary>What became of the tests of one project.</summary>
/// <param name="Failures">Those that failed, as far as they have names.</param>
/// <param name="Problem">Why the project failed beside its tests: a crash, a hang; empty when it did not.</param>
sealed record TestOutcome(int Passed, int Failed, int Skipped, IReadOnlyList<TestFailure> Failures, string Problem = "");

/// <summary>One tests/X.Tests project, built.</summary>
/// <param name="Name">`Domain.Tests`.</param>
sealed record TestProject(string Name)
{
    /// <summary>A project that hangs must not hold the whole run.</summary>
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(40);

    // Whole clusters and browsers come last: they take longest, and what they need is tested before them.
    static readonly string[] Last = ["Sandbox.Tests", "Web.Tests", "EndToEnd.Tests"];

    string Program => Repository.Output($"tests/{Name}", $"Webrana.{Name}.dll");

    /// <summary>All of them, or those whose name contains one of the filters.</summary>
    internal static IReadOnlyList<TestProject> All(IReadOnlyCollection<string> filters) =>
    [
        .. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "tests"), "*.Tests")
            .Select(folder => Path.GetFileName(folder))
            .Where(name => filters.Count == 0 || filters.Any(filter => name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(name => Array.IndexOf(Last, name)).ThenBy(name => name, StringComparer.Ordinal)
            .Select(name => new TestProject(name)),
    ];

    /// <summary>Runs it; its whole output goes to a log.</summary>
    internal Task<TestOutcome> RunAsync(string resultsFolder, IReadOnlyDictionary<string, string> environment) =>
        RunAsync(Name, [], resultsFolder, environment);

    /// <summary>Runs one test once more, with the project to itself; its results stand beside those of the whole.</summary>
    internal Task<TestOutcome> RunAgainAsync(TestFailure failure, string resultsFolder, IReadOnlyDictionary<string, string> environment) =>
        RunAsync($"{Name}.again.{failure.Method}", ["-method", failure.FullName], resultsFolder, environment);

    async Task<TestOutcome> RunAsync(string called, string[] filter, string resultsFolder, IReadOnlyDictionary<string, string> environment)
    {
        Directory.CreateDirectory(resultsFolder);
        var results = Path.Combine(resultsFolder, called + ".xml");
        File.Delete(results);
        var start = new ProcessStartInfo(Dotnet.Path, [Program, "-noColor", "-noLogo", "-result-xml", results, .. filter])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Program),
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new LauncherException($"{Program} did not start");
        await using var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(resultsFolder, called + ".log")) { AutoFlush = true });
        var copying = Task.WhenAll(CopyAsync(process.StandardOutput, log), CopyAsync(process.StandardError, log));
        using var deadline = new CancellationTokenSource(Timeout);
        var problem = "";
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            problem = $"{Name} did not end within {Timeout.TotalMinutes:0} minutes";
        }

        if (problem.Length == 0)
            await Task.WhenAny(copying, Task.Delay(TimeSpan.FromSeconds(10)));
        return Read(results, problem.Length > 0 ? problem : process.ExitCode == 0 ? "" : $"{Name} ended with {process.ExitCode}");
    }

    internal string LogIn(string resultsFolder) => Path.Combine(resultsFolder, Name + ".log");

    /// <summary>A process that failed without naming a failed test (a crash, a hang) counts as one failure.</summary>
    static TestOutcome Read(string results, string problem)
    {
        var assemblies = ReadResults(results);
        var failures = assemblies.Descendants("test").Where(test => (string?)test.Attribute("result") == "Fail").Select(TestFailure.Read).ToList();
        var failed = Sum("failed") + Sum("errors");
        // A failed test makes the process end with a failure: only what the tests do not explain is a problem of its own.
        var unexplained = failed > 0 && failures.Count == failed ? "" : problem.Length > 0 ? problem : assemblies.Count == 0 ? $"{results} was not written" : "";
        return new TestOutcome(
            Sum("passed"), failed == 0 && unexplained.Length > 0 ? 1 : failed, Sum("skipped") + Sum("not-run"), failures, unexplained);

        int Sum(string attribute) =>
            assemblies.Sum(assembly => int.Parse((string?)assembly.Attribute(attribute) ?? "0", CultureInfo.InvariantCulture));
    }

    static List<XElement> ReadResults(string results)
    {
        try
        {
            return File.Exists(results) ? [.. XDocument.Load(results).Descendants("assembly")] : [];
        }
        catch (XmlException)
        {
            return [];
        }
    }

    static async Task CopyAsync(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync() is { } line)
            await to.WriteLineAsync(line);
    }
}
