using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>Servers that are suspended, for want of money or by an admin: they are off, and what may still be done with them.</summary>
[Collection(UnpaidServersCollection.Name)]
public sealed class SuspensionTests(SharedCluster shared) : IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

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
        var (_, instance, droplet) = await Cluster.SuspendedServerAsync();
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
}
