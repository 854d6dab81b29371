using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>All provider accounts.</summary>
    public Task<ApiResult<Page<ProviderAccount>>> ProviderAccountsAsync(CancellationToken cancellationToken = default) =>
        _session.Get<Page<ProviderAccount>>("internal/digitalocean/accounts", cancellationToken);

    /// <summary>Takes in another account; its token is tried first.</summary>
    public Task<ApiResult<ProviderAccount>> AddProviderAccountAsync(AddProviderAccountRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<ProviderAccount>(ApiRequest.Post("internal/digitalocean/accounts", request, key), cancellationToken);

    /// <summary>Replaces an account's token by another of the same account.</summary>
    public Task<ApiResult<ProviderAccount>> ReplaceProviderTokenAsync(string id, ReplaceProviderTokenRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<ProviderAccount>(ApiRequest.Put($"internal/digitalocean/accounts/{Query.Segment(id)}/token", request, key), cancellationToken);

    /// <summary>Sells through an account, drains it or stops all calls to it.</summary>
    public Task<ApiResult<ProviderAccount>> SetProviderModeAsync(
        string id, ProviderMode mode, string? reason, IdempotencyKey key, CancellationToken cancellationToken = default)
    {
        var word = mode switch
        {
            ProviderMode.Active => "enable",
            ProviderMode.Draining => "drain",
            _ => "disable",
        };
        return _session.Send<ProviderAccount>(ApiRequest.Post($"internal/digitalocean/accounts/{Query.Segment(id)}/{word}", new ChangeReason(reason), key), cancellationToken);
    }

    /// <summary>What the sweeps over the provider's droplets found odd.</summary>
    public Task<ApiResult<Page<DriftItem>>> DriftAsync(bool resolved = false, CancellationToken cancellationToken = default) =>
        _session.Get<Page<DriftItem>>(Query.With("internal/reconciliation", ("resolved", resolved ? "true" : null), ("limit", 200)), cancellationToken);
}
