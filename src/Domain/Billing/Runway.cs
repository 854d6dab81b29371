using Webrana.Domain.Ledger;

namespace Webrana.Domain.Billing;

/// <summary>A server as the forecast sees it.</summary>
/// <param name="Id">Its id; servers due at one instant are charged in the order of their ids.</param>
/// <param name="PriceIdr">What each further period costs.</param>
/// <param name="Subscription">What is paid and what is due.</param>
public sealed record RunwayServer(string Id, long PriceIdr, Subscription Subscription);

/// <summary>The money the forecast starts from.</summary>
/// <param name="CashIdr">What may be spent and never lapses.</param>
/// <param name="Lots">Bonus money, which does.</param>
/// <param name="DebtIdr">What is owed: while it is not 0 nothing is spent, and money that arrives pays it first.</param>
public sealed record RunwayPurse(long CashIdr, EquatableList<Lot> Lots, long DebtIdr = 0)
{
    /// <summary>What a debit may use of a wallet: held money is spoken for.</summary>
    public static RunwayPurse Of(Wallet wallet) => new(wallet.AvailableIdr - wallet.Lots.Sum(lot => lot.RemainingIdr), wallet.Lots, wallet.DebtIdr);
}

/// <summary>What the forecast foresees.</summary>
public enum RunwayEvent
{
    /// <summary>A period is charged.</summary>
    Renewed,

    /// <summary>A period is due and not covered: grace begins.</summary>
    NotPaid,

    /// <summary>The server is switched off and kept.</summary>
    Suspended,

    /// <summary>The server is destroyed.</summary>
    Terminated,

    /// <summary>Bonus money lapses unspent.</summary>
    BonusExpired,
}

/// <summary>One thing that will happen if no money comes in.</summary>
/// <param name="At">When.</param>
/// <param name="Event">What.</param>
/// <param name="ServerId">To which server; null when a bonus lapses.</param>
/// <param name="AmountIdr">The price charged or not covered, or the bonus lost; 0 otherwise.</param>
/// <param name="LeftIdr">What can be spent afterwards.</param>
public sealed record RunwayStep(DateTimeOffset At, RunwayEvent Event, string? ServerId, long AmountIdr, long LeftIdr);

/// <summary>
/// How far a wallet reaches: its servers' subscriptions and its bonus lots are played forward by the very rules that the servers follow
/// (<see cref="Subscription.Next"/>, soonest bonus first), so that the forecast is what the clock then does. Pure.
/// </summary>
/// <param name="Steps">What happens, in the order of time.</param>
/// <param name="EndsAt">When the first period stays unpaid; null when everything until the horizon is covered.</param>
public sealed record Runway(IReadOnlyList<RunwayStep> Steps, DateTimeOffset? EndsAt)
{
    /// <summary>Plays forward from <paramref name="now"/> to <paramref name="until"/> without any further money.</summary>
    public static Runway Forecast(RunwayPurse purse, IEnumerable<RunwayServer> servers, DateTimeOffset now, DateTimeOffset until)
    {
        var walk = new RunwayWalk(purse, now, until, onCredit: false);
        walk.Play(servers);
        return new Runway(walk.Steps, walk.Steps.FirstOrDefault(step => step.Event == RunwayEvent.NotPaid)?.At);
    }

    /// <summary>
    /// The smallest top-up that, arriving at <paramref name="now"/>, pays everything until <paramref name="until"/>: what is overdue
    /// already, servers that are suspended for want of money, every renewal to come, and before all of them a debt. 0 when the wallet covers it.
    /// </summary>
    public static long TopUpIdr(RunwayPurse purse, IEnumerable<RunwayServer> servers, DateTimeOffset now, DateTimeOffset until)
    {
        var walk = new RunwayWalk(purse, now, until, onCredit: true);
        walk.Play(servers);
        return Math.Max(0, -walk.LowestCashIdr);
    }
}
