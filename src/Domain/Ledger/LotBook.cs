namespace Webrana.Domain.Ledger;

/// <summary>Moving money out of lots and back into them.</summary>
internal static class LotBook
{
    /// <summary>
    /// Takes up to <paramref name="amountIdr"/> out of the unexpired lots, soonest expiry first (never-expiring last, equal ones by
    /// id, so that two activations choose alike). What the lots cannot cover is ordinary money.
    /// </summary>
    public static (EquatableList<Lot> Left, EquatableList<Lot> Taken) Take(EquatableList<Lot> lots, long amountIdr, long nowMs)
    {
        if (lots.Count == 0) return (lots, []);
        var taken = new List<Lot>();
        var left = lots.ToDictionary(lot => lot.Id, StringComparer.Ordinal);
        foreach (var lot in lots.Where(lot => !lot.IsExpiredAt(nowMs))
            .OrderBy(lot => lot.ExpiresAtMs ?? long.MaxValue).ThenBy(lot => lot.Id, StringComparer.Ordinal))
        {
            if (amountIdr == 0) break;
            var share = Math.Min(lot.RemainingIdr, amountIdr);
            amountIdr -= share;
            taken.Add(lot with { RemainingIdr = share });
            if (share == lot.RemainingIdr) left.Remove(lot.Id);
            else left[lot.Id] = lot with { RemainingIdr = lot.RemainingIdr - share };
        }

        return ([.. lots.Where(lot => left.ContainsKey(lot.Id)).Select(lot => left[lot.Id])], [.. taken]);
    }

    /// <summary>Gives shares back to their lots; a lot that was used up comes back as it was.</summary>
    public static EquatableList<Lot> Return(EquatableList<Lot> lots, EquatableList<Lot> shares)
    {
        if (shares.Count == 0) return lots;
        var book = lots.ToList();
        foreach (var share in shares)
        {
            var at = book.FindIndex(lot => lot.Id == share.Id);
            if (at < 0) book.Add(share);
            else book[at] = book[at] with { RemainingIdr = checked(book[at].RemainingIdr + share.RemainingIdr) };
        }

        return [.. book];
    }

    /// <summary>
    /// Which shares a refund of part of a spending gives back: ordinary money first, then bonus in reverse order of spending. What earlier
    /// refunds gave back is passed over in the same order, so that many parts are what one whole would have been.
    /// </summary>
    public static EquatableList<Lot> ToReturn(EquatableList<Lot> spent, long refundIdr, long spentIdr, long returnedIdr = 0)
    {
        var cash = spentIdr - spent.Sum(share => share.RemainingIdr);
        var passed = Math.Max(0, returnedIdr - cash);
        var bonus = Math.Max(0, returnedIdr + refundIdr - cash) - passed;
        var back = new List<Lot>();
        foreach (var share in spent.Reverse())
        {
            if (bonus == 0) break;
            var gone = Math.Min(passed, share.RemainingIdr);
            passed -= gone;
            var part = Math.Min(bonus, share.RemainingIdr - gone);
            if (part == 0) continue;
            bonus -= part;
            back.Add(share with { RemainingIdr = part });
        }

        return [.. back];
    }
}
