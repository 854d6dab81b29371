using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>What changes about a running subscription. Its own cluster: the clock is turned and plans are changed.</summary>
public sealed class TermsTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    WebranaCluster Cluster => shared.Cluster;

    async Task<IPlanGrain> PlanAsync(string id, int? stock = null)
    {
        var plan = Cluster.Plan(id);
        Assert.True((await plan.Create(new DefinePlan(
            "Uji", "s-1vcpu-1gb", 1, 1024, 25, 1, new PlanPrices(null, 5_000, 100_000, 1_000_000, true, true, true), ["sgp1"], false, 1, 600, stock))).IsOk);
        return plan;
    }

    async Task<(InstanceId Instance, IDropletGrain Droplet)> ServerAsync(UserId owner, string plan)
    {
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);
        Assert.True((await droplet.Order(Servers.Order(owner) with { PlanId = plan })).IsOk);
        await droplet.Becomes(DropletStatus.Running);
        return (instance, droplet);
    }

    [Fact]
    public async Task Periods_paid_ahead_are_charged_one_by_one_in_order_and_once()
    {
        var owner = await Cluster.CustomerAsync(Servers.PriceIdr * 4);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;

        Assert.Equal(RenewError.InsufficientBalance, (await Cluster.Billing(instance).Renew(new RenewServer("many", 12, "user:x"))).Error);
        var paid = await Cluster.Billing(instance).Renew(new RenewServer("three", 3, "user:x"));
        Assert.True((await Cluster.Billing(instance).Renew(new RenewServer("three", 3, "user:x"))).IsOk);

        Assert.Equal(3, await Cluster.PostingsAsync($"renew:{instance}:"));
        Assert.InRange(paid.Value!.DueAt, due.AddDays(84), due.AddDays(95));
        Assert.Equal(0, (await Cluster.MoneyAsync(owner)).BalanceIdr);
        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
    }

    [Fact]
    public async Task Periods_paid_ahead_past_an_announced_price_cost_what_was_shown()
    {
        var owner = await Cluster.CustomerAsync((Servers.PriceIdr * 4) + 20_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        // Between the third period's start and the fourth's.
        await Cluster.Billing(instance).PriceAnnounced(new AnnouncedPrice(9, due.AddDays(40), null, Servers.PriceIdr + 20_000, null));

        var shown = (await Cluster.Billing(instance).Billing())!;
        var costs = shown.CostsIdr!;
        Assert.Equal((RenewServer.MostPeriods, Servers.PriceIdr), (costs.Count, shown.NextPriceIdr));
        Assert.Equal((2 * Servers.PriceIdr, (3 * Servers.PriceIdr) + 20_000), (costs[1], costs[2]));

        Assert.True((await Cluster.Billing(instance).Renew(new RenewServer("past-it", 3, "user:x"))).IsOk);
        Assert.Equal(0, (await Cluster.MoneyAsync(owner)).BalanceIdr);
    }

    [Theory]
    [InlineData("ahead.stored")]
    [InlineData("renew.after_debit")]
    [InlineData("ahead.charged")]
    public async Task Paying_ahead_cut_at_any_arrow_pays_each_period_once(string arrow)
    {
        var owner = await Cluster.CustomerAsync(Servers.PriceIdr * 4);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        await Assert.ThrowsAnyAsync<Exception>(() => Cluster.Billing(instance).Renew(new RenewServer("three", 3, "user:x")));
        await fired.WaitAsync(WebranaCluster.Patience);

        Assert.True((await Cluster.Billing(instance).Renew(new RenewServer("three", 3, "user:x"))).IsOk);
        Assert.Equal(3, await Cluster.PostingsAsync($"renew:{instance}:"));
        Assert.Equal(0, (await Cluster.MoneyAsync(owner)).BalanceIdr);
        await droplet.Settles(DropletStatus.Running);
    }

    [Fact]
    public async Task Renewing_by_hand_brings_back_a_server_that_was_not_to_be_renewed()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, autoRenew: false);
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + Second);
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
        Assert.Equal(SuspensionReason.NotRenewed, (await droplet.Get()).Value!.Reason);

        Assert.True((await Cluster.Billing(instance).Renew(new RenewServer("by-hand", 1, "user:x"))).IsOk);
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:"));
    }

    [Fact]
    public async Task Another_length_is_charged_from_the_next_renewal_on()
    {
        var owner = await Cluster.CustomerAsync(3_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        var shown = (await Cluster.Billing(instance).SwitchPeriod(new SwitchPeriod(BillingPeriod.Yearly, "user:x"))).Value!;
        Assert.Equal((BillingPeriod.Monthly, BillingPeriod.Yearly, Servers.PriceIdr * 10), (shown.Period, shown.NextPeriod, shown.NextPriceIdr));

        await Cluster.TurnToAsync(due + Second);
        await droplet.WakeAllAsync();
        var view = (await droplet.Get()).Value!;
        Assert.Equal((BillingPeriod.Yearly, Servers.PriceIdr * 10), (view.BillingPeriod, view.PriceIdr));
        Assert.InRange(view.NextRenewalAt!.Value, due.AddDays(364), due.AddDays(367));
        Assert.Equal(3_000_000 - (Servers.PriceIdr * 11), (await Cluster.MoneyAsync(owner)).BalanceIdr);
    }

    [Theory]
    [InlineData("price.page_told")]
    [InlineData("price.stored")]
    public async Task A_price_reaches_running_servers_at_its_date_and_their_owners_before(string arrow)
    {
        var name = arrow.Replace('.', '-').Replace('_', '-');
        var plan = await PlanAsync(name);
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await ServerAsync(owner, name);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;

        Assert.Equal(PlanError.NoticeTooShort, (await plan.SetPricing(Monthly(120_000, Cluster.Clock.GetUtcNow().AddDays(3)))).Error);
        Assert.True((await plan.SetPricing(Monthly(120_000, due.AddDays(-1)))).IsOk);
        // A crash after a server stored it, or after a page was told, tells nobody twice.
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: arrow == "price.stored" ? $"droplet:{instance}" : $"plan:{name}");
        await Cluster.TurnAsync(TimeSpan.FromMinutes(2));
        await fired.WaitAsync(WebranaCluster.Patience);

        await Eventually.Async(async () => (await Cluster.Billing(instance).Billing())!.NextPriceIdr == 120_000, WebranaCluster.Patience, "the server knows");
        await Eventually.Async(async () => await MailsAsync(owner, "PriceChange") == 1, WebranaCluster.Patience, "the owner is told");
        Assert.Equal(100_000, (await droplet.Get()).Value!.PriceIdr);

        await Cluster.TurnToAsync(due + Second);
        await droplet.WakeAllAsync();
        Assert.Equal(120_000, (await droplet.Get()).Value!.PriceIdr);
        Assert.Equal(1_000_000 - 220_000, (await Cluster.MoneyAsync(owner)).BalanceIdr);
    }

    [Fact]
    public async Task A_price_without_a_date_and_a_length_no_longer_sold_leave_running_servers_alone()
    {
        var plan = await PlanAsync("tetap");
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await ServerAsync(owner, "tetap");
        Assert.True((await plan.SetPricing(Monthly(500_000, null) with { AllowMonthly = false })).IsOk);

        Assert.Equal(OrderError.PeriodNotAllowed, (await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner) with { PlanId = "tetap" })).Error);
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + Second);
        await droplet.WakeAllAsync();
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:2"));
        Assert.Equal(800_000, (await Cluster.MoneyAsync(owner)).BalanceIdr);
    }

    [Fact]
    public async Task No_more_servers_are_sold_than_there_may_be_however_many_order_at_once()
    {
        await PlanAsync("langka", stock: 3);
        var owner = await Cluster.CustomerAsync(5_000_000);
        var orders = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner) with { PlanId = "langka" })));
        Assert.Equal(3, orders.Count(order => order.IsOk));
        Assert.All(orders.Where(order => !order.IsOk), order => Assert.Equal(OrderError.SoldOut, order.Error));
        Assert.Equal(300_000, (await Cluster.MoneyAsync(owner)).HeldIdr + 5_000_000 - (await Cluster.MoneyAsync(owner)).BalanceIdr);

        var gone = Cluster.Droplet(orders.First(order => order.IsOk).Value!.Instance);
        await gone.Becomes(DropletStatus.Running);
        await gone.Delete(new DeleteDroplet("d", (await gone.Get()).Value!.Name, "user:x"));
        await gone.Becomes(DropletStatus.Terminated);
        Assert.True((await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner) with { PlanId = "langka" })).IsOk);
    }

    [Fact]
    public async Task Money_that_suffices_for_one_brings_back_the_one_its_owner_put_first()
    {
        var owner = await Cluster.CustomerAsync(2 * Servers.PriceIdr);
        var (toy, one) = await Cluster.RunningServerAsync(owner);
        var (shop, two) = await Cluster.RunningServerAsync(owner);
        await one.Change(new ChangeDroplet(null, null, "user:x", Priority: RenewalPriority.Last));
        await two.Change(new ChangeDroplet(null, null, "user:x", Priority: RenewalPriority.First));
        await Cluster.TurnToAsync((await two.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(50));
        await Task.WhenAll(one.WakeAllAsync(), two.WakeAllAsync());
        await one.Settles(DropletStatus.Suspended);
        await two.Settles(DropletStatus.Suspended);

        await Cluster.CreditAsync(owner, Servers.PriceIdr);
        await Cluster.Grains.GetGrain<IMoneyArrivalGrain>(GrainKeys.MoneyArrival(owner)).Offer();

        await two.Settles(DropletStatus.Running);
        Assert.Equal(DropletStatus.Suspended, (await one.Get()).Value!.Status);
        Assert.Equal((0, 1), (await Cluster.PostingsAsync($"renew:{toy}:"), await Cluster.PostingsAsync($"renew:{shop}:")));
    }

    [Fact]
    public async Task Add_ons_are_rows_of_their_own_beside_the_renewal_and_all_or_nothing()
    {
        var owner = await Cluster.CustomerAsync(400_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var upkeep = Cluster.Grains.GetGrain<IDropletUpkeepGrain>(GrainKeys.Droplet(instance));
        Assert.True((await upkeep.Upkeep(new StartUpkeep("b", ActionKind.EnableBackups, "user:x", Weekly: true))).IsOk);
        await droplet.Becomes(view => view.RunningAction is null, "backups are on");
        var billing = Cluster.Billing(instance);
        await billing.TransferOver(24_000, 10_000);
        await billing.TransferOver(24_000, 10_000);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;

        await Cluster.TurnToAsync(due + Second);
        await droplet.WakeAllAsync();

        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:"));
        var rows = await Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = 'ADDON'");
        var sum = -await Cluster.CountAsync($"SELECT sum(amount)::bigint FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = 'ADDON'");
        Assert.Equal(2, rows);
        // 27 % of the price for all but the first seconds, and ten GB of transfer; more of it where the month's own was counted just then.
        Assert.InRange(await OfKindAsync("Backups"), 34_800, 34_830);
        Assert.True(await OfKindAsync("Transfer") >= 2_200);

        // 142.000 are there, the month costs more with its backups: nothing is taken, and what was used stays owed.
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + Second);
        await droplet.WakeAllAsync();
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:"));
        Assert.InRange((await billing.Billing())!.Addons.Single(line => line.Type == AddonType.Backups).AmountIdr, 34_800, 34_900);
        Assert.Equal(400_000 - (2 * Servers.PriceIdr) - sum, (await Cluster.MoneyAsync(owner)).BalanceIdr);
        await Cluster.CreditAsync(owner, 100_000);
        await droplet.MoneyArrived();
        Assert.Equal(2, await Cluster.PostingsAsync($"renew:{instance}:"));
        Assert.Equal(0, (await new Webrana.Data.Wallets.LedgerQueries(Cluster.Sources).TrialBalanceAsync()).Accounts.Single(account => account.Account == "REVENUE").DifferenceIdr);

        async Task<long> OfKindAsync(string kind) => -await Cluster.CountAsync(
            $"SELECT sum(amount)::bigint FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = 'ADDON' AND operation_id LIKE 'addon:%:{kind}:%'");
    }

    [Fact]
    public async Task A_renewal_cut_between_its_add_ons_and_its_period_charges_each_once()
    {
        var owner = await Cluster.CustomerAsync(400_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        await Cluster.Billing(instance).TransferOver(24_000, 10_000);
        var due = (await droplet.Get()).Value!.NextRenewalAt!.Value;
        var fired = Cluster.FailPoints.Arm("renew.after_addon", FailMode.Throw, subject: $"droplet:{instance}");
        await Cluster.TurnToAsync(due + Second);
        await fired.WaitAsync(WebranaCluster.Patience);
        await Cluster.SweepAsync();
        await droplet.Becomes(view => view.NextRenewalAt > due, "it is renewed");
        Assert.Equal((1, 1), (await Cluster.PostingsAsync($"renew:{instance}:"), await Cluster.PostingsAsync($"addon:{instance}:")));
        Assert.Equal(400_000 - (2 * Servers.PriceIdr) - 2_200, (await Cluster.MoneyAsync(owner)).BalanceIdr);
    }

    [Fact]
    public async Task Settings_are_versions_and_a_period_keeps_the_policy_it_began_with()
    {
        var settings = Cluster.Grains.GetGrain<IBillingSettingsGrain>(GrainKeys.BillingSettings);
        var owner = await Cluster.CustomerAsync(130_000);
        var (_, droplet) = await Cluster.RunningServerAsync(owner);
        var before = await settings.Get();
        try
        {
            await AssertVersionsAsync(settings, before, droplet);
        }
        finally
        {
            Assert.True((await settings.Change(new ChangeBillingSettings("admin:x", before.UsdRateIdr, Monthly: before.Monthly))).IsOk);
        }
    }

    async Task AssertVersionsAsync(IBillingSettingsGrain settings, BillingSettings before, IDropletGrain droplet)
    {
        Assert.Equal(BillingSettingsError.InvalidPolicy, (await settings.Change(new ChangeBillingSettings("admin:x", Monthly: before.Monthly with { SuspendedMinutes = 10 }))).Error);
        Assert.Equal(BillingSettingsError.InvalidRate, (await settings.Change(new ChangeBillingSettings("admin:x", UsdRateIdr: 5))).Error);
        var changed = (await settings.Change(new ChangeBillingSettings("admin:x", 17_000, Monthly: before.Monthly with { GraceMinutes = 60, NoticeMinutes = [-60] }))).Value!;
        Assert.Equal((before.Version + 1, 17_000, "admin:x"), (changed.Version, changed.UsdRateIdr, changed.ChangedBy));
        Assert.Equal(changed.Version, (await settings.Change(new ChangeBillingSettings("admin:x", 17_000))).Value!.Version);
        Assert.Equal(changed.Version, (await settings.History())[0].Version);

        // It began with 48 hours of grace, and has them.
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(20));
        await droplet.WakeAllAsync();
        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);
    }

    static SetPricing Monthly(long priceIdr, DateTimeOffset? movesAt) => new(null, null, priceIdr, null, null, null, null, movesAt);

    Task<long> MailsAsync(UserId owner, string kind) => Cluster.CountAsync(
        $"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND kind = '{kind}'");
}
