using Microsoft.Extensions.Logging;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Droplets;
using Webrana.Domain.Consoles;

namespace Webrana.Grains.Consoles;

/// <summary>A ticket and what it leads to, in memory for a minute.</summary>
[GrainType("console-session")]
public sealed partial class ConsoleSessionGrain(ConsoleCloud cloud, ILogger<ConsoleSessionGrain> log) : Grain, IConsoleSessionGrain
{
    // Tickets are leases of real people: the sandbox's clock does not turn them.
    private static readonly TimeProvider RealTime = TimeProvider.System;

    private ConsoleTicket? _ticket;
    private ConsoleUpstream? _upstream;

    /// <inheritdoc/>
    public async Task<Result<ConsoleOpened, ConsoleError>> Open(OpenConsole command)
    {
        if (_ticket is not null)
            return ConsoleError.InvalidTicket;
        var found = await Droplet(command.Instance).ConsoleTarget();
        if (!found.TryGet(out var target))
            return Result<ConsoleOpened, ConsoleError>.Refused(found.Error!.Value, found.Detail);

        var (kind, upstream, unanswered) = await Choose(command, target);
        if (upstream is null)
            return unanswered ? ConsoleError.TemporarilyUnavailable : ConsoleError.ConsoleUnavailable;
        (_ticket, _upstream) = (new ConsoleTicket(
            command.Instance, command.User, command.Actor, kind, command.TicketHash, RealTime.GetUtcNow() + ConsoleRules.TicketLife), upstream);
        DelayDeactivation(ConsoleRules.TicketLife);
        return new ConsoleOpened(kind, _ticket.ExpiresAt);
    }

    /// <inheritdoc/>
    public async Task<Result<ConsoleUpstream, ConsoleError>> Redeem(RedeemConsole command)
    {
        if (_ticket is not { } ticket || _upstream is not { } upstream)
            return ConsoleError.InvalidTicket;
        // Used up before anything is judged or awaited: no second presentation can come in between.
        (_ticket, _upstream) = (null, null);
        DeactivateOnIdle();
        if (!ticket.Admits(command, RealTime.GetUtcNow()))
        {
            LogMisused(log, this.GetPrimaryKeyString(), command.Instance);
            return ConsoleError.InvalidTicket;
        }

        var session = GrainKeys.Suffix(this.GetPrimaryKeyString(), "console");
        var taken = await Droplet(ticket.Instance).TakeConsole(new TakeConsole(session, ticket.Kind, ticket.Actor, upstream.Owner));
        return taken.IsOk ? upstream : Result<ConsoleUpstream, ConsoleError>.Refused(taken.Error!.Value, taken.Detail);
    }

    private async Task<(ConsoleKind Kind, ConsoleUpstream? Upstream, bool Unanswered)> Choose(OpenConsole command, ConsoleTarget target)
    {
        var unanswered = false;
        if (command.Kind != ConsoleKind.Ssh)
        {
            (var grant, unanswered) = await cloud.AskAsync(target);
            if (grant is not null)
                return (ConsoleKind.Vnc, new ConsoleUpstream(target.Owner, grant.Url, grant.Password), false);
            if (command.Kind == ConsoleKind.Vnc)
                return (ConsoleKind.Vnc, null, unanswered);
        }

        // Only whether there is a door: it is opened when the ticket is used.
        var door = await GrainFactory.GetGrain<IDropletAccessGrain>(GrainKeys.Droplet(command.Instance)).Open();
        return (ConsoleKind.Ssh, door.IsOk ? new ConsoleUpstream(target.Owner, null, null) : null, unanswered);
    }

    private IDropletConsoles Droplet(InstanceId instance) => GrainFactory.GetGrain<IDropletConsoles>(GrainKeys.Droplet(instance));

    [LoggerMessage(1, LogLevel.Warning, "{Session}: its ticket was presented for something else or too late ({Instance})")]
    private static partial void LogMisused(ILogger logger, string session, InstanceId instance);
}
