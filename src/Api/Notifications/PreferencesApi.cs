using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Data.Notices;
using Webrana.Notices;
using Webrana.Wire.Notifications;

namespace Webrana.Api.Notifications;

/// <summary>Where notices go: <c>/api/v1/notifications/preferences</c>, <c>/telegram</c>.</summary>
public static class PreferencesApi
{
    private const long MostBalanceAlert = 100_000_000;

    public static RouteGroupBuilder MapNotificationPreferences(this RouteGroupBuilder api)
    {
        var notifications = api.MapGroup("/notifications").WithTags("Notifications").RequireAuthorization();
        notifications.MapGet("/preferences", Get).Describe("Where each kind goes, and the line below which the balance is told of.", ProblemKinds.NotFound);
        notifications.MapPatch("/preferences", Change).Describe(
            "Change where kinds go; what is left out stays.",
            new UpdateNotificationPreferencesRequest([new NotificationChoice("renewal.paid", false, true, false)], 50_000),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.NoticeMandatory, ProblemKinds.InvalidAmount);
        notifications.MapPost("/telegram", Link).Describe(
            "A code that ties a Telegram chat to your account: send it to the bot, or follow the link. It works once, for ten minutes.", ProblemKinds.TelegramUnavailable);
        notifications.MapDelete("/telegram", Unlink).Describe("Let go of the chat.", ProblemKinds.NotFound);
        return api;
    }

    private static async Task<Results<Ok<NotificationPreferences>, Refusal>> Get(HttpContext http, IClusterClient cluster, IOptions<TelegramBotOptions> telegram) =>
        (await Account(cluster, http).GetPreferences()).ToOk(found => ToWire(found, telegram.Value));

    private static async Task<Results<Ok<NotificationPreferences>, Refusal>> Change(
        UpdateNotificationPreferencesRequest body, HttpContext http, IClusterClient cluster, IOptions<TelegramBotOptions> telegram)
    {
        var kinds = body.Kinds ?? [];
        var rules = kinds.Select(choice => NoticeCatalogue.Find(choice.Type)).ToList();
        var invalid = new FieldErrors()
            .Check(kinds.Count <= NoticeCatalogue.All.Count && rules.All(rule => rule is { InPanel: true }), "kinds", "Types that GET /api/v1/notifications/preferences lists.")
            .Check(body.BalanceAlert is null or (>= 0 and <= MostBalanceAlert), "balanceAlert", "0 to 100000000 rupiah; 0 switches it off.").Refusal;
        if (invalid is not null)
            return invalid;
        var change = new ChangeNoticePreferences(
            [.. kinds.Zip(rules, (choice, rule) => new Contracts.Notifications.NoticePreference(rule!.Kind, ChannelsOf(choice)))],
            body.BalanceAlert is not null, body.BalanceAlert is 0 ? null : body.BalanceAlert);
        return (await Account(cluster, http).ChangePreferences(change)).ToOk(found => ToWire(found, telegram.Value));
    }

    private static async Task<Results<Ok<TelegramCode>, Refusal>> Link(HttpContext http, TelegramCodes codes, IOptions<TelegramBotOptions> telegram, BusinessNow clock)
    {
        if (!telegram.Value.IsSetUp)
            return Refusal.Of(ProblemKinds.TelegramUnavailable);
        var now = clock.UtcNow;
        var code = await codes.NewAsync(http.User.GetUserId().Value, now, http.RequestAborted);
        return TypedResults.Ok(new TelegramCode(code, $"https://t.me/{telegram.Value.BotName}?start={code}", now + TelegramCodes.Life));
    }

    private static async Task<Results<NoContent, Refusal>> Unlink(HttpContext http, IClusterClient cluster)
    {
        var unlinked = await Account(cluster, http).UnlinkTelegram(null);
        return unlinked.IsOk ? TypedResults.NoContent() : Refusal.From(unlinked);
    }

    private static IAccountGrain Account(IClusterClient cluster, HttpContext http) =>
        cluster.GetGrain<IAccountGrain>(GrainKeys.Account(http.User.GetUserId()));

    private static NoticeChannels ChannelsOf(NotificationChoice choice) =>
        (choice.Mail ? NoticeChannels.Mail : 0) | (choice.Panel ? NoticeChannels.Panel : 0) | (choice.Telegram ? NoticeChannels.Telegram : 0);

    private static NotificationPreferences ToWire(NoticePreferences found, TelegramBotOptions telegram) => new(
        [.. found.Kinds.Select(ToWire)], found.BalanceAlertIdr, found.Telegram, telegram.IsSetUp);

    private static NotificationPreference ToWire(NoticePreference kind)
    {
        var rule = NoticeCatalogue.Of(kind.Kind);
        return new NotificationPreference(
            rule.Code, rule.Group.ToWire(), rule.Reach == NoticeReach.Mandatory, kind.Channels.HasFlag(NoticeChannels.Mail),
            kind.Channels.HasFlag(NoticeChannels.Panel), kind.Channels.HasFlag(NoticeChannels.Telegram));
    }
}

/// <summary>The bot as the API knows it: enough to link to it. Configuration section <c>Telegram</c>, which the silos read in full.</summary>
public sealed class TelegramBotOptions
{
    public const string Section = "Telegram";

    /// <summary>Without the @.</summary>
    public string BotName { get; set; } = "";

    /// <summary>Whether there is a bot.</summary>
    public bool IsSetUp => BotName.Length > 0;
}
