using System.Text.Json.Serialization;

namespace Webrana.DigitalOcean;

/// <summary>An event on a resource. Its id exceeds 32 bits today.</summary>
public sealed record DropletAction
{
    /// <summary>Grows over time.</summary>
    public required long Id { get; init; }

    /// <summary>Errored actions never say why.</summary>
    public required ActionStatus Status { get; init; }

    /// <summary>As requested; creation shows as create.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The droplet, usually; null when it is gone.</summary>
    public long? ResourceId { get; init; }

    /// <summary>droplet, image, …</summary>
    public string? ResourceType { get; init; }

    /// <summary>Where.</summary>
    public string? RegionSlug { get; init; }

    /// <summary>Only in the answer to get_console by a provider that grants consoles; the public API answers 422 instead.</summary>
    public ConsoleGrant? Console { get; init; }

    /// <summary>No longer running, however it ended.</summary>
    [JsonIgnore]
    public bool IsFinished => Status is ActionStatus.Completed or ActionStatus.Errored;
}

/// <summary>How an action stands.</summary>
public enum ActionStatus
{
    /// <summary>A word this client does not know yet: keep polling.</summary>
    Unknown,

    /// <summary>Running.</summary>
    InProgress,

    /// <summary>Done.</summary>
    Completed,

    /// <summary>Failed.</summary>
    Errored,
}

/// <summary>A console the provider grants. The URL is a secret: it must never reach a browser or a log.</summary>
public sealed record ConsoleGrant
{
    /// <summary>A WebSocket that speaks RFB.</summary>
    public required string Url { get; init; }

    /// <summary>What the console asks for, if anything.</summary>
    public string? Password { get; init; }

    /// <inheritdoc/>
    public override string ToString() => "ConsoleGrant { … }";
}
