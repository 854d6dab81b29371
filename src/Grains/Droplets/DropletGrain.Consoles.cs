using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Feeds;
using Webrana.Domain.Consoles;
using Webrana.Grains.Consoles;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Consoles: the slots and their leases. The bytes never come here; whoever carries them asks every minute whether it may go on, and at
/// once when the feed says that something about this server changed.
/// </summary>
public sealed partial class DropletGrain : IDropletConsoles
{
    /// <inheritdoc/>
    public Task<Result<ConsoleTarget, ConsoleError>> ConsoleTarget() => Task.FromResult(Target());

    /// <inheritdoc/>
    public async Task<Result<Done, ConsoleError>> TakeConsole(TakeConsole command)
    {
        if (State.Consoles.Any(open => open.Session == command.Session))
            return Done.Instance;
        if (Target() is { IsOk: false } refused)
            return Result<Done, ConsoleError>.Refused(refused.Error!.Value, refused.Detail);
        if (command.Owner is { } owner && owner != Owner)
            return ConsoleError.InvalidTicket;
        var slot = new ConsolePart
        {
            Session = command.Session, Kind = command.Kind, Actor = command.Actor, Owner = Owner.Value, OpenedAt = NowMs, LeaseUntilReal = LeaseFromNow,
        };
        if (!await Apply(state => (state.ConsolesLapsed(RealMs, NowMs) ?? state).ConsoleTaken(slot, RealMs)))
            return ConsoleError.TooManyConsoles;
        Kick();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<Result<Done, ConsoleError>> RenewConsole(string session)
    {
        if (!IsOrdered)
            return ConsoleError.NotFound;
        if (!State.AllowsConsole())
            return ConsoleError.InvalidState;
        return await Apply(state => state.ConsoleRenewed(session, LeaseFromNow)) ? Done.Instance : ConsoleError.InvalidTicket;
    }

    /// <inheritdoc/>
    public async Task EndConsole(EndConsole command)
    {
        if (await Apply(state => state.ConsoleEnded(command, NowMs)))
            Kick();
    }

    /// <inheritdoc/>
    public async Task<int> RevokeConsoles()
    {
        var open = State.Consoles.Count;
        if (await Apply(state => state.ConsolesRevoked()))
            GrainFactory.GetGrain<IFeedGrain>(GrainKeys.Feed(Owner)).Publish(UserEventKind.InstanceChanged, _instance.ToString()).Ignore();
        return open;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConsoleView>> Consoles() => Task.FromResult<IReadOnlyList<ConsoleView>>(
        [.. State.Consoles.Select(slot => new ConsoleView(slot.Session, slot.Kind, slot.Actor, DropletViews.Time(slot.OpenedAt)))]);

    private static long LeaseFromNow => RealMs + (long)ConsoleRules.SlotLease.TotalMilliseconds;

    private Result<ConsoleTarget, ConsoleError> Target()
    {
        if (!IsOrdered)
            return ConsoleError.NotFound;
        if (!State.AllowsConsole())
            return Result<ConsoleTarget, ConsoleError>.Refused(ConsoleError.InvalidState, DropletViews.StatusOf(State.Phase).ToString());
        if (!State.HasFreeConsole(RealMs))
            return ConsoleError.TooManyConsoles;
        return new ConsoleTarget(Owner, State.Droplet!.Id, State.Order!.AccountId, State.Droplet.Ipv4);
    }

    /// <summary>Frees slots whose carrier died.</summary>
    private async Task<Next> LapseConsoles()
    {
        if (State.Consoles.Count == 0)
            return Next.Idle;
        if (await Apply(state => state.ConsolesLapsed(RealMs, NowMs)))
            return Next.Now;
        return Next.In(TimeSpan.FromMilliseconds(Math.Max(1_000, State.Consoles.Min(slot => slot.LeaseUntilReal) - RealMs + 1_000)));
    }
}
