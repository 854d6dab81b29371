using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// What comes back when a server ends before the time it was paid for. Decided once, in the same write as the end itself; the refunds
/// follow from that record (<c>DropletGrain.Money.cs</c>).
/// </summary>
public sealed partial class DropletGrain
{
    private const string EndPurpose = "end";

    /// <inheritdoc/>
    public async Task<Result<DeletionQuote, DropletError>> QuoteDeletion()
    {
        if (!IsOrdered)
            return DropletError.NotFound;
        if (!State.Phase.AllowsDelete())
            return DropletError.InvalidState;
        var byPolicy = _options.RefundOf(DropletViews.Cycle(State.Order!.Period)) != RefundPolicy.None;
        var sent = await LastTransfer();
        var (refund, days) = RefundAtEnd(State);
        var used = HavingSent(State, sent, NowMs).OwedAtEnd(await RatesInUse(sent.Count > 0), NowMs);
        var preview = refund is null
            ? new RefundPreview(0, 0, 0)
            : await Wallet.PreviewRefunds(
                [.. refund.Items.Select(item => new RefundCommand(item.Operation, item.AmountIdr, RefundReference(refund), refund.Purpose))]);
        var quote = new DeletionQuote(refund?.TotalIdr ?? 0, days, byPolicy, preview.OrdinaryIdr, preview.BonusIdr, preview.LapsesIdr);
        if (used.Count == 0)
            return quote;
        var money = await Wallet.Get();
        var addonsIdr = used.Sum(addon => addon.AmountIdr);
        return quote with
        {
            Addons = [.. used.Select(addon => new AddonLine((AddonType)(int)addon.Kind, addon.AmountIdr, addon.Quantity))],
            AddonsIdr = addonsIdr,
            OwedIdr = EndOfService.OwedIdr(addonsIdr, money.AvailableIdr, money.DebtIdr, preview.OrdinaryIdr, preview.BonusIdr),
        };
    }

    /// <summary>By the policy of the period. Of a server that we lost everything came back already.</summary>
    private (ReturningPart? Refund, int Days) RefundAtEnd(DropletState state)
    {
        if (!state.Phase.IsLive() || state.Subscribed() is not { } subscription)
            return (null, 0);
        var now = Now;
        var (amountIdr, days) = Refunds.OnDeletion(_options.RefundOf(subscription.Cycle), state.Order!.PriceIdr, subscription, now);
        var refund = state.Refund(_instance, amountIdr, EndPurpose, ReferenceType.Refund, Sentences.DeletionRefund(state.Name, days), now);
        return (refund, refund is null ? 0 : days);
    }

    private DropletState WithRefundAtEnd(DropletState before, DropletState ended)
    {
        var (refund, _) = RefundAtEnd(before);
        return refund is null ? ended : ended with { Returning = refund, Termination = ended.Termination! with { RefundIdr = refund.TotalIdr } };
    }

    private PostingReference RefundReference(ReturningPart returning) =>
        new(returning.Reference, _instance.ToString(), ContraAccount.Revenue, returning.Description);
}
