using System.Text.Json.Serialization;

namespace Webrana.DigitalOcean;

/// <summary>A droplet as the provider shows it. Members the provider may leave out or send as null have a default here.</summary>
public sealed record Droplet
{
    /// <summary>64-bit: live ids are beyond 5.5e8 and grow.</summary>
    public required long Id { get; init; }

    /// <summary>Its host name. Not unique at the provider.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Megabytes.</summary>
    public int Memory { get; init; }

    /// <summary>Virtual processors.</summary>
    public int Vcpus { get; init; }

    /// <summary>Gigabytes.</summary>
    public int Disk { get; init; }

    /// <summary>An administrative lock at the provider. NOT a sign of a running event: follow the action instead.</summary>
    public bool Locked { get; init; }

    /// <summary>Where it is in its life. Active alone does not mean reachable: see <see cref="IsReady"/>.</summary>
    public required DropletStatus Status { get; init; }

    /// <summary>When the provider accepted its creation.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Such as monitoring, backups, ipv6, droplet_agent.</summary>
    public IReadOnlyList<string> Features { get; init => field = value ?? []; } = [];

    /// <summary>Backups of this droplet, as image ids.</summary>
    public IReadOnlyList<long> BackupIds { get; init => field = value ?? []; } = [];

    /// <summary>Snapshots of this droplet, as image ids.</summary>
    public IReadOnlyList<long> SnapshotIds { get; init => field = value ?? []; } = [];

    /// <summary>Attached volumes.</summary>
    public IReadOnlyList<string> VolumeIds { get; init => field = value ?? []; } = [];

    /// <summary>What it was made or last rebuilt from; null when that image is gone.</summary>
    public Image? Image { get; init; }

    /// <summary>The size in full.</summary>
    public Size? Size { get; init; }

    /// <summary>The size's slug.</summary>
    public string SizeSlug { get; init => field = value ?? ""; } = "";

    /// <summary>Its addresses; empty for a while after creation.</summary>
    public DropletNetworks Networks { get; init => field = value ?? new(); } = new();

    /// <summary>Where it runs.</summary>
    public Region? Region { get; init; }

    /// <summary>Tags, case-stable.</summary>
    public IReadOnlyList<string> Tags { get; init => field = value ?? []; } = [];

    /// <summary>Its private network; absent right after creation.</summary>
    public string? VpcUuid { get; init; }

    /// <summary>The public IPv4 address, picked by type: the private one usually comes first.</summary>
    [JsonIgnore]
    public string? PublicIPv4 => Networks.V4.FirstOrDefault(network => network.IsPublic)?.IpAddress;

    /// <summary>The public IPv6 address, if it has one.</summary>
    [JsonIgnore]
    public string? PublicIPv6 => Networks.V6.FirstOrDefault(network => network.IsPublic)?.IpAddress;

    /// <summary>Active AND publicly addressed: the provider may show active before the network (terraform provider #1598).</summary>
    [JsonIgnore]
    public bool IsReady => Status == DropletStatus.Active && PublicIPv4 is not null;
}

/// <summary>Where a droplet is in its life.</summary>
public enum DropletStatus
{
    /// <summary>A word this client does not know yet.</summary>
    Unknown,

    /// <summary>Being created.</summary>
    New,

    /// <summary>Powered on.</summary>
    Active,

    /// <summary>Powered off; still billed.</summary>
    Off,

    /// <summary>Archived by the provider.</summary>
    Archive,
}

/// <summary>A droplet's addresses.</summary>
public sealed record DropletNetworks
{
    /// <summary>IPv4, private and public in no promised order.</summary>
    public IReadOnlyList<NetworkV4> V4 { get; init => field = value ?? []; } = [];

    /// <summary>IPv6.</summary>
    public IReadOnlyList<NetworkV6> V6 { get; init => field = value ?? []; } = [];
}

/// <summary>One IPv4 address.</summary>
public sealed record NetworkV4
{
    /// <summary>Dotted.</summary>
    public required string IpAddress { get; init; }

    /// <summary>Dotted.</summary>
    public string? Netmask { get; init; }

    /// <summary>Null for private networks, where the provider sends the literal text <c>&lt;nil&gt;</c>.</summary>
    public string? Gateway { get; init => field = value is "" or "nil" or "<nil>" ? null : value; }

    /// <summary>public or private.</summary>
    public string? Type { get; init; }

    /// <summary>Reachable from the internet.</summary>
    [JsonIgnore]
    public bool IsPublic => Type == "public";
}

/// <summary>One IPv6 address.</summary>
public sealed record NetworkV6
{
    /// <summary>Colon notation.</summary>
    public required string IpAddress { get; init; }

    /// <summary>Prefix length: a number here, unlike IPv4's.</summary>
    public int Netmask { get; init; }

    /// <summary>Null where the provider sends the literal text <c>&lt;nil&gt;</c>.</summary>
    public string? Gateway { get; init => field = value is "" or "nil" or "<nil>" ? null : value; }

    /// <summary>public or private.</summary>
    public string? Type { get; init; }

    /// <summary>Reachable from the internet.</summary>
    [JsonIgnore]
    public bool IsPublic => Type == "public";
}

/// <summary>A droplet that the provider has just agreed to make.</summary>
/// <param name="Droplet">Status new, no addresses yet.</param>
/// <param name="CreateActionId">The action to follow; null should the provider not tell it.</param>
public sealed record CreatedDroplet(Droplet Droplet, long? CreateActionId);
