using System.Text.Json.Nodes;
using Webrana.Sandbox.Tripay.Control;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay.Api;

/// <summary>Payments.</summary>
static class TransactionEndpoints
{
    const int LargestPage = 50;

    public static void MapTransactions(this IEndpointRouteBuilder api)
    {
        api.MapPost("/transaction/create", CreateAsync);

        api.MapGet("/transaction/detail", (string? reference, HttpRequest request, TransactionBook book, TransactionJson json, Answer answer) =>
            book.Find(reference) is { } found
                ? answer.Ok("Transaction found", json.Detail(found, request.Path))
                : answer.Refuse("Transaction not found", StatusCodes.Status404NotFound));

        api.MapGet("/transaction/check-status", (string? reference, TransactionBook book, Answer answer) =>
            book.Find(reference) is { } found
                ? answer.Message($"Status transaksi saat ini {found.Status}")
                : answer.Refuse("Transaction not found", StatusCodes.Status404NotFound));

        api.MapGet("/merchant/transactions", List);
    }

    static async Task<IResult> CreateAsync(
        HttpRequest request, TripaySimulatorOptions options, SettingsBox settings, TransactionBook book, TransactionJson json, Faults faults, Engine engine,
        Answer answer)
    {
        if (await RequestFields.ReadAsync(request) is not { } fields) return answer.Refuse("Malformed request body");
        var verdict = CreateRequest.Check(fields, options, settings.Current, $"{request.Scheme}://{request.Host}");
        if (verdict.Request is null) return answer.Refuse(verdict.Refusal!, verdict.Status);
        var created = book.Create(verdict.Request);
        if (faults.Take(Faults.CallbackBeforeCreate, request.Path) is not null)
        {
            book.Apply(created.Reference, PaymentAction.Pay);
            await engine.CatchUpAsync();
        }
        return answer.Ok("", json.Created(created, request.Path));
    }

    static IResult List(
        int? page, int? per_page, string? sort, string? reference, string? merchant_ref, string? method, string? status, HttpRequest request,
        TransactionBook book, TransactionJson json, Answer answer)
    {
        var matching = book.All().Where(transaction =>
            Matches(reference, transaction.Reference) && Matches(merchant_ref, transaction.MerchantRef) && Matches(method, transaction.Method)
            && Matches(status, transaction.Status)).ToList();
        if (sort == "desc") matching.Reverse();
        var perPage = Math.Clamp(per_page ?? LargestPage, 1, LargestPage);
        var lastPage = Math.Max(1, (matching.Count + perPage - 1) / perPage);
        var current = Math.Max(page ?? 1, 1);
        var rows = matching.Skip((int)Math.Min((current - 1L) * perPage, int.MaxValue)).Take(perPage).ToList();
        var from = rows.Count == 0 ? 0 : ((current - 1) * perPage) + 1;
        var pagination = new JsonObject
        {
            ["sort"] = sort == "desc" ? "desc" : "asc",
            ["offset"] = new JsonObject { ["from"] = from, ["to"] = rows.Count == 0 ? 0 : from + rows.Count - 1 },
            ["current_page"] = current,
            ["previous_page"] = current > 1 ? current - 1 : null,
            ["next_page"] = current < lastPage ? current + 1 : null,
            ["last_page"] = lastPage,
            ["per_page"] = perPage,
            ["total_records"] = matching.Count,
        };
        return answer.Ok("Success", new JsonArray([.. rows.Select(row => (JsonNode)json.Row(row, request.Path))]), pagination);
    }

    static bool Matches(string? wanted, string value) => string.IsNullOrEmpty(wanted) || wanted == value;
}
