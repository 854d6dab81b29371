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

/// <param name="Kind">From <see cref="ActionKind.Snapshot"/> to <see cref="ActionKind.EnableIpv6"/>.</param>
/// <param name="Name">Of a new snapshot.</param>
/// <param name="ImageId">The snapshot or backup it is about.</param>
/// <param name="Weekly">Backups once a week instead of daily.</param>
[GenerateSerializer, Immutable, Alias("start-upkeep")]
public sealed record StartUpkeep(
    [property: Id(0)] string OperationId,
    [property: Id(1)] ActionKind Kind,
    [property: Id(2)] string Actor,
    [property: Id(3)] string? Name = null,
    [property: Id(4)] string? ImageId = null,
    [property: Id(5)] bool Weekly = false);

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
[GenerateSerializer, Immutable, Alias("server-copies")]
public sealed record ServerCopies(
    [property: Id(0)] IReadOnlyList<DiskCopy> Snapshots,
    [property: Id(1)] int MostSnapshots,
    [property: Id(2)] IReadOnlyList<DiskCopy> Backups,
    [property: Id(3)] string? BackupPlan);

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
