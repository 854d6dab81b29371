using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// The firewall: one per server at the provider, under the server's tag as its name. Names are unique there, so that a create whose answer
/// was lost is found, and a second one refused; a change replaces all of it and may be repeated.
/// </summary>
public sealed partial class DropletGrain : IDropletFirewallGrain
{
    // Real time: not before this is the provider asked again after a failure. Other work goes on meanwhile.
    private DateTimeOffset _firewallAt;
    private int _firewallFailures;

    /// <inheritdoc/>
    public Task<Result<FirewallView, FirewallError>> Firewall() => Task.FromResult<Result<FirewallView, FirewallError>>(
        !IsOrdered ? FirewallError.NotFound : State.Phase.IsLive() ? State.Firewall.View() : FirewallError.InvalidState);

    /// <inheritdoc/>
    public async Task<Result<FirewallView, FirewallError>> SetFirewall(SetFirewall command)
    {
        if (!IsOrdered)
            return FirewallError.NotFound;
        // Suspended nothing is left to its owner but paying, copying and destroying.
        if (State.Phase is not (InstancePhase.Running or InstancePhase.Off) || State.Droplet is null)
            return FirewallError.InvalidState;
        if (command.Rules.Count > FirewallRule.MostRules)
            return FirewallError.TooManyRules;
        var rules = new List<string>();
        foreach (var (entry, number) in command.Rules.Select((entry, index) => (entry, index + 1)))
        {
            if (FirewallRule.Clean(entry.Protocol, entry.Ports, entry.Sources) is not { } rule)
                return Result<FirewallView, FirewallError>.Refused(FirewallError.InvalidRule, number.ToString(CultureInfo.InvariantCulture));
            if (!rules.Contains(rule.ToString()))
                rules.Add(rule.ToString());
        }

        if (await Apply(state => state.FirewallWanted(command.On, rules, command.Actor, NowMs)))
        {
            await Hit("firewall.stored");
            _firewallAt = default;
            Kick();
        }

        return State.Firewall.View();
    }

    /// <summary>Beside whatever else is done to the server: its troubles hold nothing up, and nothing holds it up.</summary>
    private async Task<Next> KeepFirewall(CancellationToken cancellation)
    {
        if (!State.OwesFirewall())
            return Next.Idle;
        if (_firewallAt - RealTime.GetUtcNow() is { Ticks: > 0 } wait)
            return Next.In(wait);
        if (await BringFirewallAbout(cancellation))
        {
            (_firewallFailures, _firewallAt) = (0, default);
            return Next.Now;
        }

        var pause = Retry(++_firewallFailures);
        _firewallAt = RealTime.GetUtcNow() + pause;
        return Next.In(pause);
    }

    /// <summary>One step; false when the provider could not be asked or did not say.</summary>
    private async Task<bool> BringFirewallAbout(CancellationToken cancellation)
    {
        var wanted = State.Firewall!;
        if (!wanted.On)
        {
            if (!await RemoveFirewall(cancellation))
                return false;
            return await Apply(state => state.FirewallApplied(wanted.Version, null, null, null, NowMs));
        }

        if (wanted is { Id: null, Sent: true })
        {
            if (await _cloud.FindFirewall(_instance, State.Order!.AccountId, cancellation) is not { } found)
                return false;
            await Apply(state => state.FirewallFound(found.Id));
            wanted = State.Firewall!;
        }

        var dropletId = State.Droplet!.Id;
        if (wanted.Id is null)
        {
            await Apply(state => state.FirewallSent());
            await Hit("firewall.intent_stored");
        }

        var result = await _cloud.PutFirewall(_instance, wanted.Id, State.Order!.AccountId, dropletId, [.. wanted.Rules.Select(FirewallRule.Parse)]);
        await Hit("firewall.after_post");
        switch (result)
        {
            case ProviderResult<Firewall>.Ok ok:
                await Apply(state => state.FirewallApplied(wanted.Version, ok.Value.Id, dropletId, null, NowMs));
                await Hit("firewall.applied_stored");
                return true;
            case ProviderResult<Firewall>.Refused { Refusal.IsNotFound: true } when wanted.Id is not null:
                await Apply(state => state.FirewallFound(null));
                return true;
            case ProviderResult<Firewall>.Refused { Refusal: var refusal } when !MayPass(refusal) && !refusal.IsFirewallNameTaken:
                await Apply(state => state.FirewallApplied(wanted.Version, wanted.Id, wanted.DropletId, Reasons.FirewallRefused, NowMs));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Nothing of it is left at the provider. False: it could not be asked.</summary>
    private async Task<bool> RemoveFirewall(CancellationToken cancellation)
    {
        if (State.Firewall is not { } firewall || (firewall.Id is null && !firewall.Sent))
            return true;
        var id = firewall.Id;
        if (id is null)
        {
            if (await _cloud.FindFirewall(_instance, State.Order!.AccountId, cancellation) is not { } found)
                return false;
            id = found.Id;
        }

        if (id is not null && !await _cloud.DeleteFirewall(id, State.Order!.AccountId))
            return false;
        await Hit("firewall.removed");
        await Apply(state => state.FirewallFound(null) ?? (state.Firewall is { Sent: true } part ? state with { Firewall = part with { Sent = false } } : null));
        return true;
    }
}
