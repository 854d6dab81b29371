namespace Webrana.Domain.Ledger;

/// <summary>What a wallet is at one version: the whole input of the next decision. Immutable.</summary>
/// <param name="Version">The sequence number of its last ledger line; 0 before the first.</param>
/// <param name="BalanceIdr">All money, bonus and held included, in rupiah. Equals the sum of all lines.</param>
/// <param name="HeldIdr">The part set aside by holds.</param>
/// <param name="Lots">Bonus money not yet spent or held.</param>
/// <param name="Holds">Open holds.</param>
/// <param name="DebtIdr">What the customer owes for refunded money that was spent. While it is not 0, nothing may be spent.</param>
public sealed record Wallet(long Version, long BalanceIdr, long HeldIdr, EquatableList<Lot> Lots, EquatableList<Hold> Holds, long DebtIdr = 0)
{
    /// <summary>A wallet nobody has used yet.</summary>
    public static readonly Wallet Empty = new(0, 0, 0, [], []);

    /// <summary>What a debit or a hold may use.</summary>
    public long AvailableIdr => BalanceIdr - HeldIdr;

    /// <summary>Unexpired bonus money, held shares included.</summary>
    public long BonusIdrAt(long nowMs)
    {
        long sum = 0;
        foreach (var lot in Lots)
        {
            if (!lot.IsExpiredAt(nowMs)) sum += lot.RemainingIdr;
        }

        foreach (var hold in Holds)
        {
            foreach (var share in hold.Lots) sum += share.RemainingIdr;
        }

        return sum;
    }

    /// <summary>The open hold of this name, or null.</summary>
    public Hold? FindHold(string id)
    {
        foreach (var hold in Holds)
        {
            if (hold.Id == id) return hold;
        }

        return null;
    }
}
