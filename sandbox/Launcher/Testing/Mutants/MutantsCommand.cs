using System.Diagnostics;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Launcher.Supervision;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Launcher.Testing.Mutants;

/// <summary>
/// `mutants`: the negative control of the suites. A copy of the clone gets all mutants at once, asleep; it is built once, and each test that
/// must catch one is run with the mutant awake (it must fail) after all of them passed with every mutant asleep (or they prove nothing).
/// </summary>
static class MutantsCommand
{
    static readonly string[] Left = [".git", "artifacts", ".sandbox", "node_modules", "TestResults"];

    // The longest takes a minute when nothing is wrong.
    static readonly TimeSpan MostTime = TimeSpan.FromMinutes(5);

    internal static async Task<int> RunAsync(string[] names, TextWriter output)
    {
        var chosen = Mutant.All.Where(mutant => names.Length == 0 || names.Contains(mutant.Name)).ToList();
        if (chosen.Count == 0)
            throw new LauncherException($"No mutant is called {string.Join(", ", names)}. There are: {string.Join(", ", Mutant.All.Select(mutant => mutant.Name))}.");
        var copy = Path.Combine(Path.GetTempPath(), "webrana-mutants");
        Copy(Repository.Root, copy);
        foreach (var mutant in Mutant.All)
        {
            var file = Path.Combine(copy, mutant.File);
            await File.WriteAllTextAsync(file, mutant.PutInto(await File.ReadAllTextAsync(file)));
        }

        await output.WriteLineAsync($"{Mutant.All.Count} mutants are in {copy}; building …");
        foreach (var project in chosen.Select(mutant => mutant.Project).Distinct())
            await Command.RunOrThrowAsync(
                [Dotnet.Path, "build", Path.Combine(copy, "tests", $"{project}.Tests"), "-c", Repository.Configuration, "-v", "quiet", "-nologo", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false"],
                copy, TimeSpan.FromMinutes(30));
        var missed = 0;
        foreach (var mutant in chosen)
        {
            var watch = Stopwatch.StartNew();
            var verdict = await JudgeAsync(mutant, copy);
            missed += verdict == "caught" ? 0 : 1;
            await output.WriteLineAsync($"{verdict,-10}{mutant.Name,-22}{mutant.Breaks}; {mutant.Project}.Tests {mutant.Test.Trim('*')} ({watch.Elapsed.TotalSeconds:0} s)");
        }

        await output.WriteLineAsync(missed == 0 ? $"All {chosen.Count} mutants are caught." : $"{missed} of {chosen.Count} mutants are NOT caught.");
        return missed == 0 ? 0 : 1;
    }

    static async Task<string> JudgeAsync(Mutant mutant, string copy)
    {
        if (!await PassesAsync(mutant, copy, awake: false))
            return "UNSOUND"; // It fails without the mutant too.
        return await PassesAsync(mutant, copy, awake: true) ? "MISSED" : "caught";
    }

    static async Task<bool> PassesAsync(Mutant mutant, string copy, bool awake)
    {
        var tests = Path.Combine(copy, "tests", $"{mutant.Project}.Tests", "bin", Repository.Configuration, "net10.0", $"Webrana.{mutant.Project}.Tests.dll");
        var filter = mutant.Test.EndsWith("Tests*", StringComparison.Ordinal) ? "-class" : "-method";
        CommandOutcome outcome;
        try
        {
            outcome = await Command.RunAsync(
                ["/usr/bin/env", $"{Mutant.Variable}={(awake ? mutant.Name : "none")}", Dotnet.Path, tests, "-noLogo", "-noColor", filter, mutant.Test], copy, MostTime);
        }
        catch (TimeoutException)
        {
            // It waits for what does not come any more, which is no pass either.
            return false;
        }

        // A filter that finds nothing passes in silence, which would prove nothing.
        if (outcome.Output.Contains("Total: 0", StringComparison.Ordinal))
            throw new LauncherException($"{mutant.Name}: no test is called {mutant.Test} in {mutant.Project}.Tests.");
        return outcome.ExitCode == 0;
    }

    /// <summary>Sources newer than the copy's are copied; what was built there before is kept, so that the next run builds little.</summary>
    static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        foreach (var folder in Directory.EnumerateDirectories(from).Where(folder => !Left.Contains(Path.GetFileName(folder))))
        {
            var target = Path.Combine(to, Path.GetFileName(folder));
            if (Path.GetFileName(folder) is "bin" or "obj" && Directory.Exists(target))
                continue;
            Copy(folder, target);
        }
    }
}
