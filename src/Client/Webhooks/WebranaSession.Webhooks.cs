using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Webhooks;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    const string WebhookList = "api/v1/webhooks";

    /// <summary>The customer's webhooks, oldest first.</summary>
    public Task<ApiResult<Page<Webhook>>> WebhooksAsync(CancellationToken cancellationToken = default) => Get<Page<Webhook>>(WebhookList, cancellationToken);

    /// <summary>Makes one; its secret is in this answer only.</summary>
    public Task<ApiResult<WebhookCreated>> CreateWebhookAsync(CreateWebhookRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<WebhookCreated>(ApiRequest.Post(WebhookList, request, key), cancellationToken);

    /// <summary>Changes one; null fields stay.</summary>
    public Task<ApiResult<Webhook>> UpdateWebhookAsync(string id, UpdateWebhookRequest request, CancellationToken cancellationToken = default) =>
        Send<Webhook>(ApiRequest.Patch(WebhookOf(id), request), cancellationToken);

    /// <summary>Removes one.</summary>
    public Task<ApiResult<Nothing>> RemoveWebhookAsync(string id, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Delete(WebhookOf(id)), cancellationToken);

    /// <summary>Another secret in place of the one before.</summary>
    public Task<ApiResult<WebhookCreated>> ReplaceWebhookSecretAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<WebhookCreated>(ApiRequest.Post(WebhookOf(id) + "/secret", key: key), cancellationToken);

    /// <summary>Sends it a test event.</summary>
    public Task<ApiResult<Nothing>> PingWebhookAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Post(WebhookOf(id) + "/ping", key: key), cancellationToken);

    /// <summary>What went to it, newest first.</summary>
    public Task<ApiResult<Page<WebhookDelivery>>> WebhookDeliveriesAsync(string id, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        Get<Page<WebhookDelivery>>(Query.With(WebhookOf(id) + "/deliveries", ("limit", limit), ("cursor", cursor)), cancellationToken);

    static string WebhookOf(string id) => $"{WebhookList}/{Query.Segment(id)}";
}
