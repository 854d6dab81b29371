using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Deposits;
using Webrana.Api.Droplets;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Data.States;
using Webrana.Data.Wallets;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using TrialBalance = Webrana.Wire.Admin.TrialBalance;

namespace Webrana.Api.Admin;

/// <summary>Everybody's deposits and servers, the books, and who did what: <c>/internal</c>.</summary>
public static class AdminOverviewApi
{
    public static RouteGroupBuilder MapAdminOverview(this RouteGroupBuilder admin)
    {
        ProblemKind[] listRefusals = [ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed];
        admin.MapGet("/deposits", ListDeposits).For(Desk.Read).WithTags("Deposits").Describe("Top-ups, newest first; ?userId= and ?status= narrow it.", listRefusals);
        admin.MapGet("/instances", ListInstances).For(Desk.Care).WithTags("Instances").Describe("Servers, newest first; ?userId= and ?status= narrow it.", listRefusals);
        admin.MapGet("/ledger/trial-balance", GetTrialBalance).For(Desk.Money).WithTags("Ledger").Describe("Sums of all rows ever booked, by account, each compared with its own records; a difference is a reason to look.");
        admin.MapGet("/audit", ListAudit).WithTags("Audit").Describe("Who did what, newest first.", ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        return admin;
    }

    private static async Task<Results<Ok<Page<Deposit>>, Refusal>> ListDeposits(
        [AsParameters] DepositServices services, string? userId, string? status, int? limit, string? cursor)
    {
        if (PageQuery.TryRead("all-deposits", limit, cursor, out var page) is { } refusal)
            return refusal;
        return TryFilter<DepositStatus>(StateNames.Deposit, userId, status, out var filter) is { } invalid
            ? invalid
            : TypedResults.Ok(await services.ListAsync("all-deposits", filter, page));
    }

    private static async Task<Results<Ok<Page<AdminInstance>>, Refusal>> ListInstances(
        [AsParameters] DropletServices services, string? userId, string? status, int? limit, string? cursor)
    {
        if (PageQuery.TryRead("all-instances", limit, cursor, out var page) is { } refusal)
            return refusal;
        if (TryFilter<InstanceStatus>(StateNames.Droplet, userId, status, out var filter) is { } invalid)
            return invalid;
        var (views, next) = await services.ListAsync(filter, page, _ => true);
        return TypedResults.Ok(new Page<AdminInstance>([.. views.Select(DropletMapping.ToAdminWire)], PageQuery.Cursor("all-instances", next)));
    }

    private static async Task<Ok<TrialBalance>> GetTrialBalance(LedgerQueries ledger, CancellationToken cancellation)
    {
        var books = await ledger.TrialBalanceAsync(cancellation);
        var accounts = books.Accounts.Select(one => new TrialBalanceAccount(
            one.Account, one.DebitIdr, one.CreditIdr, one.SubledgerIdr, one.InFlightIdr, one.DifferenceIdr));
        return TypedResults.Ok(new TrialBalance([.. accounts], books.IsBalanced));
    }

    private static async Task<Results<Ok<Page<AuditEntry>>, Refusal>> ListAudit(
        AuditLog audit, int? limit, string? cursor, CancellationToken cancellation)
    {
        if (PageQuery.TryRead("audit", limit, cursor, out var page) is { } refusal)
            return refusal;
        long before = 0;
        if (page.After is not null && !long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return Refusal.Of(ProblemKinds.InvalidCursor);
        var (entries, next) = await audit.ListAsync(page.After is null ? null : before, page.Limit, cancellation);
        return TypedResults.Ok(new Page<AuditEntry>(entries, PageQuery.Cursor("audit", next)));
    }

    private static Refusal? TryFilter<TStatus>(string state, string? userId, string? status, out StateFilter filter)
        where TStatus : struct, Enum
    {
        var knownUser = string.IsNullOrEmpty(userId) | UserId.TryParse(userId, out var user);
        var knownStatus = WireNames.TryRead<TStatus>(status, out var wanted);
        filter = new StateFilter(state, string.IsNullOrEmpty(userId) ? null : user.ToString(), WireNames.Of(wanted));
        return new FieldErrors()
            .Check(knownUser, "userId", "A user's id.")
            .Check(knownStatus, "status", "One of the documented statuses.")
            .Refusal;
    }
}
