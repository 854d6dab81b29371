using System.Text.Json.Serialization;

namespace Webrana.Wire.Droplets;

/// <summary>
/// Something done to a server: <c>GET /api/v1/instances/{id}/actions/{actionId}</c>; <c>GET /instances/{id}/activity</c> lists them, newest first.
/// Started by <c>POST /instances/{id}/power-on · power-off · shutdown · reboot</c> → 202 <see cref="ActionAccepted"/>; refused: 409 <c>action_in_progress</c>, 409 <c>invalid_state</c>.
/// </summary>
/// <param name="Id">Opaque.</param>
/// <param name="Type">What.</param>
/// <param name="Status">How far.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="CompletedAt">Null while it runs.</param>
/// <param name="Actor"><c>customer</c>, <c>admin</c> or <c>system</c>.</param>
/// <param name="Message">
/// What there is to say of how it went: a stable code such as <c>snapshot_limit</c>, with one value after a colon where it has one
/// (<c>replaced:203.0.113.7</c>, <c>provider_said:</c> and the provider's own sentence where it refused); of a rename the names, of a console its figures. Null when there is nothing.
/// </param>
/// <param name="Step">
/// What is being done now, of an action that has several steps: of a resize <c>SHUT_DOWN</c>, <c>POWER_OFF</c>, <c>RESIZE</c>, <c>POWER_ON</c>,
/// <c>SETTLE</c>. Of any action and of an order <c>WAITING</c>: the provider cannot be given it now (an outage, a paused account, too many calls), or
/// does not say how far the server is; it goes on by itself, and meanwhile the server can be deleted, or an order of which the provider knows nothing be
/// cancelled (<see cref="Instance.Cancellable"/>). Null for others and when it is over.
/// </param>
/// <param name="WaitingSince">Since when it waits for the provider; null while it does not.</param>
public sealed record InstanceAction(
    string Id, InstanceActionType Type, ActionStatus Status, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt,
    string Actor, string? Message, string? Step = null, DateTimeOffset? WaitingSince = null);

/// <summary>Answer 202 to every action and to <c>DELETE /api/v1/instances/{id}?confirm={name}</c> (which is refused with 422 <c>confirmation_mismatch</c> unless the name is exact).</summary>
/// <param name="ActionId">Look it up under <c>/instances/{id}/actions/</c>.</param>
public sealed record ActionAccepted(string ActionId);

/// <summary>What an <see cref="InstanceAction"/> does.</summary>
[JsonConverter(typeof(WireEnumConverter<InstanceActionType>))]
public enum InstanceActionType
{
    [JsonStringEnumMemberName("CREATE")] Create,
    [JsonStringEnumMemberName("POWER_ON")] PowerOn,

    /// <summary>Cuts the power.</summary>
    [JsonStringEnumMemberName("POWER_OFF")] PowerOff,

    /// <summary>Asks the operating system to stop.</summary>
    [JsonStringEnumMemberName("SHUTDOWN")] Shutdown,

    [JsonStringEnumMemberName("REBOOT")] Reboot,
    [JsonStringEnumMemberName("RESET_PASSWORD")] ResetPassword,
    [JsonStringEnumMemberName("REBUILD")] Rebuild,

    /// <summary>A change of plan.</summary>
    [JsonStringEnumMemberName("RESIZE")] Resize,

    /// <summary>Other rules of what may come in.</summary>
    [JsonStringEnumMemberName("FIREWALL")] Firewall,
    [JsonStringEnumMemberName("RENEW")] Renew,
    [JsonStringEnumMemberName("SUSPEND")] Suspend,
    [JsonStringEnumMemberName("RESUME")] Resume,
    [JsonStringEnumMemberName("RENAME")] Rename,
    [JsonStringEnumMemberName("SNAPSHOT")] Snapshot,
    [JsonStringEnumMemberName("RESTORE_SNAPSHOT")] RestoreSnapshot,
    [JsonStringEnumMemberName("DELETE_SNAPSHOT")] DeleteSnapshot,
    [JsonStringEnumMemberName("RESTORE_BACKUP")] RestoreBackup,
    [JsonStringEnumMemberName("ENABLE_BACKUPS")] EnableBackups,
    [JsonStringEnumMemberName("DISABLE_BACKUPS")] DisableBackups,

    /// <summary>Backups at other times.</summary>
    [JsonStringEnumMemberName("CHANGE_BACKUP_POLICY")] ChangeBackupPolicy,
    [JsonStringEnumMemberName("ENABLE_IPV6")] EnableIpv6,
    /// <summary>Builds a hibernated server again from its image.</summary>
    [JsonStringEnumMemberName("RESTORE")] Restore,
    [JsonStringEnumMemberName("DESTROY")] Destroy,

    /// <summary>A console that was open; its message says how long and how much, never what.</summary>
    [JsonStringEnumMemberName("CONSOLE")] Console,
}

/// <summary>How far an <see cref="InstanceAction"/> is.</summary>
[JsonConverter(typeof(WireEnumConverter<ActionStatus>))]
public enum ActionStatus
{
    [JsonStringEnumMemberName("IN_PROGRESS")] InProgress,
    [JsonStringEnumMemberName("COMPLETED")] Completed,
    [JsonStringEnumMemberName("ERRORED")] Errored,
}
