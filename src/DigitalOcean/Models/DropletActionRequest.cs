namespace Webrana.DigitalOcean;

/// <summary>One thing to do to a droplet. Made only by the factories below, each naming what the provider refuses.</summary>
public sealed record DropletActionRequest
{
    DropletActionRequest(string type) => Type = type;

    /// <summary>The provider's word for it.</summary>
    public string Type { get; }

    /// <summary>For rebuild and restore.</summary>
    public ImageReference? Image { get; private init; }

    /// <summary>For rename and snapshot.</summary>
    public string? Name { get; private init; }

    /// <summary>For resize.</summary>
    public string? Size { get; private init; }

    /// <summary>For resize: also grow the disk, for ever.</summary>
    public bool? Disk { get; private init; }

    /// <summary>For enable_backups and change_backup_policy.</summary>
    public BackupPolicy? BackupPolicy { get; private init; }

    /// <summary>off → active.</summary>
    public static DropletActionRequest PowerOn { get; } = new("power_on");

    /// <summary>Pulls the plug. Refused (IsAlreadyPoweredOff) when off.</summary>
    public static DropletActionRequest PowerOff { get; } = new("power_off");

    /// <summary>Asks the guest politely; completes when asked, and the guest may ignore it: look, wait, then power off.</summary>
    public static DropletActionRequest Shutdown { get; } = new("shutdown");

    /// <summary>Graceful.</summary>
    public static DropletActionRequest Reboot { get; } = new("reboot");

    /// <summary>The reset button.</summary>
    public static DropletActionRequest PowerCycle { get; } = new("power_cycle");

    /// <summary>E-mails a new root password to the ACCOUNT's address (ours, not the customer's) and power-cycles.</summary>
    public static DropletActionRequest PasswordReset { get; } = new("password_reset");

    /// <summary>Daily backups by default.</summary>
    public static DropletActionRequest EnableBackups { get; } = new("enable_backups");

    /// <summary>Backups by this policy.</summary>
    /// <param name="policy">Daily, or weekly on a day.</param>
    public static DropletActionRequest EnableBackupsBy(BackupPolicy policy) => new("enable_backups") { BackupPolicy = policy };

    /// <summary>Another policy. Refused while backups are off.</summary>
    /// <param name="policy">Daily, or weekly on a day.</param>
    public static DropletActionRequest ChangeBackupPolicy(BackupPolicy policy) => new("change_backup_policy") { BackupPolicy = policy };

    /// <summary>Existing backups stay. Refused (IsBackupsAlreadyDisabled) when off.</summary>
    public static DropletActionRequest DisableBackups { get; } = new("disable_backups");

    /// <summary>One way.</summary>
    public static DropletActionRequest EnableIPv6 { get; } = new("enable_ipv6");

    /// <summary>Not in the public API (422 there); a provider that grants it answers with <see cref="DropletAction.Console"/>.</summary>
    public static DropletActionRequest GetConsole { get; } = new("get_console");

    /// <summary>Wipes the disk; id and addresses stay.</summary>
    /// <param name="image">Of the same family as the original.</param>
    public static DropletActionRequest Rebuild(ImageReference image) => new("rebuild") { Image = image };

    /// <summary>Puts a backup of this very droplet back.</summary>
    /// <param name="backupId">One of the droplet's backup ids.</param>
    public static DropletActionRequest Restore(long backupId) => new("restore") { Image = backupId };

    /// <summary>A new host name.</summary>
    /// <param name="name">Letters, digits, dots and dashes.</param>
    public static DropletActionRequest Rename(string name) => new("rename") { Name = name };

    /// <summary>Another size. Refused while on (IsMustBePoweredOff), for a smaller disk and for the same size.</summary>
    /// <param name="size">Slug.</param>
    /// <param name="growDisk">Permanent when true.</param>
    public static DropletActionRequest Resize(string size, bool growDisk = false) => new("resize") { Size = size, Disk = growDisk };

    /// <summary>An image of the droplet, running or not.</summary>
    /// <param name="name">Null lets the provider name it.</param>
    public static DropletActionRequest Snapshot(string? name = null) => new("snapshot") { Name = name };
}

/// <summary>When backups are taken.</summary>
/// <param name="Plan"><c>daily</c> or <c>weekly</c>.</param>
/// <param name="Weekday"><c>SUN</c> … <c>SAT</c>; of weekly ones.</param>
/// <param name="Hour">0, 4, 8, 12, 16 or 20 (UTC): the start of the four hours in which it is taken.</param>
public sealed record BackupPolicy(string Plan, string? Weekday = null, int? Hour = null);

/// <summary>A droplet's backups as they are set up.</summary>
public sealed record BackupSetup
{
    /// <summary>Whether any are taken.</summary>
    public bool BackupEnabled { get; init; }

    /// <summary>When; null when none are taken.</summary>
    public BackupPolicy? BackupPolicy { get; init; }

    /// <summary>The hours in which the next one is taken; null when none is, or it is not planned yet.</summary>
    public BackupWindow? NextBackupWindow { get; init; }
}

/// <summary>Hours in which a backup is taken.</summary>
/// <param name="Start">From.</param>
/// <param name="End">To.</param>
public sealed record BackupWindow(DateTimeOffset Start, DateTimeOffset End);

/// <summary>An image by slug or by id, as the provider accepts both.</summary>
public readonly record struct ImageReference
{
    internal ImageReference(string? slug, long id) => (Slug, Id) = (slug, id);

    /// <summary>Set when named by slug.</summary>
    public string? Slug { get; }

    /// <summary>Set when named by id; 0 otherwise.</summary>
    public long Id { get; }

    /// <summary>Such as ubuntu-24-04-x64.</summary>
    public static implicit operator ImageReference(string slug) => FromSlug(slug);

    /// <summary>A snapshot's or backup's id.</summary>
    public static implicit operator ImageReference(long id) => FromId(id);

    /// <summary>Such as ubuntu-24-04-x64.</summary>
    /// <param name="slug">The image's slug.</param>
    public static ImageReference FromSlug(string slug)
    {
        ArgumentException.ThrowIfNullOrEmpty(slug);
        return new(slug, 0);
    }

    /// <summary>A snapshot's or backup's id.</summary>
    /// <param name="id">Positive.</param>
    public static ImageReference FromId(long id)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(id);
        return new(null, id);
    }

    /// <inheritdoc/>
    public override string ToString() => Slug ?? Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
