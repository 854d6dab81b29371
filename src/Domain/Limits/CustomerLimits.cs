namespace Webrana.Domain.Limits;

/// <summary>What is limited. Names are stored in refusals: never rename.</summary>
public enum LimitKind
{
    /// <summary>Living servers at once.</summary>
    Servers,

    /// <summary>Virtual processors of one server's plan.</summary>
    PlanSize,

    /// <summary>What is spent on new servers, bigger plans and restored servers within 24 hours.</summary>
    SpendPerDay,
}

/// <summary>How much one customer may have.</summary>
/// <param name="Servers">Living servers at once.</param>
/// <param name="Vcpus">The largest plan, in virtual processors.</param>
/// <param name="SpendPerDayIdr">Rupiah within 24 hours; renewals do not count.</param>
public sealed record CustomerLimits(int Servers, int Vcpus, long SpendPerDayIdr);

/// <summary>One step of the ladder: what it asks for, and what it gives.</summary>
/// <param name="FromPaidIdr">Money paid in, at least.</param>
/// <param name="FromDays">Days since the first payment, at least.</param>
/// <param name="Limits">What it gives.</param>
public sealed record LimitTier(long FromPaidIdr, int FromDays, CustomerLimits Limits);

/// <summary>What a customer has paid in: top-ups and money that the desk booked, less what went back. Bonus is nobody's payment.</summary>
/// <param name="PaidIdr">Rupiah; not below zero.</param>
/// <param name="FirstPaidAt">Null: never.</param>
public sealed record PaymentHistory(long PaidIdr, DateTimeOffset? FirstPaidAt)
{
    /// <summary>Whole days since the first payment; zero before it.</summary>
    public int DaysAt(DateTimeOffset now) => FirstPaidAt is { } first && now > first ? (int)(now - first).TotalDays : 0;
}

/// <summary>An admin's own figures for one customer; null leaves a figure to the rule.</summary>
public sealed record LimitOverride(int? Servers, int? Vcpus, long? SpendPerDayIdr);

/// <summary>What a customer has at this moment.</summary>
/// <param name="Servers">Living servers, with those on their way.</param>
/// <param name="SpentIdr">Within the last 24 hours.</param>
public sealed record LimitUse(int Servers, long SpentIdr);

/// <summary>What is asked for.</summary>
/// <param name="NewServers">Servers more than now.</param>
/// <param name="Vcpus">Of the plan.</param>
/// <param name="AmountIdr">What it costs now; not counted where nothing is to pay.</param>
public sealed record LimitAsk(int NewServers, int Vcpus, long AmountIdr);

/// <summary>A limit that is in the way.</summary>
/// <param name="Allowed">What there may be.</param>
/// <param name="WouldBe">What it would come to.</param>
public sealed record LimitBreach(LimitKind Kind, long Allowed, long WouldBe);

/// <summary>The next step of the ladder and what is missing to it.</summary>
/// <param name="MissingPaidIdr">Rupiah still to pay in; zero when that is done.</param>
/// <param name="MissingDays">Days to wait; counted from the first payment.</param>
public sealed record NextLimits(CustomerLimits Limits, long MissingPaidIdr, int MissingDays);

/// <summary>
/// How much a customer may have, from what was paid and since when: a gift of bonus money is no reason to run ten servers, a payment that
/// cannot be taken back any more is. Pure.
/// </summary>
public static class CustomerLimitRules
{
    /// <summary>The ladder where the settings have none. The first step asks for nothing.</summary>
    public static IReadOnlyList<LimitTier> Default { get; } =
    [
        new(0, 0, new CustomerLimits(3, 2, 500_000)),
        new(10_000, 0, new CustomerLimits(20, 8, 10_000_000)),
        new(2_000_000, 30, new CustomerLimits(50, 16, 50_000_000)),
        new(20_000_000, 90, new CustomerLimits(200, 64, 250_000_000)),
    ];

    /// <summary>Whether these steps are a ladder: the first asks for nothing, and each asks for and gives at least as much as the one below.</summary>
    public static bool IsLadder(IReadOnlyList<LimitTier> tiers) =>
        tiers is [{ FromPaidIdr: 0, FromDays: 0 }, ..]
        && tiers.All(tier => tier.Limits is { Servers: >= 0, Vcpus: >= 0, SpendPerDayIdr: >= 0 })
        && tiers.Zip(tiers.Skip(1)).All(pair =>
            pair.Second.FromPaidIdr >= pair.First.FromPaidIdr && pair.Second.FromDays >= pair.First.FromDays && pair.Second.Limits.Servers >= pair.First.Limits.Servers
            && pair.Second.Limits.Vcpus >= pair.First.Limits.Vcpus && pair.Second.Limits.SpendPerDayIdr >= pair.First.Limits.SpendPerDayIdr);

    /// <summary>
    /// What this customer may have now. Whoever paid money in may spend that money whenever they like: below what was paid the limit of a day
    /// never goes, unless an admin set it.
    /// </summary>
    public static CustomerLimits Of(IReadOnlyList<LimitTier> tiers, PaymentHistory history, LimitOverride? byHand, DateTimeOffset now)
    {
        var given = tiers.Last(tier => Reaches(tier, history, now)).Limits;
        return new CustomerLimits(
            byHand?.Servers ?? given.Servers, byHand?.Vcpus ?? given.Vcpus, byHand?.SpendPerDayIdr ?? Math.Max(given.SpendPerDayIdr, history.PaidIdr));
    }

    /// <summary>The next step up; null at the top.</summary>
    public static NextLimits? Next(IReadOnlyList<LimitTier> tiers, PaymentHistory history, DateTimeOffset now) =>
        tiers.FirstOrDefault(tier => !Reaches(tier, history, now)) is { } next
            ? new NextLimits(next.Limits, Math.Max(0, next.FromPaidIdr - history.PaidIdr), Math.Max(0, next.FromDays - history.DaysAt(now)))
            : null;

    /// <summary>The first limit in the way of what is asked; null when there is none. A server that is over a limit already runs on.</summary>
    public static LimitBreach? Breach(CustomerLimits limits, LimitUse use, LimitAsk ask)
    {
        if (ask.Vcpus > limits.Vcpus)
            return new LimitBreach(LimitKind.PlanSize, limits.Vcpus, ask.Vcpus);
        if (ask.NewServers > 0 && use.Servers + ask.NewServers > limits.Servers)
            return new LimitBreach(LimitKind.Servers, limits.Servers, use.Servers + ask.NewServers);
        return ask.AmountIdr > 0 && ask.AmountIdr > limits.SpendPerDayIdr - use.SpentIdr
            ? new LimitBreach(LimitKind.SpendPerDay, limits.SpendPerDayIdr, use.SpentIdr + ask.AmountIdr)
            : null;
    }

    private static bool Reaches(LimitTier tier, PaymentHistory history, DateTimeOffset now) =>
        history.PaidIdr >= tier.FromPaidIdr && history.DaysAt(now) >= tier.FromDays;
}
