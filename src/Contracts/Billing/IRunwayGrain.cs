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
/// <param name="Steps">What will happen, in the order of time.</param>
[GenerateSerializer, Immutable, Alias("runway-view")]
public sealed record RunwayView(
    [property: Id(0)] DateTimeOffset FromAt,
    [property: Id(1)] DateTimeOffset UntilAt,
    [property: Id(2)] long AvailableIdr,
    [property: Id(3)] DateTimeOffset? EndsAt,
    [property: Id(4)] long TopUpIdr,
    [property: Id(5)] long TopUp30Idr,
    [property: Id(6)] IReadOnlyList<RunwayStepView> Steps);

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
    [property: Id(10)] DateTimeOffset? WarnedAt);
