using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>Pure changes of a server's record around its password and its installation.</summary>
public static class AccessChanges
{
    /// <summary>An action of these flows is accepted.</summary>
    public static DropletState? ActingOnAccess(this DropletState state, ActionPart action)
    {
        if (state.Action is not null || state.Phase is not (InstancePhase.Running or InstancePhase.Off))
            return null;
        return (state with { Action = action }).Tell(action.Activity());
    }

    /// <summary>SSH does not get there: the provider shall reset the password.</summary>
    public static DropletState? ResetThroughProvider(this DropletState state, string id) =>
        state.Action is { Kind: ActionKind.ResetPassword, Stage: ActionStage.Requested, ThroughProvider: false } action && action.Id == id
            ? state with { Action = action with { ThroughProvider = true } }
            : null;

    /// <summary>Rebuilt in place, and our key is accepted: the next installation is the one that counts.</summary>
    /// <param name="passwordLogin">Whether its sshd takes passwords.</param>
    /// <param name="keysPlaced">The keys that were chosen are on it, and no others.</param>
    public static DropletState? Reinstalled(
        this DropletState state, string id, int generation, bool passwordLogin, DigitalOcean.Droplet? seen, string? message, long now, bool keysPlaced = false)
    {
        if (state.Action is not { Kind: ActionKind.Rebuild, Replacing: false } action || action.Id != id)
            return null;
        var order = state.Order! with { Image = action.Image! };
        var access = state.Access! with { Generation = generation, Shut = false, PasswordLogin = passwordLogin };
        if (keysPlaced)
        {
            order = order.Choosing(action.Keys);
            access = access with { KeysPlaced = true };
        }

        return (state with { Order = order, Access = access }).ActionDone(ActivityStatus.Completed, message, seen, now);
    }

    /// <summary>A copy of the disk is back, with the host key and the passwords of its day: another installation, like any other.</summary>
    /// <param name="entry">How it is entered.</param>
    public static DropletState? CopyPutBack(
        this DropletState state, string id, AccessPart entry, DigitalOcean.Droplet? seen, string? message, long now) =>
        state.Action is { Kind: ActionKind.RestoreSnapshot or ActionKind.RestoreBackup } action && action.Id == id
            ? (state with { Access = entry }).ActionDone(ActivityStatus.Completed, message, seen, now)
            : null;

    /// <summary>Our key was accepted after all.</summary>
    public static DropletState? LetIn(this DropletState state) =>
        state.Access is { Shut: true } access ? state with { Access = access with { Shut = false } } : null;

    /// <summary>With the keys that were chosen at a rebuild; as it is where none were.</summary>
    public static OrderPart Choosing(this OrderPart order, KeysPart? chosen) =>
        chosen is null ? order : order with { SshKeyIds = chosen.Ids, SshKeys = chosen.Keys };

    /// <summary>Rebuilt in place, but our key is not accepted: a new droplet shall take its place.</summary>
    public static DropletState? ReplaceInstead(this DropletState state, string id) =>
        state.Action is { Kind: ActionKind.Rebuild, Replacing: false, Stage: ActionStage.Ended } action && action.Id == id
            ? state with { Action = action with { Replacing = true } }
            : null;

    /// <summary>The intent of a create, stored before it is sent.</summary>
    public static DropletState? ReplacementSending(this DropletState state, int generation, long deadline, long quietAtReal)
    {
        if (state.Action is not { Replacing: true } || state.Replacement is { Stage: not ReplacementStage.Wanted })
            return null;
        var part = state.Replacement ?? new ReplacementPart { Generation = generation, Deadline = deadline };
        return state with { Replacement = part with { Stage = ReplacementStage.Sending, Attempts = part.Attempts + 1, QuietAtReal = quietAtReal } };
    }

    /// <summary>The create certainly made nothing: it may be sent again without counting.</summary>
    public static DropletState? ReplacementNotSent(this DropletState state) => state.Replacement is { Stage: ReplacementStage.Sending } part
        ? state with { Replacement = part with { Stage = ReplacementStage.Wanted, Attempts = part.Attempts - 1 } }
        : null;

    /// <summary>This droplet is the replacement. Where none is wanted any more, or another one was found, it is one too many.</summary>
    public static DropletState? ReplacementAdopted(this DropletState state, ProviderPart droplet, IReadOnlyList<ExtraPart> extras)
    {
        var isOurs = state.Replacement is { Droplet: null };
        var keep = isOurs ? droplet.Id : state.Replacement?.Droplet?.Id;
        var next = state.WithExtras(extras.Append(ExtraPart.Of(droplet)).Where(extra => extra.Id != keep && extra.Id != state.Droplet?.Id));
        if (!isOurs && ReferenceEquals(next, state))
            return null;
        return next with
        {
            Replacement = isOurs ? state.Replacement! with { Stage = ReplacementStage.Building, Droplet = droplet } : state.Replacement,
        };
    }

    /// <summary>
    /// The swap, in one write: the new droplet is the server, the old one is to be destroyed. Before it nothing of the old was touched;
    /// after it nothing can bring it back.
    /// </summary>
    public static DropletState? Replaced(this DropletState state, string ipv4, string? ipv6, Notice notice, long now)
    {
        if (state.Action is not { Replacing: true } action || state.Replacement is not { Droplet: { } fresh } part)
            return null;
        var suspended = state.Phase == InstancePhase.Suspended;
        var order = state.Order!.Choosing(action.Keys) with { Image = action.Image! };
        return (state with
        {
            Phase = suspended ? InstancePhase.Suspended : InstancePhase.Running,
            // Suspended meanwhile: the new one was born running.
            PowerWish = suspended ? PowerWish.Off : state.PowerWish,
            Extras = state.Droplet is { } old ? state.WithExtras([ExtraPart.Of(old)]).Extras : state.Extras,
            Droplet = fresh with { Ipv4 = ipv4, Ipv6 = ipv6 },
            Order = order,
            Access = new AccessPart(part.Generation, DropletDoors.PasswordLogin(order)),
            Replacement = null,
            Creation = state.Creation.Doubting(part),
            LastActionId = 0,
        }).Tell(notice: notice).ActionDone(ActivityStatus.Completed, Reasons.Replaced(ipv4), seen: null, now);
    }

    /// <summary>No new droplet came to be. The old one stays; if it was wiped before, it has the new system and we have no key.</summary>
    public static DropletState? ReplacementFailed(this DropletState state, string reason, long now)
    {
        if (state.Action is not { Replacing: true } action)
            return null;
        var wiped = action is { Stage: ActionStage.Ended, Succeeded: true };
        var next = state.WithoutReplacement() with
        {
            Order = wiped ? state.Order! with { Image = action.Image! } : state.Order,
            Access = wiped ? null : state.Access,
        };
        return next.ActionDone(ActivityStatus.Errored, reason, seen: null, now);
    }

    /// <summary>Whatever was made or may be on the wire is accounted for: known ids are extras, doubt makes the end sweep the tag.</summary>
    public static DropletState WithoutReplacement(this DropletState state) => state.Replacement is not { } part ? state : state with
    {
        Replacement = null,
        Extras = part.Droplet is { } droplet ? state.WithExtras([ExtraPart.Of(droplet)]).Extras : state.Extras,
        Creation = state.Creation.Doubting(part),
    };

    private static CreationPart Doubting(this CreationPart creation, ReplacementPart part) => part is { Stage: ReplacementStage.Sending } or { Doubt: true }
        ? creation with { Doubt = true, QuietAtReal = Math.Max(creation.QuietAtReal, part.QuietAtReal) }
        : creation;
}
