using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Faults;
using Webrana.Data.Notices;
using Webrana.Data.Reconciliation;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>From the due date that nobody paid to the image that is all that is left, and back. Its own cluster: the clock is turned.</summary>
public sealed class LifecycleTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    async Task<(UserId Owner, InstanceId Instance, IDropletGrain Droplet)> SuspendedAsync()
    {
        var owner = await Cluster.CustomerAsync(130_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(50));
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
        return (owner, instance, droplet);
    }

    async Task<(UserId Owner, InstanceId Instance, IDropletGrain Droplet)> HibernatedAsync()
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        await PutAwayAsync(instance, droplet);
        await Cluster.IsHibernatedAsync(instance);
        return (owner, instance, droplet);
    }

    async Task PutAwayAsync(InstanceId instance, IDropletGrain droplet)
    {
        await Cluster.DeliverWarningsAsync(instance, 2);
        await Cluster.TurnAsync(TimeSpan.FromDays(4) + Second);
        await droplet.WakeAllAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
    }

    // Questions about a whole shop at rest: asked of a later moment everything is due, this simulator has no limits, and the money came
    // without an admin. The accounts that matter here are compared below.
    static readonly string[] NotAskedHere = ["due_work_does_not_lie", "provider_limits_are_kept", "books_agree_with_subledgers"];

    async Task AssertBooksAsync()
    {
        await Cluster.AssertSoundAsync();
        // At rest: servers of other tests renew behind this one when it turns the clock.
        await Eventually.Async(
            async () => string.Join("; ", (await new BooksCheck(Cluster.Sources).RunAsync(DateTimeOffset.MaxValue.AddYears(-1)))
                .Where(finding => finding.Broken > 0 && !NotAskedHere.Contains(finding.Name)).Select(finding => $"{finding.Name}: {string.Join(", ", finding.Examples)}")),
            broken => broken.Length == 0, WebranaCluster.Patience, "the books agree");
        var trial = await new Webrana.Data.Wallets.LedgerQueries(Cluster.Sources).TrialBalanceAsync();
        Assert.Equal(0, trial.Accounts.Single(account => account.Account == "REVENUE").DifferenceIdr);
        Assert.Equal(0, trial.Accounts.Single(account => account.Account == "HOLDS").DifferenceIdr);
    }

    [Fact]
    public async Task Put_away_it_costs_an_image_and_comes_back_at_one_click_with_a_new_address()
    {
        var (owner, instance, droplet) = await HibernatedAsync();
        var view = (await droplet.Get()).Value!;
        Assert.Equal((DropletStatus.Hibernated, 0), (view.Status, await Cluster.AtProviderAsync(instance)));
        Assert.Single(await Cluster.ImagesOfAsync(instance));
        await Cluster.TurnAsync(TimeSpan.FromDays(10));

        var restore = new RestoreServer("back", "user:test");
        Assert.Equal(RenewError.InsufficientBalance, (await Cluster.Billing(instance).Restore(restore)).Error);
        await Cluster.CreditAsync(owner, 200_000);
        await droplet.MoneyArrived();
        Assert.Equal(DropletStatus.Hibernated, (await droplet.Get()).Value!.Status);

        // A limit is named before anything is held, and is gone with its reason.
        await Cluster.Database.ExecuteAsync($"INSERT INTO limit_overrides (user_id, spend_per_day, reason, actor_id, since) VALUES ('{owner}', 0, 'uji', gen_random_uuid(), now())", TestContext.Current.CancellationToken);
        Assert.Equal(RenewError.LimitReached, (await Cluster.Billing(instance).Restore(restore with { OperationId = "again" })).Error);
        Assert.Equal(0, (await Cluster.MoneyAsync(owner)).HeldIdr);
        await Cluster.Database.ExecuteAsync($"DELETE FROM limit_overrides WHERE user_id = '{owner}'", TestContext.Current.CancellationToken);

        Assert.True((await Cluster.Billing(instance).Restore(restore with { OperationId = "again" })).IsOk);
        Assert.True((await Cluster.Billing(instance).Restore(restore with { OperationId = "again" })).IsOk);
        view = await droplet.Settles(DropletStatus.Running);

        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:2"));
        Assert.Equal(130_000 + 200_000 - (2 * Servers.PriceIdr), (await Cluster.MoneyAsync(owner)).BalanceIdr);
        Assert.True(view.NextRenewalAt > Cluster.Clock.GetUtcNow().AddDays(25), "the days it was away are not paid for");
        // Its image is, with the next renewal.
        Assert.Equal(AddonType.Images, Assert.Single((await Cluster.Billing(instance).Billing())!.Addons).Type);
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND kind = 'Restored' AND facts->>'ip' = '{view.Ipv4}'"),
            told => told == 1, WebranaCluster.Patience, "its owner is told the new address");
        await Eventually.Async(async () => (await Cluster.ImagesOfAsync(instance)).Count == 0, WebranaCluster.Patience, "the image is deleted");
        Assert.Equal(ActivityStatus.Completed, (await droplet.Action("again")).Value!.Status);
        await AssertBooksAsync();
    }

    [Theory]
    [InlineData("hibernate.stored")]
    [InlineData("hibernate.image_wanted")]
    [InlineData("hibernate.image_seen")]
    [InlineData("hibernate.image_stored")]
    [InlineData("terminate.before_delete")]
    [InlineData("terminate.after_delete")]
    [InlineData("terminate.gone_stored")]
    [InlineData("hibernate.gone")]
    [InlineData("hibernate.done")]
    public async Task A_hibernation_cut_at_any_arrow_leaves_one_image_and_no_server(string arrow)
    {
        var (_, instance, droplet) = await SuspendedAsync();
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            await PutAwayAsync(instance, droplet);
        }
        catch (InfrastructureException)
        {
            await droplet.Wake();
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        await Cluster.IsHibernatedAsync(instance);
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
        Assert.Single(await Cluster.ImagesOfAsync(instance));
    }

    [Theory]
    [InlineData("restore.stored")]
    [InlineData("restore.held")]
    [InlineData("restore.hold_stored")]
    [InlineData("order.intent_stored")]
    [InlineData("order.after_post")]
    [InlineData("order.id_stored")]
    [InlineData("order.ready_stored")]
    [InlineData("restore.captured")]
    [InlineData("restore.running_stored")]
    [InlineData("restore.image_deleted")]
    public async Task A_restore_cut_at_any_arrow_is_one_server_and_one_charge(string arrow)
    {
        var (owner, instance, droplet) = await HibernatedAsync();
        await Cluster.CreditAsync(owner, 200_000);
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            await Cluster.Billing(instance).Restore(new RestoreServer("back", "user:test"));
        }
        catch (InfrastructureException)
        {
            // The caller does not know either; the same command again, or the loop, carries it on.
            await Cluster.Billing(instance).Restore(new RestoreServer("back", "user:test"));
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:"));
        Assert.Equal((330_000 - (2 * Servers.PriceIdr), 0), ((await Cluster.MoneyAsync(owner)).BalanceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr));
        await Eventually.Async(async () => (await Cluster.ImagesOfAsync(instance)).Count == 0, WebranaCluster.Patience, "the image is deleted");
    }

    [Fact]
    public async Task A_suspension_cut_at_its_arrow_still_powers_off()
    {
        var owner = await Cluster.CustomerAsync(130_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        var fired = Cluster.FailPoints.Arm("suspend.stored", FailMode.Throw, subject: $"droplet:{instance}");
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(50));
        // The sweeper's call dies there, or whichever came first.
        await fired.WaitAsync(WebranaCluster.Patience);
        await droplet.Settles(DropletStatus.Suspended);
        await Eventually.Async(
            async () => (await Cluster.ProviderDropletAsync(droplet)).Status == Webrana.DigitalOcean.DropletStatus.Off, WebranaCluster.Patience, "it is powered off");
    }

    [Fact]
    public async Task While_it_is_suspended_its_owner_can_pay_copy_and_destroy_it_and_nothing_else()
    {
        var (_, instance, droplet) = await SuspendedAsync();
        await Eventually.Async(
            async () => (await Cluster.ProviderDropletAsync(droplet)).Status == Webrana.DigitalOcean.DropletStatus.Off, WebranaCluster.Patience, "it is powered off");
        await droplet.Settles(DropletStatus.Suspended);
        var key = GrainKeys.Droplet(instance);
        var upkeep = Cluster.Grains.GetGrain<IDropletUpkeepGrain>(key);
        foreach (var kind in new[] { ActionKind.PowerOn, ActionKind.PowerOff, ActionKind.Shutdown, ActionKind.Reboot, ActionKind.ResetPassword })
            Assert.Equal((kind, ActionError.InvalidState), (kind, (await droplet.Act(new StartAction($"try-{kind}", kind, "user:test"))).Error));
        foreach (var kind in new[] { ActionKind.RestoreSnapshot, ActionKind.RestoreBackup, ActionKind.EnableBackups, ActionKind.DisableBackups, ActionKind.ChangeBackupPolicy, ActionKind.EnableIpv6 })
            Assert.Equal((kind, ActionError.InvalidState), (kind, (await upkeep.Upkeep(new StartUpkeep($"try-{kind}", kind, "user:test"))).Error));
        Assert.Equal(RebuildError.InvalidState, (await Cluster.Grains.GetGrain<IDropletRebuildGrain>(key).Rebuild(new RebuildDroplet("rebuild", "debian-12-x64", "user:test"))).Error);
        Assert.Equal(ResizeError.InvalidState, (await Cluster.Grains.GetGrain<IDropletResizeGrain>(key).Resize(new ResizeDroplet("resize", "basic-2", false, "user:test"))).Error);
        Assert.Equal(FirewallError.InvalidState, (await Cluster.Grains.GetGrain<IDropletFirewallGrain>(key).SetFirewall(new SetFirewall(false, [], "user:test"))).Error);
        Assert.Equal(ConsoleError.InvalidState, (await Cluster.Grains.GetGrain<IDropletConsoles>(key).ConsoleTarget()).Error);

        // Paying is a matter of money alone.
        Assert.Equal(RenewError.InsufficientBalance, (await Cluster.Billing(instance).Renew(new RenewServer("pay", 1, "user:test"))).Error);
        Assert.True((await upkeep.Upkeep(new StartUpkeep("copy", ActionKind.Snapshot, "user:test", "sebelum-hilang"))).IsOk);
        await Eventually.Async(
            async () => (await droplet.Action("copy")).Value, line => line?.Status == ActivityStatus.Completed, WebranaCluster.Patience, "the copy is taken");
        Assert.True((await droplet.Delete(new DeleteDroplet("end", (await droplet.Get()).Value!.Name, "user:test"))).IsOk);
        await droplet.Becomes(DropletStatus.Terminated);
    }

    [Fact]
    public async Task A_restore_that_cannot_be_built_gives_the_money_back_and_keeps_the_image()
    {
        var (owner, instance, droplet) = await HibernatedAsync();
        await Cluster.CreditAsync(owner, 200_000);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "create" });

        await Cluster.Billing(instance).Restore(new RestoreServer("back", "user:test"));

        await Eventually.Async(
            async () => (await droplet.Action("back")).Value, line => line?.Status == ActivityStatus.Errored, WebranaCluster.Patience, "the restore failed");
        await Cluster.IsHibernatedAsync(instance);
        Assert.Single(await Cluster.ImagesOfAsync(instance));
        Assert.Equal((201_000, 0), ((await Cluster.MoneyAsync(owner)).BalanceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr));

        Assert.True((await Cluster.Billing(instance).Restore(new RestoreServer("second", "user:test"))).IsOk);
        await droplet.Settles(DropletStatus.Running);
        await AssertBooksAsync();
    }

    /// <summary>The fault: the way back failed behind the end of the window, and the next look at the subscription deleted the image.</summary>
    [Fact]
    public async Task A_restore_that_fails_at_the_end_of_the_window_leaves_a_day_for_the_next()
    {
        var (owner, instance, droplet) = await HibernatedAsync();
        await Cluster.CreditAsync(owner, 200_000);
        var end = (await Cluster.Billing(instance).Billing())!.TerminatesAt!.Value;
        await Cluster.TurnToAsync(end - TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await Cluster.TurnToAsync(end - TimeSpan.FromMinutes(1));
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "create" });
        Assert.True((await Cluster.Billing(instance).Restore(new RestoreServer("back", "user:test"))).IsOk);
        await Eventually.Async(
            async () => (await droplet.Action("back")).Value, line => line?.Status == ActivityStatus.Errored, WebranaCluster.Patience, "the restore failed");
        await Cluster.IsHibernatedAsync(instance);

        await Cluster.TurnAsync(TimeSpan.FromHours(1));
        await droplet.WakeAllAsync();
        Assert.Equal(DropletStatus.Hibernated, (await droplet.Get()).Value!.Status);
        Assert.True((await Cluster.Billing(instance).Billing())!.TerminatesAt > end.AddHours(23), "its page says how long there is");

        Assert.True((await Cluster.Billing(instance).Restore(new RestoreServer("second", "user:test"))).IsOk);
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
    }

    [Fact]
    public async Task A_restore_waits_since_its_own_beginning_and_not_since_that_of_one_that_was_given_up()
    {
        var (owner, instance, droplet) = await HibernatedAsync();
        await Cluster.CreditAsync(owner, 200_000);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status429, Method = "POST", Path = "/v2/droplets", Count = -1, Seconds = 0.3 });
        Assert.True((await Cluster.Billing(instance).Restore(new RestoreServer("back", "user:test"))).IsOk);
        await IsTriedInVainAsync();
        await Cluster.TurnAsync(TimeSpan.FromMinutes(11));
        Assert.True((await Cluster.Grains.GetGrain<IDropletDeskGrain>(GrainKeys.Droplet(instance)).GiveUp()).IsOk);
        await Cluster.IsHibernatedAsync(instance);

        var asked = Cluster.Clock.GetUtcNow();
        Assert.True((await Cluster.Billing(instance).Restore(new RestoreServer("second", "user:test"))).IsOk);
        await IsTriedInVainAsync();
        var since = (await droplet.Get()).Value!.RunningAction!.WaitingSince;
        Assert.False(since < asked.AddMilliseconds(-1), $"It waits since {since}, and was asked for at {asked}.");
        Cluster.Cloud.ClearFaults();
        await droplet.Settles(DropletStatus.Running);
        await AssertBooksAsync();

        async Task IsTriedInVainAsync()
        {
            var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
            await Eventually.Async(() => Cluster.Cloud.CountRequests("POST", "/v2/droplets") >= before + 2, WebranaCluster.Patience, "it was tried in vain");
        }
    }

    [Fact]
    public async Task Money_that_comes_while_the_image_is_taken_brings_the_server_back_as_it_was()
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        var before = (await droplet.Get()).Value!.Ipv4;
        await PutAwayAsync(instance, droplet);
        // Not before: the wallet is asked once more before an image is taken.
        await Cluster.CreditAsync(owner, 200_000);
        await droplet.MoneyArrived();

        var view = await droplet.Becomes(view => view.Status is DropletStatus.Running or DropletStatus.Hibernated && view.RunningAction is null, "it came to rest");
        // Whichever was first: never a charge without a server, never a server without a charge.
        Assert.Equal(view.Status == DropletStatus.Running ? 1 : 0, await Cluster.PostingsAsync($"renew:{instance}:"));
        Assert.Equal(view.Status == DropletStatus.Running ? before : null, view.Ipv4);
    }

    [Fact]
    public async Task Money_that_came_and_told_no_server_brings_it_back_before_anything_is_put_away()
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        await Cluster.CreditAsync(owner, 200_000);
        await PutAwayAsync(instance, droplet);
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal((1, 1), ((int)await Cluster.PostingsAsync($"renew:{instance}:"), await Cluster.AtProviderAsync(instance)));
        Assert.Empty(await Cluster.ImagesOfAsync(instance));
    }

    /// <summary>
    /// The fault: the wallet is asked before the image is taken, the image takes its time, and a top-up in between told no server. Destroyed for
    /// want of money that is there, it would have lost its address for good.
    /// </summary>
    [Fact]
    public async Task Money_that_came_while_the_image_was_taken_and_told_no_server_keeps_it()
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        var before = (await droplet.Get()).Value!.Ipv4;
        var seen = Cluster.FailPoints.Arm("hibernate.image_seen", FailMode.Hold, subject: $"droplet:{instance}");
        await PutAwayAsync(instance, droplet);
        await seen.WaitAsync(WebranaCluster.Patience);
        await Cluster.CreditAsync(owner, 200_000);
        Cluster.FailPoints.Release("hibernate.image_seen");

        var view = await droplet.Settles(DropletStatus.Running);
        Assert.Equal((before, 1), (view.Ipv4, await Cluster.AtProviderAsync(instance)));
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:"));
        await Eventually.Async(async () => (await Cluster.ImagesOfAsync(instance)).Count == 0, WebranaCluster.Patience, "the image is deleted");
        await AssertBooksAsync();
    }

    /// <summary>
    /// The fault: the loop's last question was refused, and before its no was noted the money came and the same charge was paid. The no, noted over
    /// the yes, made a paid period an unpaid one, and the server was put away for good: its period is charged once, ever.
    /// </summary>
    [Fact]
    public async Task Money_that_comes_between_a_no_of_the_last_question_and_its_note_keeps_the_server()
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        var seen = Cluster.FailPoints.Arm("hibernate.image_seen", FailMode.Hold, subject: $"droplet:{instance}");
        await PutAwayAsync(instance, droplet);
        await seen.WaitAsync(WebranaCluster.Patience);
        var refused = Cluster.FailPoints.Arm("renew.after_debit", FailMode.Hold, subject: $"droplet:{instance}");
        Cluster.FailPoints.Release("hibernate.image_seen");
        await refused.WaitAsync(WebranaCluster.Patience);
        await Cluster.CreditAsync(owner, 200_000);
        var arrived = droplet.MoneyArrived();
        Cluster.FailPoints.Release("renew.after_debit");
        await arrived;

        await droplet.Settles(DropletStatus.Running);
        Assert.Equal((1, 1), ((int)await Cluster.PostingsAsync($"renew:{instance}:"), await Cluster.AtProviderAsync(instance)));
        await Eventually.Async(async () => (await Cluster.ImagesOfAsync(instance)).Count == 0, WebranaCluster.Patience, "the image is deleted");
        await AssertBooksAsync();
    }

    [Fact]
    public async Task A_warning_that_reached_nobody_is_shown_to_admins_before_anything_is_destroyed()
    {
        var (_, instance, droplet) = await SuspendedAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(4) + Second);
        await droplet.WakeAllAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(2));
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
        Assert.Null((await droplet.Subscription())!.EscalatedAt);

        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        Assert.NotNull((await droplet.Subscription())!.EscalatedAt);
        await droplet.Settles(DropletStatus.Suspended);

        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    [Fact]
    public async Task A_warning_opened_in_the_panel_has_reached_its_reader()
    {
        var (_, instance, droplet) = await SuspendedAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(4) + Second);
        await droplet.WakeAllAsync();
        Assert.True((await Cluster.Billing(instance).Billing())!.WarningOpen);
        await Cluster.Billing(instance).WarningSeen();
        Assert.False((await Cluster.Billing(instance).Billing())!.WarningOpen);

        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    [Fact]
    public async Task A_warning_opened_among_the_notices_has_reached_its_reader_too()
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(4) + Second);
        await droplet.WakeAllAsync();
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND kind = 'FinalWarning'"), told => told == 1, WebranaCluster.Patience, "it is told");
        await new NoticeRows(Cluster.Sources).OpenedAsync(owner.Value, null, Cluster.Clock.GetUtcNow(), TestContext.Current.CancellationToken);

        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM warning_deliveries WHERE notice_id LIKE 'droplet:{instance}:%'"));
    }

    [Fact]
    public async Task A_block_cut_after_it_was_stored_switches_the_server_off_and_may_be_asked_again()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(1_000_000));
        var fired = Cluster.FailPoints.Arm("block.stored", FailMode.Throw, subject: $"droplet:{instance}");
        await Assert.ThrowsAnyAsync<Exception>(() => Cluster.Billing(instance).Block(new BlockServer("Spam", "admin:x")));
        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True(await Cluster.Billing(instance).Block(new BlockServer("Spam", "admin:x")));
        var view = await droplet.Settles(DropletStatus.Suspended);
        Assert.Equal(SuspensionReason.Blocked, view.Reason);
        await Eventually.Async(
            async () => (await Cluster.ProviderDropletAsync(droplet)).Status == Webrana.DigitalOcean.DropletStatus.Off, WebranaCluster.Patience, "it is off at the provider");
        await Eventually.Async(
            async () => await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id LIKE 'droplet:{instance}:blocked:%'") == 1, WebranaCluster.Patience, "its owner was told once");
    }

    /// <summary>The fault: a power-off that met a backup of the provider's own was given up after its ten minutes, and whoever was blocked ran on.</summary>
    [Fact]
    public async Task A_blocked_server_that_the_provider_would_not_switch_off_is_switched_off_once_it_will()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(1_000_000));
        var tried = Cluster.Cloud.CountRequests("POST", "/v2/droplets/{id}/actions");
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.PendingEventAfterCompletion, Count = -1 });
        Assert.True(await Cluster.Billing(instance).Block(new BlockServer("Spam", "admin:x")));
        // The second try comes after what the first one met is stored.
        await Eventually.Async(
            () => Cluster.Cloud.CountRequests("POST", "/v2/droplets/{id}/actions") >= tried + 2, WebranaCluster.Patience, "it was tried in vain");
        await Cluster.TurnAsync(TimeSpan.FromMinutes(11));
        await Eventually.Async(async () => await LinesAsync("Errored") == 1, WebranaCluster.Patience, "the log says that it failed");
        Assert.Equal(Webrana.DigitalOcean.DropletStatus.Active, (await Cluster.ProviderDropletAsync(droplet)).Status);

        Cluster.Cloud.ClearFaults();
        await Eventually.Async(
            async () => (await Cluster.ProviderDropletAsync(droplet)).Status == Webrana.DigitalOcean.DropletStatus.Off, WebranaCluster.Patience, "it is off at the provider");
        await Eventually.Async(async () => await LinesAsync("Completed") == 1, WebranaCluster.Patience, "the log says that it is off");
        await droplet.Settles(DropletStatus.Suspended);

        Task<long> LinesAsync(string status) =>
            Cluster.CountAsync($"SELECT count(*) FROM instance_activity WHERE instance = '{instance}' AND kind = 'PowerOff' AND status = '{status}'");
    }

    [Fact]
    public async Task A_server_blocked_by_an_admin_is_not_brought_back_by_money()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, BillingPeriod.Daily);
        Assert.True(await Cluster.Billing(instance).Block(new BlockServer("Spam", "admin:x")));
        await droplet.Settles(DropletStatus.Suspended);
        Assert.Equal(SuspensionReason.Blocked, (await droplet.Get()).Value!.Reason);

        await Cluster.TurnAsync(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));
        await droplet.WakeAllAsync();
        await droplet.MoneyArrived();
        Assert.Equal(RenewError.Blocked, (await Cluster.Billing(instance).Renew(new RenewServer("pay", 1, "user:x"))).Error);
        Assert.Equal((DropletStatus.Suspended, 0), ((await droplet.Get()).Value!.Status, await Cluster.PostingsAsync($"renew:{instance}:")));

        Assert.True(await Cluster.Billing(instance).Unblock("admin:x"));
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal(1, await Cluster.PostingsAsync($"renew:{instance}:"));
    }

    [Fact]
    public async Task A_payment_under_way_puts_the_suspension_off_once_and_by_two_hours()
    {
        var owner = await Cluster.CustomerAsync(130_000);
        var (_, droplet) = await Cluster.RunningServerAsync(owner);
        await BeginsToPayAsync(owner);
        await Cluster.TurnToAsync((await droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromHours(49));
        await droplet.WakeAllAsync();
        Assert.Equal(DropletStatus.Running, (await droplet.Get()).Value!.Status);

        await Cluster.TurnAsync(TimeSpan.FromHours(2) + Second);
        await droplet.WakeAllAsync();
        await droplet.Settles(DropletStatus.Suspended);
    }

    /// <summary>The fault: who paid behind the last warning, and whose callback was late, lost the address and every snapshot all the same.</summary>
    [Fact]
    public async Task A_payment_under_way_puts_the_image_off_once_and_by_two_hours()
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        await BeginsToPayAsync(owner);
        await PutAwayAsync(instance, droplet);
        await IsSparedAsync(instance);
        await droplet.Settles(DropletStatus.Suspended);
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload #>> '{{hibernation,stage}}' IS NOT NULL"));

        await Cluster.TurnAsync(TimeSpan.FromHours(2) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    [Fact]
    public async Task A_payment_that_arrives_while_the_image_is_put_off_keeps_the_server()
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        await BeginsToPayAsync(owner);
        await PutAwayAsync(instance, droplet);
        await IsSparedAsync(instance);
        await Cluster.CreditAsync(owner, 200_000);
        await droplet.MoneyArrived();
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal((1, 1), ((int)await Cluster.PostingsAsync($"renew:{instance}:"), await Cluster.AtProviderAsync(instance)));
        Assert.Empty(await Cluster.ImagesOfAsync(instance));
    }

    [Fact]
    public async Task A_payment_begun_while_the_image_is_taken_is_waited_for_before_the_server_goes()
    {
        var (owner, instance, droplet) = await SuspendedAsync();
        var seen = Cluster.FailPoints.Arm("hibernate.image_seen", FailMode.Hold, subject: $"droplet:{instance}");
        await PutAwayAsync(instance, droplet);
        await seen.WaitAsync(WebranaCluster.Patience);
        await BeginsToPayAsync(owner);
        Cluster.FailPoints.Release("hibernate.image_seen");
        await IsSparedAsync(instance);
        Assert.Equal((DropletStatus.Suspended, 1), ((await droplet.Get()).Value!.Status, await Cluster.AtProviderAsync(instance)));

        await Cluster.TurnAsync(TimeSpan.FromHours(2) + Second);
        await droplet.WakeAllAsync();
        await Cluster.IsHibernatedAsync(instance);
    }

    [Fact]
    public async Task A_payment_under_way_puts_the_termination_off_once_by_two_hours_and_the_time_to_press_restore()
    {
        var (owner, instance, droplet) = await HibernatedAsync();
        await BeginsToPayAsync(owner);
        await Cluster.TurnAsync(TimeSpan.FromDays(13) + Second);
        await droplet.WakeAllAsync();
        await Cluster.TurnAsync(TimeSpan.FromDays(1) + Second);
        await droplet.WakeAllAsync();
        await IsSparedAsync(instance);
        Assert.Equal(DropletStatus.Hibernated, (await droplet.Get()).Value!.Status);
        Assert.Single(await Cluster.ImagesOfAsync(instance));

        // Money wakes no image: whoever paid late in the two hours still has a day to press.
        await Cluster.TurnAsync(TimeSpan.FromHours(2) + Second);
        await droplet.WakeAllAsync();
        Assert.Equal(DropletStatus.Hibernated, (await droplet.Get()).Value!.Status);

        await Cluster.TurnAsync(TimeSpan.FromHours(24));
        await droplet.WakeAllAsync();
        await droplet.Becomes(DropletStatus.Terminated);
    }

    /// <summary>As if a virtual account had been asked for, and its payment was not heard of yet.</summary>
    Task<int> BeginsToPayAsync(UserId owner) => Cluster.Database.ExecuteAsync(
        $"INSERT INTO grain_state (state, key, owner, status, sort_at, payload, version) VALUES ('deposit', 'deposit:{Guid.NewGuid()}', '{owner}', 'PENDING', 1, '{{}}', 1)");

    Task IsSparedAsync(InstanceId instance) => Eventually.Async(
        async () => await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload #>> '{{subscription,paymentAwaited}}' = 'true'") == 1,
        WebranaCluster.Patience, "the payment is waited for");
}
