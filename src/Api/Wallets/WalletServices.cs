using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Webrana.Data.Wallets;
using Webrana.Wire;
using Webrana.Wire.Wallets;
using ReferenceType = Webrana.Wire.Wallets.ReferenceType;

namespace Webrana.Api.Wallets;

/// <summary>Reading wallets, for their owners and for admins.</summary>
public sealed class WalletServices(IClusterClient cluster, LedgerQueries ledger, IServiceProvider scope)
{
    public IWalletGrain Grain(UserId user) => cluster.GetGrain<IWalletGrain>(GrainKeys.Wallet(user));

    public async Task<Wallet> ReadAsync(UserId user, CancellationToken cancellation)
    {
        var wallet = await Grain(user).Get();
        // The database is only asked for wallets that nothing was ever booked in: the warm read stays one grain call.
        var openedAt = wallet.CreatedAt ?? await OwnerSinceAsync(user, cancellation);
        return wallet.ToWire(openedAt);
    }

    /// <summary>A page of a wallet's rows, newest first.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="referenceType">Only of this type; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cursor">From the page before; null for the first.</param>
    /// <param name="upTo">The number of the row that the first page begins with; null for the newest.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Results<Ok<Page<Transaction>>, Refusal>> ListAsync(
        UserId user, string? referenceType, int? limit, string? cursor, long? upTo, CancellationToken cancellation)
    {
        if (PageQuery.TryRead("transactions", limit, cursor, out var page) is { } refusal)
            return refusal;
        if (!WireNames.TryRead<ReferenceType>(referenceType, out var type))
            return new FieldErrors().Check(false, "referenceType", "One of the documented types.").Refusal!;
        long? before = upTo is < long.MaxValue ? upTo + 1 : null;
        if (page.After is not null)
        {
            if (!long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
                return Refusal.Of(ProblemKinds.InvalidCursor);
            before = sequence;
        }

        var rows = await ledger.HistoryAsync(user.Value, page.Limit, before, WireNames.Of(type), cancellation);
        return TypedResults.Ok(new Page<Transaction>(
            [.. rows.Rows.Select(WalletMapping.ToWire)], PageQuery.Cursor("transactions", rows.Next?.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>One row as its owner sees it; null when it moved no money.</summary>
    public async Task<Transaction?> RowAsync(UserId user, long sequence, CancellationToken cancellation)
    {
        var page = await ledger.HistoryAsync(user.Value, 1, sequence + 1, cancellation: cancellation);
        return page.Rows.SingleOrDefault(row => row.Sequence == sequence)?.ToWire();
    }

    private async Task<DateTimeOffset> OwnerSinceAsync(UserId user, CancellationToken cancellation) =>
        await scope.GetRequiredService<IdentityDb>().Users.Where(owner => owner.Id == user.Value).Select(owner => owner.CreatedAt)
            .SingleOrDefaultAsync(cancellation);
}
