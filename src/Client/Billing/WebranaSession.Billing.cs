using Webrana.Client.Http;
using Webrana.Wire.Billing;
using Webrana.Wire.Droplets;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>A server's subscription.</summary>
    public Task<ApiResult<InstanceBilling>> BillingAsync(string id, CancellationToken cancellationToken = default) =>
        Get<InstanceBilling>(Of(id) + "/billing", cancellationToken);

    /// <summary>Another billing period from the next renewal on.</summary>
    public Task<ApiResult<InstanceBilling>> ChangeBillingAsync(
        string id, ChangeBillingRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<InstanceBilling>(ApiRequest.Patch(Of(id) + "/billing", request, key), cancellationToken);

    /// <summary>Pays further periods now.</summary>
    public Task<ApiResult<InstanceBilling>> RenewAsync(string id, RenewRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<InstanceBilling>(ApiRequest.Post(Of(id) + "/renew", request, key), cancellationToken);

    /// <summary>Brings a hibernated server back.</summary>
    public Task<ApiResult<ActionAccepted>> RestoreAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Act(id, "restore", key, cancellationToken);

    /// <summary>What add-ons cost.</summary>
    public Task<ApiResult<AddonPrices>> AddonPricesAsync(CancellationToken cancellationToken = default) => Get<AddonPrices>("api/v1/addons", cancellationToken);
}
