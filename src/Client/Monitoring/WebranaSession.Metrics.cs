using Webrana.Client.Http;
using Webrana.Wire.Monitoring;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>How a server is doing.</summary>
    /// <param name="id">The server.</param>
    /// <param name="range"><c>1h</c>, <c>6h</c>, <c>24h</c>, <c>7d</c> or <c>14d</c>.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<InstanceMetrics>> MetricsAsync(string id, string range, CancellationToken cancellationToken = default) =>
        Get<InstanceMetrics>(Query.With(Of(id) + "/metrics", ("range", range)), cancellationToken);
}
