using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Wallets;
using Webrana.Data.Faults;
using Webrana.Data.Wallets;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Another plan. Its own cluster: faults of the simulator strike whoever comes next.</summary>
public sealed class ResizeTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    const string Bigger = "basic-2";

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    async Task<(UserId Owner, InstanceId Instance, IDropletGrain Droplet, IDropletResizeGrain Resize)> ServerAsync(
        long balanceIdr = 1_000_000, BillingPeriod period = BillingPeriod.Monthly)
    {
        var owner = await Cluster.CustomerAsync(balanceIdr);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, period);
        return (owner, instance, droplet, Cluster.Grains.GetGrain<IDropletResizeGrain>(GrainKeys.Droplet(instance)));
    }

    static ResizeDroplet To(string plan, bool disk = false, string id = "resize", long? most = null) => new(id, plan, disk, "user:test", most);

    static async Task<ActivityEntry> EndAsync(IDropletGrain droplet, string id = "resize") => (await Eventually.Async(
        async () => (await droplet.Action(id)).Value, line => line is { Status: not ActivityStatus.InProgress }, WebranaCluster.Patience, "the resize ended"))!;

    async Task<ActivityEntry> ResizedAsync((UserId, InstanceId, IDropletGrain Droplet, IDropletResizeGrain Resize) server, ResizeDroplet command)
    {
        var started = await server.Resize.Resize(command);
        Assert.True(started.IsOk, $"{started.Error} {started.Detail}");
        return await EndAsync(server.Droplet, command.OperationId);
    }

    Task<long> SumAsync(InstanceId instance, string type) => Cluster.CountAsync(
        $"SELECT coalesce(sum(amount), 0)::bigint FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = '{type}'");

    async Task AssertBooksAsync(UserId owner)
    {
        Assert.Equal(0, (await Cluster.MoneyAsync(owner)).HeldIdr);
        // Test money has no audit entry behind it; everything about servers must agree.
        var trial = await new LedgerQueries(Cluster.Sources).TrialBalanceAsync(TestContext.Current.CancellationToken);
        Assert.All(trial.Accounts.Where(account => account.Account is "REVENUE" or "HOLDS" or "WALLETS"), account => Assert.Equal((account.Account, 0L), (account.Account, account.DifferenceIdr)));
        await Cluster.FindNothingAsync("server_agrees_with_ledger", "hold_has_an_open_order");
    }

    [Fact]
    public async Task A_bigger_plan_is_quoted_held_made_and_charged_for_the_time_that_is_left()
    {
        var server = await ServerAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(10));
        var before = (await server.Droplet.Get()).Value!;
        var quote = (await server.Resize.QuoteResize(Bigger, growDisk: false)).Value!;
        Assert.Equal((before.PriceIdr, before.NextRenewalAt, before.DiskGb, false), (quote.CurrentPriceIdr, quote.PaidUntil, quote.DiskGb, quote.DiskGrows));
        Assert.InRange(quote.DifferenceIdr, 1, quote.PriceIdr - quote.CurrentPriceIdr);

        Assert.Equal((ActivityStatus.Completed, null), ((await ResizedAsync(server, To(Bigger))) is var line ? (line.Status, line.Message) : default));

        var after = await server.Droplet.Settles(DropletStatus.Running);
        Assert.Equal((Bigger, quote.PriceIdr, quote.Vcpus, quote.MemoryMb, before.DiskGb), (after.PlanId, after.PriceIdr, after.Vcpus, after.MemoryMb, after.DiskGb));
        Assert.Equal(before.NextRenewalAt, after.NextRenewalAt);
        var atProvider = await Cluster.ProviderDropletAsync(server.Droplet);
        Assert.Equal((before.DiskGb, quote.MemoryMb), (atProvider.Disk, atProvider.Memory));
        // Never more than was quoted: time has only gone on.
        Assert.InRange(-await SumAsync(server.Instance, "PLAN_CHANGE"), quote.DifferenceIdr - 50, quote.DifferenceIdr);
        await AssertBooksAsync(server.Owner);
    }

    /// <summary>The fault: one read that was older than the provider's own word, and the money went back for a size that had been changed.</summary>
    [Theory]
    [InlineData("resize", false)]
    [InlineData("power_off", true)]
    [InlineData("power_on", false)]
    public async Task What_the_provider_has_done_and_shows_late_is_not_given_up(string type, bool stubborn)
    {
        var server = await ServerAsync();
        if (stubborn)
            Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ShutdownIgnored });
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.StaleReads, Type = type, Seconds = 1 });
        var line = await ResizedAsync(server, To(Bigger));
        Assert.Equal((ActivityStatus.Completed, null), (line.Status, line.Message));
        Assert.Equal(Bigger, (await server.Droplet.Settles(DropletStatus.Running)).PlanId);
        Assert.True(await SumAsync(server.Instance, "PLAN_CHANGE") < 0, "it is paid for");
        await AssertBooksAsync(server.Owner);
    }

    [Fact]
    public async Task The_next_renewal_costs_the_new_price()
    {
        var server = await ServerAsync();
        await ResizedAsync(server, To(Bigger));
        var view = await server.Droplet.Settles(DropletStatus.Running);
        await Cluster.TurnToAsync(view.NextRenewalAt!.Value + TimeSpan.FromSeconds(1));
        await Cluster.SweepAsync();
        await server.Droplet.Becomes(now => now.NextRenewalAt > view.NextRenewalAt, "it is renewed");
        Assert.Equal(-view.PriceIdr, await SumAsync(server.Instance, "RENEWAL"));
        await AssertBooksAsync(server.Owner);
    }

    [Fact]
    public async Task A_disk_grows_for_good_and_then_only_plans_with_as_much_fit()
    {
        var server = await ServerAsync();
        var small = (await server.Droplet.Get()).Value!;
        await ResizedAsync(server, To(Bigger, disk: true));
        var big = await server.Droplet.Settles(DropletStatus.Running);
        Assert.True(big.DiskGb > small.DiskGb);
        Assert.Equal(big.DiskGb, (await Cluster.ProviderDropletAsync(server.Droplet)).Disk);
        Assert.Equal(ResizeError.DiskTooSmall, (await server.Resize.Resize(To(small.PlanId, id: "back"))).Error);
    }

    [Fact]
    public async Task Up_and_down_again_gives_back_what_is_not_used_out_of_what_was_paid_last()
    {
        var server = await ServerAsync();
        var start = await Cluster.MoneyAsync(server.Owner);
        await ResizedAsync(server, To(Bigger));
        await server.Droplet.Settles(DropletStatus.Running);
        var small = (await server.Resize.QuoteResize("basic-1", growDisk: false)).Value!;
        Assert.True(small.DifferenceIdr < 0);
        await ResizedAsync(server, To("basic-1", id: "down"));
        var view = await server.Droplet.Settles(DropletStatus.Running);
        Assert.Equal(("basic-1", Servers.PriceIdr), (view.PlanId, view.PriceIdr));
        // Some seconds of the bigger plan are paid for, no more.
        Assert.InRange((await Cluster.MoneyAsync(server.Owner)).BalanceIdr, start.BalanceIdr - 100, start.BalanceIdr);
        Assert.Equal(1, await Cluster.PostingsAsync($"refund:plan-change:{server.Instance}:resize:capture:down"));
        await AssertBooksAsync(server.Owner);
    }

    [Fact]
    public async Task Bonus_money_comes_back_to_its_lot_and_lapses_there_when_its_time_is_over()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        await Cluster.Wallet(owner).GrantBonus(new GrantBonusCommand(
            "gift", 400_000, Cluster.Clock.GetUtcNow().AddDays(3), new PostingReference(ReferenceType.Promo, "hemat", ContraAccount.PromoExpense, "Bonus")));
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var resize = Cluster.Grains.GetGrain<IDropletResizeGrain>(GrainKeys.Droplet(instance));
        await ResizedAsync((owner, instance, droplet, resize), To(Bigger));
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal(200_000, (await Cluster.MoneyAsync(owner)) is var money ? money.BalanceIdr - money.BonusIdr : 0);
        await Cluster.TurnAsync(TimeSpan.FromDays(5));

        var quote = (await droplet.QuoteDeletion()).Value!;
        Assert.Equal((0, 0, quote.RefundIdr), (quote.OrdinaryIdr, quote.BonusIdr, quote.LapsesIdr));
        await ResizedAsync((owner, instance, droplet, resize), To("basic-1", id: "down"));
        await droplet.Settles(DropletStatus.Running);

        var after = await Cluster.MoneyAsync(owner);
        Assert.Equal((200_000L, 0L), (after.BalanceIdr, after.BonusIdr));
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE wallet_id = '{owner}' AND kind = 7 AND operation_id LIKE 'expire:gift:%' AND amount < 0 AND seq > 8"));
        await AssertBooksAsync(owner);
    }

    [Fact]
    public async Task What_cannot_be_paid_or_costs_more_than_agreed_changes_nothing()
    {
        var server = await ServerAsync(balanceIdr: Servers.PriceIdr + 1_000);
        Assert.Equal(ResizeError.InsufficientBalance, (await server.Resize.Resize(To(Bigger))).Error);
        Assert.Equal(ResizeError.PriceChanged, (await server.Resize.Resize(To(Bigger, most: 10))).Error);
        Assert.Equal(ResizeError.SamePlan, (await server.Resize.Resize(To("basic-1"))).Error);
        Assert.Equal(ResizeError.PlanUnavailable, (await server.Resize.Resize(To("no-such-plan"))).Error);
        var view = (await server.Droplet.Get()).Value!;
        Assert.Equal(("basic-1", DropletStatus.Running, null), (view.PlanId, view.Status, view.RunningAction));
        Assert.Equal(0, (await Cluster.MoneyAsync(server.Owner)).HeldIdr);
        // Nothing stands in the way of the next act.
        Assert.True((await server.Droplet.Act(new StartAction("reboot", ActionKind.Reboot, "user:test"))).IsOk);
        // It comes to its end here: the next test's faults are not for it.
        await EndAsync(server.Droplet, "reboot");
    }

    [Fact]
    public async Task While_it_runs_it_says_which_step_it_is_at_and_nothing_else_starts()
    {
        var server = await ServerAsync();
        var held = Cluster.FailPoints.Arm("resize.before_resize", FailMode.Hold, subject: GrainKeys.Droplet(server.Instance));
        Assert.True((await server.Resize.Resize(To(Bigger))).IsOk);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        var other = await server.Droplet.Act(new StartAction("reboot", ActionKind.Reboot, "user:test"));
        Assert.Equal((ActionError.ActionInProgress, "Resize"), (other.Error!.Value, other.Detail));
        Assert.Equal(new ActionReceipt("resize"), (await server.Resize.Resize(To(Bigger))).Value);
        Assert.Equal("Resize", (await server.Droplet.Action("resize")).Value!.Step);
        Cluster.FailPoints.Release("resize.before_resize");
        await EndAsync(server.Droplet);
    }

    [Fact]
    public async Task A_guest_that_ignores_the_shutdown_is_switched_off_hard_and_on_again()
    {
        var server = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ShutdownIgnored });
        Assert.Equal(ActivityStatus.Completed, (await ResizedAsync(server, To(Bigger))).Status);
        await server.Droplet.Settles(DropletStatus.Running);
    }

    [Fact]
    public async Task A_server_that_was_off_stays_off()
    {
        var server = await ServerAsync();
        await server.Droplet.Act(new StartAction("off", ActionKind.PowerOff, "user:test"));
        await server.Droplet.Settles(DropletStatus.Off);
        await ResizedAsync(server, To(Bigger));
        Assert.Equal(Bigger, (await server.Droplet.Settles(DropletStatus.Off)).PlanId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("resize.given_up")]
    public async Task A_resize_that_the_provider_gives_up_is_switched_on_again_and_costs_nothing(string? arrow)
    {
        var server = await ServerAsync();
        var before = await Cluster.MoneyAsync(server.Owner);
        var fired = arrow is null ? Task.CompletedTask : Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Droplet(server.Instance));
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "resize" });
        Assert.Equal(ActivityStatus.Errored, (await ResizedAsync(server, To(Bigger))).Status);
        await fired.WaitAsync(WebranaCluster.Patience);
        var view = await server.Droplet.Settles(DropletStatus.Running);
        Assert.Equal(("basic-1", Servers.PriceIdr), (view.PlanId, view.PriceIdr));
        var after = await Cluster.MoneyAsync(server.Owner);
        Assert.Equal((before.BalanceIdr, 0), (after.BalanceIdr, after.HeldIdr));
        await AssertBooksAsync(server.Owner);
    }

    /// <summary>The fault: that our own step did not switch it on was told, and left to its owner.</summary>
    [Theory]
    [InlineData(false, null)]
    [InlineData(false, "action.done_stored")]
    [InlineData(true, null)]
    public async Task A_server_that_does_not_come_on_behind_its_resize_is_tried_until_it_does_and_then_its_owner_is_told(bool givenUp, string? arrow)
    {
        var server = await ServerAsync();
        var fired = arrow is null ? Task.CompletedTask : Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Droplet(server.Instance));
        if (givenUp)
            Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "resize" });
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "power_on", Count = -1 });
        var line = await ResizedAsync(server, To(Bigger));
        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.Equal(givenUp ? ActivityStatus.Errored : ActivityStatus.Completed, line.Status);
        if (!givenUp)
            Assert.Equal("resized_but_off", line.Message);
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets/{id}/actions");
        await Eventually.Async(() => Cluster.Cloud.CountRequests("POST", "/v2/droplets/{id}/actions") >= before + 2, WebranaCluster.Patience, "it is tried again and again");
        Assert.Equal((DropletStatus.Off, 0), ((await server.Droplet.Get()).Value!.Status, await ToldAsync()));

        Cluster.Cloud.ClearFaults();
        Assert.Equal(givenUp ? "basic-1" : Bigger, (await server.Droplet.Settles(DropletStatus.Running)).PlanId);
        await Eventually.Async(ToldAsync, told => told == 1, WebranaCluster.Patience, "its owner knows that it runs");
        // Of all the tries only the one that succeeded stands in the log.
        await Eventually.Async(() => LinesAsync("Completed"), lines => lines == 1, WebranaCluster.Patience, "the log has it");
        Assert.Equal(0, await LinesAsync("Errored"));
        Assert.Equal(givenUp ? 0L : 1L, await Cluster.PostingsAsync($"plan-change:{server.Instance}:resize:capture"));
        await AssertBooksAsync(server.Owner);

        Task<long> ToldAsync() => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{server.Owner}' AND kind = 'Restored'");
        Task<long> LinesAsync(string status) => Cluster.CountAsync(
            $"SELECT count(*) FROM instance_activity WHERE instance = '{server.Instance}' AND kind = 'PowerOn' AND status = '{status}'");
    }

    [Theory]
    [InlineData("resize.stored")]
    [InlineData("resize.stock_reserved")]
    [InlineData("resize.spend_noted")]
    [InlineData("resize.stock_settled")]
    [InlineData("resize.held")]
    [InlineData("resize.hold_stored")]
    [InlineData("action.intent_stored")]
    [InlineData("action.after_post")]
    [InlineData("action.id_stored")]
    [InlineData("resize.before_resize")]
    [InlineData("resize.applied_stored")]
    [InlineData("resize.before_settle")]
    [InlineData("resize.settled")]
    [InlineData("resize.settled_stored")]
    [InlineData("action.done_stored")]
    public async Task A_change_of_plan_cut_at_any_arrow_is_made_once_and_paid_once(string arrow)
    {
        var server = await ServerAsync();
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Droplet(server.Instance));
        try
        {
            await server.Resize.Resize(To(Bigger));
        }
        catch (InfrastructureException)
        {
            // The caller does not know; what was stored is carried on without it.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        var view = await server.Droplet.Becomes(now => now.PlanId == Bigger && now.RunningAction is null && now.Status == DropletStatus.Running, "it is resized");
        Assert.Equal(1, await Cluster.PostingsAsync($"plan-change:{server.Instance}:resize:capture"));
        var money = await Cluster.MoneyAsync(server.Owner);
        Assert.InRange(money.BalanceIdr, 1_000_000 - view.PriceIdr, 1_000_000 - view.PriceIdr + 100);
        Assert.True((await server.Resize.Resize(To(Bigger))).IsOk);
        await AssertBooksAsync(server.Owner);
    }

    [Theory]
    [InlineData("refund.after_posting")]
    [InlineData("refund.stored")]
    public async Task What_comes_back_of_a_smaller_plan_comes_back_once_wherever_it_is_cut(string arrow)
    {
        var server = await ServerAsync();
        await ResizedAsync(server, To(Bigger));
        await server.Droplet.Settles(DropletStatus.Running);
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Droplet(server.Instance));
        Assert.True((await server.Resize.Resize(To("basic-1", id: "down"))).IsOk);
        await fired.WaitAsync(WebranaCluster.Patience);
        await server.Droplet.Becomes(now => now.PlanId == "basic-1" && now.RunningAction is null, "it is small again");
        await EndAsync(server.Droplet, "down");
        Assert.InRange((await Cluster.MoneyAsync(server.Owner)).BalanceIdr, 1_000_000 - Servers.PriceIdr - 100, 1_000_000 - Servers.PriceIdr);
        await AssertBooksAsync(server.Owner);
    }

    [Theory]
    [InlineData("POST", "/v2/droplets/{id}/actions", FaultKinds.DropAfterEffect, 4)]
    [InlineData("POST", "/v2/droplets/{id}/actions", FaultKinds.Status500, 4)]
    [InlineData("GET", "/v2/droplets/{id}", FaultKinds.Status500, 3)]
    [InlineData("GET", "/v2/actions/{actionId}", FaultKinds.Status500, 3)]
    public async Task Answers_that_are_lost_on_the_way_change_nothing_of_the_end(string method, string path, string kind, int count)
    {
        var server = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = kind, Method = method, Path = path, Count = count });
        Assert.Equal(ActivityStatus.Completed, (await ResizedAsync(server, To(Bigger))).Status);
        await server.Droplet.Settles(DropletStatus.Running);
        Assert.Equal(1, await Cluster.PostingsAsync($"plan-change:{server.Instance}:resize:capture"));
        Cluster.Cloud.ClearFaults();
        await AssertBooksAsync(server.Owner);
    }

    [Fact]
    public async Task A_renewal_that_falls_due_meanwhile_waits_and_costs_the_new_price()
    {
        var server = await ServerAsync();
        var due = (await server.Droplet.Get()).Value!.NextRenewalAt!.Value;
        await Cluster.TurnToAsync(due - TimeSpan.FromMinutes(2));
        // The provider says that the droplet is busy, for as long as it takes.
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.PendingEventAfterCompletion, Count = -1 });
        Assert.True((await server.Resize.Resize(To(Bigger))).IsOk);
        await Cluster.TurnToAsync(due + TimeSpan.FromSeconds(5));
        await Cluster.SweepAsync();
        Assert.Equal(0, await SumAsync(server.Instance, "RENEWAL"));
        Cluster.Cloud.ClearFaults();
        await EndAsync(server.Droplet);
        await Cluster.SweepAsync();
        var view = await server.Droplet.Becomes(now => now.NextRenewalAt > due, "it is renewed");
        Assert.Equal(-view.PriceIdr, await SumAsync(server.Instance, "RENEWAL"));
        await AssertBooksAsync(server.Owner);
    }

    // What the change takes or gives back is settled first; the loss is counted behind it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_vanishes_when_its_plan_has_just_changed_gives_back_all_that_is_left(bool smaller)
    {
        var server = await ServerAsync();
        if (smaller)
        {
            await ResizedAsync(server, To(Bigger));
            await server.Droplet.Settles(DropletStatus.Running);
        }

        var held = Cluster.FailPoints.Arm("resize.applied_stored", FailMode.Hold, subject: GrainKeys.Droplet(server.Instance));
        Assert.True((await server.Resize.Resize(To(smaller ? "basic-1" : Bigger, id: "last"))).IsOk);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await Cluster.DestroyBehindOurBackAsync((await server.Droplet.Get()).Value!.ProviderDropletId!.Value);
        Cluster.FailPoints.Release("resize.applied_stored");

        await server.Droplet.Becomes(DropletStatus.Lost);
        // Some seconds are paid for, no more.
        await Eventually.Async(
            async () => (await Cluster.MoneyAsync(server.Owner)).BalanceIdr, balance => balance is >= 999_500 and <= 1_000_000, WebranaCluster.Patience, "all that is left came back");
        Assert.Equal(smaller ? 0L : 1L, await Cluster.PostingsAsync($"plan-change:{server.Instance}:last:capture"));
        await AssertBooksAsync(server.Owner);
    }

    [Fact]
    public async Task A_server_deleted_in_the_middle_pays_no_difference()
    {
        var server = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.PendingEventAfterCompletion, Count = -1 });
        Assert.True((await server.Resize.Resize(To(Bigger))).IsOk);
        var name = (await server.Droplet.Get()).Value!.Name;
        Assert.True((await server.Droplet.Delete(new DeleteDroplet("end", name, "user:test"))).IsOk);
        Cluster.Cloud.ClearFaults();
        await server.Droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal((0, 0), (await SumAsync(server.Instance, "PLAN_CHANGE"), (await Cluster.MoneyAsync(server.Owner)).HeldIdr));
        await AssertBooksAsync(server.Owner);
    }
}
