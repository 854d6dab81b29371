using Webrana.Domain.Droplets;
using Webrana.Domain.Providers;

namespace Webrana.Domain.Tests.Providers;

public sealed class ReconciliationTests
{
    static readonly Guid Instance = Guid.Parse("0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01");

    [Theory]
    [InlineData(InstancePhase.Held, null, false, DropletExplanation.InFlight)]
    [InlineData(InstancePhase.Sending, null, false, DropletExplanation.InFlight)]
    [InlineData(InstancePhase.Building, 7L, false, DropletExplanation.InFlight)]
    [InlineData(InstancePhase.Capturing, 7L, false, DropletExplanation.InFlight)]
    [InlineData(InstancePhase.Running, 7L, false, DropletExplanation.Owned)]
    [InlineData(InstancePhase.Off, 7L, false, DropletExplanation.Owned)]
    [InlineData(InstancePhase.Suspended, 7L, false, DropletExplanation.Owned)]
    [InlineData(InstancePhase.Running, 8L, false, DropletExplanation.Duplicate)]
    [InlineData(InstancePhase.Terminating, 7L, false, DropletExplanation.InFlight)]
    [InlineData(InstancePhase.Terminated, 7L, true, DropletExplanation.Tombstoned)]
    [InlineData(InstancePhase.Terminated, 8L, true, DropletExplanation.Unexplained)]
    [InlineData(InstancePhase.Failed, null, false, DropletExplanation.InFlight)]
    [InlineData(InstancePhase.Failed, 7L, true, DropletExplanation.Tombstoned)]
    [InlineData(InstancePhase.Failed, 8L, true, DropletExplanation.Unexplained)]
    [InlineData(InstancePhase.Failed, null, true, DropletExplanation.Tombstoned)]
    [InlineData(InstancePhase.Terminated, null, true, DropletExplanation.Unexplained)]
    [InlineData(InstancePhase.Lost, 7L, false, DropletExplanation.Tombstoned)]
    [InlineData(InstancePhase.None, null, false, DropletExplanation.Unexplained)]
    public void A_droplet_of_ours_is_explained_by_where_its_instance_is(InstancePhase phase, long? recorded, bool swept, DropletExplanation expected) =>
        Assert.Equal(expected, Reconciliation.Explain(Seen(), new RecordedInstance(phase, recorded, recorded is null ? null : 100, "primary", swept)));

    [Fact]
    public void Without_a_record_in_another_account_or_of_another_time_nothing_is_explained_and_so_nothing_destroyed()
    {
        Assert.Equal(DropletExplanation.Unexplained, Reconciliation.Explain(Seen(), null));
        Assert.Equal(DropletExplanation.Unexplained, Reconciliation.Explain(Seen(), new RecordedInstance(InstancePhase.Terminated, 7, 100, "second", true)));
        Assert.Equal(DropletExplanation.Unexplained, Reconciliation.Explain(Seen(), new RecordedInstance(InstancePhase.Terminated, 7, 101, "primary", true)));
        Assert.Equal(DropletExplanation.Unexplained, Reconciliation.Explain(Seen(), new RecordedInstance(InstancePhase.Running, 7, 101, "primary", true)));
        Assert.Equal(DropletExplanation.Unexplained, Reconciliation.Explain(Seen(), new RecordedInstance(InstancePhase.Failed, null, null, "second", true)));
        Assert.Equal(DropletExplanation.Foreign, Reconciliation.Explain(Seen() with { Instance = null }, null));
    }

    // Found by chaos (seed 874323): a sweep took the new server of a rebuild for one too many, and after the next sweep it would have been destroyed.
    [Theory]
    [InlineData(InstancePhase.Running)]
    [InlineData(InstancePhase.Off)]
    [InlineData(InstancePhase.Suspended)]
    public void What_takes_the_place_of_a_living_server_is_in_flight_until_it_has_and_the_first_stays_owned(InstancePhase phase)
    {
        Assert.Equal(DropletExplanation.InFlight, Reconciliation.Explain(Seen(), new RecordedInstance(phase, 8, 90, "primary", false, Replacing: true)));
        Assert.Equal(DropletExplanation.Owned, Reconciliation.Explain(Seen(), new RecordedInstance(phase, 7, 100, "primary", false, Replacing: true)));
        Assert.Equal(DropletExplanation.Unexplained, Reconciliation.Explain(Seen(), new RecordedInstance(phase, 7, 101, "primary", false, Replacing: true)));
    }

    [Theory]
    [InlineData("webrana-shop-0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01", true)]
    [InlineData("webrana-shop2-0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01", false)]
    [InlineData("webrana-shop-0192f0c47a107b3e9d553f1e6f2a9b01", false)]
    [InlineData("webrana-shop-", false)]
    [InlineData("x-webrana-shop-0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01", false)]
    public void Only_this_installations_tags_name_an_instance(string tag, bool ours) =>
        Assert.Equal(ours ? Instance : null, Reconciliation.InstanceOf(["other", tag], "shop"));

    [Theory]
    [InlineData(5, 5, true)]
    [InlineData(6, 7, false)]
    [InlineData(10, 100, true)]
    [InlineData(11, 100, false)]
    public void A_loss_of_more_than_a_handful_and_a_tenth_is_not_believed(int missing, int living, bool plausible) =>
        Assert.Equal(plausible, Reconciliation.IsPlausibleLoss(missing, living));

    // A sweep that began at 1,000,000 and may have waited an hour for its second page.
    [Theory]
    [InlineData(879_999, true)]
    [InlineData(880_000, false)]
    [InlineData(1_000_000, false)]
    [InlineData(4_000_000, false)]
    public void What_was_made_shortly_before_a_sweep_began_or_since_is_not_missed_by_it(long createdAtMs, bool missed) =>
        Assert.Equal(missed, Reconciliation.CanBeMissed(createdAtMs, startedAtMs: 1_000_000, graceMs: 120_000));

    [Fact]
    public void New_servers_go_where_there_is_most_room_and_never_where_nothing_is_sold() => Assert.Equal(
        ["roomy", "a", "b"],
        AccountChoice.InOrder([new("b", true, 3), new("full", true, 0), new("drained", false, 90), new("roomy", true, 9), new("a", true, 3)]));

    static SightedDroplet Seen() => new(7, 100, Instance, "primary");
}
