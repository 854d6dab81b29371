namespace Webrana.Sandbox.Tripay.Transactions;

/// <summary>A channel as Tripay's price list has it.</summary>
sealed record Channel(
    string Code, string Name, string Group, bool IsRedirect, long FeeFlat, decimal FeePercent, long? FeeMinimum,
    long MinimumAmount, long MaximumAmount, int MinimumMinutes, int MaximumMinutes)
{
    public bool IsQris => Code.StartsWith("QRIS", StringComparison.Ordinal);

    /// <summary>The fee for an amount: flat plus percent, rounded up, not below the minimum.</summary>
    public long Fee(long amount) => Math.Max(FeeFlat + (long)Math.Ceiling(amount * FeePercent / 100m), FeeMinimum ?? 0);

    /// <summary>
    /// Moves a wished deadline into the channel's window, with the odd minute observed in Tripay's sandbox: too late becomes the
    /// maximum less 60 s, too early the minimum plus 60 s.
    /// </summary>
    public long ClampExpiry(long wishedUnix, long nowUnix)
    {
        var seconds = wishedUnix - nowUnix;
        if (seconds > MaximumMinutes * 60L) return nowUnix + (MaximumMinutes * 60L) - 60;
        if (seconds < MinimumMinutes * 60L) return nowUnix + (MinimumMinutes * 60L) + 60;
        return wishedUnix;
    }
}
