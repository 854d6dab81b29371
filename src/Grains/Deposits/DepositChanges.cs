using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Promos;
using Webrana.Domain.Deposits;

namespace Webrana.Grains.Deposits;

/// <summary>How each thing that happens changes a deposit. Pure; nothing here takes back what was credited.</summary>
public static class DepositChanges
{
    /// <summary>References kept per deposit. Two come from a lost answer; more only from somebody making them up.</summary>
    public const int MaximumReferences = 8;

    /// <summary>How long a create without answer is searched for before the deposit counts as failed.</summary>
    static readonly long[] SearchAfterMs = [60_000, 300_000];

    /// <summary>The intent, stored before the gateway is called.</summary>
    public static DepositState Intended(
        DepositId id, CreateDeposit command, string methodName, long quotedFeeIdr, DateTimeOffset now, PromoGrant? promo = null, long? heldUntilMs = null) => new()
    {
        DepositId = id.Value,
        Owner = command.Owner.Value,
        MerchantRef = MerchantRef.For(id),
        AmountIdr = command.AmountIdr,
        PromoCode = command.PromoCode,
        Promo = promo is null ? null : DepositPromo.Of(promo, PromoStage.Intended, heldUntilMs),
        MethodCode = command.MethodCode,
        MethodName = methodName,
        QuotedFeeIdr = quotedFeeIdr,
        Customer = new DepositCustomer(command.CustomerName, command.CustomerEmail, command.CustomerPhone),
        CreatedAtMs = now.ToUnixTimeMilliseconds(),
        ExpiresAtMs = PaymentWindow.ExpiryFor(command.MethodCode, now).ToUnixTimeMilliseconds(),
        LookupAtMs = now.ToUnixTimeMilliseconds() + SearchAfterMs[0],
    };

    /// <summary>True when this is the same request as the one the deposit was made from.</summary>
    public static bool IsSameRequest(DepositState state, CreateDeposit command) =>
        state.Owner == command.Owner.Value && state.AmountIdr == command.AmountIdr && state.MethodCode == command.MethodCode
        && state.PromoCode == command.PromoCode;

    /// <summary>A gateway transaction of ours is known: the answer of our create, or one that a search found.</summary>
    public static DepositState Opened(DepositState state, DepositPayment payment, IReadOnlyList<StoredInstruction> instructions, DateTimeOffset now)
    {
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(payment.ExpiresAtMs);
        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(state.CreatedAtMs);
        // A callback may be faster than the answer to our own create: how far the payment has come since is never taken back.
        var known = DepositFlow.Find(state, payment.Reference) ?? new DepositPayment();
        var opened = known with
        {
            Reference = payment.Reference,
            Ours = true,
            ToPayIdr = payment.ToPayIdr,
            FeeIdr = payment.FeeIdr,
            PayCode = payment.PayCode,
            QrString = payment.QrString,
            CheckoutUrl = payment.CheckoutUrl,
            ExpiresAtMs = payment.ExpiresAtMs,
            NextLookAtMs = known.Stage == PaymentStage.Open
                ? NextLook(state, DepositSchedule.NextPoll(createdAt, expiresAt, now), now)
                : known.NextLookAtMs,
        };
        return state with
        {
            Payments = [opened, .. state.Payments.Where(other => other.Reference != payment.Reference)],
            Instructions = instructions,
            ExpiresAtMs = payment.ExpiresAtMs,
            LookupAtMs = null,
            GivenUp = false,
            Failures = 0,
            RetryAtMs = null,
        };
    }

    /// <summary>The gateway knows nothing of this deposit: look once more later, then give it up. Nobody ever saw a pay code.</summary>
    public static DepositState NothingFound(DepositState state, long nowMs)
    {
        var next = SearchAfterMs.Select(after => state.CreatedAtMs + after).FirstOrDefault(at => at > nowMs);
        return next > 0 ? state with { LookupAtMs = next, Failures = 0, RetryAtMs = null } : GivenUp(state);
    }

    /// <summary>The gateway refused the transaction, or it never came to be.</summary>
    public static DepositState GivenUp(DepositState state) => state with { GivenUp = true, LookupAtMs = null, Failures = 0, RetryAtMs = null };

    /// <summary>A failure that is nobody's verdict (gateway or wallet away): try the same again later, ever more slowly.</summary>
    public static DepositState Deferred(DepositState state, long nowMs) => state with
    {
        Failures = state.Failures + 1,
        RetryAtMs = nowMs + (long)DepositSchedule.Backoff(state.Failures + 1).TotalMilliseconds,
    };

    /// <summary>Takes a notice in, still unbelieved. Answers the same instance when it says nothing new.</summary>
    public static DepositState Noticed(DepositState state, PaymentNotice notice)
    {
        if (DepositFlow.Find(state, notice.Reference) is not { } known)
        {
            if (state.Payments.Count >= MaximumReferences) return Doubted(state, DepositReviews.TooManyReferences);
            var named = new DepositPayment { Reference = notice.Reference, Noticed = notice.Status, ExpiresAtMs = state.ExpiresAtMs };
            return state with { Payments = [.. state.Payments, named], RetryAtMs = null };
        }
        if (known.Noticed == notice.Status || SaysNothingNew(known.Stage, notice.Status)) return state;
        if (!PaymentJudgement.NoticeFits(DepositFlow.Expectation(state, known), notice.TotalAmountIdr))
            return Doubted(state, DepositReviews.WrongAmount);
        return Replace(state, known with { Noticed = notice.Status }) with { RetryAtMs = null };
    }

    /// <summary>The gateway does not know a reference that a notice named: forgotten, but a person may want to know.</summary>
    public static DepositState Unheard(DepositState state, string reference) => state with
    {
        Payments = [.. state.Payments.Where(payment => payment.Reference != reference)],
        Review = state.Review ?? DepositReviews.UnknownReference,
        Failures = 0,
        RetryAtMs = null,
    };

    /// <summary>Applies the gateway's own word about one payment.</summary>
    /// <param name="answered">The notice that was open when the gateway was asked; one that came since stays open.</param>
    public static DepositState Judged(
        DepositState state, DepositPayment payment, PaymentVerdict verdict, GatewayEvidence evidence, DateTimeOffset? paidAt, string? answered, DateTimeOffset now)
    {
        var next = payment with
        {
            Noticed = payment.Noticed == answered ? null : payment.Noticed,
            NextLookAtMs = null,
            Ours = payment.Ours || verdict != PaymentVerdict.WrongReference,
        };
        var settled = payment.Stage is PaymentStage.Credited or PaymentStage.Refunded;
        next = verdict switch
        {
            PaymentVerdict.Refunded => next with { Stage = PaymentStage.Refunded },
            _ when settled => next,
            PaymentVerdict.Credit => next with
            {
                Stage = PaymentStage.Confirmed,
                PaidAtMs = (paidAt ?? now).ToUnixTimeMilliseconds(),
                ToPayIdr = evidence.ToPayIdr,
                FeeIdr = evidence.CustomerFeeIdr,
            },
            PaymentVerdict.Failed => next with { Stage = PaymentStage.Failed },
            PaymentVerdict.Expired => Expired(next, now),
            _ => StillOpen(state, next, now),
        };
        var review = ReviewFor(payment, verdict) ?? (verdict == PaymentVerdict.Credit && IsDoubt(state.Review) ? null : state.Review);
        return Replace(state, next) with
        {
            LookupAtMs = next.Ours ? null : state.LookupAtMs, // A transaction of ours is known: nothing is left to search for.
            Failures = 0,
            RetryAtMs = null,
            Review = review,
        };
    }

    /// <summary>The wallet holds the money of this payment.</summary>
    public static DepositState Credited(DepositState state, DepositPayment payment, long balanceAfterIdr)
    {
        var credited = payment with { Stage = PaymentStage.Credited, CreditedIdr = state.AmountIdr, BalanceAfterIdr = balanceAfterIdr, NextLookAtMs = null };
        return Replace(state, credited) with
        {
            Failures = 0,
            RetryAtMs = null,
            Review = state.CreditedIdr > 0 ? DepositReviews.PaidTwice : state.Review,
        };
    }

    /// <summary>The promo's part came further.</summary>
    public static DepositState PromoMoved(DepositState state, PromoStage stage) =>
        state with { Promo = state.Promo! with { Stage = stage }, Failures = 0, RetryAtMs = null };

    /// <summary>The wallet holds the bonus: the mail about the payment names the balance that includes it.</summary>
    public static DepositState BonusGiven(DepositState state, long amountIdr, long balanceAfterIdr) => state with
    {
        Promo = state.Promo! with { Stage = PromoStage.Given, AmountIdr = amountIdr },
        Payments = [.. state.Payments.Select(payment => payment.CreditedIdr > 0 && !payment.Told ? payment with { BalanceAfterIdr = balanceAfterIdr } : payment)],
        Failures = 0,
        RetryAtMs = null,
    };

    /// <summary>The wallet gave this payment back: its money, and what the promo had added, as far as it was not spent.</summary>
    public static DepositState Reversed(DepositState state, DepositPayment payment, long owedIdr) => Replace(
        state, payment with { ReversedIdr = payment.CreditedIdr, OwedIdr = owedIdr }) with
    {
        Failures = 0,
        RetryAtMs = null,
    };

    /// <summary>Mail, pages and servers know of this payment's money, or its owner of what is owed for it.</summary>
    public static DepositState Told(DepositState state, DepositPayment payment) =>
        Replace(state, payment.ReversedIdr > 0 ? payment with { DebtTold = true } : payment with { Told = true }) with { Failures = 0, RetryAtMs = null };

    /// <summary>A reason for a person to look; the first one stands.</summary>
    public static DepositState Doubted(DepositState state, string review) => state.Review is null ? state with { Review = review } : state;

    static DepositState Replace(DepositState state, DepositPayment payment) =>
        state with { Payments = [.. state.Payments.Select(other => other.Reference == payment.Reference ? payment : other)] };

    static DepositPayment StillOpen(DepositState state, DepositPayment payment, DateTimeOffset now)
    {
        if (!payment.Ours) return payment;
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(payment.ExpiresAtMs);
        if (DepositSchedule.IsOverdue(expiresAt, now)) return Expired(payment, now);
        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(state.CreatedAtMs);
        return payment with { NextLookAtMs = NextLook(state, DepositSchedule.NextPoll(createdAt, expiresAt, now), now) };
    }

    // One look falls on the moment at which a promo's place lapses.
    static long NextLook(DepositState state, DateTimeOffset next, DateTimeOffset now)
    {
        var (nextMs, nowMs) = (next.ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
        return state.Promo is { Stage: PromoStage.Reserved } && DepositFlow.HeldUntil(state) is var lapses && lapses > nowMs && lapses < nextMs ? lapses : nextMs;
    }

    static DepositPayment Expired(DepositPayment payment, DateTimeOffset now) => payment with
    {
        Stage = PaymentStage.Expired,
        NextLookAtMs = DepositSchedule.NextLateLook(DateTimeOffset.FromUnixTimeMilliseconds(payment.ExpiresAtMs), now)?.ToUnixTimeMilliseconds(),
    };

    static string? ReviewFor(DepositPayment payment, PaymentVerdict verdict) => verdict switch
    {
        PaymentVerdict.WrongAmount => DepositReviews.WrongAmount,
        PaymentVerdict.WrongReference => DepositReviews.WrongReference,
        PaymentVerdict.Unreadable => DepositReviews.UnknownStatus,
        PaymentVerdict.Refunded when payment.CreditedIdr > 0 => DepositReviews.RefundAfterCredit,
        _ => null,
    };

    // A doubt that the gateway's own word has settled needs nobody's eyes any more; what happened to money stays visible.
    static bool IsDoubt(string? review) => review
        is DepositReviews.WrongAmount or DepositReviews.WrongReference or DepositReviews.UnknownStatus or DepositReviews.UnknownReference;

    static bool SaysNothingNew(PaymentStage stage, string status) => stage switch
    {
        PaymentStage.Confirmed or PaymentStage.Credited => status != "REFUND",
        PaymentStage.Refunded => true,
        _ => false,
    };
}
