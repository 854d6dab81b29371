using Webrana.Client.Http;
using Webrana.Wire.Droplets;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>Its snapshots.</summary>
    public Task<ApiResult<InstanceSnapshots>> SnapshotsAsync(string id, CancellationToken cancellationToken = default) =>
        Get<InstanceSnapshots>(Of(id) + "/snapshots", cancellationToken);

    /// <summary>Copies its disk.</summary>
    public Task<ApiResult<ActionAccepted>> TakeSnapshotAsync(string id, TakeSnapshotRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<ActionAccepted>(ApiRequest.Post(Of(id) + "/snapshots", request, key), cancellationToken);

    /// <summary>Puts a snapshot back.</summary>
    public Task<ApiResult<ActionAccepted>> RestoreSnapshotAsync(string id, string snapshotId, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Act(id, $"snapshots/{Query.Segment(snapshotId)}/restore", key, cancellationToken);

    /// <summary>Deletes a snapshot.</summary>
    public Task<ApiResult<ActionAccepted>> DeleteSnapshotAsync(string id, string snapshotId, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<ActionAccepted>(ApiRequest.Delete($"{Of(id)}/snapshots/{Query.Segment(snapshotId)}", key: key), cancellationToken);

    /// <summary>Its backups.</summary>
    public Task<ApiResult<InstanceBackups>> BackupsAsync(string id, CancellationToken cancellationToken = default) =>
        Get<InstanceBackups>(Of(id) + "/backups", cancellationToken);

    /// <summary>Takes backups from now on.</summary>
    public Task<ApiResult<ActionAccepted>> EnableBackupsAsync(string id, BackupPolicyRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<ActionAccepted>(ApiRequest.Post(Of(id) + "/backups/enable", request, key), cancellationToken);

    /// <summary>Takes backups at other times.</summary>
    public Task<ApiResult<ActionAccepted>> ChangeBackupsAsync(string id, BackupPolicyRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<ActionAccepted>(ApiRequest.Put(Of(id) + "/backups/policy", request, key), cancellationToken);

    /// <summary>Takes no more backups.</summary>
    public Task<ApiResult<ActionAccepted>> DisableBackupsAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Act(id, "backups/disable", key, cancellationToken);

    /// <summary>Puts a backup back.</summary>
    public Task<ApiResult<ActionAccepted>> RestoreBackupAsync(string id, string backupId, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Act(id, $"backups/{Query.Segment(backupId)}/restore", key, cancellationToken);

    /// <summary>Its addresses.</summary>
    public Task<ApiResult<InstanceNetwork>> NetworkAsync(string id, CancellationToken cancellationToken = default) =>
        Get<InstanceNetwork>(Of(id) + "/network", cancellationToken);

    /// <summary>What may come in.</summary>
    public Task<ApiResult<InstanceFirewall>> FirewallAsync(string id, CancellationToken cancellationToken = default) =>
        Get<InstanceFirewall>(Of(id) + "/firewall", cancellationToken);

    /// <summary>Replaces what may come in.</summary>
    public Task<ApiResult<InstanceFirewall>> SetFirewallAsync(string id, FirewallRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<InstanceFirewall>(ApiRequest.Put(Of(id) + "/firewall", request, key), cancellationToken);

    /// <summary>Adds IPv6, for good.</summary>
    public Task<ApiResult<ActionAccepted>> EnableIpv6Async(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Act(id, "ipv6", key, cancellationToken);
}
