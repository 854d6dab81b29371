namespace Webrana.Domain.Deposits;

/// <summary>How far one payment at the gateway has come with us.</summary>
public enum PaymentStage
{
    /// <summary>Not known to be paid.</summary>
    Open,

    /// <summary>The gateway's own detail agreed: the credit is decided, and will be made however often it must be tried.</summary>
    Confirmed,

    /// <summary>The wallet holds the money.</summary>
    Credited,

    /// <summary>The gateway gave the money back. What was credited before stays until somebody decides about it.</summary>
    Refunded,
    Expired,
    Failed,
}

/// <summary>Where a deposit stands, seen from all of its payments.</summary>
public enum DepositStanding
{
    Pending,
    Paid,
    Expired,
    Failed,
    Refunded,
}

/// <summary>
/// A deposit's standing is never set, only derived: one invoice may have several references at the gateway (a create whose answer was
/// lost leaves two), and money that arrived on any of them wins over everything the others say, in whatever order it is heard.
/// </summary>
public static class DepositStandings
{
    /// <param name="stages">Every payment of the deposit; none means that no gateway transaction exists.</param>
    /// <param name="givenUp">True when creating the gateway transaction was given up.</param>
    public static DepositStanding Of(IReadOnlyCollection<PaymentStage> stages, bool givenUp) =>
        stages switch
        {
            _ when stages.Contains(PaymentStage.Credited) => DepositStanding.Paid,
            _ when stages.Contains(PaymentStage.Refunded) => DepositStanding.Refunded,
            _ when stages.Contains(PaymentStage.Confirmed) || stages.Contains(PaymentStage.Open) => DepositStanding.Pending,
            _ when stages.Contains(PaymentStage.Expired) => DepositStanding.Expired,
            _ when stages.Count > 0 || givenUp => DepositStanding.Failed,
            _ => DepositStanding.Pending,
        };
}
