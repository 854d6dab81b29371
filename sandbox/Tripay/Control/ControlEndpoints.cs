using System.Text.Json;
using System.Text.Json.Nodes;
using Webrana.Sandbox.Tripay.Callbacks;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Sandbox.Tripay.Control;

/// <summary>What tests and the control service do to the simulator; Tripay has nothing of it.</summary>
static class ControlEndpoints
{
    public static void MapControl(this IEndpointRouteBuilder app)
    {
        var control = app.MapGroup("/_sandbox");
        foreach (var action in Enum.GetValues<PaymentAction>())
            control.MapPost($"/transactions/{{reference}}/{action.ToString().ToLowerInvariant()}", (string reference, TransactionBook book) => Act(book, reference, action));
        control.MapGet("/transactions", (TransactionBook book) => book.All().Reverse());
        control.MapGet("/callbacks", (string? reference, CallbackSender callbacks) =>
            callbacks.Attempts().Where(attempt => reference is null || attempt.Reference == reference));
        control.MapGet("/requests", (RequestLog log) => log.Counts());

        control.MapGet("/settings", (SettingsBox settings) => settings.Current);
        control.MapPost("/settings", (JsonObject patch, SettingsBox settings, Pulse pulse) =>
        {
            try
            {
                settings.Current = SettingsPatch.Apply(settings.Current, patch);
            }
            catch (JsonException exception)
            {
                return Bad(exception.Message);
            }
            pulse.Set();
            return Results.Ok(settings.Current);
        });

        control.MapGet("/faults", (Faults faults) => faults.All());
        control.MapDelete("/faults", (Faults faults) => faults.Clear());
        control.MapPost("/faults", (FaultRequest request, Faults faults) =>
        {
            if (!Faults.Kinds.Contains(request.Kind)) return Bad($"Unknown kind '{request.Kind}'. Known: {string.Join(", ", Faults.Kinds)}.");
            faults.Add(new Fault(request.Kind!, Math.Max(request.Count ?? 1, 1), request.Path, request.DelayMs ?? 60_000));
            return Results.Ok(faults.All());
        });

        control.MapPost("/callback-tester", Test);
        control.MapGet("/clock", (SimulatorClock clock) => new { now = clock.GetUtcNow(), offsetMs = clock.OffsetMs });
        control.MapPost("/clock", async (ClockRequest request, SimulatorClock clock, Engine engine) =>
        {
            var expired = await engine.MoveClockAsync(request.OffsetMs);
            return new { now = clock.GetUtcNow(), offsetMs = clock.OffsetMs, expired };
        });
    }

    static IResult Act(TransactionBook book, string reference, PaymentAction action)
    {
        if (book.Apply(reference, action) is { } changed) return Results.Ok(changed);
        return book.Find(reference) is { } found
            ? Results.Json(new { success = false, message = $"{reference} is {found.Status}." }, statusCode: StatusCodes.Status409Conflict)
            : Results.Json(new { success = false, message = $"No transaction {reference}." }, statusCode: StatusCodes.Status404NotFound);
    }

    /// <summary>Signed bodies that a careless receiver would believe. All carry a valid signature unless badSignature is set.</summary>
    static IResult Test(TesterRequest request, TripaySimulatorOptions options, TransactionBook book, CallbackSender callbacks)
    {
        var transaction = request.Reference is null ? book.Newest() : book.Find(request.Reference);
        if ((request.Url ?? transaction?.CallbackUrl ?? options.CallbackUrl) is not { } url) return Bad("No callback address is known: give a url.");
        JsonObject? body = request.Variant switch
        {
            null or "null_reference" => CallbackJson.NullReferenceTest(),
            "zero_amount" when transaction is not null => CallbackJson.ZeroAmountTest(transaction),
            "forged_paid" when transaction is not null => CallbackJson.Of(transaction with { Status = "PAID", PaidAt = transaction.CreatedAt }),
            "wrong_amount" when transaction is not null => CallbackJson.Of(transaction with { Status = "PAID", PaidAt = transaction.CreatedAt, Amount = transaction.Amount + 1 }),
            "replay" when transaction is not null => CallbackJson.Of(transaction),
            _ => null,
        };
        if (body is null) return Bad("Variants: null_reference, and for an existing transaction zero_amount, forged_paid, wrong_amount, replay.");
        callbacks.EnqueueTest(url, body);
        return Results.Accepted(value: body);
    }

    static IResult Bad(string message) => Results.BadRequest(new { success = false, message });

    sealed record FaultRequest(string? Kind, int? Count, string? Path, int? DelayMs);

    sealed record TesterRequest(string? Url, string? Variant, string? Reference);

    sealed record ClockRequest(long OffsetMs);
}
