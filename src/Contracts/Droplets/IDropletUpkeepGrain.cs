using Orleans.Concurrency;

namespace Webrana.Contracts.Droplets;

/// <summary>
/// Copies of a server's disk and its addresses. The same grain as <see cref="IDropletGrain"/>, key <c>droplet:{instanceId}</c>; what it
/// starts are actions like the power button's, one at a time and in the activity log.
/// </summary>
[Alias("droplet-upkeep")]
public interface IDropletUpkeepGrain : IGrainWithStringKey
{
    /// <summary>Starts one; refused while another action runs. The same operation id is answered with the first receipt.</summary>
    [Alias("upkeep")]
    Task<Result<ActionReceipt, ActionError>> Upkeep(StartUpkeep command);

    /// <summary>Snapshots and backups as the provider has them now.</summary>
    [AlwaysInterleave, Alias("copies")]
    Task<Result<ServerCopies, UpkeepError>> Copies();

    /// <summary>Addresses as the provider has them now.</summary>
    [AlwaysInterleave, Alias("network")]
    Task<Result<ServerNetwork, UpkeepError>> Network();
}

/// <param name="Kind">From <see cref="ActionKind.Snapshot"/> to <see cref="ActionKind.EnableIpv6"/>, and <see cref="ActionKind.ChangeBackupPolicy"/>.</param>
/// <param name="Name">Of a new snapshot.</param>
/// <param name="ImageId">The snapshot or backup it is about.</param>
/// <param name="Weekly">Backups once a week instead of daily.</param>
/// <param name="Day">Of weekly backups; null: Sunday.</param>
/// <param name="Hour">The hour (UTC) at which the four hours of a backup begin: 0, 4, 8, 12, 16 or 20; null: 20, the night in Jakarta.</param>
[GenerateSerializer, Immutable, Alias("start-upkeep")]
public sealed record StartUpkeep(
    [property: Id(0)] string OperationId,
    [property: Id(1)] ActionKind Kind,
    [property: Id(2)] string Actor,
    [property: Id(3)] string? Name = null,
    [property: Id(4)] string? ImageId = null,
    [property: Id(5)] bool Weekly = false,
    [property: Id(6)] BackupDay? Day = null,
    [property: Id(7)] int? Hour = null);

/// <summary>A day of the week, by UTC.</summary>
[GenerateSerializer, Alias("backup-day")]
public enum BackupDay
{
    Sunday,
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
}

/// <summary>Why nothing could be read; nothing was changed.</summary>
[GenerateSerializer, Alias("upkeep-error")]
public enum UpkeepError
{
    NotFound,

    /// <summary>There is no running or stopped server behind it.</summary>
    InvalidState,
    TemporarilyUnavailable,
}

/// <summary>Copies of a server's disk.</summary>
/// <param name="MostSnapshots">How many snapshots a server may have.</param>
/// <param name="BackupPlan"><c>daily</c> or <c>weekly</c>; null when no backups are taken.</param>
/// <param name="Times">When they are taken; null when none are.</param>
[GenerateSerializer, Immutable, Alias("server-copies")]
public sealed record ServerCopies(
    [property: Id(0)] IReadOnlyList<DiskCopy> Snapshots,
    [property: Id(1)] int MostSnapshots,
    [property: Id(2)] IReadOnlyList<DiskCopy> Backups,
    [property: Id(3)] string? BackupPlan,
    [property: Id(4)] BackupTimes? Times = null);

/// <summary>When backups are taken.</summary>
/// <param name="Day">Of weekly ones.</param>
/// <param name="Hour">The hour (UTC) at which their four hours begin; null when the provider does not say.</param>
/// <param name="NextFrom">The next one is taken from then on; null when the provider has not planned it yet.</param>
/// <param name="NextTo">And until then.</param>
[GenerateSerializer, Immutable, Alias("backup-times")]
public sealed record BackupTimes(
    [property: Id(0)] BackupDay? Day,
    [property: Id(1)] int? Hour,
    [property: Id(2)] DateTimeOffset? NextFrom,
    [property: Id(3)] DateTimeOffset? NextTo);

/// <summary>One copy.</summary>
/// <param name="MinDiskGb">The smallest disk it fits on.</param>
[GenerateSerializer, Immutable, Alias("disk-copy")]
public sealed record DiskCopy(
    [property: Id(0)] string ImageId,
    [property: Id(1)] string Name,
    [property: Id(2)] DateTimeOffset? CreatedAt,
    [property: Id(3)] decimal SizeGb,
    [property: Id(4)] int MinDiskGb);

/// <summary>A server's addresses.</summary>
/// <param name="HostName">What its public addresses resolve to: its name at the provider.</param>
[GenerateSerializer, Immutable, Alias("server-network")]
public sealed record ServerNetwork([property: Id(0)] string HostName, [property: Id(1)] IReadOnlyList<ServerAddress> Addresses);

/// <param name="Version">4 or 6.</param>
/// <param name="Netmask">Dotted for version 4, the prefix length for version 6.</param>
/// <param name="Gateway">Null in private networks.</param>
[GenerateSerializer, Immutable, Alias("server-address")]
public sealed record ServerAddress(
    [property: Id(0)] int Version,
    [property: Id(1)] bool Public,
    [property: Id(2)] string Address,
    [property: Id(3)] string? Netmask,
    [property: Id(4)] string? Gateway);
