using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>The dollar's rate, add-on prices, and what happens to servers that are not paid.</summary>
    public Task<ApiResult<BillingSettings>> BillingSettingsAsync(CancellationToken cancellationToken = default) =>
        _session.Get<BillingSettings>("internal/billing-settings", cancellationToken);

    /// <summary>Changes them; null fields stay.</summary>
    public Task<ApiResult<BillingSettings>> ChangeBillingSettingsAsync(
        ChangeBillingSettingsRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<BillingSettings>(ApiRequest.Patch("internal/billing-settings", request, key), cancellationToken);

    /// <summary>Stops selling a plan, for good; servers already bought go on.</summary>
    public Task<ApiResult<Nothing>> RetirePlanAsync(string id, string? reason, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<Nothing>(ApiRequest.Delete("internal/plans/" + Query.Segment(id), new ChangeReason(reason), key), cancellationToken);

    /// <summary>Servers whose last warning reached nobody.</summary>
    public Task<ApiResult<Page<UndeliveredWarning>>> UndeliveredAsync(CancellationToken cancellationToken = default) =>
        _session.Get<Page<UndeliveredWarning>>("internal/undelivered", cancellationToken);
}
