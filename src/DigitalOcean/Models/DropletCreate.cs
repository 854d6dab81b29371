namespace Webrana.DigitalOcean;

/// <summary>A wish for one droplet. Put a tag on it that exists nowhere else: only so can a lost answer be found out about.</summary>
public sealed record DropletCreate
{
    /// <summary>Host name: letters, digits, dots and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>Size slug.</summary>
    public required string Size { get; init; }

    /// <summary>Image slug or id.</summary>
    public required ImageReference Image { get; init; }

    /// <summary>Region slug; null lets the provider choose.</summary>
    public string? Region { get; init; }

    /// <summary>Ids of keys on the account. Without any, the provider e-mails a root password to the account's owner.</summary>
    public IReadOnlyList<long> SshKeys { get; init; } = [];

    /// <summary>Daily backups, at extra cost.</summary>
    public bool Backups { get; init; }

    /// <summary>A public IPv6 address.</summary>
    public bool Ipv6 { get; init; }

    /// <summary>The metrics agent; cannot be added later through the API.</summary>
    public bool Monitoring { get; init; }

    /// <summary>Letters, digits, underscore, dash, colon.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>cloud-config or a script, at most 64 KiB. May hold secrets: never log it.</summary>
    public string? UserData { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"DropletCreate {{ Name = {Name}, Size = {Size}, Image = {Image}, Region = {Region} }}";
}
