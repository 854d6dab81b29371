using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Limits;
using Webrana.Grains.Limits;

namespace Webrana.Grains.Droplets;

/// <summary>
/// What the owner may have. An order takes its place only once its money is held: orders that cannot be paid take nobody's place away. Turned
/// away there, it is written down before the money goes back, so that a crash in between cannot leave an order whose money is gone.
/// </summary>
public sealed partial class DropletGrain
{
    private string OrderSpend => $"order:{_instance}";

    private string RestoreSpend(string operationId) => $"restore:{_instance}:{operationId}";

    private Task<LimitBreach?> Judge(UserId owner, int newServers, int vcpus, long amountIdr) =>
        _limits.JudgeAsync(owner, new LimitAsk(newServers, vcpus, amountIdr));

    /// <summary>Takes the order's place behind its hold; null, or the refusal with the money given back.</summary>
    private async Task<Result<OrderReceipt, OrderError>?> TakePlace(OrderPart order)
    {
        if (State.TurnedAway is null)
        {
            var breach = await _limits.TakeAsync(new UserId(order.Owner), OrderSpend, _instance, order.PriceIdr);
            await Hit("order.place_asked");
            if (breach is null)
                return null;
            await Apply(state => state with { TurnedAway = LimitDesk.Detail(breach) });
            await Hit("order.turned_away");
        }

        var released = await Wallet.Release(new ReleaseCommand($"{HoldId}:release", HoldId, OrderReference));
        await Hit("order.turned_away_released");
        if (released.Error is WalletError.OutcomeUnknown or WalletError.Overloaded)
            throw new InfrastructureException("The wallet did not say whether the money is free again.", outcomeKnown: false);
        return await Abandon(OrderError.LimitReached, State.TurnedAway);
    }

    /// <summary>
    /// Notes what is spent on this server; null, or what is in the way. Noted once, it never refuses again: behind it may be a hold that only a
    /// change which goes on gives back.
    /// </summary>
    private async Task<string?> Spend(string operation, long amountIdr) =>
        await _limits.TakeAsync(Owner, operation, null, amountIdr) is { } breach ? LimitDesk.Detail(breach) : null;
}
