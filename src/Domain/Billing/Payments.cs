namespace Webrana.Domain.Billing;

/// <summary>Money that was spent for a period of a server.</summary>
/// <param name="Period">Which period.</param>
/// <param name="OperationId">Of the debit or capture.</param>
/// <param name="AmountIdr">What was spent, positive.</param>
/// <param name="ReturnedIdr">What of it came back already.</param>
public sealed record Payment(int Period, string OperationId, long AmountIdr, long ReturnedIdr)
{
    /// <summary>What may still come back.</summary>
    public long LeftIdr => AmountIdr - ReturnedIdr;
}

/// <summary>A part of a payment that is to come back.</summary>
/// <param name="OperationId">Of the payment.</param>
/// <param name="AmountIdr">Positive.</param>
public sealed record PaymentReturn(string OperationId, long AmountIdr);

/// <summary>A period that is paid and not over.</summary>
public readonly record struct PaidPeriod(int Number, DateTimeOffset From, DateTimeOffset Until);

/// <summary>What of paid money comes back, and out of which payment.</summary>
public static class Payments
{
    /// <summary>The paid periods that are not over at <paramref name="now"/>, in their order: the one that runs, and those paid ahead.</summary>
    public static IReadOnlyList<PaidPeriod> PaidAhead(this Subscription subscription, DateTimeOffset now)
    {
        var ahead = new List<PaidPeriod>();
        for (var period = subscription.PaidPeriod; period >= subscription.AnchorPeriod; period--)
        {
            var until = subscription.StartOf(period + 1);
            if (until <= now)
                break;
            ahead.Insert(0, new PaidPeriod(period, subscription.StartOf(period), until));
        }

        return ahead;
    }

    /// <summary>
    /// Spreads an amount over the payments it comes out of, the latest first: what was paid last for time that is not used comes back first.
    /// Never more than is left of them.
    /// </summary>
    public static IReadOnlyList<PaymentReturn> Return(IReadOnlyList<Payment> payments, long amountIdr)
    {
        var back = new List<PaymentReturn>();
        foreach (var payment in payments.Reverse())
        {
            var part = Math.Min(amountIdr, payment.LeftIdr);
            if (part <= 0)
                continue;
            back.Add(new PaymentReturn(payment.OperationId, part));
            amountIdr -= part;
        }

        return back;
    }
}
