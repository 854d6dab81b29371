using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Shop;
using Webrana.Domain.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>
/// What admins have stopped, asked where it would be done. A step held back is not a refused one: nothing is told, nothing is noted but the
/// moment, and it is looked at again a little later.
/// </summary>
public sealed partial class DropletGrain
{
    private async Task<OrderError?> Closed(UserId owner)
    {
        var shop = await _shop.ReadAsync();
        return shop.IsStopped(ShopSwitch.Sales) ? OrderError.SalesStopped
            : shop.IsFrozen(owner.Value) ? OrderError.AccountFrozen
            : null;
    }

    /// <summary>Whether this step of the subscription is stopped now; then the moment is noted, and with it when to look again.</summary>
    private async Task<bool> HeldBack(RenewalKind step)
    {
        if (SwitchOf(step) is not { } one)
            return false;
        // Who could not pay while charging was stopped has the whole grace from its end on.
        if (!(await _shop.ReadAsync()).IsStopped(one))
            return step == RenewalKind.Suspend && State.HeldAt is { } held && NowMs < held + (long)Policy.Grace.TotalMilliseconds && await HoldBack(held);
        return await HoldBack(NowMs);
    }

    private async Task<bool> HoldBack(long heldAt)
    {
        // Spread by the key, so that what was held together is not looked at together.
        var again = TimeSpan.FromSeconds(60 + (_instance.Value.GetHashCode() & 31));
        await Apply(state => state with { HeldAt = heldAt, LookAgainAt = (Now + again).ToUnixTimeMilliseconds() });
        return true;
    }

    private async Task<bool> ChargingStopped() => (await _shop.ReadAsync()).IsStopped(ShopSwitch.Renewals);

    private static ShopSwitch? SwitchOf(RenewalKind step) => step switch
    {
        RenewalKind.Charge => ShopSwitch.Renewals,
        RenewalKind.Suspend => ShopSwitch.Suspensions,
        RenewalKind.Warn or RenewalKind.Hibernate or RenewalKind.Terminate => ShopSwitch.Terminations,
        _ => null,
    };
}
