namespace Webrana.Tripay;

/// <summary>
/// Tripay's fee rule, for display before a payment exists. Once it exists, the amounts of Tripay's answer are the truth.
/// </summary>
public static class TripayFee
{
    /// <summary>
    /// <c>ceil(flat + amount × percent / 100)</c>, raised to the minimum and capped at the maximum, in rupiah.
    /// </summary>
    /// <param name="amountIdr">The amount asked for, before any fee; not negative.</param>
    /// <param name="flatIdr">The fixed part in rupiah.</param>
    /// <param name="percent">The proportional part, in percent: 0.7 is 0.7 %.</param>
    /// <param name="minimumIdr">The least the fee can be, or null.</param>
    /// <param name="maximumIdr">The most the fee can be, or null.</param>
    public static long Compute(long amountIdr, long flatIdr, decimal percent, long? minimumIdr = null, long? maximumIdr = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amountIdr);
        var fee = checked((long)decimal.Ceiling(flatIdr + (amountIdr * percent / 100m)));
        if (minimumIdr is { } minimum && fee < minimum) fee = minimum;
        if (maximumIdr is { } maximum && fee > maximum) fee = maximum;
        return fee;
    }
}
