using System.Text.Json.Serialization;
using Webrana.Sandbox.DigitalOcean.Cloud;

namespace Webrana.Sandbox.DigitalOcean.State;

/// <summary>Everything the simulator remembers; written to the state file as is.</summary>
internal sealed class SimulatorState
{
    public int SchemaVersion { get; init; } = 1;

    /// <summary>How far the simulator's clock is ahead of the machine's.</summary>
    public long ClockOffsetMs { get; set; }

    public SimulatorSettings Settings { get; set; } = new();

    /// <summary>One per accepted token, in the order of the tokens: a new token at the same place continues the same account.</summary>
    public List<AccountState> Accounts { get; init; } = [];
}

/// <summary>What POST /_sandbox/settings changes.</summary>
internal sealed record SimulatorSettings
{
    /// <summary>How long a power action takes; creation takes twice that, a snapshot three times.</summary>
    public double ActionSeconds { get; init; } = 3;

    /// <summary>Whether get_console is granted; the public API refuses it.</summary>
    public bool VncConsole { get; init; } = true;

    /// <summary>A real VNC server on loopback (<c>127.0.0.1:5901</c>) that every granted screen leads to; null shows the simulated one.</summary>
    public string? VncServer { get; init; }

    /// <summary>What get_console grants instead of a screen of ours; for tests of what must not be connected to.</summary>
    public string? ConsoleUrl { get; init; }

    public int DropletLimit { get; init; } = 100;

    public int RequestsPerHour { get; init; } = 5000;

    public int RequestsPerMinute { get; init; } = 250;

    /// <summary>Whether a rebuild runs the user data of the create again; nobody knows whether the real one does.</summary>
    public bool CloudInitOnRebuild { get; init; } = true;

    /// <summary>Whether droplets have a real sshd, where OpenSSH is installed.</summary>
    public bool Sshd { get; init; } = true;

    /// <summary>Whether an sshd that starts from now on does not read the settings that are put in place from inside.</summary>
    public bool SshdIgnoresSettings { get; init; }

    /// <summary>Emulates the documented, not the real, meaning of locked.</summary>
    public bool LockWhileBusy { get; init; }
}

/// <summary>One provider account.</summary>
internal sealed class AccountState
{
    public required int Number { get; init; }
    public long LastId { get; set; }
    public List<DropletState> Droplets { get; init; } = [];
    public List<ActionState> Actions { get; init; } = [];
    public List<KeyState> Keys { get; init; } = [];
    public List<SnapshotState> Snapshots { get; init; } = [];
    public SortedSet<string> Tags { get; init; } = new(StringComparer.Ordinal);
    public List<MailState> Outbox { get; init; } = [];
    public List<FirewallState> Firewalls { get; init; } = [];

    /// <summary>Cost of droplets that are gone, in US dollars.</summary>
    public decimal SettledUsage { get; set; }

    public string Email => $"owner-{Number}@reseller.test";
}

internal sealed class DropletState
{
    public required long Id { get; init; }
    public required string Name { get; set; }
    public required string Size { get; set; }
    public required int DiskGb { get; set; }
    public required ImageInfo Image { get; set; }
    public required string Region { get; init; }
    public required long CreatedAtMs { get; init; }
    public string Status { get; set; } = "new";
    public bool Ipv6 { get; set; }
    public bool Monitoring { get; init; }
    public BackupPolicyInfo? Backups { get; set; }

    /// <summary>What a state file from before backups had a day and an hour calls it; read, and never written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BackupPlan
    {
        get => null;
        init => Backups ??= BackupPolicyInfo.Of(value);
    }

    public long NextBackupAtMs { get; set; }
    public List<string> Tags { get; init; } = [];
    public List<long> SshKeys { get; init; } = [];

    /// <summary>Kept for tests; the API never answers it.</summary>
    public string? UserData { get; init; }

    /// <summary>What is inside.</summary>
    public GuestState Guest { get; set; } = new();

    /// <summary>When it ran: metrics exist only inside, and counters start anew with each.</summary>
    public List<PowerSpan> Power { get; init; } = [];

    /// <summary>A delete was accepted: it is still shown until the destroy action ends, but a second delete is 404.</summary>
    public bool DeleteAccepted { get; set; }

    public long HiddenUntilRealMs { get; set; }
    public int ReadsWithoutNetwork { get; set; }
    public int ReadsNotFound { get; set; }

    /// <summary>What reads show instead of what is; null: what is.</summary>
    public DropletBefore? Before { get; set; }

    /// <summary>The same, while it is shown.</summary>
    public DropletBefore? ShownBefore(long realMs) => Before is { } before && realMs < before.UntilRealMs ? before : null;
}

/// <summary>A droplet as it was before its last change.</summary>
internal sealed record DropletBefore(string Size, string Status, List<SnapshotState> Snapshots, long UntilRealMs);

internal sealed class PowerSpan
{
    public required long FromMs { get; init; }
    public long? ToMs { get; set; }
}

internal sealed record ImageInfo(
    long Id, string? Slug, string Name, string Distribution, int MinDiskGb, string Type, double SizeGb, long CreatedAtMs);

internal sealed class ActionState
{
    public required long Id { get; init; }
    public required string Type { get; init; }
    public required long DropletId { get; init; }
    public required string Region { get; init; }

    /// <summary>On the simulator's clock, for showing.</summary>
    public required long StartedAtMs { get; init; }

    /// <summary>On the machine's clock: progress is real time, whatever the simulator's clock jumps.</summary>
    public required long StartedRealMs { get; init; }

    public string Status { get; set; } = "in-progress";
    public long? CompletedAtMs { get; set; }
    public bool WillFail { get; init; }
    public bool GuestIgnores { get; init; }

    /// <summary>For how long reads show the droplet as it was before.</summary>
    public long StaleMs { get; init; }

    public string? Name { get; init; }
    public string? Size { get; init; }
    public bool GrowDisk { get; init; }
    public BackupPolicyInfo? Backups { get; init; }

    /// <summary>What a state file from before backups had a day and an hour calls it; read, and never written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BackupPlan
    {
        get => null;
        init => Backups ??= BackupPolicyInfo.Of(value);
    }

    public ImageInfo? Image { get; init; }

    [JsonIgnore]
    public bool IsRunning => Status == "in-progress";
}

internal sealed class KeyState
{
    public required long Id { get; init; }
    public required string Name { get; set; }
    public required string PublicKey { get; init; }
    public required string Fingerprint { get; init; }
    public long UnknownUntilRealMs { get; init; }
}

/// <summary>A snapshot or a backup.</summary>
internal sealed class SnapshotState
{
    public required ImageInfo Image { get; init; }
    public required long DropletId { get; init; }
    public required string Region { get; init; }

    /// <summary>What was inside when it was taken.</summary>
    public GuestState? Guest { get; init; }

    public bool IsBackup => Image.Type == "backup";
}

/// <summary>A cloud firewall; its rules as they were sent.</summary>
internal sealed class FirewallState
{
    public required string Id { get; init; }
    public required long CreatedAtMs { get; init; }
    public string Name { get; set; } = "";
    public string InboundRules { get; set; } = "[]";
    public string OutboundRules { get; set; } = "[]";
    public List<long> DropletIds { get; init; } = [];
}

internal sealed record MailState(string To, string Subject, string Text, long SentAtMs, long DropletId);
