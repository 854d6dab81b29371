using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Data.Wallets;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>What comes back when a server ends early. Its own cluster: the clock is turned.</summary>
public sealed class RefundTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    async Task<(UserId Owner, InstanceId Instance, IDropletGrain Droplet, string Name)> ServerAsync(BillingPeriod period = BillingPeriod.Monthly)
    {
        var owner = await Cluster.CustomerAsync(5_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, period);
        return (owner, instance, droplet, (await droplet.Get()).Value!.Name);
    }

    static DeleteDroplet End(string name) => new("end", name, "user:test");

    Task<long> ReturnedAsync(InstanceId instance) => Cluster.CountAsync(
        $"SELECT coalesce(sum(amount), 0)::bigint FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = 'REFUND'");

    async Task AssertBooksAsync()
    {
        var trial = await new LedgerQueries(Cluster.Sources).TrialBalanceAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, trial.Accounts.Single(account => account.Account == "REVENUE").DifferenceIdr);
    }

    [Theory]
    [InlineData(BillingPeriod.Monthly)]
    [InlineData(BillingPeriod.Yearly)]
    public async Task Unused_whole_days_of_a_month_or_a_year_come_back_as_quoted(BillingPeriod period)
    {
        var server = await ServerAsync(period);
        await Cluster.TurnAsync(TimeSpan.FromDays(10.5));
        var view = (await server.Droplet.Get()).Value!;
        var whole = (view.NextRenewalAt!.Value - view.CreatedAt).TotalDays;
        var quote = (await server.Droplet.QuoteDeletion()).Value!;
        Assert.True(quote.ByPolicy);
        Assert.Equal((int)(whole - 10.5), quote.Days);
        Assert.InRange(quote.RefundIdr, view.PriceIdr * quote.Days / (long)Math.Ceiling(whole) - 1, view.PriceIdr * quote.Days / (long)Math.Floor(whole) + 1);
        Assert.Equal((quote.RefundIdr, 0L, 0L), (quote.OrdinaryIdr, quote.BonusIdr, quote.LapsesIdr));

        Assert.True((await server.Droplet.Delete(End(server.Name))).IsOk);
        await server.Droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(quote.RefundIdr, await ReturnedAsync(server.Instance));
        Assert.Equal(5_000_000 - view.PriceIdr + quote.RefundIdr, (await Cluster.MoneyAsync(server.Owner)).BalanceIdr);
        await AssertBooksAsync();
    }

    [Fact]
    public async Task Of_a_day_nothing_comes_back_and_that_is_said_before()
    {
        var server = await ServerAsync(BillingPeriod.Daily);
        Assert.Equal(new DeletionQuote(0, 0, false, 0, 0, 0), (await server.Droplet.QuoteDeletion()).Value);
        await server.Droplet.Delete(End(server.Name));
        await server.Droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(0, await ReturnedAsync(server.Instance));
    }

    [Theory]
    [InlineData("terminate.stored")]
    [InlineData("refund.after_posting")]
    [InlineData("refund.stored")]
    [InlineData("terminate.before_delete")]
    [InlineData("terminate.gone_stored")]
    public async Task It_comes_back_exactly_once_wherever_the_deletion_is_cut(string arrow)
    {
        var server = await ServerAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(3.5));
        var quote = (await server.Droplet.QuoteDeletion()).Value!;
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Droplet(server.Instance));
        try
        {
            await server.Droplet.Delete(End(server.Name));
        }
        catch (InfrastructureException)
        {
            // Stored already: the loop carries it on.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        await server.Droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(quote.RefundIdr, await ReturnedAsync(server.Instance));
        Assert.Equal(1, await Cluster.PostingsAsync($"refund:order:{server.Instance}:capture"));
        await AssertBooksAsync();
    }

    [Fact]
    public async Task After_an_upgrade_both_payments_give_back_what_is_left_of_the_new_price()
    {
        var server = await ServerAsync();
        var resize = Cluster.Grains.GetGrain<IDropletResizeGrain>(GrainKeys.Droplet(server.Instance));
        Assert.True((await resize.Resize(new ResizeDroplet("up", "basic-2", false, "user:test"))).IsOk);
        var view = await server.Droplet.Becomes(now => now.PlanId == "basic-2" && now.RunningAction is null, "it is resized");
        var quote = (await server.Droplet.QuoteDeletion()).Value!;
        Assert.InRange(quote.RefundIdr, view.PriceIdr * 27 / 31, view.PriceIdr);

        await server.Droplet.Delete(End(server.Name));
        await server.Droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(2, await Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE reference_id = '{server.Instance}' AND kind = 8"));
        Assert.Equal(quote.RefundIdr, await ReturnedAsync(server.Instance));
        await AssertBooksAsync();
    }

    [Fact]
    public async Task A_server_that_vanished_gives_every_second_back_also_by_day_and_once()
    {
        var server = await ServerAsync(BillingPeriod.Daily);
        var view = (await server.Droplet.Get()).Value!;
        await Cluster.DestroyBehindOurBackAsync(view.ProviderDropletId!.Value);
        await server.Droplet.Act(new StartAction("reboot", ActionKind.Reboot, "user:test"));
        await server.Droplet.Becomes(DropletStatus.Lost);
        var returned = await Eventually.Async(() => ReturnedAsync(server.Instance), sum => sum > 0, WebranaCluster.Patience, "its money came back");
        Assert.InRange(returned, view.PriceIdr * 9 / 10, view.PriceIdr);

        // Deleting what is lost gives nothing back a second time.
        Assert.Equal(0, (await server.Droplet.QuoteDeletion()).Value!.RefundIdr);
        await server.Droplet.Delete(End(server.Name));
        await server.Droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(returned, await ReturnedAsync(server.Instance));
        await AssertBooksAsync();
    }

    [Fact]
    public async Task A_suspended_server_has_used_what_it_paid_for()
    {
        var server = await ServerAsync();
        await server.Droplet.Change(new ChangeDroplet(null, false, "user:test"));
        await Cluster.TurnToAsync((await server.Droplet.Get()).Value!.NextRenewalAt!.Value.AddSeconds(1));
        await Cluster.SweepAsync();
        await server.Droplet.Becomes(DropletStatus.Suspended);
        Assert.Equal(0, (await server.Droplet.QuoteDeletion()).Value!.RefundIdr);
        await server.Droplet.Delete(End(server.Name));
        await server.Droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(0, await ReturnedAsync(server.Instance));
    }

    [Fact]
    public async Task A_failed_order_can_be_ordered_again_as_it_was_and_says_what_is_not_kept()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var droplet = Cluster.Droplet(Servers.NewInstance());
        Cluster.Cloud.Inject(new Webrana.Sandbox.DigitalOcean.Http.Fault { Kind = Webrana.Sandbox.DigitalOcean.Http.FaultKinds.ActionErrored, Type = "create" });
        var first = Servers.Order(owner) with { UserData = "#cloud-config\n{}" };
        await droplet.Order(first);
        Assert.Equal("not_built", (await droplet.Becomes(DropletStatus.Failed)).FailureReason);

        Assert.True((await droplet.Get()).Value!.HadUserData);
        var failed = (await droplet.Failed()).Value!;
        Assert.Equal((first.PlanId, first.Name, first.Image, null, true), (failed.Order.PlanId, failed.Order.Name, failed.Order.Image, failed.Order.UserData, failed.HadUserData));
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money.HeldIdr == 0, WebranaCluster.Patience, "the money is back");
        var again = Cluster.Droplet(Servers.NewInstance());
        await Eventually.Async(async () => (await again.Order(failed.Order with { Region = "fra1" })).IsOk, WebranaCluster.Patience, "the name is free and it is ordered");
        Assert.Equal("fra1", (await again.Becomes(DropletStatus.Running)).Region);
        Assert.Equal(DropletError.InvalidState, (await again.Failed()).Error);
        Assert.Equal(DropletError.NotFound, (await Cluster.Droplet(Servers.NewInstance()).Failed()).Error);
    }
}
