using Webrana.Client.Http;
using Webrana.Wire.Billing;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>What the wallet's servers will charge, when the money ends, and what top-up covers it.</summary>
    /// <param name="days">How far to look: 1 to 400; null for 90.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Runway>> RunwayAsync(int? days = null, CancellationToken cancellationToken = default) =>
        Get<Runway>(Query.With("api/v1/wallet/runway", ("days", days)), cancellationToken);
}
