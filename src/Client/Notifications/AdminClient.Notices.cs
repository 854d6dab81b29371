using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Notifications;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>What has not left yet, newest first.</summary>
    public Task<ApiResult<OutboxPage>> OutboxAsync(DeliveryStage? stage = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<OutboxPage>(Query.With("internal/outbox", ("stage", WireName.Of(stage)), ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>Tries one delivery again at once.</summary>
    public Task<ApiResult<Nothing>> ResendAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<Nothing>(ApiRequest.Post($"internal/outbox/{Query.Segment(id)}/resend", key: key), cancellationToken);

    /// <summary>Every kind of notice in both languages, with sample figures.</summary>
    public Task<ApiResult<Page<NoticePreview>>> NoticePreviewsAsync(CancellationToken cancellationToken = default) =>
        _session.Get<Page<NoticePreview>>("internal/notices", cancellationToken);
}
