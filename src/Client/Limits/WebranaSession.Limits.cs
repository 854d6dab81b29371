using Webrana.Wire.Limits;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>How much I may have, and how to raise it.</summary>
    public Task<ApiResult<AccountLimits>> LimitsAsync(CancellationToken cancellationToken = default) => Get<AccountLimits>(Me + "limits", cancellationToken);
}
