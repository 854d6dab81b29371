namespace Webrana.Contracts.Billing;

/// <summary>
/// How far one customer's wallet reaches: what its servers will charge, what will stay unpaid, and what top-up would change that, by the
/// same rules the servers follow. Stateless; computed when asked. Key <c>runway:{userId}</c>.
/// </summary>
[Alias("runway")]
public interface IRunwayGrain : IGrainWithStringKey
{
    /// <summary>The next days without any further money.</summary>
    /// <param name="days">1 to <see cref="RunwayLimits.MaxDays"/>.</param>
    [Alias("forecast")]
    Task<RunwayView> Forecast(int days);

    /// <summary>The smallest top-up now that covers everything until then, arrears included; 0 when nothing is missing.</summary>
    [Alias("top-up")]
    Task<long> TopUpIdr(DateTimeOffset until);
}

/// <summary>Limits of <see cref="IRunwayGrain"/>.</summary>
public static class RunwayLimits
{
    /// <summary>The farthest look ahead.</summary>
    public const int MaxDays = 400;
}

/// <summary>A forecast.</summary>
/// <param name="AvailableIdr">What can be spent at <paramref name="FromAt"/>.</param>
/// <param name="EndsAt">When the first period stays unpaid; null when all are covered.</param>
/// <param name="TopUpIdr">The smallest top-up now that covers everything until <paramref name="UntilAt"/>, arrears included.</param>
/// <param name="TopUp30Idr">The same for the next 30 days.</param>
/// <param name="TopUp90Idr">The same for the next 90 days.</param>
/// <param name="Steps">What will happen, in the order of time.</param>
[GenerateSerializer, Immutable, Alias("runway-view")]
public sealed record RunwayView(
    [property: Id(0)] DateTimeOffset FromAt,
    [property: Id(1)] DateTimeOffset UntilAt,
    [property: Id(2)] long AvailableIdr,
    [property: Id(3)] DateTimeOffset? EndsAt,
    [property: Id(4)] long TopUpIdr,
    [property: Id(5)] long TopUp30Idr,
    [property: Id(6)] IReadOnlyList<RunwayStepView> Steps,
    [property: Id(7)] long TopUp90Idr = 0);

/// <summary>One thing that will happen.</summary>
/// <param name="Server">Which server; null when a bonus lapses.</param>
/// <param name="ServerName">Its name today.</param>
/// <param name="AmountIdr">Charged, not covered, or lapsed; 0 for suspension and termination.</param>
/// <param name="LeftIdr">What can be spent afterwards.</param>
[GenerateSerializer, Immutable, Alias("runway-step")]
public sealed record RunwayStepView(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] RunwayStepKind Kind,
    [property: Id(2)] InstanceId? Server,
    [property: Id(3)] string? ServerName,
    [property: Id(4)] long AmountIdr,
    [property: Id(5)] long LeftIdr);

/// <summary>Kinds of <see cref="RunwayStepView"/>.</summary>
[GenerateSerializer, Alias("runway-step-kind")]
public enum RunwayStepKind
{
    Renewed,

    /// <summary>Due and not covered: grace begins.</summary>
    NotPaid,
    Suspended,
    Terminated,

    /// <summary>Bonus money lapses unspent.</summary>
    BonusExpired,

    /// <summary>Destroyed, with an image kept from which it can be brought back.</summary>
    Hibernated,
}

/// <summary>What a living server has paid for and owes next, as facts: the calendar is the reader's to compute.</summary>
/// <param name="PriceIdr">Of each further period.</param>
/// <param name="AnchorAt">Start of period <paramref name="AnchorPeriod"/>; later ones are counted from it.</param>
/// <param name="PaidPeriod">The last period that is paid.</param>
/// <param name="TriedAt">When the next one was last refused for want of money.</param>
/// <param name="SuspendedAt">Since when the server is suspended for want of money.</param>
/// <param name="WarnedAt">When the last warning before termination went out.</param>
[GenerateSerializer, Immutable, Alias("subscription-view")]
public sealed record SubscriptionView(
    [property: Id(0)] InstanceId Server,
    [property: Id(1)] string ServerName,
    [property: Id(2)] Droplets.BillingPeriod Period,
    [property: Id(3)] long PriceIdr,
    [property: Id(4)] DateTimeOffset AnchorAt,
    [property: Id(5)] int AnchorPeriod,
    [property: Id(6)] int PaidPeriod,
    [property: Id(7)] bool AutoRenew,
    [property: Id(8)] DateTimeOffset? TriedAt,
    [property: Id(9)] DateTimeOffset? SuspendedAt,
    [property: Id(10)] DateTimeOffset? WarnedAt)
{
    /// <summary>Which server is served first.</summary>
    [Id(11)] public Droplets.RenewalPriority Priority { get; init; } = Droplets.RenewalPriority.Normal;

    /// <summary>When the next period is due.</summary>
    [Id(12)] public DateTimeOffset DueAt { get; init; }

    /// <summary>It waits for money: the next period was refused, or it is suspended for want of it.</summary>
    [Id(13)] public bool Waits { get; init; }

    /// <summary>The policy this period began with; null for the shop's defaults.</summary>
    [Id(14)] public PeriodPolicy? Policy { get; init; }

    /// <summary>What is planned to change.</summary>
    [Id(15)] public PlannedTerms Planned { get; init; } = PlannedTerms.None;

    /// <summary>Add-ons; null for none.</summary>
    [Id(16)] public AddonUse? Addons { get; init; }

    /// <summary>Since when it is hibernated.</summary>
    [Id(17)] public DateTimeOffset? HibernatedAt { get; init; }

    /// <summary>Not to be suspended before this.</summary>
    [Id(18)] public DateTimeOffset? SparedUntil { get; init; }

    /// <summary>When the last warning reached its reader.</summary>
    [Id(19)] public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>When the undelivered warning was shown to admins.</summary>
    [Id(20)] public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>Suspended for a reason that money does not lift.</summary>
    [Id(21)] public bool Blocked { get; init; }

    /// <summary>How many notices of the next period are behind us.</summary>
    [Id(22)] public int Noticed { get; init; }
}

/// <summary>What will change with a period to come.</summary>
/// <param name="PriceVersion">Of the present price.</param>
/// <param name="SwitchTo">Another length from the next period on; null for none.</param>
/// <param name="SwitchPriceIdr">Its price.</param>
/// <param name="SwitchVersion">The version that price is of.</param>
/// <param name="Move">An announced price; null for none.</param>
[GenerateSerializer, Immutable, Alias("planned-terms")]
public sealed record PlannedTerms(
    [property: Id(0)] int PriceVersion,
    [property: Id(1)] Droplets.BillingPeriod? SwitchTo,
    [property: Id(2)] long SwitchPriceIdr,
    [property: Id(3)] int SwitchVersion,
    [property: Id(4)] Droplets.AnnouncedPrice? Move)
{
    /// <summary>Nothing.</summary>
    public static readonly PlannedTerms None = new(0, null, 0, 0, null);
}

/// <summary>Add-ons in use and not yet charged.</summary>
/// <param name="AtMs">Unix ms up to which it is counted.</param>
/// <param name="Backups">0 none, 1 weekly, 2 daily.</param>
/// <param name="ImageMb">Kept now.</param>
[GenerateSerializer, Immutable, Alias("addon-use")]
public sealed record AddonUse(
    [property: Id(0)] long AtMs,
    [property: Id(1)] int Backups,
    [property: Id(2)] long ImageMb,
    [property: Id(3)] long WeeklyMs,
    [property: Id(4)] long DailyMs,
    [property: Id(5)] long ImageMbMs,
    [property: Id(6)] long TransferMb);
