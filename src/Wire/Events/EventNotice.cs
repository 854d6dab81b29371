namespace Webrana.Wire.Events;

/// <summary>
/// One server-sent event of <c>GET /api/v1/events</c>. SSE <c>event:</c> is one of <see cref="EventTypes"/>, SSE <c>id:</c> is <c>{epoch}:{sequence}</c>, <c>data:</c> is this record.
/// Events are hints: they say what to read again, never what it now holds. Sequences grow by one within an epoch; after a jump, in another epoch and at
/// <see cref="EventTypes.StreamOpened"/>, which starts the stream and may come again, read everything again. The stream sends a comment line at least every 15 s.
/// </summary>
/// <param name="Id">Of the instance, action, wallet or deposit that changed; empty for <see cref="EventTypes.StreamOpened"/>.</param>
/// <param name="InstanceId">For <see cref="EventTypes.ActionChanged"/>: the server it belongs to.</param>
/// <param name="At">When the API noticed.</param>
public sealed record EventNotice(string Id, string? InstanceId, DateTimeOffset At);

/// <summary>The names of events.</summary>
public static class EventTypes
{
    public const string StreamOpened = "stream.opened";
    public const string InstanceChanged = "instance.changed";
    public const string ActionChanged = "action.changed";
    public const string WalletChanged = "wallet.changed";
    public const string DepositChanged = "deposit.changed";
    public const string NotificationCreated = "notification.created";

    /// <summary>One of your logins ended, perhaps this one.</summary>
    public const string SessionEnded = "session.ended";
}
