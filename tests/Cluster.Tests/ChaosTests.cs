using System.Text.RegularExpressions;
using Webrana.Chaos;
using Webrana.Chaos.Faults;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Cluster.Tests;

/// <summary>The short, seeded part of the fault kit; the whole is `./webrana chaos`.</summary>
[Collection(RunningSandbox.Collection)]
public sealed partial class ChaosTests
{
    [Fact(Timeout = 900_000), Trait("Category", "Chaos")]
    public async Task Killed_and_cut_off_processes_break_no_promise()
    {
        var said = new StringWriter();
        var options = new ChaosOptions(20261129, TimeSpan.FromSeconds(25), PortBase: FreeBlock.PortBase(), Only: ["arrows", "backends", "kill_silo"], Short: true);

        var report = await ChaosRun.RunAsync(options, said, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(said.ToString());
        Assert.True(report.Sound, said.ToString());
    }

    [Fact]
    public void A_seed_names_its_steps()
    {
        var options = new ChaosOptions(7, TimeSpan.FromMinutes(1));

        Assert.Equal(Steps(options), Steps(options));
        Assert.NotEqual(Steps(options), Steps(options with { Seed = 8 }));

        static List<string> Steps(ChaosOptions options)
        {
            var plan = new FaultPlan(options);
            return [.. Enumerable.Range(0, 60).Select(_ => plan.Next()).Select(step => $"{step.Kind}: {step.Fault.Plan}")];
        }
    }

    [Fact]
    public void Every_arrow_in_the_code_is_known_to_the_kit()
    {
        var inCode = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => ArrowCall().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            // Two stores hand their arrow on by a delegate, with the store's name put before it.
            .Concat(["ledger.before_commit", "ledger.after_commit", "promo.before_commit", "promo.after_commit"])
            .Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(inCode, Arrows.Reached.Concat(Arrows.ProvenElsewhere.Keys).Concat(Arrows.NotStruckYet).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("""(?:Arrow|Hit)\("([a-z]+\.[a-z_]+)""" + "\"")]
    private static partial Regex ArrowCall();
}
