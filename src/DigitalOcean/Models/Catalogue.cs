namespace Webrana.DigitalOcean;

/// <summary>A size that can be bought.</summary>
public sealed record Size
{
    /// <summary>Its name in calls.</summary>
    public required string Slug { get; init; }

    /// <summary>Megabytes.</summary>
    public int Memory { get; init; }

    /// <summary>Virtual processors.</summary>
    public int Vcpus { get; init; }

    /// <summary>Gigabytes.</summary>
    public int Disk { get; init; }

    /// <summary>Terabytes a month.</summary>
    public decimal Transfer { get; init; }

    /// <summary>US dollars.</summary>
    public decimal PriceMonthly { get; init; }

    /// <summary>US dollars.</summary>
    public decimal PriceHourly { get; init; }

    /// <summary>Where it can be created now.</summary>
    public IReadOnlyList<string> Regions { get; init => field = value ?? []; } = [];

    /// <summary>Sold at all.</summary>
    public bool Available { get; init; }

    /// <summary>Such as Basic.</summary>
    public string? Description { get; init; }
}

/// <summary>A region. Its own size list is wider than what the account may buy: sell from the sizes instead.</summary>
public sealed record Region
{
    /// <summary>Its name in calls.</summary>
    public required string Slug { get; init; }

    /// <summary>For people.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>What it offers.</summary>
    public IReadOnlyList<string> Features { get; init => field = value ?? []; } = [];

    /// <summary>False for retired regions.</summary>
    public bool Available { get; init; }

    /// <summary>Slugs; empty for retired regions.</summary>
    public IReadOnlyList<string> Sizes { get; init => field = value ?? []; } = [];
}

/// <summary>An image: a distribution's, or one of the account's own.</summary>
public sealed record Image
{
    /// <summary>Changes with each refresh of a distribution: prefer the slug.</summary>
    public required long Id { get; init; }

    /// <summary>For people, without the distribution's name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Such as Ubuntu.</summary>
    public string? Distribution { get; init; }

    /// <summary>Null for private images.</summary>
    public string? Slug { get; init; }

    /// <summary>The provider's own.</summary>
    public bool Public { get; init; }

    /// <summary>Where it can be used.</summary>
    public IReadOnlyList<string> Regions { get; init => field = value ?? []; } = [];

    /// <summary>Gigabytes a size must have.</summary>
    public int MinDiskSize { get; init; }

    /// <summary>base, snapshot, backup, custom, admin.</summary>
    public string? Type { get; init; }

    /// <summary>Gigabytes it takes.</summary>
    public decimal? SizeGigabytes { get; init; }

    /// <summary>NEW, available, pending, deleted, retired.</summary>
    public string? Status { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>A snapshot or a backup. Its id is text in one list and a number in another; here always text.</summary>
public sealed record Snapshot
{
    /// <summary>Text, whatever the provider sent.</summary>
    public required string Id { get; init; }

    /// <summary>For people.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Where it can be used.</summary>
    public IReadOnlyList<string> Regions { get; init => field = value ?? []; } = [];

    /// <summary>Of what; not told in a droplet's own lists.</summary>
    public string? ResourceId { get; init; }

    /// <summary>droplet or volume; not told in a droplet's own lists.</summary>
    public string? ResourceType { get; init; }

    /// <summary>snapshot or backup; only told in a droplet's own lists.</summary>
    public string? Type { get; init; }

    /// <summary>Gigabytes a size must have.</summary>
    public int MinDiskSize { get; init; }

    /// <summary>Gigabytes it takes, billed.</summary>
    public decimal SizeGigabytes { get; init; }
}
