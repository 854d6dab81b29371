using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Wallets;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Wallets;
using Webrana.Api.Hosting;
using Webrana.Data.Desk;
using Shown = Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>
/// Moves money by hand: intent row → second person where the sum asks for one → audit line → ledger → outcome. Every arrow may be repeated:
/// the ledger's operation id is the row's, so that it happens once whoever finishes it.
/// </summary>
internal sealed class MoneyDesk(
    MoneyRequests requests, WalletServices wallets, IClusterClient cluster, IdentityDb db, AuditLog audit, BusinessTime clock, IOptions<DeskOptions> options)
{
    /// <summary>Whether one person may move this sum alone.</summary>
    public bool IsSingleHanded(long amountIdr) => Math.Abs((decimal)amountIdr) <= options.Value.SingleHandedIdr;

    /// <summary>Takes the intent; one that needs nobody else is carried out at once.</summary>
    public async Task<(MoneyRequest? Request, Refusal? Refusal)> RequestAsync(
        HttpContext http, Guid id, MoneyRequestKind kind, UserId user, long amountIdr, string? reference, string reason)
    {
        var alone = IsSingleHanded(amountIdr);
        var stored = await requests.AddAsync(new MoneyRequest(
            id, kind, user.Value, amountIdr, reference, reason, alone ? MoneyRequestStatus.Approved : MoneyRequestStatus.Pending,
            http.User.GetUserId().Value, clock.GetUtcNow()));
        if (stored.Status == MoneyRequestStatus.Pending)
        {
            await audit.NoteAsync(
                http, $"{Area(kind)}_waiting", GrainKeys.Wallet(user), new { request = id, amountIdr, reference }, reason, after: new { status = Word(stored.Status) });
        }

        return stored.Status == MoneyRequestStatus.Approved ? await CarryOutAsync(http, stored) : (stored, null);
    }

    /// <summary>A second person's decision. The same decision again finishes what a crash left.</summary>
    public async Task<(MoneyRequest? Request, Refusal? Refusal)> DecideAsync(HttpContext http, Guid id, bool approve, string reason)
    {
        var me = http.User.GetUserId().Value;
        if (await requests.FindAsync(id) is not { } request)
            return (null, Refusal.Of(ProblemKinds.NotFound));
        if (request.Status == MoneyRequestStatus.Pending)
        {
            if (request.RequestedBy == me)
                return (null, Refusal.Of(ProblemKinds.OwnRequest));
            var meant = new { status = Word(approve ? MoneyRequestStatus.Approved : MoneyRequestStatus.Refused) };
            var intent = await audit.IntendAsync(
                http, $"{Area(request.Kind)}_{(approve ? "approved" : "refused")}", GrainKeys.Wallet(new UserId(request.UserId)),
                new { request = id, request.AmountIdr }, reason, new { status = Word(request.Status) }, meant);
            var decided = await requests.DecideAsync(id, approve, me, clock.GetUtcNow(), reason);
            request = (await requests.FindAsync(id))!;
            // Whoever lost the race decided nothing, and their line says so.
            await (decided ? intent.DoneAsync(meant) : intent.RefusedAsync(Refusal.Of(ProblemKinds.AlreadyDecided)));
        }

        var agreed = approve
            ? request.Status is MoneyRequestStatus.Approved or MoneyRequestStatus.Done or MoneyRequestStatus.Failed
            : request.Status == MoneyRequestStatus.Refused;
        if (!agreed)
            return (null, Refusal.Of(ProblemKinds.AlreadyDecided));
        return request.Status == MoneyRequestStatus.Approved ? await CarryOutAsync(http, request) : (request, null);
    }

    /// <summary>With the names of the people, as the reader sees it.</summary>
    public async Task<IReadOnlyList<Shown.MoneyRequest>> ToWireAsync(HttpContext http, IReadOnlyList<MoneyRequest> rows)
    {
        var ids = rows.SelectMany(row => new[] { row.UserId, row.RequestedBy, row.DecidedBy ?? row.RequestedBy }).ToHashSet();
        var emails = await db.Users.AsNoTracking().Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email);
        var me = http.User.GetUserId().Value;
        return [.. rows.Select(row => new Shown.MoneyRequest(
            row.Id.ToString("D"), (Shown.MoneyRequestKind)row.Kind, row.UserId.ToString("D"), emails.GetValueOrDefault(row.UserId), row.AmountIdr, row.Reference,
            row.Reason, (Shown.MoneyRequestStatus)row.Status, emails.GetValueOrDefault(row.RequestedBy), row.RequestedAt,
            row.DecidedBy is { } by ? emails.GetValueOrDefault(by) : null, row.DecidedAt, row.DecisionReason, row.Outcome, row.RequestedBy == me))];
    }

    private async Task<(MoneyRequest? Request, Refusal? Refusal)> CarryOutAsync(HttpContext http, MoneyRequest request)
    {
        var user = new UserId(request.UserId);
        var subject = GrainKeys.Wallet(user);
        var operation = OperationOf(request);
        var detail = new { operation, amount = request.AmountIdr, request.Reference };
        var wallet = wallets.Grain(user);
        var found = (await wallet.Get()).BalanceIdr;
        await audit.NoteIntentAsync(
            http, $"{Area(request.Kind)}_requested", subject, operation, detail, request.Reason, found,
            request.Kind == MoneyRequestKind.Payout ? -(decimal)request.AmountIdr : request.AmountIdr);
        var arrival = cluster.GetGrain<IMoneyArrivalGrain>(GrainKeys.MoneyArrival(user));
        var arrives = request is { Kind: MoneyRequestKind.Adjustment, AmountIdr: > 0 };
        // Before the money: whoever dies behind the ledger has nobody who asks again.
        if (arrives)
            await arrival.Announce();
        var posted = await PostAsync(wallet, operation, request);
        if (posted.Error is WalletError.OutcomeUnknown or WalletError.Overloaded)
            return (null, Refusal.From(posted));
        var failure = posted.Error is { } error ? GrainErrors.KindOf(error).Code : null;
        var (before, after) = failure is null
            ? AuditLog.Balances(posted.Value)
            : (new { status = Word(request.Status) }, new { status = Word(MoneyRequestStatus.Failed), error = failure });
        await audit.NoteAsync(http, failure is null ? Done(request.Kind) : $"{Area(request.Kind)}_refused", subject, detail, request.Reason, before, after);
        // Before the request is finished: pressed again after a crash, it is told once.
        if (failure is null && request.Kind == MoneyRequestKind.Payout)
            await cluster.GetGrain<IAccountGrain>(GrainKeys.Account(user)).Notify(Notice.PaidOut(operation, request.AmountIdr, request.Reference ?? "–"));
        await requests.FinishAsync(request.Id, failure);
        // Money is money, whichever way it came: servers that wait for it are offered it behind the answer. What this misses, or does not live to
        // ask, is found by what was announced.
        if (failure is null && arrives)
            arrival.Offer().Ignore();
        return failure is null ? (await requests.FindAsync(request.Id), null) : (null, Refusal.From(posted));
    }

    private static Task<Result<PostingReceipt, WalletError>> PostAsync(IWalletGrain wallet, string operation, MoneyRequest request)
    {
        if (request.Kind == MoneyRequestKind.Payout)
        {
            return wallet.Debit(new DebitCommand(
                operation, request.AmountIdr, new PostingReference(ReferenceType.Refund, operation, ContraAccount.Payout, request.Reason), CashOnly: true));
        }

        var reference = new PostingReference(ReferenceType.Adjustment, operation, ContraAccount.Adjustment, request.Reason);
        return request.AmountIdr > 0
            ? wallet.Credit(new CreditCommand(operation, request.AmountIdr, reference))
            : wallet.Debit(new DebitCommand(operation, -request.AmountIdr, reference));
    }

    private static string Word(MoneyRequestStatus status) => status.ToString().ToUpperInvariant();

    private static string OperationOf(MoneyRequest request) => $"{(request.Kind == MoneyRequestKind.Payout ? "payout" : "adjustment")}:{request.Id:D}";

    private static string Area(MoneyRequestKind kind) => kind == MoneyRequestKind.Payout ? "wallet.payout" : "wallet.adjustment";

    private static string Done(MoneyRequestKind kind) => kind == MoneyRequestKind.Payout ? "wallet.paid_out" : "wallet.adjusted";
}
