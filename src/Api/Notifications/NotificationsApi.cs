using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Notifications;
using Webrana.Data.Notices;
using Webrana.Notices;
using Webrana.Wire.Notifications;

namespace Webrana.Api.Notifications;

/// <summary>What we told the customer: <c>/api/v1/notifications</c>. Words are made here, in the language asked for.</summary>
public static class NotificationsApi
{
    private const string List = "notifications";
    private const int MostIds = 200;

    public static RouteGroupBuilder MapNotifications(this RouteGroupBuilder api)
    {
        var notifications = api.MapGroup("/notifications").WithTags("Notifications").RequireAuthorization();
        notifications.MapGet("", ListNotifications).Describe(
            "What we told you, newest first; ?unread=true for what was not opened, ?group= for one subject, ?locale=id|en for the language.",
            ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        notifications.MapGet("/unread", CountUnread).Describe("How many were not opened yet.");
        notifications.MapPost("/read", MarkRead).Describe(
            "Mark as opened: these, or all without ids. An API token leaves the last warning before a server goes unread: a person has to read it.", new ReadNotificationsRequest(["0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01"]), ProblemKinds.ValidationFailed);
        return api;
    }

    private static async Task<Results<Ok<NotificationPage>, Refusal>> ListNotifications(
        HttpContext http, IClusterClient cluster, NoticeRows rows, IOptions<WebOptions> web, bool? unread, string? group, string? locale, int? limit, string? cursor)
    {
        if (PageQuery.TryRead(List, limit, cursor, out var page) is { } refusal)
            return refusal;
        var invalid = new FieldErrors()
            .Check(WireNames.TryRead<NotificationGroup>(group, out var about), "group", "ACCOUNT, MONEY or SERVERS.")
            .Check(locale is null or "id" or "en", "locale", "id or en.").Refusal;
        if (invalid is not null)
            return invalid;
        var user = http.User.GetUserId();
        var kinds = about is null ? [] : NoticeCatalogue.All.Where(rule => rule.Group == NotificationMapping.GroupOf(about.Value)).Select(rule => rule.Kind.ToString()).ToArray();
        var read = await rows.PanelAsync(user.Value, kinds, unread == true, page.Limit, page.After, http.RequestAborted);
        var count = await rows.UnreadAsync(user.Value, http.RequestAborted);
        var language = locale ?? await LocaleAsync(cluster, user);
        return TypedResults.Ok(new NotificationPage(
            [.. read.Rows.Select(row => row.ToWire(language, web.Value.PublicUrl)).OfType<Notification>()], count, PageQuery.Cursor(List, read.Next)));
    }

    private static async Task<Ok<UnreadCount>> CountUnread(HttpContext http, NoticeRows rows) =>
        TypedResults.Ok(new UnreadCount(await rows.UnreadAsync(http.User.GetUserId().Value, http.RequestAborted)));

    private static async Task<Results<NoContent, Refusal>> MarkRead(
        ReadNotificationsRequest body, HttpContext http, IClusterClient cluster, NoticeRows rows, BusinessNow clock)
    {
        var ids = body.Ids?.Select(id => Guid.TryParseExact(id, "D", out var parsed) ? parsed : (Guid?)null).ToList();
        if (ids is not null && (ids.Count is 0 or > MostIds || ids.Any(id => id is null)))
            return new FieldErrors().Check(false, "ids", "1 to 200 ids of notifications, or none for all.").Refusal!;
        var user = http.User.GetUserId();
        // Behind a last warning a server goes: somebody has to have read it, and of a program nobody knows who did.
        var opened = await rows.OpenedAsync(
            user.Value, ids?.Select(id => id!.Value).ToList(), clock.UtcNow, http.User.IsApiToken() ? [nameof(NoticeKind.FinalWarning)] : [], http.RequestAborted);
        // Another tab shows the count too.
        if (opened > 0)
            _ = cluster.GetGrain<IFeedGrain>(GrainKeys.Feed(user)).Publish(UserEventKind.NotificationCreated, "");
        return TypedResults.NoContent();
    }

    private static async Task<string> LocaleAsync(IClusterClient cluster, UserId user) =>
        (await cluster.GetGrain<IAccountGrain>(GrainKeys.Account(user)).GetContact()).TryGet(out var contact) ? contact.Locale : "id";
}
