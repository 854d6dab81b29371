using System.Text.Json.Serialization;

namespace Webrana.Wire.Droplets;

/// <summary>A copy of a server's disk: a snapshot, taken on demand, or a backup, taken by itself.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Name">For people.</param>
/// <param name="CreatedAt">When it was taken.</param>
/// <param name="SizeGb">GB it takes.</param>
/// <param name="MinDiskGb">The smallest disk it fits on.</param>
public sealed record DiskCopy(string Id, string Name, DateTimeOffset? CreatedAt, decimal SizeGb, int MinDiskGb);

/// <summary>
/// <c>GET /api/v1/instances/{id}/snapshots</c>. Taken by <c>POST …/snapshots</c>, restored by <c>POST …/snapshots/{snapshotId}/restore</c>,
/// removed by <c>DELETE …/snapshots/{snapshotId}</c>, each 202 <see cref="ActionAccepted"/>. They go with the server when it is deleted.
/// </summary>
/// <param name="Items">Newest last.</param>
/// <param name="Most">How many a server may have.</param>
public sealed record InstanceSnapshots(IReadOnlyList<DiskCopy> Items, int Most);

/// <summary><c>GET /api/v1/instances/{id}/backups</c>. Switched by <c>POST …/backups/enable</c> and <c>…/disable</c>, restored by <c>POST …/backups/{backupId}/restore</c>.</summary>
/// <param name="Plan">Null when none are taken.</param>
/// <param name="Items">Newest last.</param>
public sealed record InstanceBackups(BackupPlan? Plan, IReadOnlyList<DiskCopy> Items);

/// <summary>How often backups are taken.</summary>
[JsonConverter(typeof(WireEnumConverter<BackupPlan>))]
public enum BackupPlan
{
    /// <summary>Kept for seven days.</summary>
    [JsonStringEnumMemberName("DAILY")] Daily,

    /// <summary>On Sundays, kept for four weeks.</summary>
    [JsonStringEnumMemberName("WEEKLY")] Weekly,
}

/// <summary><c>POST /api/v1/instances/{id}/snapshots</c>.</summary>
/// <param name="Name">1 to 64 characters.</param>
public sealed record TakeSnapshotRequest(string Name);

/// <summary><c>POST /api/v1/instances/{id}/backups/enable</c>.</summary>
/// <param name="Plan">How often.</param>
public sealed record EnableBackupsRequest(BackupPlan Plan);

/// <summary><c>GET /api/v1/instances/{id}/network</c>. IPv6 is added for good by <c>POST …/ipv6</c>.</summary>
/// <param name="HostName">What its public addresses resolve to (PTR).</param>
/// <param name="Addresses">Public ones first.</param>
public sealed record InstanceNetwork(string HostName, IReadOnlyList<InstanceAddress> Addresses);

/// <summary>One address of a server.</summary>
/// <param name="Version">4 or 6.</param>
/// <param name="Public">Reachable from the internet.</param>
/// <param name="Address">The address.</param>
/// <param name="Netmask">Dotted for version 4, the prefix length for version 6.</param>
/// <param name="Gateway">Null in private networks.</param>
public sealed record InstanceAddress(int Version, bool Public, string Address, string? Netmask, string? Gateway);
