namespace Webrana.Domain.Billing;

/// <summary>What the end of a server comes to, when add-ons were used since its last renewal.</summary>
public static class EndOfService
{
    /// <summary>
    /// What of the add-ons neither the refund nor the wallet pays: the customer's debt. The refund goes to the wallet first; ordinary money of
    /// it pays an older debt before anything else, bonus that is still good pays for add-ons like any purchase.
    /// </summary>
    public static long OwedIdr(long addonsIdr, long availableIdr, long debtIdr, long refundOrdinaryIdr, long refundBonusIdr) =>
        Math.Max(0, addonsIdr - availableIdr - Math.Max(0, refundOrdinaryIdr - debtIdr) - refundBonusIdr);
}
