using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Hosting;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data.Desk;
using Webrana.Data.Shop;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;

namespace Webrana.Api.Reports;

/// <summary>The shop at a glance and its reports: <c>/internal/dashboard</c>, <c>/internal/reports</c>, <c>/internal/alarms</c>.</summary>
internal static class ReportsApi
{
    private const int LongestDays = 1_100;

    // The page asks every five seconds; the call itself would be repeated for longer than that.
    private static readonly TimeSpan FleetPatience = TimeSpan.FromSeconds(4);

    public static RouteGroupBuilder MapReports(this RouteGroupBuilder admin)
    {
        admin.MapGet("/dashboard", GetDashboard).For(Desk.Read).WithTags("Reports").Describe("The shop at a glance; money only for roles that have it.");
        admin.MapGet("/alarms", ListAlarms).For(Desk.Read).WithTags("Reports").Describe(
            "What somebody should look at now; ?cleared=true adds what is over.", ProblemKinds.InvalidLimit);
        var reports = admin.MapGroup("/reports").WithTags("Reports");
        reports.MapGet("/{id}", GetReport).For(Desk.Money).Describe(
            "REVENUE, LIABILITY, MARGIN, PROMOS, CHURN or OVERDUE; ?from=&to= are Jakarta's days, ?by=day or month. Without days: this month. "
            + "LIABILITY ends each period that has begun with cash + bonus = balance, held money included, whether money moved in it or not. "
            + "OVERDUE counts renewals by when they fell due: not paid within five minutes, "
            + "of them paid later and due still; its list (now) is what is overdue now, whatever the days. Servers of MARGIN are those that ran in the period, not those "
            + "that slept through it.",
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        reports.MapGet("/{id}/csv", GetCsv).For(Desk.Money).Describe(
            "The same report as a CSV file, its totals under an empty line below the rows, and under another one the list of OVERDUE.",
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        return admin;
    }

    private static async Task<Ok<Dashboard>> GetDashboard(
        DashboardQueries queries, AlarmRows alarms, ShopState shop, IClusterClient cluster, BusinessTime clock, TimeProvider time,
        IOptions<DeskOptions> options, HttpContext http)
    {
        var now = clock.GetUtcNow();
        var today = ReportSpan.Today(now);
        var figures = await queries.ReadAsync(now, new ReportSpan(today, today, ReportStep.Day).Start, http.RequestAborted);
        var accounts = await AccountsAsync(cluster, time, http.RequestAborted);
        var raised = await alarms.ListAsync(cleared: false, PageQuery.DefaultLimit, http.RequestAborted);
        var money = Roles.MoneyDesk.Split(',').Any(http.User.IsInRole);
        var provider = accounts is null ? null : ProviderFigures.Of(accounts, figures.ProviderCallsHour, options.Value.ProviderBudgetUsd);
        return TypedResults.Ok(new Dashboard(
            money ? figures.MoneyInIdr : null, money ? figures.PaymentsIn : null, figures.Servers.GetValueOrDefault("RUNNING"), figures.Servers.GetValueOrDefault("SUSPENDED"),
            figures.UnpaidServers, figures.FailedOrders, figures.Servers.GetValueOrDefault("LOST"), figures.PendingDeposits, figures.OldestPending, figures.OverdueRenewals, figures.StuckMails,
            figures.UnhandledCallbacks, money ? figures.OpenCases : null, money ? figures.WaitingRequests : null, provider?.CallsLeft, provider?.CallsLimit, provider?.Free,
            money ? provider?.SpentUsd : null, (await shop.ReadAsync()).Stopped.Count, [.. raised.Select(ToWire)], now,
            money ? provider?.BudgetLeftUsd : null, money ? provider?.BudgetUsd : null));
    }

    /// <summary>Null while the silos are away: the page that shows the alarm of it does not go with them.</summary>
    private static async Task<IReadOnlyList<ProviderAccountView>?> AccountsAsync(IClusterClient cluster, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            return await cluster.GetGrain<IProviderFleetGrain>(GrainKeys.ProviderFleet).Accounts().WaitAsync(FleetPatience, time, cancellation);
        }
        catch (Exception away) when (ClusterAway.Is(away))
        {
            return null;
        }
    }

    private static async Task<Results<Ok<Page<DeskAlarm>>, Refusal>> ListAlarms(AlarmRows alarms, bool? cleared, int? limit, CancellationToken cancellation)
    {
        if (PageQuery.TryRead("alarms", limit, null, out var page) is { } refusal)
            return refusal;
        return TypedResults.Ok(new Page<DeskAlarm>([.. (await alarms.ListAsync(cleared == true, page.Limit, cancellation)).Select(ToWire)]));
    }

    private static async Task<Results<Ok<Report>, Refusal>> GetReport(
        string id, ReportMaker maker, BusinessTime clock, string? from, string? to, string? by, CancellationToken cancellation)
    {
        var (name, span, refusal) = Read(id, from, to, by, clock.GetUtcNow());
        return span is null ? refusal! : TypedResults.Ok(await maker.MakeAsync(name, span, cancellation));
    }

    private static async Task<Results<FileContentHttpResult, Refusal>> GetCsv(
        string id, ReportMaker maker, BusinessTime clock, string? from, string? to, string? by, CancellationToken cancellation)
    {
        var (name, span, refusal) = Read(id, from, to, by, clock.GetUtcNow());
        if (span is null)
            return refusal!;
        var report = await maker.MakeAsync(name, span, cancellation);
        return TypedResults.File(
            Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(ReportCsv.Write(report))).ToArray(), "text/csv; charset=utf-8",
            $"{id.ToLowerInvariant()}-{report.From}-{report.To}.csv");
    }

    private static (ReportName Name, ReportSpan? Span, Refusal? Refusal) Read(string id, string? from, string? to, string? by, DateTimeOffset now)
    {
        if (!WireNames.TryRead<ReportName>(id, out var name) || name is not { } wanted)
            return (default, null, Refusal.Of(ProblemKinds.NotFound));
        var today = ReportSpan.Today(now);
        var first = Day(from, new DateOnly(today.Year, today.Month, 1));
        var last = Day(to, today);
        var refusal = new FieldErrors()
            .Check(first is not null, "from", "A date such as 2026-11-01.")
            .Check(last is not null, "to", "A date such as 2026-11-30.")
            .Check(first is null || last is null || (first <= last && last.Value.DayNumber - first.Value.DayNumber < LongestDays), "to", "Not before from, and at most three years after it.")
            .Check(string.IsNullOrEmpty(by) || by is "day" or "month", "by", "day or month.").Refusal;
        return refusal is not null ? (default, null, refusal) : (wanted, new ReportSpan(first!.Value, last!.Value, by == "month" ? ReportStep.Month : ReportStep.Day), null);
    }

    private static DateOnly? Day(string? text, DateOnly otherwise) =>
        string.IsNullOrEmpty(text) ? otherwise
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 2000 and < 9000 ? day : null;

    private static DeskAlarm ToWire(AlarmRow row) => new(row.Code, row.Subject, row.Detail, row.RaisedAt, row.ClearedAt);
}
