namespace Webrana.Domain.Billing;

/// <summary>
/// What a period costs and how long it lasts, and what is planned to change: the owner's wish for another length, and the shop's announced
/// price. Both take effect with the first period that starts when they do, never inside one.
/// </summary>
/// <param name="Cycle">Length of the period that runs.</param>
/// <param name="PriceIdr">Its price.</param>
public sealed record Terms(BillingCycle Cycle, long PriceIdr)
{
    /// <summary>Of the plan's prices; the one <see cref="PriceIdr"/> was taken from.</summary>
    public int PriceVersion { get; init; }

    /// <summary>Another length from the next period on; null for none.</summary>
    public PeriodSwitch? Switch { get; init; }

    /// <summary>Another price from a date on; null for none.</summary>
    public PriceMove? Move { get; init; }

    /// <summary>The terms of a period that starts at <paramref name="start"/>, with what took effect no longer planned.</summary>
    public Terms For(DateTimeOffset start)
    {
        var next = Switch is null ? this : this with { Cycle = Switch.Cycle, PriceIdr = Switch.PriceIdr, PriceVersion = Switch.PriceVersion, Switch = null };
        if (next.Move is not { } move || move.From > start)
            return next;
        // A length that the new version has no price for keeps the old one: it was sold so.
        return next.PriceVersion >= move.Version || move.PriceOf(next.Cycle) is not { } priceIdr
            ? next with { Move = null }
            : next with { PriceIdr = priceIdr, PriceVersion = move.Version, Move = null };
    }
}

/// <summary>The owner's wish for another length of period, at the price it was offered at.</summary>
public sealed record PeriodSwitch(BillingCycle Cycle, long PriceIdr, int PriceVersion);

/// <summary>An announced price: periods that start from <paramref name="From"/> on cost this.</summary>
/// <param name="Version">Of the plan's prices.</param>
public sealed record PriceMove(int Version, DateTimeOffset From, long? DailyIdr, long? MonthlyIdr, long? YearlyIdr)
{
    /// <summary>Null where the version has no price for that length.</summary>
    public long? PriceOf(BillingCycle cycle) => cycle switch
    {
        BillingCycle.Daily => DailyIdr,
        BillingCycle.Yearly => YearlyIdr,
        _ => MonthlyIdr,
    };
}
