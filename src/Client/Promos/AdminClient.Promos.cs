using System.Text.Json;
using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Promos;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>Promos, newest first.</summary>
    /// <param name="status">These alone; null for all but archived ones.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Page<AdminPromo>>> PromosAsync(PromoStatus? status = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<AdminPromo>>(Query.With("internal/promos", ("status", WireName.Of(status)), ("cursor", cursor)), cancellationToken);

    /// <summary>One promo.</summary>
    public Task<ApiResult<AdminPromo>> PromoAsync(string id, CancellationToken cancellationToken = default) =>
        _session.Get<AdminPromo>(PromoOf(id), cancellationToken);

    /// <summary>Makes a promo.</summary>
    /// <param name="fields">All of them.</param>
    /// <param name="reason">For the audit log; null for none.</param>
    /// <param name="key">The intention.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<AdminPromo>> CreatePromoAsync(
        PromoFields fields, string? reason, IdempotencyKey key, CancellationToken cancellationToken = default)
    {
        var promo = JsonSerializer.SerializeToNode(fields, WireJson.Options)!.AsObject();
        promo["reason"] = reason;
        return _session.Send<AdminPromo>(ApiRequest.Post("internal/promos", promo, key), cancellationToken);
    }

    /// <summary>Gives a promo all of these fields; a null empties its field.</summary>
    /// <param name="id">The promo.</param>
    /// <param name="version">The one that was changed: refused with <c>version_conflict</c> when somebody else was faster.</param>
    /// <param name="fields">All of them.</param>
    /// <param name="reason">For the audit log; null for none.</param>
    /// <param name="key">The intention.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<AdminPromo>> UpdatePromoAsync(
        string id, int version, PromoFields fields, string? reason, IdempotencyKey key, CancellationToken cancellationToken = default)
    {
        var patch = JsonSerializer.SerializeToNode(fields, WireJson.Options)!.AsObject();
        patch["version"] = version;
        if (reason is not null) patch["reason"] = reason;
        return _session.Send<AdminPromo>(ApiRequest.Patch(PromoOf(id), patch, key), cancellationToken);
    }

    /// <summary>Switches a promo on or off and leaves the rest as it is.</summary>
    public Task<ApiResult<AdminPromo>> SwitchPromoAsync(
        string id, bool isActive, string? reason, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<AdminPromo>(ApiRequest.Patch(PromoOf(id), new PromoSwitch(isActive, reason), key), cancellationToken);

    /// <summary>Removes a promo; one that was used is archived instead.</summary>
    public Task<ApiResult<Nothing>> DeletePromoAsync(string id, string? reason, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<Nothing>(ApiRequest.Delete(PromoOf(id), new ChangeReason(reason), key), cancellationToken);

    /// <summary>A fresh code that nobody has.</summary>
    public Task<ApiResult<GeneratedCode>> GeneratePromoCodeAsync(CancellationToken cancellationToken = default) =>
        _session.Send<GeneratedCode>(ApiRequest.Post("internal/promos/code"), cancellationToken);

    /// <summary>What a draft would have cost over the last 90 days.</summary>
    public Task<ApiResult<PromoPreview>> PreviewPromoAsync(PromoFields draft, CancellationToken cancellationToken = default) =>
        _session.Send<PromoPreview>(ApiRequest.Post("internal/promos/preview", draft), cancellationToken);

    /// <summary>Everybody whom a draft would have given something, as CSV. The caller disposes the stream.</summary>
    /// <param name="draft">Its <see cref="PromoFields"/> as JSON.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Stream>> PromoPreviewCsvAsync(string draft, CancellationToken cancellationToken = default) =>
        _session.Open(ApiRequest.Get(Query.With("internal/promos/preview.csv", ("draft", draft))), cancellationToken);

    /// <summary>Who used a promo, newest first.</summary>
    public Task<ApiResult<PromoUsagePage>> PromoUsageAsync(string id, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<PromoUsagePage>(Query.With(PromoOf(id) + "/usage", ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>All usages as CSV. The caller disposes the stream.</summary>
    public Task<ApiResult<Stream>> PromoUsageCsvAsync(string id, CancellationToken cancellationToken = default) =>
        _session.Open(ApiRequest.Get(PromoOf(id) + "/usage.csv"), cancellationToken);

    /// <summary>How a promo became what it is, newest first.</summary>
    public Task<ApiResult<Page<PromoVersion>>> PromoVersionsAsync(string id, CancellationToken cancellationToken = default) =>
        _session.Get<Page<PromoVersion>>(PromoOf(id) + "/versions", cancellationToken);

    /// <summary>Grants that wait for a person's eyes.</summary>
    public Task<ApiResult<Page<PromoReview>>> PromoReviewsAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<PromoReview>>(Query.With("internal/promos/reviews", ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>Decides about one of them.</summary>
    public Task<ApiResult<Nothing>> DecideReviewAsync(
        string userId, DecideReviewRequest decision, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<Nothing>(ApiRequest.Post("internal/promos/reviews/" + Query.Segment(userId), decision, key), cancellationToken);

    static string PromoOf(string id) => "internal/promos/" + Query.Segment(id);
}
