using Webrana.Contracts.Deposits;
using Webrana.Domain.Deposits;

namespace Webrana.Grains.Deposits;

/// <summary>What a deposit has to do next.</summary>
public enum DepositWork
{
    Nothing,

    /// <summary>Look whether a create without answer left a transaction at the gateway.</summary>
    Search,

    /// <summary>Ask the gateway's detail about a payment.</summary>
    Confirm,

    /// <summary>Credit a confirmed payment.</summary>
    Credit,

    /// <summary>Give what the promo promised, after the deposit's own money arrived.</summary>
    GiveBonus,

    /// <summary>Use the promo's usage up.</summary>
    SettlePromo,

    /// <summary>Give the promo's usage back: its time is over, or the deposit came to nothing.</summary>
    ReleasePromo,

    /// <summary>Take a refunded payment out of the wallet again, with the promo's part.</summary>
    Reverse,

    /// <summary>Note at the promo that what it gave was taken back.</summary>
    TakeBackPromo,

    /// <summary>Tell people and servers about credited money, or its owner about a debt.</summary>
    Tell,
}

/// <param name="Reference">The payment it is about; empty for what is about the deposit as a whole.</param>
public readonly record struct DepositStep(DepositWork Work, string Reference = "");

/// <summary>
/// What follows from a deposit's state. A crash between any two writes loses nothing, because the next step is always read from the
/// state and every step may be repeated.
/// </summary>
public static class DepositFlow
{
    // A place outlives its time by this at most, while the gateway cannot say whether it was paid for.
    const long GatewayPatienceMs = 5 * 60_000;

    /// <summary>The next step. Money first: a decided credit is never delayed by another question to the gateway.</summary>
    public static DepositStep Next(DepositState state, long nowMs)
    {
        foreach (var payment in state.Payments)
            if (AwaitsCredit(state, payment)) return new(DepositWork.Credit, payment.Reference);
        // A bonus that may have been posted is settled before its deposit is reversed: what was given is known then.
        if (PromoWork(state, nowMs) is var promo and not DepositWork.Nothing) return new(promo);
        foreach (var payment in state.Payments)
            if (AwaitsReversal(payment)) return new(DepositWork.Reverse, payment.Reference);
        // What somebody reported is looked at before anybody is told of what was before: a word that cannot be brought must not keep a refund waiting.
        foreach (var payment in state.Payments)
            if (payment.Noticed is not null) return new(DepositWork.Confirm, payment.Reference);
        foreach (var payment in state.Payments)
            if (AwaitsTelling(payment)) return new(DepositWork.Tell, payment.Reference);
        foreach (var payment in state.Payments)
            if (payment.NextLookAtMs <= nowMs) return new(DepositWork.Confirm, payment.Reference);
        return state.LookupAtMs <= nowMs ? new(DepositWork.Search) : default;
    }

    /// <summary>Every state passes here before it is written: the time of change, and what may be forgotten.</summary>
    public static DepositState Settle(DepositState state, DateTimeOffset now) => state with
    {
        UpdatedAtMs = now.ToUnixTimeMilliseconds(),
        // Only a create at the gateway asks for it, and neither of these is followed by one.
        Customer = state.GivenUp || state.Payments.Any(payment => payment.Ours) ? null : state.Customer,
        Instructions = state.Payments.Any(payment => payment.Stage == PaymentStage.Open) ? state.Instructions : [],
    };

    /// <summary>Where the deposit stands, derived from its payments. A reference that somebody merely named counts for nothing.</summary>
    public static DepositStatus StatusOf(DepositState state)
    {
        PaymentStage[] stages = [.. state.Payments.Where(payment => payment.Ours).Select(payment => payment.Stage)];
        return DepositStandings.Of(stages, state.GivenUp) switch
        {
            DepositStanding.Paid => DepositStatus.Paid,
            DepositStanding.Expired => DepositStatus.Expired,
            DepositStanding.Failed => DepositStatus.Failed,
            DepositStanding.Refunded => DepositStatus.Refund,
            _ => DepositStatus.Pending,
        };
    }

    /// <summary>What our own row says that payment must look like.</summary>
    public static ExpectedPayment Expectation(DepositState state, DepositPayment payment) =>
        new(payment.Reference, state.MerchantRef, state.AmountIdr, payment.ToPayIdr);

    /// <summary>The payment of that reference, or null.</summary>
    public static DepositPayment? Find(DepositState state, string reference) =>
        state.Payments.FirstOrDefault(payment => payment.Reference == reference);

    /// <summary>When a sweeper must wake the deposit: unfinished work at once or at its retry time, else the next look at the gateway.</summary>
    public static long? DueAt(DepositState state)
    {
        var due = PromoWork(state, long.MinValue) == DepositWork.Nothing ? Earlier(state.LookupAtMs, LapsesAt(state)) : state.UpdatedAtMs;
        foreach (var payment in state.Payments)
        {
            var urgent = payment.Noticed is not null || AwaitsTelling(payment) || AwaitsCredit(state, payment) || AwaitsReversal(payment);
            var at = urgent ? state.UpdatedAtMs : payment.NextLookAtMs;
            if (at is { } time && (due is null || time < due)) due = time;
        }
        return due is { } earliest && state.RetryAtMs > earliest ? state.RetryAtMs : due;
    }

    /// <summary>The last moment of the promo's place: at most what was promised, and never beyond the deposit's own expiry.</summary>
    public static long HeldUntil(DepositState state) => Math.Min(state.Promo?.HeldUntilMs ?? state.ExpiresAtMs, state.ExpiresAtMs);

    static long? LapsesAt(DepositState state) =>
        state is { Promo.Stage: PromoStage.Reserved, CreditedIdr: 0 } && !IsConfirmed(state) ? HeldUntil(state) : null;

    static bool IsLookDue(DepositState state, long nowMs) =>
        state.Payments.Any(payment => payment.Noticed is not null || payment.NextLookAtMs <= nowMs);

    static bool IsConfirmed(DepositState state) => state.Payments.Any(payment => payment.Stage == PaymentStage.Confirmed);

    static long? Earlier(long? one, long? other) => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;

    static DepositWork PromoWork(DepositState state, long nowMs) => state.Promo?.Stage switch
    {
        PromoStage.Intended or PromoStage.Reserved or PromoStage.Released when state.CreditedIdr > 0 => DepositWork.GiveBonus,
        PromoStage.Given => DepositWork.SettlePromo,
        PromoStage.Intended or PromoStage.Reserved when StatusOf(state) is DepositStatus.Expired or DepositStatus.Failed or DepositStatus.Refund =>
            DepositWork.ReleasePromo,
        // Whoever paid in time keeps the place although we have not heard of it yet: the gateway is asked first.
        PromoStage.Reserved when LapsesAt(state) is { } lapses && lapses <= nowMs && (!IsLookDue(state, nowMs) || nowMs - lapses >= GatewayPatienceMs) =>
            DepositWork.ReleasePromo,
        PromoStage.Settled when state.CreditedIdr == 0 && state.Payments.Any(payment => payment.ReversedIdr > 0) => DepositWork.TakeBackPromo,
        _ => DepositWork.Nothing,
    };

    static bool AwaitsCredit(DepositState state, DepositPayment payment) =>
        payment.Stage == PaymentStage.Confirmed && state.Review != DepositReviews.CreditRefused;

    static bool AwaitsTelling(DepositPayment payment) =>
        payment is { CreditedIdr: > 0, Told: false, Stage: PaymentStage.Credited } or { OwedIdr: > 0, DebtTold: false };

    static bool AwaitsReversal(DepositPayment payment) => payment.Stage == PaymentStage.Refunded && payment.ReversedIdr < payment.CreditedIdr;
}
