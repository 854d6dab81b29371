namespace Webrana.Domain.Papers;

/// <summary>How a fraction of a rupiah is written. Named, because an invoice one rupiah off is refused.</summary>
public enum TaxRounding
{
    /// <summary>Half and more go up, as Coretax does.</summary>
    HalfUp,

    /// <summary>Always down.</summary>
    Down,

    /// <summary>Half goes to the even neighbour.</summary>
    HalfEven,
}

/// <summary>
/// PPN as the law of the day has it. With the other tax base ("DPP nilai lain") of 11/12 a rate of 12% comes to 11% of the price; a base of
/// 1/1 is the ordinary one.
/// </summary>
/// <param name="RateBasisPoints">12% = 1200.</param>
/// <param name="BaseNumerator">The tax base is this …</param>
/// <param name="BaseDenominator">… over this of the price before tax.</param>
public sealed record PpnRule(int RateBasisPoints, int BaseNumerator, int BaseDenominator, TaxRounding Rounding);

/// <summary>A price that includes PPN, taken apart. <c>Net + Tax + Rounding</c> is what was paid, to the rupiah.</summary>
/// <param name="NetIdr">The price before tax.</param>
/// <param name="BaseIdr">What the tax is computed from.</param>
/// <param name="TaxIdr">The PPN.</param>
/// <param name="RoundingIdr">0 or 1: what no price before tax could make up.</param>
public sealed record TaxLines(long NetIdr, long BaseIdr, long TaxIdr, long RoundingIdr);

/// <summary>Takes prices that include PPN apart.</summary>
public static class PaperTax
{
    private const int Whole = 10_000;

    /// <summary>
    /// Base and tax follow from the net price by the rule alone, as the tax office computes them again. Not every total can be reached so;
    /// then one rupiah is left and shown as rounding.
    /// </summary>
    /// <param name="totalIdr">Paid, tax included; positive.</param>
    public static TaxLines Of(long totalIdr, PpnRule rule)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(totalIdr);
        var scale = checked((long)Whole * rule.BaseDenominator);
        var net = (long)((Int128)totalIdr * scale / (scale + (long)rule.RateBasisPoints * rule.BaseNumerator)) + 2;
        while (net > 0 && net + TaxOf(net, rule) > totalIdr) net--;
        var tax = TaxOf(net, rule);
        return new TaxLines(net, BaseOf(net, rule), tax, totalIdr - net - tax);
    }

    private static long BaseOf(long netIdr, PpnRule rule) => Divide((Int128)netIdr * rule.BaseNumerator, rule.BaseDenominator, rule.Rounding);

    private static long TaxOf(long netIdr, PpnRule rule) => Divide((Int128)BaseOf(netIdr, rule) * rule.RateBasisPoints, Whole, rule.Rounding);

    private static long Divide(Int128 dividend, long divisor, TaxRounding rounding)
    {
        var (whole, rest) = ((long)(dividend / divisor), dividend % divisor * 2);
        var up = rounding switch
        {
            TaxRounding.HalfUp => rest >= divisor,
            TaxRounding.HalfEven => rest > divisor || (rest == divisor && whole % 2 == 1),
            _ => false,
        };
        return up ? whole + 1 : whole;
    }
}
