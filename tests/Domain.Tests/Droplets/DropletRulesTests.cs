using CsCheck;
using Webrana.Domain.Droplets;

namespace Webrana.Domain.Tests.Droplets;

public sealed class DropletRulesTests
{
    [Theory]
    [InlineData("web-01", true)]
    [InlineData("a", true)]
    [InlineData("toko.example.co.id", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("under_score", false)]
    [InlineData("-lead", false)]
    [InlineData("trail-", false)]
    [InlineData("a..b", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("dengan spasi", false)]
    [InlineData("kafé", false)]
    public void A_name_is_a_host_name(string? name, bool valid) => Assert.Equal(valid, HostName.IsValid(name));

    [Fact]
    public void A_name_has_at_most_63_characters()
    {
        Assert.True(HostName.IsValid(new string('a', 63)));
        Assert.False(HostName.IsValid(new string('a', 64)));
        Assert.Equal("toko-1", HostName.Canonical("Toko-1"));
    }

    [Theory]
    [InlineData(InstancePhase.Running, PowerAction.Off, true)]
    [InlineData(InstancePhase.Running, PowerAction.Reboot, true)]
    [InlineData(InstancePhase.Running, PowerAction.On, false)]
    [InlineData(InstancePhase.Off, PowerAction.On, true)]
    [InlineData(InstancePhase.Off, PowerAction.Shutdown, false)]
    [InlineData(InstancePhase.Suspended, PowerAction.On, false)]
    [InlineData(InstancePhase.Terminating, PowerAction.Off, false)]
    [InlineData(InstancePhase.Building, PowerAction.Reboot, false)]
    public void The_power_button_works_where_it_makes_sense(InstancePhase phase, PowerAction action, bool allowed) =>
        Assert.Equal(allowed, phase.Allows(action));

    [Fact]
    public void Every_phase_is_exactly_one_of_provisioning_live_over_or_in_between()
    {
        foreach (var phase in Enum.GetValues<InstancePhase>())
            Assert.True((phase.IsProvisioning() ? 1 : 0) + (phase.IsLive() ? 1 : 0) + (phase.IsOver() ? 1 : 0) <= 1);
        Assert.False(InstancePhase.Terminated.AllowsDelete());
        Assert.False(InstancePhase.Ordering.AllowsDelete());
        Assert.True(InstancePhase.Lost.AllowsDelete());
        Assert.True(InstancePhase.Held.AllowsDelete());
    }

    [Fact]
    public void A_droplet_is_awaited_from_the_hold_until_it_is_known() => Assert.Equal(
        [InstancePhase.Held, InstancePhase.Sending], Enum.GetValues<InstancePhase>().Where(phase => phase.AwaitsDroplet()));

    static readonly Gen<Candidate[]> Found = Gen.Select(Gen.Long[1, 50], Gen.Int[0, 5])
        .Select((id, seconds) => new Candidate(id, DateTimeOffset.UnixEpoch.AddSeconds(seconds))).Array[0, 6]
        .Select(all => all.DistinctBy(droplet => droplet.Id).ToArray());

    [Fact]
    public void Of_several_droplets_one_is_kept_the_recorded_else_the_oldest_in_whatever_order_they_are_listed() =>
        Gen.Select(Found, Gen.Long[-50, 50].Select(id => id > 0 ? id : (long?)null)).Sample((found, recorded) =>
        {
            var choice = Adoption.Choose(recorded, found);
            var again = Adoption.Choose(recorded, found.Reverse());
            Assert.Equal(choice.Keep, again.Keep);
            Assert.Equal(recorded ?? (found.Length == 0 ? (long?)null : found.MinBy(droplet => (droplet.CreatedAt, droplet.Id)).Id), choice.Keep);
            Assert.DoesNotContain(choice.Destroy, droplet => droplet.Id == choice.Keep);
            Assert.Equal(found.Where(droplet => droplet.Id != choice.Keep).OrderBy(droplet => droplet.Id), choice.Destroy.OrderBy(droplet => droplet.Id));
        });

    [Fact]
    public void A_tag_is_empty_after_two_lists_that_say_so_as_far_apart_as_lists_lag_and_not_before_all_that_was_sent_has_had_its_chance()
    {
        // An outage that everything sent has long outlasted: its end's first list decides nothing.
        var tag = new EmptyTag();
        Assert.Equal(120, tag.LeftMs(nowMs: 1_000, quietAtMs: 50, lagMs: 120));
        Assert.Equal(1, tag.LeftMs(1_119, 50, 120));
        Assert.Equal(0, tag.LeftMs(1_120, 50, 120));

        // One that was not empty, or was not to be read: it begins again.
        tag.Forget();
        Assert.Equal(120, tag.LeftMs(1_130, 50, 120));

        // The create may arrive yet, however long the lists have been empty.
        var young = new EmptyTag();
        Assert.Equal(500, young.LeftMs(1_000, 1_500, 120));
        Assert.Equal(1, young.LeftMs(1_499, 1_500, 120));
        Assert.Equal(0, young.LeftMs(1_500, 1_500, 120));
    }

    [Fact]
    public void Pauses_double_up_to_their_limit()
    {
        var (first, most) = (TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));
        Assert.Equal(first, Backoff.After(0, first, most));
        Assert.Equal(first, Backoff.After(1, first, most));
        Assert.Equal(TimeSpan.FromSeconds(16), Backoff.After(4, first, most));
        Assert.Equal(most, Backoff.After(int.MaxValue, first, most));
    }
}
