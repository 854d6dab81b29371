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

/// <summary>
/// <c>GET /api/v1/instances/{id}/backups</c>. Switched by <c>POST …/backups/enable</c> and <c>…/disable</c>, taken at other times by
/// <c>PUT …/backups/policy</c>, restored by <c>POST …/backups/{backupId}/restore</c>.
/// </summary>
/// <param name="Plan">Null when none are taken.</param>
/// <param name="Items">Newest last.</param>
/// <param name="Weekday">The day (UTC) of weekly ones; null for others.</param>
/// <param name="Hour">The hour (UTC) at which the four hours begin in which one is taken: 0, 4, 8, 12, 16 or 20. Null when none are taken.</param>
/// <param name="Next">When the next one is taken; null when none is, or it is not planned yet.</param>
public sealed record InstanceBackups(
    BackupPlan? Plan, IReadOnlyList<DiskCopy> Items, BackupWeekday? Weekday = null, int? Hour = null, BackupWindow? Next = null);

/// <summary>Hours in which a backup is taken.</summary>
/// <param name="From">Not before.</param>
/// <param name="To">Begun by then.</param>
public sealed record BackupWindow(DateTimeOffset From, DateTimeOffset To);

/// <summary>How often backups are taken.</summary>
[JsonConverter(typeof(WireEnumConverter<BackupPlan>))]
public enum BackupPlan
{
    /// <summary>Kept for seven days.</summary>
    [JsonStringEnumMemberName("DAILY")] Daily,

    /// <summary>On one day of the week, kept for four weeks.</summary>
    [JsonStringEnumMemberName("WEEKLY")] Weekly,
}

/// <summary>A day of the week, by UTC.</summary>
[JsonConverter(typeof(WireEnumConverter<BackupWeekday>))]
public enum BackupWeekday
{
    [JsonStringEnumMemberName("SUN")] Sunday,
    [JsonStringEnumMemberName("MON")] Monday,
    [JsonStringEnumMemberName("TUE")] Tuesday,
    [JsonStringEnumMemberName("WED")] Wednesday,
    [JsonStringEnumMemberName("THU")] Thursday,
    [JsonStringEnumMemberName("FRI")] Friday,
    [JsonStringEnumMemberName("SAT")] Saturday,
}

/// <summary><c>POST /api/v1/instances/{id}/snapshots</c>.</summary>
/// <param name="Name">1 to 64 characters.</param>
public sealed record TakeSnapshotRequest(string Name);

/// <summary><c>POST /api/v1/instances/{id}/backups/enable</c>, and <c>PUT …/backups/policy</c> while backups are on.</summary>
/// <param name="Plan">How often.</param>
/// <param name="Weekday">The day (UTC) of weekly ones; left out: Sunday. Not of daily ones.</param>
/// <param name="Hour">
/// The hour (UTC) at which the four hours begin in which one is taken: 0, 4, 8, 12, 16 or 20. Left out: 20, which is 03.00 WIB of the day after.
/// </param>
public sealed record BackupPolicyRequest(BackupPlan Plan, BackupWeekday? Weekday = null, int? Hour = null);

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
