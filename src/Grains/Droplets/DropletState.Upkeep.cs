using System.Text.Json.Serialization;
using Webrana.Contracts.Droplets;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

public sealed partial record DropletState
{
    /// <summary>Locked against deletion by its owner; an unpaid server is terminated all the same.</summary>
    [JsonPropertyName("protected")] public bool Protected { get; init; }

    /// <summary>The customer's own.</summary>
    [JsonPropertyName("tags")] public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The name the provider last took; null: that of the order.</summary>
    [JsonPropertyName("nameAtProvider")] public string? NameAtProvider { get; init; }

    /// <summary>How often in a row it did not take the name of now.</summary>
    [JsonPropertyName("renameFailures"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int RenameFailures { get; init; }
}

public sealed partial record ActionPart
{
    /// <summary>Of a snapshot to take, or a server to rename.</summary>
    [JsonPropertyName("name")] public string? Name { get; init; }

    /// <summary>The snapshot or backup it is about.</summary>
    [JsonPropertyName("imageId")] public string? ImageId { get; init; }

    /// <summary>Backups once a week.</summary>
    [JsonPropertyName("weekly")] public bool Weekly { get; init; }

    /// <summary>The day of weekly backups; null: Sunday.</summary>
    [JsonPropertyName("day"), JsonConverter(typeof(JsonStringEnumConverter<BackupDay>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BackupDay? Day { get; init; }

    /// <summary>The hour of backups, by UTC; null: <see cref="BackupSchedule.DefaultHour"/>.</summary>
    [JsonPropertyName("hour"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Hour { get; init; }

    /// <summary>Our own follow-up of something the log has already.</summary>
    [JsonIgnore]
    public bool IsSilent => Kind == ActionKind.Rename;
}

/// <summary>Pure changes around names, labels and copies.</summary>
public static class UpkeepChanges
{
    /// <summary>The provider knows another name than we do.</summary>
    public static bool OwesRename(this DropletState state) =>
        state.Phase.IsLive() && state is { Droplet: not null, Order: { } order } && (state.NameAtProvider ?? order.Name) != state.Name;

    /// <summary>Tells the provider the name, once nothing else runs. Our log has the rename already.</summary>
    public static DropletState? FulfilRename(this DropletState state, long now) => state.Action is not null || !state.OwesRename() ? null : state with
    {
        Action = new ActionPart { Id = $"provider-name-{now}", Kind = ActionKind.Rename, Actor = "system", StartedAt = now, Name = state.Name },
    };

    /// <summary>Lock and tags.</summary>
    public static DropletState WithLabels(this DropletState state, bool? locked, IReadOnlyList<string>? tags) =>
        state with { Protected = locked ?? state.Protected, Tags = tags ?? state.Tags };

    /// <summary>Whether it may be done now. A suspended server's data is still its owner's: copying it stays allowed.</summary>
    public static bool AllowsUpkeep(this InstancePhase phase, ActionKind kind) =>
        phase is InstancePhase.Running or InstancePhase.Off || (phase == InstancePhase.Suspended && kind is ActionKind.Snapshot or ActionKind.DeleteSnapshot);

    /// <summary>An accepted action on copies or addresses.</summary>
    public static DropletState? Keeping(this DropletState state, StartUpkeep command, long now)
    {
        if (state.Action is not null || !state.Phase.AllowsUpkeep(command.Kind))
            return null;
        var acting = state.Acting(command.OperationId, command.Kind, command.Actor, now);
        return acting with { Action = acting.Action! with { Name = command.Name, ImageId = command.ImageId, Weekly = command.Weekly, Day = command.Day, Hour = command.Hour } };
    }
}
