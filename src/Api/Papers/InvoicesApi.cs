using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Data.Papers;
using Webrana.Domain.Papers;
using Webrana.Wire;
using Webrana.Wire.Papers;

namespace Webrana.Api.Papers;

/// <summary>Receipts and invoices: <c>/api/v1/invoices</c>, and all of a year's for the books: <c>/internal/invoices</c>.</summary>
public static class InvoicesApi
{
    private const string List = "invoices";
    private const string YearList = "invoices-of-year";

    public static RouteGroupBuilder MapInvoices(this RouteGroupBuilder api)
    {
        var invoices = api.MapGroup("/invoices").WithTags("Invoices").RequireAuthorization();
        invoices.MapGet("", ListInvoices).Describe(
            "Receipts, invoices and credit notes, newest first; of one kind with ?kind=.",
            ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        invoices.MapGet("/{id}", GetInvoice).Describe("One of them.", ProblemKinds.NotFound);
        invoices.MapGet("/{id}/pdf", GetPdf).Describe("The same as a PDF, in Indonesian or with ?locale=en in English.", ProblemKinds.NotFound);
        return api;
    }

    public static RouteGroupBuilder MapAdminInvoices(this RouteGroupBuilder admin)
    {
        admin.MapGet("/invoices", ListYear).WithTags("Invoices").Describe(
            "Everybody's papers of one year, highest number first: ?year=, ?kind=.",
            ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        return admin;
    }

    private static async Task<Results<Ok<Page<Invoice>>, Refusal>> ListInvoices(HttpContext http, PaperQueries papers, string? kind, int? limit, string? cursor)
    {
        if (PageQuery.TryRead(List, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (!WireNames.TryRead<InvoiceKind>(kind, out var only))
            return UnknownKind();
        var rows = await papers.OfAsync(http.User.GetUserId().Value, InvoiceMapping.KindOf(only), page.Limit, page.After, http.RequestAborted);
        return TypedResults.Ok(new Page<Invoice>([.. rows.Rows.Select(InvoiceMapping.ToWire)], PageQuery.Cursor(List, rows.Next)));
    }

    private static async Task<Results<Ok<Page<Invoice>>, Refusal>> ListYear(
        PaperQueries papers, int? year, string? kind, int? limit, string? cursor, Notifications.BusinessNow clock, CancellationToken cancellation)
    {
        if (PageQuery.TryRead(YearList, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (!WireNames.TryRead<InvoiceKind>(kind, out var only))
            return UnknownKind();
        var rows = await papers.OfYearAsync(year ?? PaperRules.YearOf(clock.UtcNow), InvoiceMapping.KindOf(only), page.Limit, page.After, cancellation);
        return TypedResults.Ok(new Page<Invoice>([.. rows.Rows.Select(InvoiceMapping.ToWire)], PageQuery.Cursor(YearList, rows.Next)));
    }

    private static async Task<Results<Ok<Invoice>, Refusal>> GetInvoice(string id, HttpContext http, PaperQueries papers) =>
        await FindAsync(id, http, papers) is { } found ? TypedResults.Ok(found.ToWire()) : Refusal.Of(ProblemKinds.NotFound);

    private static async Task<Results<FileContentHttpResult, Refusal>> GetPdf(string id, HttpContext http, PaperQueries papers, string? locale) =>
        await FindAsync(id, http, papers) is { } found
            ? TypedResults.File(InvoicePdf.Draw(found.ToWire(), locale == "en" ? "en" : "id"), "application/pdf", $"{id}.pdf")
            : Refusal.Of(ProblemKinds.NotFound);

    private static async Task<PaperRow?> FindAsync(string id, HttpContext http, PaperQueries papers) =>
        PaperNumber.Parse(id) is { } number && await papers.FindAsync(number.Year, number.Number, http.RequestAborted) is { } found
        && found.WalletId == http.User.GetUserId().Value ? found : null;

    private static Refusal UnknownKind() => new FieldErrors().Check(false, "kind", "RECEIPT, INVOICE or CREDIT_NOTE.").Refusal!;
}
