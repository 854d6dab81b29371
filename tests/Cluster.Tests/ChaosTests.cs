using System.Text.RegularExpressions;
using Webrana.Chaos;
using Webrana.Chaos.Faults;
using Webrana.Chaos.Walks;
using Webrana.Sandbox.Launcher;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Cluster.Tests;

/// <summary>The short, seeded part of the fault kit; the whole is `./webrana chaos`.</summary>
[Collection(RunningSandbox.Collection)]
public sealed partial class ChaosTests
{
    [Fact(Timeout = 900_000), Trait("Category", "Chaos")]
    public async Task Killed_processes_failing_storage_and_a_wrong_clock_break_no_promise()
    {
        string[] faults = ["arrows", "clock_of_one", "kill_silo", "storage"];
        var said = new StringWriter();
        var options = new ChaosOptions(20261130, TimeSpan.FromMinutes(5), PortBase: FreeBlock.PortBase(), Only: faults, EachOnce: true, Short: true);

        var report = await ChaosRun.RunAsync(options, said, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(said.ToString());
        Assert.True(report.Sound, said.ToString());
        Assert.Equal(faults, report.Steps.Select(step => step.Kind).Order(StringComparer.Ordinal));
        Assert.True(report.ArrowsStruck > 0, $"nothing passed the arrow that was armed, so it proves nothing\n{said}");
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

    [Theory]
    [InlineData("--seed 7")]
    [InlineData("--seed 7 --silos 3 --only arrows,kill_silo,wire --flows order,terminate --modes kill,throw --minutes 2.5")]
    [InlineData("--seed 7 --only arrows --every-arrow --short")]
    [InlineData("--seed 7 --each-once")]
    public void The_command_that_a_broken_run_names_repeats_its_steps(string asked)
    {
        var options = ChaosOptions.Parse(asked.Split(' '))!;

        var named = ChaosOptions.Parse([.. options.Replay.Split(' ').Skip(2)])!;

        Assert.StartsWith("./webrana chaos ", options.Replay, StringComparison.Ordinal);
        Assert.Equal(options.Replay, named.Replay);
        Assert.Equal((options.Time, options.Short, options.EachOnce), (named.Time, named.Short, named.EachOnce));
        Assert.Equal(Steps(options), Steps(named));

        static List<string> Steps(ChaosOptions options)
        {
            var plan = new FaultPlan(options);
            return [.. Enumerable.Range(0, 15).Select(_ => plan.Next()).Select(step => $"{step.Kind}: {step.Fault.Plan}")];
        }
    }

    [Fact]
    public void A_run_of_each_once_names_every_fault_and_ends()
    {
        var plan = new FaultPlan(new ChaosOptions(7, TimeSpan.FromMinutes(1), EachOnce: true));
        var kinds = new List<string>();

        while (plan.KindsLeft)
            kinds.Add(plan.Next().Kind);

        Assert.Equal(FaultPlan.Names, kinds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_arrow_is_tried_in_every_mode_and_twice_more_when_nobody_passed_it()
    {
        var plan = new FaultPlan(new ChaosOptions(7, TimeSpan.FromMinutes(1), Only: ["arrows"], EveryArrow: true));
        var tried = new List<string>();

        while (plan.ArrowsLeft())
        {
            var (mode, arrows) = plan.Next().Fault.Plan.Split(" at ") is [var first, var second] ? (first, second) : ("", "");
            tried.AddRange(arrows.Split(", ").Select(arrow => $"{mode} {arrow}"));
        }

        Assert.Equal(plan.Tally.All, tried.Distinct().Count());
        Assert.All(tried.CountBy(one => one), one => Assert.Equal(3, one.Value));
    }

    [Fact]
    public void Arrows_can_be_narrowed_to_the_flows_and_the_ways_that_somebody_asks_about()
    {
        var plan = new FaultPlan(ChaosOptions.Parse(["--only", "arrows", "--every-arrow", "--modes", "kill", "--flows", "order,terminate"])!);
        var tried = new List<string>();

        while (plan.ArrowsLeft())
            tried.Add(plan.Next().Fault.Plan);

        Assert.All(tried, one => Assert.Matches("^Kill at ((order|terminate)\\.[a-z_]+(, )?)+$", one));
        Assert.Equal(plan.Tally.All, tried.SelectMany(one => one["Kill at ".Length..].Split(", ")).Distinct().Count());
        Assert.Throws<LauncherException>(() => ChaosOptions.Parse(["--flows", "orders"]));
        Assert.Throws<LauncherException>(() => ChaosOptions.Parse(["--modes", "7"]));
    }

    [Fact]
    public void Every_arrow_in_the_code_is_known_to_the_kit()
    {
        var inCode = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => ArrowCall().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            // Two stores hand their arrow on by a delegate, with the store's name put before it.
            .Concat(["ledger.before_commit", "ledger.after_commit", "promo.before_commit", "promo.after_commit"])
            // And one is named after the step that comes next.
            .Concat(["resize.before_poweroff", "resize.before_resize", "resize.before_settle"])
            .Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(inCode, Arrows.All);
    }

    [Fact]
    public void An_arrow_that_nobody_asks_for_is_walked_to_by_nobody_and_every_other_by_one()
    {
        Assert.Empty(Arrows.Exempt.Keys.Intersect(Arrows.Reached.Concat(AllWalks.Arrows)));
        Assert.All(AllWalks.Arrows.CountBy(arrow => arrow), arrow => Assert.Equal((arrow.Key, 1), (arrow.Key, arrow.Value)));
        Assert.Equal(Arrows.All.Except(Arrows.Exempt.Keys).Except(Arrows.NotStruckYet), Struck("--every-arrow").Order(StringComparer.Ordinal));
        // Whoever has ten minutes is not walked through months of the calendar.
        Assert.Equal(Arrows.Reached.Order(StringComparer.Ordinal), Struck().Order(StringComparer.Ordinal));

        static IEnumerable<string> Struck(params string[] args) => new FaultPlan(ChaosOptions.Parse(["--only", "arrows", .. args])!).Tally.Arrows;
    }

    [Theory]
    [InlineData("hibernate")]
    [InlineData("rewards")]
    public void Arrows_of_one_walk_are_struck_together_and_by_a_walk(string flow)
    {
        var plan = new FaultPlan(ChaosOptions.Parse(["--only", "arrows", "--every-arrow", "--modes", "throw,kill", "--flows", flow])!);

        while (plan.ArrowsLeft())
            Assert.IsType<WalkFault>(plan.Next().Fault);
    }

    [GeneratedRegex("""(?:Arrow|Hit)\("([a-z]+\.[a-z_]+)""" + "\"")]
    private static partial Regex ArrowCall();
}
