using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Shop;

namespace Webrana.Client;

public sealed partial class AdminClient
{
    /// <summary>Who did what, newest first.</summary>
    /// <param name="subject">The key of what it was done to.</param>
    /// <param name="actor">A user's id.</param>
    /// <param name="action">A name, or its beginning up to a dot.</param>
    /// <param name="limit">At most 200.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Page<AuditEntry>>> AuditAsync(
        string? subject = null, string? actor = null, string? action = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<AuditEntry>>(
            Query.With("internal/audit", ("subject", subject), ("actor", actor), ("action", action), ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>Walks the audit log's hash chain.</summary>
    public Task<ApiResult<AuditVerification>> VerifyAuditAsync(CancellationToken cancellationToken = default) =>
        _session.Get<AuditVerification>("internal/audit/verification", cancellationToken);

    /// <summary>Shuts a customer out, or lets them in again.</summary>
    public Task<ApiResult<AdminUser>> SetFrozenAsync(
        string userId, bool frozen, DeskActRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<AdminUser>(ApiRequest.Post($"internal/users/{Query.Segment(userId)}/{(frozen ? "freeze" : "unfreeze")}", request, key), cancellationToken);

    /// <summary>Suspends a server for abuse.</summary>
    public Task<ApiResult<AdminInstance>> SuspendServerAsync(string id, BlockServerRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<AdminInstance>(ApiRequest.Post($"internal/instances/{Query.Segment(id)}/suspend", request, key), cancellationToken);

    /// <summary>Takes such a suspension back.</summary>
    public Task<ApiResult<AdminInstance>> UnsuspendServerAsync(string id, DeskActRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<AdminInstance>(ApiRequest.Post($"internal/instances/{Query.Segment(id)}/unsuspend", request, key), cancellationToken);

    /// <summary>Switches somebody's second factor off after an identity check.</summary>
    public Task<ApiResult<AdminUser>> DisableTwoFactorAsync(string userId, DeskActRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<AdminUser>(ApiRequest.Post($"internal/users/{Query.Segment(userId)}/two-factor/disable", request, key), cancellationToken);

    /// <summary>Orders that did not come through.</summary>
    /// <param name="trouble">Only of this kind.</param>
    /// <param name="limit">At most 200.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Page<StuckOrder>>> StuckOrdersAsync(
        OrderTrouble? trouble = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _session.Get<Page<StuckOrder>>(Query.With("internal/stuck-orders", ("trouble", WireName.Of(trouble)), ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>Pushes a late order on, or places a failed one again.</summary>
    public Task<ApiResult<OrderRetried>> RetryStuckOrderAsync(string id, DeskActRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<OrderRetried>(ApiRequest.Post($"internal/stuck-orders/{Query.Segment(id)}/retry", request, key), cancellationToken);

    /// <summary>Gives a late order up.</summary>
    public Task<ApiResult<Nothing>> FailStuckOrderAsync(string id, DeskActRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<Nothing>(ApiRequest.Post($"internal/stuck-orders/{Query.Segment(id)}/fail", request, key), cancellationToken);

    /// <summary>What can be stopped, and what is.</summary>
    public Task<ApiResult<Page<ShopSwitchState>>> SwitchesAsync(CancellationToken cancellationToken = default) =>
        _session.Get<Page<ShopSwitchState>>("internal/switches", cancellationToken);

    /// <summary>Stops something, or lets it go on.</summary>
    public Task<ApiResult<ShopSwitchState>> SetSwitchAsync(
        ShopSwitchName name, SetSwitchRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<ShopSwitchState>(ApiRequest.Put($"internal/switches/{WireName.Of<ShopSwitchName>(name)}", request, key), cancellationToken);

    /// <summary>The maintenance banner, shown or planned.</summary>
    public Task<ApiResult<MaintenanceState>> MaintenanceAsync(CancellationToken cancellationToken = default) =>
        _session.Get<MaintenanceState>("internal/maintenance", cancellationToken);

    /// <summary>Shows customers a banner between two moments.</summary>
    public Task<ApiResult<MaintenanceState>> SetMaintenanceAsync(SetMaintenanceRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<MaintenanceState>(ApiRequest.Put("internal/maintenance", request, key), cancellationToken);

    /// <summary>Takes it down before its time.</summary>
    public Task<ApiResult<MaintenanceState>> EndMaintenanceAsync(DeskActRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        _session.Send<MaintenanceState>(ApiRequest.Post("internal/maintenance/end", request, key), cancellationToken);
}
