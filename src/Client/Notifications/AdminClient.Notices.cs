using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Notifications;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>What has not left yet, newest first; of one customer all, that which arrived, too.</summary>
    public Task<ApiResult<OutboxPage>> OutboxAsync(
        DeliveryStage? stage = null, string? userId = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<OutboxPage>(Query.With("internal/outbox", ("stage", WireName.Of(stage)), ("userId", userId), ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>Tries one delivery again at once.</summary>
    public Task<ApiResult<Nothing>> ResendAsync(string id, DeskActRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<Nothing>(ApiRequest.Post($"internal/outbox/{Query.Segment(id)}/resend", request, key), cancellationToken);

    /// <summary>Every kind of notice in both languages, with sample figures.</summary>
    public Task<ApiResult<Page<NoticePreview>>> NoticePreviewsAsync(CancellationToken cancellationToken = default) =>
        _session.Get<Page<NoticePreview>>("internal/notices", cancellationToken);
}
