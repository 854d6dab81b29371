namespace Webrana.Contracts.Notifications;

// What happens to a wallet.
public sealed partial record Notice
{
    /// <param name="id">The caller's id.</param>
    /// <param name="amountIdr">Credited.</param>
    /// <param name="balanceIdr">After it.</param>
    public static Notice DepositPaid(string id, long amountIdr, long balanceIdr) =>
        Of(id, NoticeKind.DepositPaid, Money("amount", amountIdr), Money("balance", balanceIdr));

    /// <param name="id">The caller's id.</param>
    /// <param name="amountIdr">Credited.</param>
    /// <param name="promo">Its name for people.</param>
    /// <param name="expiresAt">When the unspent rest lapses; null for never.</param>
    public static Notice PromoCredited(string id, long amountIdr, string promo, DateTimeOffset? expiresAt) => expiresAt is { } end
        ? Of(id, NoticeKind.PromoCredited, Money("amount", amountIdr), ("promo", promo), ("expires", "yes"), Time("expiresAt", end))
        : Of(id, NoticeKind.PromoCredited, Money("amount", amountIdr), ("promo", promo), ("expires", "no"));

    /// <summary>Says that it is looked at, never why: the reason may be another person's account.</summary>
    /// <param name="id">The caller's id.</param>
    /// <param name="amountIdr">What waits.</param>
    /// <param name="promo">Its name for people.</param>
    public static Notice BonusInReview(string id, long amountIdr, string promo) =>
        Of(id, NoticeKind.BonusInReview, Money("amount", amountIdr), ("promo", promo));

    /// <param name="id">The caller's id.</param>
    /// <param name="promo">Its name for people.</param>
    public static Notice BonusRefused(string id, string promo) => Of(id, NoticeKind.BonusRefused, ("promo", promo));

    /// <param name="id">The caller's id.</param>
    /// <param name="balanceIdr">What is in the wallet, with what is set aside for open orders: within twenty minutes that is charged, or free again.</param>
    /// <param name="thresholdIdr">The customer's line.</param>
    public static Notice BalanceLow(string id, long balanceIdr, long thresholdIdr) =>
        Of(id, NoticeKind.BalanceLow, Money("balance", balanceIdr), Money("threshold", thresholdIdr));

    /// <param name="id">The caller's id.</param>
    /// <param name="amountIdr">Given back to the wallet.</param>
    /// <param name="server">Whose money it was.</param>
    public static Notice Refunded(string id, long amountIdr, string server) =>
        Of(id, NoticeKind.Refunded, Money("amount", amountIdr), ("server", server));

    /// <param name="id">The caller's id.</param>
    /// <param name="amountIdr">Taken out of the wallet.</param>
    /// <param name="reference">The bank's, of the transfer.</param>
    public static Notice PaidOut(string id, long amountIdr, string reference) =>
        Of(id, NoticeKind.PaidOut, Money("amount", amountIdr), ("reference", reference));

    /// <param name="id">The caller's id.</param>
    /// <param name="debtIdr">What was spent of a top-up that was given back.</param>
    public static Notice DebtOwed(string id, long debtIdr) => Of(id, NoticeKind.DebtOwed, Money("debt", debtIdr));
}
