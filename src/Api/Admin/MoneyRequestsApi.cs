using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Idempotency;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Data.Desk;
using Webrana.Wire;
using Webrana.Wire.Admin;
using MoneyRequest = Webrana.Wire.Admin.MoneyRequest;
using WireStatus = Webrana.Wire.Admin.MoneyRequestStatus;

namespace Webrana.Api.Admin;

/// <summary>Money moved by hand: balances paid out, and what waits for a second person: <c>/internal/money-requests</c>.</summary>
internal static class MoneyRequestsApi
{
    private const int LongestReference = 100;
    private const string Requests = "money-requests";

    public static RouteGroupBuilder MapMoneyRequests(this RouteGroupBuilder admin)
    {
        admin.MapPost("/wallets/{userId}/payouts", PayOut).For(Desk.Money).WithTags("Wallets").Describe(
            "Take ordinary balance that was transferred to the customer's bank account out of the wallet. Above the setting a second person has to approve.",
            new CreatePayoutRequest(150_000, "BCA 2026-11-29 0098812", "Pelanggan berhenti, saldo dikembalikan"),
            ProblemKinds.NotFound, ProblemKinds.InvalidAmount, ProblemKinds.ValidationFailed, ProblemKinds.InsufficientBalance, ProblemKinds.OutstandingDebt,
            ProblemKinds.OperationConflict, ProblemKinds.OutcomeUnknown, ProblemKinds.Overloaded);
        var requests = admin.MapGroup("/money-requests").WithTags("Wallets");
        requests.MapGet("", List).For(Desk.Money).Describe(
            "Money moved by hand, newest first; ?status=PENDING is what waits for a second person.", ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        requests.MapPost("/{id}/approve", (string id, DeskActRequest body, MoneyDesk desk, HttpContext http) => Decide(id, body, approve: true, desk, http))
            .For(Desk.Money).Describe(
                "Approve what somebody else asked for; it is booked at once, and once.", new DeskActRequest("Bukti transfer cocok"),
                ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.OwnRequest, ProblemKinds.AlreadyDecided, ProblemKinds.InsufficientBalance,
                ProblemKinds.OutstandingDebt, ProblemKinds.OperationConflict, ProblemKinds.OutcomeUnknown, ProblemKinds.Overloaded);
        requests.MapPost("/{id}/refuse", (string id, DeskActRequest body, MoneyDesk desk, HttpContext http) => Decide(id, body, approve: false, desk, http))
            .For(Desk.Money).Describe(
                "Refuse what somebody else asked for; nothing moves.", new DeskActRequest("Bukti transfer tidak ada"),
                ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.OwnRequest, ProblemKinds.AlreadyDecided);
        return admin;
    }

    private static async Task<Results<Accepted<MoneyRequest>, Refusal>> PayOut(
        string userId, CreatePayoutRequest body, MoneyDesk desk, IdentityDb db, HttpContext http)
    {
        if (!UserId.TryParse(userId, out var user) || !await db.Users.AnyAsync(one => one.Id == user.Value, http.RequestAborted))
            return Refusal.Of(ProblemKinds.NotFound);
        if (body.Amount <= 0)
            return Refusal.Of(ProblemKinds.InvalidAmount);
        var reference = body.Reference.Trim();
        var invalid = new FieldErrors().CheckReason(body.Reason)
            .Check(reference.Length is > 0 and <= LongestReference && !reference.Any(char.IsControl), "reference", "The bank's reference, 1 to 100 characters.").Refusal;
        if (invalid is not null)
            return invalid;
        var (request, refusal) = await desk.RequestAsync(http, Operation.Of(http).Id, Data.Desk.MoneyRequestKind.Payout, user, body.Amount, reference, body.Reason.Trim());
        return request is null ? refusal! : TypedResults.Accepted("/internal/money-requests", (await desk.ToWireAsync(http, [request]))[0]);
    }

    private static async Task<Results<Ok<Page<MoneyRequest>>, Refusal>> List(
        MoneyRequests requests, MoneyDesk desk, HttpContext http, string? status, int? limit, string? cursor)
    {
        if (PageQuery.TryRead(Requests, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (!DeskPosition.TryRead(page.After, out var after))
            return Refusal.Of(ProblemKinds.InvalidCursor);
        if (!WireNames.TryRead<WireStatus>(status, out var wanted))
            return new FieldErrors().Check(false, "status", "One of the documented statuses.").Refusal!;
        // One more than asked says whether there is more.
        var rows = await requests.ListAsync((Data.Desk.MoneyRequestStatus?)wanted, page.Limit + 1, after, http.RequestAborted);
        var shown = rows.Take(page.Limit).ToList();
        var next = rows.Count > page.Limit ? new DeskPosition(shown[^1].RequestedAt, shown[^1].Id).ToString() : null;
        return TypedResults.Ok(new Page<MoneyRequest>(await desk.ToWireAsync(http, shown), PageQuery.Cursor(Requests, next)));
    }

    private static async Task<Results<Ok<MoneyRequest>, Refusal>> Decide(string id, DeskActRequest body, bool approve, MoneyDesk desk, HttpContext http)
    {
        if (!Guid.TryParseExact(id, "D", out var request))
            return Refusal.Of(ProblemKinds.NotFound);
        if (new FieldErrors().CheckReason(body.Reason).Refusal is { } invalid)
            return invalid;
        var (decided, refusal) = await desk.DecideAsync(http, request, approve, body.Reason.Trim());
        return decided is null ? refusal! : TypedResults.Ok((await desk.ToWireAsync(http, [decided]))[0]);
    }
}
