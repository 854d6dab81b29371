namespace Webrana.Domain.Accounts;

/// <summary>What of an account stands in the way of closing it, and what is lost by it.</summary>
/// <param name="Servers">Servers that exist, with those on their way.</param>
/// <param name="PendingPayments">Top-ups that may still be paid.</param>
/// <param name="OrdinaryIdr">Money that is neither bonus nor held: could be paid out.</param>
/// <param name="BonusIdr">Bonus that lapses.</param>
/// <param name="HeldIdr">Money on hold for something that is not settled.</param>
/// <param name="DebtIdr">What is owed.</param>
/// <param name="PendingPayouts">Payouts that the desk has begun: the bank may have sent the money already.</param>
public sealed record ClosingFacts(
    int Servers, int PendingPayments, long OrdinaryIdr, long BonusIdr, long HeldIdr, long DebtIdr, int PendingPayouts = 0);

/// <summary>Why an account is not closed.</summary>
public enum ClosingObstacle
{
    /// <summary>Servers first: they would run on without an owner.</summary>
    ServersExist,

    /// <summary>A payment may still arrive.</summary>
    PaymentsPending,

    /// <summary>Money is being paid out: what is given up could not be booked as sent any more.</summary>
    PayoutPending,

    /// <summary>Money is held for something that is not settled.</summary>
    MoneyHeld,

    /// <summary>Refunded money that was spent is owed.</summary>
    OutstandingDebt,

    /// <summary>More money is there than the owner said to give up.</summary>
    BalanceNotGivenUp,
}

/// <summary>Whether an account may be closed. Pure.</summary>
public static class ClosingRules
{
    /// <summary>The first thing in the way; null for nothing.</summary>
    /// <param name="givenUpIdr">What the owner has seen and gives up. Less being there is no reason to ask again, more is.</param>
    public static ClosingObstacle? Obstacle(ClosingFacts facts, long givenUpIdr) => facts switch
    {
        { Servers: > 0 } => ClosingObstacle.ServersExist,
        { PendingPayments: > 0 } => ClosingObstacle.PaymentsPending,
        { PendingPayouts: > 0 } => ClosingObstacle.PayoutPending,
        { HeldIdr: > 0 } => ClosingObstacle.MoneyHeld,
        { DebtIdr: > 0 } => ClosingObstacle.OutstandingDebt,
        _ when facts.OrdinaryIdr > givenUpIdr => ClosingObstacle.BalanceNotGivenUp,
        _ => null,
    };
}
