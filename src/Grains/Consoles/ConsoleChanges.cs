using System.Globalization;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Droplets;
using Webrana.Domain.Consoles;
using Webrana.Domain.Droplets;
using Webrana.Grains.Droplets;

namespace Webrana.Grains.Consoles;

/// <summary>Pure changes of a server's record around its consoles.</summary>
public static class ConsoleChanges
{
    /// <summary>A running server that nobody is switching off, wiping or deleting. A reboot may be watched.</summary>
    public static bool AllowsConsole(this DropletState state) =>
        state is { Phase: InstancePhase.Running, Droplet: not null, PowerWish: not PowerWish.Off }
        && state.Action?.Kind is not (ActionKind.PowerOff or ActionKind.Shutdown or ActionKind.Rebuild or ActionKind.RestoreSnapshot or ActionKind.RestoreBackup);

    /// <summary>Whether one more may be opened.</summary>
    public static bool HasFreeConsole(this DropletState state, long nowReal) =>
        state.Consoles.Count(slot => slot.LeaseUntilReal > nowReal) < ConsoleRules.SlotsPerServer;

    /// <summary>A slot is taken and its line begun.</summary>
    public static DropletState? ConsoleTaken(this DropletState state, ConsolePart slot, long nowReal) =>
        !state.AllowsConsole() || !state.HasFreeConsole(nowReal) || state.Consoles.Any(open => open.Session == slot.Session)
            ? null
            : (state with { Consoles = [.. state.Consoles, slot] }).Tell(slot.Activity());

    /// <summary>The lease is prolonged.</summary>
    public static DropletState? ConsoleRenewed(this DropletState state, string session, long leaseUntilReal) =>
        !state.AllowsConsole() || !state.Consoles.Any(slot => slot.Session == session && !slot.Revoked && slot.IsStillOf(state))
            ? null
            : state with { Consoles = [.. state.Consoles.Select(slot => slot.Session == session ? slot with { LeaseUntilReal = leaseUntilReal } : slot)] };

    /// <summary>Closed, by whomever: the slot is free, its line says how long and how much.</summary>
    public static DropletState? ConsoleEnded(this DropletState state, EndConsole ended, long now) =>
        state.Consoles.FirstOrDefault(slot => slot.Session == ended.Session) is not { } slot ? null : (state with
        {
            Consoles = [.. state.Consoles.Where(open => open != slot)],
        }).Tell(slot.Activity() with { Status = ActivityStatus.Completed, CompletedAt = now, Message = Summary(slot.Kind, ended) });

    /// <summary>Whoever carried these was not heard of again: the slots are free, the lines closed.</summary>
    public static DropletState? ConsolesLapsed(this DropletState state, long nowReal, long now)
    {
        var lapsed = state.Consoles.Where(slot => slot.LeaseUntilReal <= nowReal).ToList();
        if (lapsed.Count == 0)
            return null;
        state = state with { Consoles = [.. state.Consoles.Except(lapsed)] };
        return lapsed.Aggregate(state, (left, slot) => left.Tell(slot.Activity() with { Status = ActivityStatus.Completed, CompletedAt = now, Message = Name(slot.Kind) }));
    }

    /// <summary>Ended by an admin.</summary>
    public static DropletState? ConsolesRevoked(this DropletState state) =>
        state.Consoles.All(slot => slot.Revoked) ? null : state with { Consoles = [.. state.Consoles.Select(slot => slot with { Revoked = true })] };

    private static bool IsStillOf(this ConsolePart slot, DropletState state) => slot.Owner is null || slot.Owner == state.Order?.Owner;

    private static ActivityPart Activity(this ConsolePart slot) => new()
    {
        Id = $"console-{slot.Session}",
        Kind = ActionKind.Console,
        Status = ActivityStatus.InProgress,
        StartedAt = slot.OpenedAt,
        Actor = slot.Actor,
        Message = Name(slot.Kind),
    };

    /// <summary>Figures, read alike in every language.</summary>
    private static string Summary(ConsoleKind kind, EndConsole ended) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name(kind)} · {TimeSpan.FromMilliseconds(ended.DurationMs):hh\\:mm\\:ss} · ↑ {ended.SentBytes} B · ↓ {ended.ReceivedBytes} B");

    private static string Name(ConsoleKind kind) => kind == ConsoleKind.Vnc ? "VNC" : "SSH";
}
