using Webrana.Client.Http;
using Webrana.Wire.Limits;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>A customer's limits.</summary>
    public Task<ApiResult<CustomerLimitsState>> LimitsAsync(string userId, CancellationToken cancellationToken = default) =>
        _session.Get<CustomerLimitsState>(LimitsOf(userId), cancellationToken);

    /// <summary>Sets a customer's limits by hand, or gives them back to the rule.</summary>
    public Task<ApiResult<CustomerLimitsState>> SetLimitsAsync(string userId, SetLimitsRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<CustomerLimitsState>(ApiRequest.Put(LimitsOf(userId), request, key), cancellationToken);

    static string LimitsOf(string userId) => $"internal/users/{Query.Segment(userId)}/limits";
}
