using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Api.Idempotency;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Api.Wallets;
using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Wallets;
using Webrana.Data.Wallets;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Wallets;

namespace Webrana.Api.Admin;

/// <summary>Customers' money as admins see and correct it: <c>/internal/wallets</c>.</summary>
internal static class AdminWalletsApi
{
    private const string List = "wallets";

    public static RouteGroupBuilder MapAdminWallets(this RouteGroupBuilder admin)
    {
        var wallets = admin.MapGroup("/wallets").WithTags("Wallets");
        wallets.MapGet("", ListWallets).For(Desk.Read).Describe("All wallets that anything was booked in.", ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        wallets.MapGet("/{userId}", GetWallet).For(Desk.Read).Describe("One customer's wallet.", ProblemKinds.NotFound);
        wallets.MapGet("/{userId}/transactions", ListTransactions).For(Desk.Read).Describe(
            "One customer's history, newest first; ?upTo= is the number of the line to begin with.",
            ProblemKinds.NotFound, ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        wallets.MapPost("/{userId}/adjustments", Adjust).For(Desk.Money).Describe(
            "Correct a balance by a signed amount; the reason is on the customer's statement and in the audit log. Above the setting it waits for a second person (202).",
            new CreateAdjustmentRequest(-15_000, "Dobel top-up 12 November, dikembalikan"),
            ProblemKinds.NotFound, ProblemKinds.InvalidAmount, ProblemKinds.ValidationFailed, ProblemKinds.InsufficientBalance,
            ProblemKinds.OperationConflict, ProblemKinds.OutcomeUnknown, ProblemKinds.Overloaded);
        return admin;
    }

    private static async Task<Results<Ok<Page<AdminWallet>>, Refusal>> ListWallets(
        LedgerQueries ledger, IdentityDb db, WalletServices wallets, int? limit, string? cursor, CancellationToken cancellation)
    {
        if (PageQuery.TryRead(List, limit, cursor, out var page) is { } refusal)
            return refusal;
        Guid before = default;
        if (page.After is not null && !Guid.TryParseExact(page.After, "D", out before))
            return Refusal.Of(ProblemKinds.InvalidCursor);
        var rows = await ledger.WalletsAsync(page.Limit, page.After is null ? null : before, cancellation);
        var ids = rows.Rows.Select(row => row.WalletId).ToList();
        var emails = await db.Users.Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email, cancellation);
        var views = await Grains.ReadAllAsync(rows.Rows, row => wallets.Grain(new UserId(row.WalletId)).Get());
        var items = rows.Rows.Zip(views, (row, view) => new AdminWallet(
            row.WalletId.ToString("D"), emails.GetValueOrDefault(row.WalletId), view.BalanceIdr, view.HeldIdr, view.AvailableIdr, view.BonusIdr, row.UpdatedAt));
        return TypedResults.Ok(new Page<AdminWallet>([.. items], PageQuery.Cursor(List, rows.Next?.ToString("D"))));
    }

    private static async Task<Results<Ok<Wallet>, Refusal>> GetWallet(string userId, IdentityDb db, WalletServices wallets, CancellationToken cancellation) =>
        await FindAsync(userId, db, cancellation) is { } user ? TypedResults.Ok(await wallets.ReadAsync(user, cancellation)) : Refusal.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<Page<Transaction>>, Refusal>> ListTransactions(
        string userId, IdentityDb db, WalletServices wallets, string? referenceType, int? limit, string? cursor, long? upTo, CancellationToken cancellation) =>
        await FindAsync(userId, db, cancellation) is { } user
            ? await wallets.ListAsync(user, referenceType, limit, cursor, upTo, cancellation)
            : Refusal.Of(ProblemKinds.NotFound);

    private static async Task<Results<Created<Transaction>, Accepted<MoneyRequest>, Refusal>> Adjust(
        string userId, CreateAdjustmentRequest body, HttpContext http, IdentityDb db, WalletServices wallets, IClusterClient cluster, AuditLog audit,
        MoneyDesk desk)
    {
        if (await FindAsync(userId, db, http.RequestAborted) is not { } user)
            return Refusal.Of(ProblemKinds.NotFound);
        if (body.Amount is 0 or long.MinValue)
            return Refusal.Of(ProblemKinds.InvalidAmount);
        var reason = body.Reason.Trim();
        if (new FieldErrors().CheckReason(reason).Refusal is { } invalid)
            return invalid;
        if (!desk.IsSingleHanded(body.Amount))
        {
            var (request, refusal) = await desk.RequestAsync(http, Operation.Of(http).Id, Data.Desk.MoneyRequestKind.Adjustment, user, body.Amount, null, reason);
            return request is null ? refusal! : TypedResults.Accepted("/internal/money-requests", (await desk.ToWireAsync(http, [request]))[0]);
        }

        var operation = $"adjustment:{Operation.Of(http)}";
        var subject = GrainKeys.Wallet(user);
        var wallet = wallets.Grain(user);
        var found = (await wallet.Get()).BalanceIdr;
        await audit.NoteIntentAsync(http, "wallet.adjustment_requested", subject, operation, new { operation, body.Amount }, reason, found, body.Amount);
        var arrival = cluster.GetGrain<IMoneyArrivalGrain>(GrainKeys.MoneyArrival(user));
        // Before the money: whoever dies behind the ledger has nobody who asks again.
        if (body.Amount > 0)
            await arrival.Announce();
        var posted = await PostAsync(wallet, operation, body.Amount, reason);
        var outcome = posted.Error switch
        {
            null => "wallet.adjusted",
            WalletError.OutcomeUnknown => "wallet.adjustment_unknown",
            _ => "wallet.adjustment_refused",
        };
        var (before, after) = AuditLog.Balances(posted.Value);
        await audit.NoteAsync(http, outcome, subject, new { operation, body.Amount, error = posted.Error?.ToString() }, reason, before, after);
        if (!posted.TryGet(out var receipt))
            return Refusal.From(posted);
        // Money is money, whichever way it came: servers that wait for it are offered it behind the answer. What this misses, or does not live to
        // ask, is found by what was announced.
        if (body.Amount > 0)
            arrival.Offer().Ignore();
        var row = await wallets.RowAsync(user, receipt.Sequence, http.RequestAborted)
            ?? throw new InvalidOperationException($"Row {receipt.Sequence} of {subject} was acknowledged and is not there.");
        return TypedResults.Created($"/internal/wallets/{user}/transactions", row);
    }

    private static Task<Result<PostingReceipt, WalletError>> PostAsync(IWalletGrain wallet, string operation, long amount, string reason)
    {
        var reference = new PostingReference(Contracts.Wallets.ReferenceType.Adjustment, operation, ContraAccount.Adjustment, reason);
        return amount > 0
            ? wallet.Credit(new CreditCommand(operation, amount, reference))
            : wallet.Debit(new DebitCommand(operation, -amount, reference));
    }

    private static async Task<UserId?> FindAsync(string userId, IdentityDb db, CancellationToken cancellation) =>
        UserId.TryParse(userId, out var user) && await db.Users.AnyAsync(one => one.Id == user.Value, cancellation) ? user : null;
}
