using System.Globalization;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;
using Webrana.Grains.Providers;

namespace Webrana.Grains.Droplets;

/// <summary>The provider's calls that a droplet's flows are made of. Null answers: no permit now, ask again shortly.</summary>
public sealed class DropletCloud(ProviderGate gate, IOptions<DropletOptions> options, IOptions<DigitalOceanOptions> client)
{
    /// <summary>From the moment a create may last be sent until an empty tag listing proves that nothing was made.</summary>
    public TimeSpan Quiet => client.Value.WriteTimeout + TimeSpan.FromMilliseconds(options.Value.ListLagMs);

    /// <summary>How long a call's outcome may stay open.</summary>
    public TimeSpan WriteTimeout => client.Value.WriteTimeout;

    /// <summary>The tag that exists on this instance's droplet and nowhere else.</summary>
    public string Tag(InstanceId instance) => $"webrana-{options.Value.Install}-{instance}";

    /// <summary>Takes the permit of a create or an action beforehand, so that nothing waits between the stored intent and the socket.</summary>
    public Task<bool> TryEnter(string account, CallShare share) => gate.TryEnter(account, share);

    /// <summary>The same; says why there is no permit now, and null when it was taken.</summary>
    public async Task<PermitError?> WhyNotEntered(string account, CallShare share) => (await gate.Enter(account, share)).Error;

    /// <summary>One POST; the permit was taken.</summary>
    public Task<ProviderResult<CreatedDroplet>> Create(InstanceId instance, OrderPart order, DropletSeed seed, SendDeadline sendBefore)
    {
        var wish = new DropletCreate
        {
            Name = order.Name,
            Size = order.ProviderSize,
            // A restored server is made of its image, which only has a number.
            Image = long.TryParse(order.Image, NumberStyles.None, CultureInfo.InvariantCulture, out var image) ? ImageReference.FromId(image) : ImageReference.FromSlug(order.Image),
            Region = order.Region,
            // Graphs need the agent, and it cannot be added through the API later.
            Monitoring = true,
            Tags = [Tag(instance)],
            SshKeys = seed.KeyIds,
            UserData = seed.UserData,
        };
        return gate.Run(order.AccountId, cloud => cloud.CreateDropletAsync(wish, sendBefore));
    }

    /// <summary>Every droplet with this instance's tag.</summary>
    public Task<ProviderResult<IReadOnlyList<Droplet>>?> FindByTag(InstanceId instance, string account, CancellationToken cancellation) =>
        gate.Call(account, CallShare.Lifecycle, cloud => cloud.ListAllDropletsAsync(Tag(instance), cancellation));

    /// <summary>One droplet.</summary>
    public Task<ProviderResult<Droplet>?> Get(long id, string account, CallShare share, CancellationToken cancellation) =>
        gate.Call(account, share, cloud => cloud.GetDropletAsync(id, cancellation));

    /// <summary>One droplet; the permit was taken.</summary>
    public Task<ProviderResult<Droplet>> Look(long id, string account, CancellationToken cancellation) =>
        gate.Run(account, cloud => cloud.GetDropletAsync(id, cancellation));

    /// <summary>One DELETE. Who calls has just seen that id, tag and creation time are ours.</summary>
    public Task<ProviderResult<DigitalOcean.Done>?> Delete(long id, string account) =>
        gate.Call(account, CallShare.Lifecycle, cloud => cloud.DeleteDropletAsync(id));

    /// <summary>The droplet's snapshots. Who only looks pays from the share of those who look, an action from its own.</summary>
    public async Task<IReadOnlyList<Snapshot>?> Snapshots(long id, string account, CallShare share) =>
        Value(await gate.Call(account, share, cloud => cloud.ListDropletSnapshotsAsync(id)));

    /// <summary>The droplet's backups.</summary>
    public async Task<IReadOnlyList<Snapshot>?> Backups(long id, string account, CallShare share) =>
        Value(await gate.Call(account, share, cloud => cloud.ListDropletBackupsAsync(id)));

    /// <summary>Whether and when backups are taken.</summary>
    public Task<ProviderResult<BackupSetup>?> BackupSetup(long id, string account, CallShare share) =>
        gate.Call(account, share, cloud => cloud.GetBackupSetupAsync(id));

    /// <summary>True once it is gone.</summary>
    public async Task<bool> DeleteSnapshot(string id, string account) =>
        await gate.Call(account, CallShare.Action, cloud => cloud.DeleteSnapshotAsync(id))
            is ProviderResult<DigitalOcean.Done>.Ok or ProviderResult<DigitalOcean.Done>.Refused { Refusal.IsNotFound: true };

    private static T? Value<T>(ProviderResult<T>? result)
        where T : class => result is ProviderResult<T>.Ok ok ? ok.Value : null;

    /// <summary>This instance's firewall: its id, or null inside when there is none. Null: the list could not be read.</summary>
    public async Task<FoundFirewall?> FindFirewall(InstanceId instance, string account, CancellationToken cancellation) =>
        Value(await gate.Call(account, CallShare.Action, cloud => cloud.ListFirewallsAsync(cancellation))) is { } all
            ? new FoundFirewall(all.FirstOrDefault(firewall => firewall.Name == Tag(instance))?.Id)
            : null;

    /// <summary>Makes it, or replaces all of it. Everything may go out.</summary>
    public Task<ProviderResult<Firewall>?> PutFirewall(InstanceId instance, string? id, string account, long dropletId, IReadOnlyList<FirewallRule> rules)
    {
        var everywhere = new FirewallPeers(FirewallRule.Anywhere);
        var wish = new FirewallWish
        {
            Name = Tag(instance),
            InboundRules = [.. rules.Select(rule => new FirewallInboundRule(rule.Protocol, rule.Ports, new FirewallPeers(rule.From)))],
            OutboundRules = [new("tcp", "all", everywhere), new("udp", "all", everywhere), new("icmp", null, everywhere)],
            DropletIds = [dropletId],
        };
        return gate.Call(account, CallShare.Action, cloud => id is null ? cloud.CreateFirewallAsync(wish) : cloud.UpdateFirewallAsync(id, wish));
    }

    /// <summary>True once it is gone.</summary>
    public async Task<bool> DeleteFirewall(string id, string account) =>
        await gate.Call(account, CallShare.Action, cloud => cloud.DeleteFirewallAsync(id))
            is ProviderResult<DigitalOcean.Done>.Ok or ProviderResult<DigitalOcean.Done>.Refused { Refusal.IsNotFound: true };

    /// <summary>One action; the permit was taken.</summary>
    public Task<ProviderResult<DropletAction>> Start(long id, string account, DropletActionRequest request, SendDeadline sendBefore) =>
        gate.Run(account, cloud => cloud.StartActionAsync(id, request, sendBefore));

    /// <summary>The newest actions of a droplet.</summary>
    public Task<ProviderResult<Page<DropletAction>>?> RecentActions(long id, string account, CancellationToken cancellation) =>
        gate.Call(account, CallShare.Action, cloud => cloud.ListDropletActionsAsync(id, new PageRequest(1, 20), cancellation));

    /// <summary>One action.</summary>
    public Task<ProviderResult<DropletAction>?> GetAction(long actionId, string account, CallShare share, CancellationToken cancellation) =>
        gate.Call(account, share, cloud => cloud.GetActionAsync(actionId, cancellation));
}

/// <summary>What a look for a firewall found.</summary>
/// <param name="Id">Null: there is none.</param>
public sealed record FoundFirewall(string? Id);
