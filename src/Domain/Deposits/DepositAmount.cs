namespace Webrana.Domain.Deposits;

/// <summary>Whether an amount may be topped up through a channel.</summary>
public enum DepositAmountVerdict
{
    Accepted,

    /// <summary>Zero, negative, or more than any wallet takes at once.</summary>
    Invalid,
    BelowMinimum,
    AboveMaximum,
}

/// <summary>The rule for top-up amounts: whole rupiah, within what a wallet takes and what the channel says it takes.</summary>
public static class DepositAmount
{
    /// <summary>
    /// No single top-up is larger, in rupiah. Far above every channel's own maximum; it exists so that a channel that states none cannot
    /// push a balance towards overflow.
    /// </summary>
    public const long CeilingIdr = 1_000_000_000_000;

    /// <param name="minimumIdr">The channel's minimum; null when the gateway does not say.</param>
    /// <param name="maximumIdr">The channel's maximum; null when the gateway does not say.</param>
    public static DepositAmountVerdict Judge(long amountIdr, long? minimumIdr, long? maximumIdr) => amountIdr switch
    {
        <= 0 or > CeilingIdr => DepositAmountVerdict.Invalid,
        _ when amountIdr < minimumIdr => DepositAmountVerdict.BelowMinimum,
        _ when amountIdr > maximumIdr => DepositAmountVerdict.AboveMaximum,
        _ => DepositAmountVerdict.Accepted,
    };
}
