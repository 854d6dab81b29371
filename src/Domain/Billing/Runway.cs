using Webrana.Domain.Ledger;

namespace Webrana.Domain.Billing;

/// <summary>A server as the forecast sees it.</summary>
/// <param name="Id">Its id; servers due at one instant are charged in the order of their priority, then of their ids.</param>
/// <param name="PriceIdr">What each further period costs.</param>
/// <param name="Subscription">What is paid and what is due.</param>
public sealed record RunwayServer(string Id, long PriceIdr, Subscription Subscription)
{
    /// <summary>Smaller is served first.</summary>
    public int Priority { get; init; }

    /// <summary>Of the server's own; null for the shop's default.</summary>
    public RenewalPolicy? Policy { get; init; }

    /// <summary>What a period that begins anew goes by; null for the shop's defaults.</summary>
    public IReadOnlyDictionary<BillingCycle, RenewalPolicy>? Adopted { get; init; }

    /// <summary>What is planned to change; null for nothing.</summary>
    public Terms? Terms { get; init; }

    /// <summary>Add-ons in use; null for none.</summary>
    public AddonMeter? Meter { get; init; }

    /// <summary>What they cost.</summary>
    public AddonRates Rates { get; init; } = AddonRates.Free;

    /// <summary>The policy in force.</summary>
    public RenewalPolicy Rules => Policy ?? RenewalPolicy.For(Subscription.Cycle);

    /// <summary>What the next period costs with its add-ons, if it is charged at <paramref name="at"/>.</summary>
    public RunwayCharge ChargeAt(DateTimeOffset at)
    {
        var terms = (Terms ?? new Terms(Subscription.Cycle, PriceIdr)).For(Subscription.NextStart(at));
        if (Meter is not { IsIdle: false } meter)
            return new RunwayCharge(terms, 0, Meter);
        var used = meter.Advance(at.ToUnixTimeMilliseconds());
        var addons = used.Owed(Rates, PriceIdr, Subscription.PaidPeriodMs);
        return new RunwayCharge(terms, addons.Sum(addon => addon.AmountIdr), used.Cleared());
    }
}

/// <summary>One charge to come: the period's terms, its add-ons, and the meter after it.</summary>
public sealed record RunwayCharge(Terms Terms, long AddonsIdr, AddonMeter? Meter)
{
    /// <summary>All that is debited.</summary>
    public long TotalIdr => checked(Terms.PriceIdr + AddonsIdr);
}

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

    /// <summary>The server is destroyed, and an image of it kept.</summary>
    Hibernated,

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
