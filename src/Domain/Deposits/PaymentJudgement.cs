namespace Webrana.Domain.Deposits;

/// <summary>What the gateway calls the state of a transaction.</summary>
public enum GatewayStatus
{
    Unpaid,
    Paid,
    Failed,
    Expired,
    Refunded,

    /// <summary>A word we do not know: never acted upon.</summary>
    Unknown,
}

/// <summary>What our own row says a payment must look like.</summary>
/// <param name="AmountIdr">What the customer wanted in the wallet.</param>
/// <param name="ToPayIdr">Amount plus customer fee, as the gateway answered at creation; null for a reference we did not create.</param>
public sealed record ExpectedPayment(string Reference, string MerchantRef, long AmountIdr, long? ToPayIdr);

/// <summary>What the gateway's transaction detail says.</summary>
/// <param name="ToPayIdr">What the customer pays, customer fee included.</param>
/// <param name="CustomerFeeIdr">The part of it that is the customer's fee.</param>
public sealed record GatewayEvidence(string Reference, string MerchantRef, long ToPayIdr, long CustomerFeeIdr, GatewayStatus Status);

/// <summary>What follows from the gateway's detail.</summary>
public enum PaymentVerdict
{
    /// <summary>Still waiting for the customer.</summary>
    NotPaid,

    /// <summary>Paid, and everything agrees: credit the amount that was asked for.</summary>
    Credit,
    Expired,
    Failed,
    Refunded,

    /// <summary>The detail is about another reference or another invoice. Nothing follows but a look by a person.</summary>
    WrongReference,

    /// <summary>The detail is about another sum. Nothing follows but a look by a person.</summary>
    WrongAmount,

    /// <summary>A status word we do not know.</summary>
    Unreadable,
}

/// <summary>
/// Judges the gateway's transaction detail against our own row: the only way to a credit (invariant I5). A callback, a list line or an
/// admin is never evidence.
/// </summary>
public static class PaymentJudgement
{
    public static PaymentVerdict Judge(ExpectedPayment expected, GatewayEvidence evidence)
    {
        if (evidence.Reference != expected.Reference || evidence.MerchantRef != expected.MerchantRef)
            return PaymentVerdict.WrongReference;

        // The fee is the gateway's and may be anything; what is left after it must be what the customer asked for. Subtraction of two
        // untrusted numbers: a negative fee or one above the sum is a wrong amount, never an overflow.
        var feeIsSane = evidence.CustomerFeeIdr >= 0 && evidence.CustomerFeeIdr <= evidence.ToPayIdr;
        var agrees = feeIsSane
            && evidence.ToPayIdr - evidence.CustomerFeeIdr == expected.AmountIdr
            && (expected.ToPayIdr is null || evidence.ToPayIdr == expected.ToPayIdr);
        return evidence.Status switch
        {
            GatewayStatus.Unknown => PaymentVerdict.Unreadable,
            _ when !agrees => PaymentVerdict.WrongAmount,
            GatewayStatus.Paid => PaymentVerdict.Credit,
            GatewayStatus.Expired => PaymentVerdict.Expired,
            GatewayStatus.Failed => PaymentVerdict.Failed,
            GatewayStatus.Refunded => PaymentVerdict.Refunded,
            _ => PaymentVerdict.NotPaid,
        };
    }

    /// <summary>
    /// Whether the sum that a notice names can be this payment's. The gateway documents it as what the customer paid, but nobody has seen
    /// one with a customer fee, so the sum without the fee is accepted too: the detail decides in any case.
    /// </summary>
    public static bool NoticeFits(ExpectedPayment expected, long noticedIdr) =>
        expected.ToPayIdr is null || noticedIdr == expected.ToPayIdr || noticedIdr == expected.AmountIdr;
}
