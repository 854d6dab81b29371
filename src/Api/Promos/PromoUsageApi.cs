using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Admin;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Data.Promos;
using Webrana.Wire;
using Webrana.Wire.Promos;
using PromoUsagePage = Webrana.Wire.Promos.PromoUsagePage;

namespace Webrana.Api.Promos;

/// <summary>Who used a promo, and how it became what it is: <c>/internal/promos/{id}/usage</c>, <c>/versions</c>.</summary>
public static class PromoUsageApi
{
    private const string List = "usage";

    public static RouteGroupBuilder MapPromoUsage(this RouteGroupBuilder admin)
    {
        var promos = admin.MapGroup("/promos/{id}").WithTags("Promos");
        promos.MapGet("/usage", ListUsage).For(Desk.Read).Describe("Who used it, newest first.", ProblemKinds.NotFound, ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        promos.MapGet("/usage.csv", ExportUsage).For(Desk.Money).Describe("All usages as a CSV file, oldest first.", ProblemKinds.NotFound);
        promos.MapGet("/versions", ListVersions).For(Desk.Read).Describe("Every version of its rule with who made it, newest first.", ProblemKinds.NotFound);
        return admin;
    }

    private static async Task<Results<Ok<PromoUsagePage>, Refusal>> ListUsage(
        string id, [AsParameters] PromoServices services, PromoQueries queries, int? limit, string? cursor)
    {
        if (PageQuery.TryRead(List, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (services.Find(id) is not { } promo || !(await promo.Get()).IsOk)
            return Refusal.Of(ProblemKinds.NotFound);
        var totals = await queries.TotalsAsync(id, services.Cancellation);
        var rows = new List<PromoUsageRow>();
        var next = page.After;
        do
        {
            // A place that was given back is no usage; pages are filled up from the following rows.
            var more = await queries.UsagesAsync(id, page.Limit - rows.Count, next, services.Cancellation);
            rows.AddRange(more.Rows.Where(row => row.Stage != UsageStage.Released));
            next = more.Next;
        }
        while (next is not null && rows.Count < page.Limit);
        var emails = await services.EmailsAsync(rows.Select(row => row.UserId));
        return TypedResults.Ok(new PromoUsagePage(
            totals.ReservedCount + totals.GivenCount + totals.TakenBackCount, totals.ReservedIdr + totals.GivenIdr + totals.KeptIdr,
            [.. rows.Select(row => ToWire(row, emails))], PageQuery.Cursor(List, next)));
    }

    private static async Task<Results<PushStreamHttpResult, Refusal>> ExportUsage(string id, [AsParameters] PromoServices services, PromoQueries queries)
    {
        if (services.Find(id) is not { } promo || !(await promo.Get()).IsOk)
            return Refusal.Of(ProblemKinds.NotFound);
        return TypedResults.Stream(
            body => UsageCsv.WriteAsync(body, queries.ExportAsync(id, services.Cancellation), services.EmailsAsync, services.Cancellation),
            "text/csv; charset=utf-8", $"promo-{id}.csv");
    }

    private static async Task<Results<Ok<Page<PromoVersion>>, Refusal>> ListVersions(string id, [AsParameters] PromoServices services, PromoQueries queries)
    {
        if (services.Find(id) is not { } promo)
            return Refusal.Of(ProblemKinds.NotFound);
        var found = await promo.Get();
        if (!found.TryGet(out var view))
            return Refusal.From(found);
        var versions = await queries.VersionsAsync(id, view.Version, services.Cancellation);
        var emails = await services.EmailsAsync(versions.Select(row => AdminOf(row.Actor)).OfType<Guid>());
        return TypedResults.Ok(new Page<PromoVersion>([.. versions.Select(row => new PromoVersion(
            row.Version, row.OccurredAt, row.Actor, JsonSerializer.Deserialize<StoredRule>(row.Definition, StoredRule.Json)!.ToFields(), row.Change == "ARCHIVED",
            AdminOf(row.Actor) is { } admin ? emails.GetValueOrDefault(admin) : null))]));
    }

    private static Guid? AdminOf(string actor) =>
        actor.StartsWith("admin:", StringComparison.Ordinal) && UserId.TryParse(actor["admin:".Length..], out var admin) ? admin.Value : null;

    /// <summary>The deposit behind a usage; null for a welcome bonus and a referral, whose subjects are people.</summary>
    internal static string? DepositOf(PromoUsageRow row) => DepositId.TryParse(row.SubjectId, out var deposit) ? deposit.ToString() : null;

    internal static PromoUsageStatus StatusOf(UsageStage stage) => stage switch
    {
        UsageStage.Given => PromoUsageStatus.Committed,
        UsageStage.TakenBack => PromoUsageStatus.TakenBack,
        _ => PromoUsageStatus.Reserved,
    };

    private static PromoUsageCause CauseOf(string subjectId) => subjectId.Split(':')[0] switch
    {
        "welcome" => PromoUsageCause.Welcome,
        "referral" => PromoUsageCause.Referral,
        "referee" => PromoUsageCause.Referee,
        _ => PromoUsageCause.Deposit,
    };

    private static PromoUsage ToWire(PromoUsageRow row, IReadOnlyDictionary<Guid, string> emails) => new(
        row.UserId.ToString("D"), emails.GetValueOrDefault(row.UserId), DepositOf(row), row.AmountIdr, StatusOf(row.Stage), row.ReservedAt, row.GivenAt,
        CauseOf(row.SubjectId), row.TakenBackAt, row.KeptIdr);
}
