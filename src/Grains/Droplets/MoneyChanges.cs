using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Pure changes of a server's record of its money. Every flow that stores the outcome of a charge or a refund does it through these, in the
/// same write: the books compare the ledger with what stands here.
/// </summary>
public static class MoneyChanges
{
    /// <summary>The operation id of a period's charge: the order's capture, or its renewal.</summary>
    public static string ChargeOf(InstanceId instance, int period) => period == 1
        ? $"order:{instance}:capture"
        : string.Create(CultureInfo.InvariantCulture, $"renew:{instance}:{period}");

    /// <summary>A charge is in the ledger. Payments of periods that are over are forgotten: nothing of them comes back any more.</summary>
    /// <param name="now">Business time.</param>
    public static DropletState Charged(this DropletState state, int period, string operation, long amountIdr, DateTimeOffset now) => state with
    {
        ChargedIdr = checked(state.ChargedSoFar + amountIdr),
        Payments =
        [
            .. state.Payments.Where(payment => payment.Operation != operation && (state.Subscribed() is not { } subscription || subscription.Covers(payment.Period, now))),
            new PaymentPart(period, operation, amountIdr, 0),
        ],
    };

    /// <summary>What was paid for the periods that are not over. Records older than plan changes know the price only: each period was paid with it.</summary>
    public static IReadOnlyList<Payment> PaidFor(this DropletState state, InstanceId instance, DateTimeOffset now)
    {
        if (state.Subscribed() is not { } subscription)
            return [];
        var paid = new List<Payment>();
        foreach (var period in subscription.PaidAhead(now))
        {
            var known = state.Payments.Where(payment => payment.Period == period.Number).ToList();
            if (known.Count == 0)
                paid.Add(new Payment(period.Number, ChargeOf(instance, period.Number), state.Order!.PriceIdr, 0));
            paid.AddRange(known.Select(payment => new Payment(payment.Period, payment.Operation, payment.AmountIdr, payment.ReturnedIdr)));
        }

        return paid;
    }

    /// <summary>Money is to go back: at most what was paid for time that is not over. Null when there is nothing.</summary>
    public static ReturningPart? Refund(
        this DropletState state, InstanceId instance, long amountIdr, string purpose, ReferenceType reference, string description, DateTimeOffset now)
    {
        var items = Payments.Return(state.PaidFor(instance, now), amountIdr).Select(item => new ReturnPart(item.OperationId, item.AmountIdr)).ToList();
        return items.Count == 0 ? null : new ReturningPart(purpose, reference, description, items, items.Sum(item => item.AmountIdr));
    }

    /// <summary>One refund is in the ledger; or the wallet will never take it, and it is dropped.</summary>
    public static DropletState? Returned(this DropletState state, InstanceId instance, ReturnPart item, bool done, DateTimeOffset now)
    {
        if (state.Returning is not { } returning || !returning.Items.Contains(item))
            return null;
        var left = returning.Items.Where(other => other != item).ToList();
        var next = state with { Returning = left.Count == 0 ? null : returning with { Items = left } };
        return !done ? next : next with
        {
            ChargedIdr = checked(state.ChargedSoFar - item.AmountIdr),
            Payments =
            [
                .. state.PaidFor(instance, now).Select(payment => new PaymentPart(
                    payment.Period, payment.OperationId, payment.AmountIdr,
                    payment.OperationId == item.Operation ? payment.ReturnedIdr + item.AmountIdr : payment.ReturnedIdr)),
            ],
        };
    }

    private static bool Covers(this Subscription subscription, int period, DateTimeOffset now) =>
        period >= subscription.AnchorPeriod && subscription.StartOf(period + 1) > now;
}
