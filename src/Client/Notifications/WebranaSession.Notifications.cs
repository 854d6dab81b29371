using Webrana.Client.Http;
using Webrana.Wire.Notifications;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    const string Notifications = "api/v1/notifications";

    /// <summary>What we told the customer, newest first.</summary>
    public Task<ApiResult<NotificationPage>> NotificationsAsync(
        bool unread = false, NotificationGroup? group = null, string? locale = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        Get<NotificationPage>(
            Query.With(Notifications, ("unread", unread ? "true" : null), ("group", WireName.Of(group)), ("locale", locale), ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>How many were not opened yet.</summary>
    public Task<ApiResult<UnreadCount>> UnreadAsync(CancellationToken cancellationToken = default) => Get<UnreadCount>(Notifications + "/unread", cancellationToken);

    /// <summary>Marks as opened; null for all.</summary>
    public Task<ApiResult<Nothing>> ReadNotificationsAsync(IReadOnlyList<string>? ids, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Post(Notifications + "/read", new ReadNotificationsRequest(ids)), cancellationToken);

    /// <summary>Where notices go.</summary>
    public Task<ApiResult<NotificationPreferences>> NotificationPreferencesAsync(CancellationToken cancellationToken = default) =>
        Get<NotificationPreferences>(Notifications + "/preferences", cancellationToken);

    /// <summary>Changes where notices go.</summary>
    public Task<ApiResult<NotificationPreferences>> UpdateNotificationPreferencesAsync(
        UpdateNotificationPreferencesRequest request, CancellationToken cancellationToken = default) =>
        Send<NotificationPreferences>(ApiRequest.Patch(Notifications + "/preferences", request), cancellationToken);

    /// <summary>A code that ties a Telegram chat to the account.</summary>
    public Task<ApiResult<TelegramCode>> TelegramCodeAsync(CancellationToken cancellationToken = default) =>
        Send<TelegramCode>(ApiRequest.Post(Notifications + "/telegram"), cancellationToken);

    /// <summary>Lets go of the chat.</summary>
    public Task<ApiResult<Nothing>> UnlinkTelegramAsync(CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Delete(Notifications + "/telegram"), cancellationToken);
}
