using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>The shop at a glance.</summary>
    public Task<ApiResult<Dashboard>> DashboardAsync(CancellationToken cancellationToken = default) =>
        _session.Get<Dashboard>("internal/dashboard", cancellationToken);

    /// <summary>What somebody should look at now.</summary>
    /// <param name="cleared">Also what is over.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Page<DeskAlarm>>> AlarmsAsync(bool cleared = false, CancellationToken cancellationToken = default) =>
        _session.Get<Page<DeskAlarm>>(Query.With("internal/alarms", ("cleared", cleared ? "true" : null)), cancellationToken);

    /// <summary>One report.</summary>
    /// <param name="name">Which.</param>
    /// <param name="from">First day, <c>2026-11-01</c>; null for the month's first.</param>
    /// <param name="to">Last day; null for today.</param>
    /// <param name="by"><c>day</c> or <c>month</c>.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Report>> ReportAsync(ReportName name, string? from = null, string? to = null, string? by = null, CancellationToken cancellationToken = default) =>
        _session.Get<Report>(Query.With("internal/reports/" + WireName.Of<ReportName>(name), ("from", from), ("to", to), ("by", by)), cancellationToken);

    /// <summary>The same as CSV. The caller disposes the stream.</summary>
    public Task<ApiResult<Stream>> ReportCsvAsync(ReportName name, string? from, string? to, string? by, CancellationToken cancellationToken = default) =>
        _session.Open(ApiRequest.Get(Query.With($"internal/reports/{WireName.Of<ReportName>(name)}/csv", ("from", from), ("to", to), ("by", by))), cancellationToken);
}
