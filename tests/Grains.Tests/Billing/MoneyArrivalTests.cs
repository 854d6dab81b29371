using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Sweeping;
using Webrana.Grains.Billing;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>Money that was announced, and servers that are switched off and would not look at it for days. Its own cluster: the clock is turned.</summary>
public sealed class MoneyArrivalTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    const long Now = 1_795_939_200_000;

    static readonly TimeSpan Booked = TimeSpan.FromMilliseconds(MoneyArrivalState.BookedWithinMs);

    WebranaCluster Cluster => shared.Cluster;

    IMoneyArrivalGrain Arrival(UserId owner) => Cluster.Grains.GetGrain<IMoneyArrivalGrain>(GrainKeys.MoneyArrival(owner));

    async Task<(UserId Owner, IDropletGrain Droplet)> SuspendedServerAsync()
    {
        var owner = await Cluster.CustomerAsync(Servers.PriceIdr);
        var (_, droplet) = await Cluster.RunningServerAsync(owner);
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(50));
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
        return (owner, droplet);
    }

    Task IsSettledAsync(UserId owner) => Eventually.Async(
        async () => await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE state = 'money-arrival' AND key = 'money:{owner}' AND due_at IS NULL") == 1,
        WebranaCluster.Patience, "nothing is left to offer");

    /// <summary>The fault: the process that booked the money died between the ledger and the offer, or its one-way call got lost.</summary>
    [Fact]
    public async Task Announced_money_brings_a_server_back_though_nobody_lived_to_offer_it()
    {
        var (owner, droplet) = await SuspendedServerAsync();
        await Arrival(owner).Announce();
        await Cluster.CreditAsync(owner, Servers.PriceIdr);

        await Cluster.TurnAsync(2 * Booked);
        await Cluster.SweepAsync();

        await droplet.Settles(DropletStatus.Running);
        await IsSettledAsync(owner);
        Assert.Equal(0, (await Cluster.MoneyAsync(owner)).BalanceIdr);
    }

    /// <summary>The fault: what was announced was never booked. Nothing happens by it.</summary>
    [Fact]
    public async Task An_announcement_that_nothing_follows_costs_a_look_and_charges_nothing()
    {
        var (owner, droplet) = await SuspendedServerAsync();
        await Arrival(owner).Announce();
        await Cluster.TurnAsync(2 * Booked);
        await Cluster.SweepAsync();
        await IsSettledAsync(owner);
        Assert.Equal(DropletStatus.Suspended, (await droplet.Get()).Value!.Status);
    }

    [Fact]
    public async Task Nothing_announced_is_nothing_to_do()
    {
        var owner = new UserId(Guid.NewGuid());
        Assert.Equal(WakeOutcome.Settled, await Arrival(owner).Wake());
    }

    [Fact]
    public async Task What_comes_back_of_one_server_is_offered_to_the_others()
    {
        var (owner, waiting) = await SuspendedServerAsync();
        await Cluster.CreditAsync(owner, 3 * Servers.PriceIdr);
        // The money is there and nobody says so: the waiting one stays off, and the other one is bought and deleted beside it.
        var (_, other) = await Cluster.RunningServerAsync(owner);
        await other.Delete(new DeleteDroplet("d", (await other.Get()).Value!.Name, "user:x"));
        await other.Becomes(DropletStatus.Terminated);

        await Cluster.TurnAsync(2 * Booked);
        await Cluster.SweepAsync();

        await waiting.Settles(DropletStatus.Running);
        await IsSettledAsync(owner);
    }

    [Fact]
    public void An_offer_does_not_end_what_was_announced_while_it_went_on()
    {
        var first = new MoneyArrivalState().Announced(Guid.NewGuid(), Now);
        var second = first.Announced(first.User, Now + 1);
        Assert.Null(first.Offered(first.OfferAtMs!.Value)!.OfferAtMs);
        Assert.Null(second.Offered(first.OfferAtMs!.Value));
    }

    [Fact]
    public void A_server_that_was_not_reached_is_offered_it_again_and_again()
    {
        var state = new MoneyArrivalState().Announced(Guid.NewGuid(), Now);
        var late = Now + MoneyArrivalState.BookedWithinMs;
        var missed = state.Missed(late);
        Assert.Equal((1, late + 5_000), (missed.Failures, missed.OfferAtMs!.Value));
        var again = missed.Missed(late + 5_000);
        Assert.Equal((2, late + 15_000), (again.Failures, again.OfferAtMs!.Value));
    }

    [Fact]
    public void A_miss_does_not_bring_the_next_money_forward_to_before_it_is_booked()
    {
        var state = new MoneyArrivalState().Announced(Guid.NewGuid(), Now);
        Assert.Equal(Now + MoneyArrivalState.BookedWithinMs, state.Missed(Now).OfferAtMs);
    }
}
