using System.Text.Json.Serialization;

namespace Webrana.Wire.Notifications;

/// <summary>
/// One thing we told a customer: an item of <c>GET /api/v1/notifications?unread=&amp;group=&amp;locale=&amp;limit=&amp;cursor=</c>, newest first.
/// The words are made when it is asked for, in the language asked for.
/// </summary>
/// <param name="Id">Opaque; also the event id that webhooks carry.</param>
/// <param name="Type">What happened (<c>server.ready</c>); see <c>GET /api/v1/notifications/preferences</c> for all.</param>
/// <param name="Group">What it is about.</param>
/// <param name="Title">One line, with the number that matters.</param>
/// <param name="Body">One thought.</param>
/// <param name="Action">What its button says; null without one.</param>
/// <param name="Link">Where the button leads in the panel, absolute; null without one.</param>
/// <param name="Data">The figures in it: rupiah in digits, times RFC 3339.</param>
/// <param name="CreatedAt">When it happened.</param>
/// <param name="ReadAt">When it was opened; null for not yet.</param>
public sealed record Notification(
    string Id, string Type, NotificationGroup Group, string Title, string Body, string? Action, string? Link, IReadOnlyDictionary<string, string> Data,
    DateTimeOffset CreatedAt, DateTimeOffset? ReadAt);

/// <summary>What notifications are about.</summary>
[JsonConverter(typeof(WireEnumConverter<NotificationGroup>))]
public enum NotificationGroup
{
    [JsonStringEnumMemberName("ACCOUNT")] Account,
    [JsonStringEnumMemberName("MONEY")] Money,
    [JsonStringEnumMemberName("SERVERS")] Servers,
}

/// <summary>A page of notifications, with how many of all are unread.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Unread">Not opened yet, on this page or not.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record NotificationPage(IReadOnlyList<Notification> Items, long Unread, string? NextCursor = null);

/// <summary><c>GET /api/v1/notifications/unread</c>.</summary>
/// <param name="Unread">Not opened yet.</param>
public sealed record UnreadCount(long Unread);

/// <summary><c>POST /api/v1/notifications/read</c> → 204. Opened in the panel counts as delivered.</summary>
/// <param name="Ids">At most 200; null for all.</param>
public sealed record ReadNotificationsRequest(IReadOnlyList<string>? Ids = null);

/// <summary><c>GET</c> and <c>PATCH /api/v1/notifications/preferences</c>.</summary>
/// <param name="Kinds">Every kind, in the panel's order.</param>
/// <param name="BalanceAlert">IDR; below it the balance is told of. Null: off.</param>
/// <param name="Telegram">The linked chat by its name; null for none.</param>
/// <param name="TelegramAvailable">Whether this shop has a bot.</param>
public sealed record NotificationPreferences(IReadOnlyList<NotificationPreference> Kinds, long? BalanceAlert, string? Telegram, bool TelegramAvailable);

/// <summary>Where one kind goes.</summary>
/// <param name="Type">Its code.</param>
/// <param name="Group">What it is about.</param>
/// <param name="Mandatory">Mail and panel cannot be switched off.</param>
/// <param name="Mail">By mail.</param>
/// <param name="Panel">In the panel.</param>
/// <param name="Telegram">By Telegram, once a chat is linked.</param>
public sealed record NotificationPreference(string Type, NotificationGroup Group, bool Mandatory, bool Mail, bool Panel, bool Telegram);

/// <summary><c>PATCH /api/v1/notifications/preferences</c>. Refused: 422 <c>notice_mandatory</c>.</summary>
/// <param name="Kinds">What changes; the others stay.</param>
/// <param name="BalanceAlert">IDR, 0 for off; null stays.</param>
public sealed record UpdateNotificationPreferencesRequest(IReadOnlyList<NotificationChoice>? Kinds = null, long? BalanceAlert = null);

/// <summary>Where one kind shall go.</summary>
/// <param name="Type">Its code.</param>
/// <param name="Mail">By mail.</param>
/// <param name="Panel">In the panel.</param>
/// <param name="Telegram">By Telegram.</param>
public sealed record NotificationChoice(string Type, bool Mail, bool Panel, bool Telegram);

/// <summary><c>POST /api/v1/notifications/telegram</c>: send this code to the bot, or follow the link. It works once.</summary>
/// <param name="Code">Ten characters.</param>
/// <param name="Url">Opens Telegram with the code in it.</param>
/// <param name="ExpiresAt">Ten minutes from now.</param>
public sealed record TelegramCode(string Code, string Url, DateTimeOffset ExpiresAt);
