namespace Webrana.Domain.Billing;

/// <summary>
/// The part of a period's price that belongs to the time still ahead. To the second, in whole rupiah; the rounding is always
/// <b>down</b>: a rupiah that is not wholly ahead counts as used. Rounding the unused part alone keeps the sum: used + unused is the price.
/// </summary>
public static class Proration
{
    /// <summary>What of <paramref name="priceIdr"/> is for the time from <paramref name="at"/> to <paramref name="until"/>. All of it before the period, nothing after it; a second that has begun is used.</summary>
    /// <param name="priceIdr">Price of the whole period; not negative.</param>
    /// <param name="from">Start of the period.</param>
    /// <param name="until">Its end; later than its start.</param>
    /// <param name="at">The moment that divides it.</param>
    public static long UnusedIdr(long priceIdr, DateTimeOffset from, DateTimeOffset until, DateTimeOffset at)
    {
        var (ahead, whole) = (Seconds(at < from ? from : at, until), Seconds(from, until));
        return Share(priceIdr, Math.Max(0, ahead), whole);
    }

    /// <summary>The rest: what of the price is for the time before <paramref name="at"/>.</summary>
    public static long UsedIdr(long priceIdr, DateTimeOffset from, DateTimeOffset until, DateTimeOffset at) => priceIdr - UnusedIdr(priceIdr, from, until, at);

    /// <summary>
    /// What a change of price in the middle of a period comes to: the new price's unused part less the old one's. Positive is owed, negative
    /// comes back. There and back at one moment is nothing.
    /// </summary>
    public static long DifferenceIdr(long oldPriceIdr, long newPriceIdr, DateTimeOffset from, DateTimeOffset until, DateTimeOffset at) =>
        UnusedIdr(newPriceIdr, from, until, at) - UnusedIdr(oldPriceIdr, from, until, at);

    /// <summary>How many whole days of a period are still ahead.</summary>
    public static int UnusedDays(DateTimeOffset from, DateTimeOffset until, DateTimeOffset at) =>
        (int)Math.Max(0, Seconds(at < from ? from : at, until) / SecondsPerDay);

    /// <summary>What of a price is for the whole days still ahead; a day that has begun is used.</summary>
    public static long UnusedDaysIdr(long priceIdr, DateTimeOffset from, DateTimeOffset until, DateTimeOffset at) =>
        Share(priceIdr, UnusedDays(from, until, at) * SecondsPerDay, Seconds(from, until));

    private const long SecondsPerDay = 86_400;

    private static long Seconds(DateTimeOffset from, DateTimeOffset until) => (long)Math.Floor((until - from).TotalSeconds);

    // 128 bits: rupiah times seconds of a year leave 64 behind at some hundred billion rupiah.
    private static long Share(long priceIdr, long part, long whole)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(priceIdr);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(whole);
        return (long)((Int128)priceIdr * part / whole);
    }
}
