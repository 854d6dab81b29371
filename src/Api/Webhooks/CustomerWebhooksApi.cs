using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Idempotency;
using Webrana.Api.Notifications;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts.Notifications;
using Webrana.Data.Notices;
using Webrana.Data.Protection;
using Webrana.Notices;
using Webrana.Wire;
using Webrana.Wire.Webhooks;

namespace Webrana.Api.Webhooks;

/// <summary>Where customers want to be called: <c>/api/v1/webhooks</c>.</summary>
public static class CustomerWebhooksApi
{
    private const string List = "webhook-deliveries";

    public static RouteGroupBuilder MapWebhooks(this RouteGroupBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks").RequireAuthorization();
        webhooks.MapGet("", ListWebhooks).Describe("Your webhooks, oldest first.");
        webhooks.MapPost("", Create).Describe(
            "Make a webhook. Its secret is in this answer only.", new CreateWebhookRequest("https://hooks.example.com/webrana", ["server.ready", "deposit.paid"]),
            ProblemKinds.ValidationFailed, ProblemKinds.WebhookUrlInvalid, ProblemKinds.TooManyWebhooks);
        webhooks.MapPatch("/{id}", Update).Describe(
            "Change a webhook, or switch it on or off.", new UpdateWebhookRequest(Active: false),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.WebhookUrlInvalid);
        webhooks.MapDelete("/{id}", Remove).Describe("Remove a webhook; what waits for it is not delivered.", ProblemKinds.NotFound);
        webhooks.MapPost("/{id}/secret", ReplaceSecret).Describe("Replace the secret. The new one is in this answer only, the old one stops at once.", ProblemKinds.NotFound);
        webhooks.MapPost("/{id}/ping", Ping).Describe("Send a test event now.", ProblemKinds.NotFound, ProblemKinds.WebhookOff);
        webhooks.MapGet("/{id}/deliveries", ListDeliveries).Describe(
            "What went to a webhook, newest first.", ProblemKinds.NotFound, ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        return api;
    }

    private static async Task<Ok<Page<Webhook>>> ListWebhooks(HttpContext http, Data.Notices.Webhooks webhooks) =>
        TypedResults.Ok(new Page<Webhook>([.. (await webhooks.OfAsync(http.User.GetUserId().Value, http.RequestAborted)).Select(ToWire)]));

    private static async Task<Results<Created<WebhookCreated>, Refusal>> Create(
        CreateWebhookRequest body, HttpContext http, Data.Notices.Webhooks webhooks, WebhookSeal seal, IOptions<CustomerWebhookOptions> options, BusinessNow clock)
    {
        var events = body.Events ?? [];
        if (Check(body.Url, events, options.Value) is { } refusal)
            return refusal;
        var secret = NewSecret();
        var row = new WebhookRow(Operation.Of(http).Id, http.User.GetUserId().Value, body.Url, seal.Seal(secret), events, true, null, clock.UtcNow);
        if (!await webhooks.AddAsync(row, http.RequestAborted))
        {
            // The same operation again, after a crash before its answer was kept: the webhook is there, with a secret that nobody saw.
            if (!await webhooks.ReplaceSecretAsync(row.UserId, row.Id, row.Secret, http.RequestAborted))
                return Refusal.Of(ProblemKinds.TooManyWebhooks);
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created("/api/v1/webhooks", new WebhookCreated(ToWire(row), secret));
    }

    private static async Task<Results<Ok<Webhook>, Refusal>> Update(
        string id, UpdateWebhookRequest body, HttpContext http, Data.Notices.Webhooks webhooks, IOptions<CustomerWebhookOptions> options)
    {
        if (await FindAsync(id, http, webhooks) is not { } found)
            return Refusal.Of(ProblemKinds.NotFound);
        var next = found with { Url = body.Url ?? found.Url, Events = body.Events ?? found.Events, Active = body.Active ?? found.Active };
        if (Check(next.Url, next.Events, options.Value) is { } refusal)
            return refusal;
        await webhooks.ChangeAsync(found.UserId, found.Id, next.Url, next.Events, next.Active, http.RequestAborted);
        return await FindAsync(id, http, webhooks) is { } changed ? TypedResults.Ok(ToWire(changed)) : Refusal.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<NoContent, Refusal>> Remove(string id, HttpContext http, Data.Notices.Webhooks webhooks) =>
        Guid.TryParseExact(id, "D", out var webhook) && await webhooks.RemoveAsync(http.User.GetUserId().Value, webhook, http.RequestAborted)
            ? TypedResults.NoContent()
            : Refusal.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<WebhookCreated>, Refusal>> ReplaceSecret(string id, HttpContext http, Data.Notices.Webhooks webhooks, WebhookSeal seal)
    {
        if (await FindAsync(id, http, webhooks) is not { } found)
            return Refusal.Of(ProblemKinds.NotFound);
        var secret = NewSecret();
        await webhooks.ReplaceSecretAsync(found.UserId, found.Id, seal.Seal(secret), http.RequestAborted);
        return TypedResults.Ok(new WebhookCreated(ToWire(found), secret));
    }

    private static async Task<Results<Accepted, Refusal>> Ping(string id, HttpContext http, Data.Notices.Webhooks webhooks, NoticeRows notices, BusinessNow clock)
    {
        if (await FindAsync(id, http, webhooks) is not { } found)
            return Refusal.Of(ProblemKinds.NotFound);
        if (!found.Active)
            return Refusal.Of(ProblemKinds.WebhookOff);
        var notice = Notice.WebhookPing($"webhook:{found.Id:D}:ping:{Operation.Of(http).Id:N}", clock.UtcNow);
        await notices.AddForWebhookAsync(
            new NoticeRow(NoticeKey.Of(found.UserId, notice.NoticeId), found.UserId, notice.NoticeId, notice.Kind.ToString(), notice.Values, InPanel: false, clock.UtcNow),
            found.Id, http.RequestAborted);
        return TypedResults.Accepted($"/api/v1/webhooks/{id}/deliveries");
    }

    private static async Task<Results<Ok<Page<WebhookDelivery>>, Refusal>> ListDeliveries(
        string id, HttpContext http, Data.Notices.Webhooks webhooks, Outbox outbox, int? limit, string? cursor)
    {
        if (PageQuery.TryRead(List, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (await FindAsync(id, http, webhooks) is not { } found)
            return Refusal.Of(ProblemKinds.NotFound);
        var rows = await outbox.OfWebhookAsync(found.Id, page.Limit, page.After, http.RequestAborted);
        return TypedResults.Ok(new Page<WebhookDelivery>([.. rows.Rows.Select(ToWire)], PageQuery.Cursor(List, rows.Next)));
    }

    private static Refusal? Check(string url, IReadOnlyList<string> events, CustomerWebhookOptions options)
    {
        if (!WebhookAddress.IsAllowed(url, options.AllowPrivateAddresses))
            return Refusal.Of(ProblemKinds.WebhookUrlInvalid);
        return new FieldErrors()
            .Check(
                events.Count <= NoticeCatalogue.All.Count && events.All(code => NoticeCatalogue.Find(code) is { InPanel: true }), "events",
                "Types that GET /api/v1/notifications/preferences lists.")
            .Refusal;
    }

    private static async Task<WebhookRow?> FindAsync(string id, HttpContext http, Data.Notices.Webhooks webhooks) =>
        Guid.TryParseExact(id, "D", out var webhook) && await webhooks.FindAsync(webhook, http.RequestAborted) is { } found
        && found.UserId == http.User.GetUserId().Value ? found : null;

    private static string NewSecret() => "whsec_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static Webhook ToWire(WebhookRow row) => new(row.Id.ToString("D"), row.Url, row.Events, row.Active, row.FailingSince, row.CreatedAt);

    private static WebhookDelivery ToWire(DeliveryRow row) => new(
        row.Id.ToString("D"), row.Notice.ToString("D"), NotificationMapping.CodeOf(row.Kind), row.Stage.ToWire(), row.Attempts, row.Answer, row.CreatedAt, row.DoneAt);
}

/// <summary>Configuration section <c>Webhooks</c>, as far as the API needs it.</summary>
public sealed class CustomerWebhookOptions
{
    public const string Section = "Webhooks";

    /// <summary>For the sandbox: http and addresses of this machine may be called.</summary>
    public bool AllowPrivateAddresses { get; set; }
}
