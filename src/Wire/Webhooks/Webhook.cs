using Webrana.Wire.Notifications;

namespace Webrana.Wire.Webhooks;

/// <summary>
/// Where we call you when something happens: <c>GET /api/v1/webhooks</c>. Each call is a POST of <c>{id, type, createdAt, data}</c> with
/// <c>Webrana-Signature: t={unix seconds},v1={hex}</c>, the HMAC-SHA256 of <c>{t}.{body}</c> under the secret. Answer 2xx within ten seconds;
/// anything else is tried again for three days under the same id. A webhook that only failed for three days is switched off.
/// </summary>
/// <param name="Id">Opaque.</param>
/// <param name="Url">Where.</param>
/// <param name="Events">Types of notifications; empty: all.</param>
/// <param name="Active">Whether it is called.</param>
/// <param name="FailingSince">The first failure since it last worked; null while it works.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Webhook(string Id, string Url, IReadOnlyList<string> Events, bool Active, DateTimeOffset? FailingSince, DateTimeOffset CreatedAt);

/// <summary><c>POST /api/v1/webhooks</c> → 201 <see cref="WebhookCreated"/>. Refused: 422 <c>webhook_url_invalid</c>, 409 <c>too_many_webhooks</c>.</summary>
/// <param name="Url">https, without user or password in it, on the public Internet.</param>
/// <param name="Events">Null or empty: all.</param>
public sealed record CreateWebhookRequest(string Url, IReadOnlyList<string>? Events = null);

/// <summary>A webhook with its secret, which is shown this once: also <c>POST /api/v1/webhooks/{id}/secret</c>.</summary>
/// <param name="Webhook">As it is.</param>
/// <param name="Secret">Signs the calls.</param>
public sealed record WebhookCreated(Webhook Webhook, string Secret);

/// <summary><c>PATCH /api/v1/webhooks/{id}</c>; null fields stay.</summary>
/// <param name="Url">See <see cref="CreateWebhookRequest"/>.</param>
/// <param name="Events">Empty: all.</param>
/// <param name="Active">Switched on again, its failures are forgotten.</param>
public sealed record UpdateWebhookRequest(string? Url = null, IReadOnlyList<string>? Events = null, bool? Active = null);

/// <summary>One event on its way to a webhook: <c>GET /api/v1/webhooks/{id}/deliveries</c>, newest first.</summary>
/// <param name="Id">Of the delivery.</param>
/// <param name="EventId">Stays the same at every attempt.</param>
/// <param name="Type">What happened.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="Attempts">So far.</param>
/// <param name="Answer">Status, time and the first characters of the last answer; null before it.</param>
/// <param name="CreatedAt">When it was queued.</param>
/// <param name="DoneAt">When it ended; null while it is tried.</param>
public sealed record WebhookDelivery(
    string Id, string EventId, string Type, DeliveryStage Stage, int Attempts, string? Answer, DateTimeOffset CreatedAt, DateTimeOffset? DoneAt);
