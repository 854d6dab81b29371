using Webrana.Wire;
using Webrana.Wire.Shop;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>What is stopped at the moment; usually nothing.</summary>
    public Task<ApiResult<Page<ShopNotice>>> NoticesAsync(CancellationToken cancellationToken = default) =>
        Get<Page<ShopNotice>>("api/v1/notices", cancellationToken);

    /// <summary>What is announced at the moment; usually nothing.</summary>
    public Task<ApiResult<Page<MaintenanceNotice>>> MaintenanceAsync(CancellationToken cancellationToken = default) =>
        Get<Page<MaintenanceNotice>>("api/v1/notices/maintenance", cancellationToken);
}
