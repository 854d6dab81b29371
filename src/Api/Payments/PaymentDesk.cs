using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Hosting;
using Webrana.Api.Problems;
using Webrana.Api.Wallets;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Providers;
using Webrana.Contracts.Wallets;
using Webrana.Data.Desk;
using Shown = Webrana.Wire.Admin;

namespace Webrana.Api.Payments;

/// <summary>
/// Ends cases of the payment desk. A credit is the gateway's own sum, asked for at that moment, under the operation id that the deposit
/// itself would use: whoever credits a reference first, it happens once.
/// </summary>
internal sealed class PaymentDesk(
    PaymentCases cases, IdentityDb db, IClusterClient cluster, WalletServices wallets, AuditLog audit, BusinessTime clock, IOptions<GatewayOptions> gateway)
{
    /// <summary>The merchant at the gateway.</summary>
    public ITripayAccountGrain Merchant => cluster.GetGrain<ITripayAccountGrain>(GrainKeys.TripayAccount(gateway.Value.MerchantCode));

    public async Task<(PaymentCase? Case, Refusal? Refusal)> ResolveAsync(HttpContext http, Guid id, Shown.ResolvePaymentCaseRequest body)
    {
        if (await cases.FindAsync(id) is not { } found)
            return (null, Refusal.Of(ProblemKinds.NotFound));
        if (found.Status == "CREDITING")
            return body.Resolution == Shown.PaymentResolution.Credit ? await CreditAsync(http, found) : (null, Refusal.Of(ProblemKinds.AlreadyDecided));
        if (found.Status != "OPEN")
            return found.Resolution == (PaymentResolution)body.Resolution ? (found, null) : (null, Refusal.Of(ProblemKinds.AlreadyDecided));

        var how = new ResolveCase((PaymentResolution)body.Resolution, body.Reason.Trim(), http.User.GetUserId().Value, clock.GetUtcNow(), BankReference: body.BankReference?.Trim());
        if (body.Resolution == Shown.PaymentResolution.Credit)
        {
            // Late and second payments were credited by their deposit; what is left to decide is whether they go back.
            if (found.Kind is PaymentCaseKind.Late or PaymentCaseKind.PaidTwice)
                return (null, Refusal.Of(ProblemKinds.AlreadyCredited));
            var (user, refusal) = await CustomerAsync(body.UserId ?? found.UserId?.ToString("D"));
            if (user is not { } customer)
                return (null, refusal);
            var asked = await Merchant.Payment(found.Reference);
            if (!asked.TryGet(out var payment))
                return (null, Refusal.From(asked));
            if (MerchantRef.TryParse(payment.MerchantRef, out var invoice)
                && (await cluster.GetGrain<IDepositGrain>(GrainKeys.Deposit(invoice)).Get()).TryGet(out var deposit) && deposit.Owner != customer)
                return (null, new FieldErrors().Check(false, "userId", "The gateway says that this payment is for somebody else's deposit.").Refusal);
            if (!payment.IsPaid || payment.PaidIdr - payment.CustomerFeeIdr <= 0)
                return (null, Refusal.Of(ProblemKinds.PaymentNotPaid));
            how = how with { CreditUser = customer.Value, CreditIdr = payment.PaidIdr - payment.CustomerFeeIdr };
        }

        await audit.NoteAsync(
            http, $"payment.{body.Resolution.ToString().ToLowerInvariant()}", $"payment-case:{id:D}", new { found.Reference, how.CreditUser, amount = how.CreditIdr, how.BankReference },
            how.Reason, new { status = found.Status }, new { status = "RESOLVED", resolution = how.Resolution.ToString() });
        if (!await cases.ResolveAsync(id, how))
            return (null, Refusal.Of(ProblemKinds.AlreadyDecided));
        var resolved = (await cases.FindAsync(id))!;
        return resolved.Status == "CREDITING" ? await CreditAsync(http, resolved) : (resolved, null);
    }

    /// <summary>With the people's addresses.</summary>
    public async Task<IReadOnlyList<Shown.PaymentCase>> ToWireAsync(IReadOnlyList<PaymentCase> rows)
    {
        var ids = rows.SelectMany(row => new[] { row.UserId, row.CreditUser, row.ResolvedBy }).OfType<Guid>().ToHashSet();
        var emails = await db.Users.AsNoTracking().Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email);
        return [.. rows.Select(row => new Shown.PaymentCase(
            row.Id.ToString("D"), (Shown.PaymentCaseKind)row.Kind, row.Reference, row.MerchantRef, row.Deposit?.Split(':')[^1], (row.CreditUser ?? row.UserId)?.ToString("D"),
            (row.CreditUser ?? row.UserId) is { } owner ? emails.GetValueOrDefault(owner) : null, row.ExpectedIdr, row.AmountIdr, row.Detail, row.OpenedAt, row.Status,
            (Shown.PaymentResolution?)row.Resolution, row.CreditedIdr, row.BankReference, row.Reason, row.ResolvedBy is { } by ? emails.GetValueOrDefault(by) : null, row.ResolvedAt))];
    }

    private async Task<(PaymentCase? Case, Refusal? Refusal)> CreditAsync(HttpContext http, PaymentCase begun)
    {
        var user = new UserId(begun.CreditUser!.Value);
        var arrival = cluster.GetGrain<IMoneyArrivalGrain>(GrainKeys.MoneyArrival(user));
        // Nobody may ever press again: what is announced is offered all the same.
        await arrival.Announce();
        var posted = await wallets.Grain(user).Credit(new CreditCommand(
            $"tripay:{begun.Reference}", begun.CreditedIdr!.Value,
            new PostingReference(ReferenceType.Adjustment, $"payment-case:{begun.Id:D}", ContraAccount.Gateway, begun.Reason!)));
        if (posted.Error is WalletError.OutcomeUnknown or WalletError.Overloaded)
            return (null, Refusal.From(posted));
        if (!posted.IsOk)
            return await ReopenAsync(http, begun, posted.Error == WalletError.OperationConflict ? Refusal.Of(ProblemKinds.AlreadyCredited) : Refusal.From(posted));

        // The deposit itself was faster: its credit is not this case's.
        if (await cases.CreditedForAsync(user.Value, begun.Reference) != $"payment-case:{begun.Id:D}")
            return await ReopenAsync(http, begun, Refusal.Of(ProblemKinds.AlreadyCredited));

        var (before, after) = AuditLog.Balances(posted.Value);
        await audit.NoteAsync(
            http, "payment.credited", GrainKeys.Wallet(user), new { begun.Reference, amount = begun.CreditedIdr, paymentCase = begun.Id }, begun.Reason, before, after);
        // The case stays begun until the customer was told and waiting servers were offered the money: pressed again after a crash, nothing
        // of it happens twice. A suspended server would not look at the balance by itself for days.
        await cluster.GetGrain<IAccountGrain>(GrainKeys.Account(user)).Notify(
            Notice.DepositPaid($"deposit-paid-{begun.Reference}", begun.CreditedIdr.Value, posted.Value!.BalanceAfterIdr));
        await arrival.Offer();
        await cases.CreditedAsync(begun.Id);
        return (await cases.FindAsync(begun.Id), null);
    }

    /// <summary>Nothing came of it: the case is open again, and what was intended has a line that says so.</summary>
    private async Task<(PaymentCase? Case, Refusal? Refusal)> ReopenAsync(HttpContext http, PaymentCase begun, Refusal refusal)
    {
        await audit.NoteAsync(
            http, "payment.credit_refused", $"payment-case:{begun.Id:D}", new { begun.Reference, error = refusal.Kind.Code },
            before: new { status = begun.Status }, after: new { status = "OPEN" });
        await cases.ReopenAsync(begun.Id);
        return (null, refusal);
    }

    private async Task<(UserId? User, Refusal? Refusal)> CustomerAsync(string? id) =>
        UserId.TryParse(id, out var user) && await db.Users.AnyAsync(one => one.Id == user.Value)
            ? (user, null)
            : (null, new FieldErrors().Check(false, "userId", "The id of the customer whose money it is.").Refusal);
}
