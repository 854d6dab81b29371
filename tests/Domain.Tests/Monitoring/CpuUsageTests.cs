using CsCheck;
using Webrana.Domain.Monitoring;

namespace Webrana.Domain.Tests.Monitoring;

public sealed class CpuUsageTests
{
    const int Step = 120;

    static CpuCounter Counter(string mode, params (long At, double Value)[] samples) =>
        new(mode, [.. samples.Select(sample => new Sample(sample.At, sample.Value))]);

    static double?[] Values(IReadOnlyList<Sample> samples) => [.. samples.Select(sample => sample.Value is { } value ? Math.Round(value, 3) : (double?)null)];

    [Fact]
    public void The_share_is_what_was_not_idle_of_what_all_modes_grew_by()
    {
        var percent = CpuUsage.Percent(
            [Counter("idle", (0, 1000), (120, 1180), (240, 1180)), Counter("user", (0, 50), (120, 90), (240, 330)), Counter("system", (0, 5), (120, 25), (240, 25))], vcpus: 2);
        Assert.Equal([25, 100], Values(percent));
        Assert.Equal([120, 240], percent.Select(sample => sample.UnixSeconds));
    }

    [Fact]
    public void The_sample_of_the_providers_documentation_reads_a_fifth_of_a_percent()
    {
        var percent = CpuUsage.Percent([Counter("idle", (1635386880, 122901.18), (1635387000, 123020.92)), Counter("user", (1635386880, 10), (1635387000, 10.26))], vcpus: 1);
        Assert.Equal(0.217, Assert.Single(Values(percent)));
    }

    [Fact]
    public void Counters_that_start_anew_draw_nothing_there_and_go_on_after()
    {
        var percent = CpuUsage.Percent(
            [Counter("idle", (0, 5000), (120, 5060), (240, 40), (360, 100)), Counter("user", (0, 900), (120, 960), (240, 30), (360, 90))], vcpus: 1);
        Assert.Equal([50, null, 50], Values(percent));
    }

    [Fact]
    public void A_boot_so_young_that_its_counters_passed_those_of_the_last_one_draws_nothing_either()
    {
        // Up for 30 s, rebooted, up for 50 s: everything grew, by less than the two minutes that passed.
        var percent = CpuUsage.Percent([Counter("idle", (0, 25), (120, 30)), Counter("user", (0, 5), (120, 20))], vcpus: 1);
        Assert.Equal([null], Values(percent));
    }

    [Fact]
    public void Nothing_is_drawn_across_a_gap()
    {
        var percent = CpuUsage.Percent(
            [Counter("idle", (0, 0), (120, 60), (1200, 600), (1320, 660)), Counter("user", (0, 0), (120, 60), (1200, 600), (1320, 660))], vcpus: 1);
        Assert.Equal([50, null, 50], Values(percent));
    }

    [Fact]
    public void A_moment_that_one_mode_lacks_is_left_out()
    {
        var percent = CpuUsage.Percent([Counter("idle", (0, 0), (120, 60), (240, 120)), Counter("user", (0, 0), (240, 120))], vcpus: 1);
        Assert.Equal([50], Values(percent));
        Assert.Empty(CpuUsage.Percent([Counter("user", (0, 0), (120, 60))], vcpus: 1));
        Assert.Empty(CpuUsage.Percent([], vcpus: 1));
    }

    [Fact]
    public void Whatever_load_and_reboots_there_are_no_value_is_far_from_the_load_that_was() => Gen.Select(Gen.Int[1, 8], Gen.Double[0.02, 0.9], Gen.Bool.Array[20]).Sample((vcpus, load, boots) =>
    {
        var (idle, user) = (new List<(long, double)>(), new List<(long, double)>());
        var (up, at) = (100_000.0, 0L);
        foreach (var boot in boots)
        {
            up = boot ? 20 : up + Step;
            idle.Add((at, up * vcpus * (1 - load)));
            user.Add((at, up * vcpus * load));
            at += Step;
        }

        foreach (var value in Values(CpuUsage.Percent([Counter("idle", [.. idle]), Counter("user", [.. user])], vcpus)).OfType<double>())
            Assert.Equal(load * 100, value, 1.0);
    });
}
