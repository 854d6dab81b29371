using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Data.Desk;
using Webrana.Wire;
using Webrana.Wire.Admin;
using PaymentCase = Webrana.Wire.Admin.PaymentCase;
using PaymentResolution = Webrana.Wire.Admin.PaymentResolution;

namespace Webrana.Api.Payments;

/// <summary>The payment desk: <c>/internal/payment-cases</c> and the daily settlement, <c>/internal/settlement</c>.</summary>
internal static class PaymentDeskApi
{
    private const int LongestReference = 100;
    private const string Cases = "payment-cases";

    public static RouteGroupBuilder MapPaymentDesk(this RouteGroupBuilder admin)
    {
        var cases = admin.MapGroup("/payment-cases").WithTags("Payments");
        cases.MapGet("", List).For(Desk.Money).Describe(
            "Payments that a person should look at, newest first; ?resolved=true shows those that were.", ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        cases.MapPost("/{id}/resolve", Resolve).For(Desk.Money).Describe(
            "End a case with a reason: credit it once, note that it was sent back by transfer, or dismiss it.",
            new ResolvePaymentCaseRequest(PaymentResolution.RefundOutside, "Dobel bayar, dikembalikan", BankReference: "BCA 2026-11-29 0098812"),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.AlreadyDecided, ProblemKinds.AlreadyCredited, ProblemKinds.PaymentNotPaid,
            ProblemKinds.GatewayUnavailable, ProblemKinds.BudgetSpent, ProblemKinds.OperationConflict, ProblemKinds.InvalidAmount, ProblemKinds.OutcomeUnknown, ProblemKinds.Overloaded);
        admin.MapGet("/settlement", GetSettlement).For(Desk.Money).WithTags("Payments").Describe(
            "One day of the gateway against the ledger, by Jakarta's calendar; without ?day= yesterday.",
            ProblemKinds.ValidationFailed, ProblemKinds.GatewayUnavailable, ProblemKinds.BudgetSpent, ProblemKinds.SettlementTooLong);
        return admin;
    }

    private static async Task<Results<Ok<Page<PaymentCase>>, Refusal>> List(
        PaymentCases cases, PaymentDesk desk, bool? resolved, int? limit, string? cursor, CancellationToken cancellation)
    {
        if (PageQuery.TryRead(Cases, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (!DeskPosition.TryRead(page.After, out var after))
            return Refusal.Of(ProblemKinds.InvalidCursor);
        // One more than asked says whether there is more.
        var rows = await cases.ListAsync(resolved == true, page.Limit + 1, after, cancellation);
        var shown = rows.Take(page.Limit).ToList();
        var next = rows.Count > page.Limit ? new DeskPosition(shown[^1].OpenedAt, shown[^1].Id).ToString() : null;
        return TypedResults.Ok(new Page<PaymentCase>(await desk.ToWireAsync(shown), PageQuery.Cursor(Cases, next)));
    }

    private static async Task<Results<Ok<PaymentCase>, Refusal>> Resolve(string id, ResolvePaymentCaseRequest body, PaymentDesk desk, HttpContext http)
    {
        if (!Guid.TryParseExact(id, "D", out var wanted))
            return Refusal.Of(ProblemKinds.NotFound);
        var bank = body.BankReference?.Trim() ?? "";
        var invalid = new FieldErrors().CheckReason(body.Reason).Check(Enum.IsDefined(body.Resolution), "resolution", "One of the documented ones.")
            .Check(
                body.Resolution == PaymentResolution.RefundOutside ? bank.Length is > 0 and <= LongestReference && !bank.Any(char.IsControl) : bank.Length == 0,
                "bankReference", "The bank's reference of the transfer, for REFUND_OUTSIDE only.").Refusal;
        if (invalid is not null)
            return invalid;
        var (resolved, refusal) = await desk.ResolveAsync(http, wanted, body);
        return resolved is null ? refusal! : TypedResults.Ok((await desk.ToWireAsync([resolved]))[0]);
    }

    private static async Task<Results<Ok<Settlement>, Refusal>> GetSettlement(SettlementReader reader, string? day, CancellationToken cancellation)
    {
        DateOnly? wanted = null;
        if (!string.IsNullOrEmpty(day))
        {
            if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
                return new FieldErrors().Check(false, "day", "A date such as 2026-11-29.").Refusal!;
            wanted = read;
        }

        var (settlement, refusal) = await reader.ReadAsync(wanted, cancellation);
        return settlement is null ? refusal! : TypedResults.Ok(settlement);
    }
}
