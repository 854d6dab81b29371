using System.Diagnostics;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;

namespace Webrana.Sandbox.Launcher.Testing;

/// <summary>What became of the tests of one project.</summary>
/// <param name="Failures">The names of those that failed.</param>
sealed record TestOutcome(int Passed, int Failed, int Skipped, IReadOnlyList<string> Failures);

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
    internal async Task<TestOutcome> RunAsync(string resultsFolder, IReadOnlyDictionary<string, string> environment)
    {
        Directory.CreateDirectory(resultsFolder);
        var results = Path.Combine(resultsFolder, Name + ".xml");
        File.Delete(results);
        var start = new ProcessStartInfo(Dotnet.Path, [Program, "-noColor", "-noLogo", "-result-xml", results])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Program),
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new LauncherException($"{Program} did not start");
        await using var log = TextWriter.Synchronized(new StreamWriter(LogIn(resultsFolder)) { AutoFlush = true });
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
        var failures = assemblies.Descendants("test").Where(test => (string?)test.Attribute("result") == "Fail")
            .Select(test => (string?)test.Attribute("name") ?? "?").ToList();
        var failed = Sum("failed") + Sum("errors");
        if (failed == 0 && (problem.Length > 0 || assemblies.Count == 0))
        {
            failed = 1;
            failures.Add(problem.Length > 0 ? problem : $"{results} was not written");
        }

        return new TestOutcome(Sum("passed"), failed, Sum("skipped") + Sum("not-run"), failures);

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
