using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Data.Notices;
using Webrana.Notices;

namespace Webrana.Grains.Notifications.Telegram;

/// <summary>Notices as messages of our bot. A customer who blocks it is not written to again.</summary>
public sealed class TelegramChannel(TelegramBot bot, IOptions<WebOptions> web, IGrainFactory grains) : INoticeChannel
{
    /// <inheritdoc/>
    public DeliveryChannel Channel => DeliveryChannel.Telegram;

    /// <inheritdoc/>
    public async Task<ChannelOutcome> Send(ChannelMessage message, CancellationToken cancellation)
    {
        if (!bot.IsSetUp)
            return ChannelOutcome.NotNow("no bot is set up");
        if (message.TelegramChat is not { } chat)
            return ChannelOutcome.Refused("the chat was unlinked");
        var rendered = NoticeRenderer.Render(message.Notice, message.Contact.Locale, web.Value.PublicUrl);
        var answer = await bot.SendMessage(chat, Html(rendered), cancellation);
        if (answer.Result is { } sent)
            return ChannelOutcome.Sent(string.Create(CultureInfo.InvariantCulture, $"message {sent.MessageId}"));
        var said = string.Create(CultureInfo.InvariantCulture, $"{answer.ErrorCode} {answer.Description}").Trim();
        // 403: blocked, or the person left. 400: there is no such chat. Neither gets better by asking again.
        if (answer.ErrorCode is not ((int)HttpStatusCode.Forbidden or (int)HttpStatusCode.BadRequest))
            return ChannelOutcome.NotNow(said);
        if (answer.ErrorCode == (int)HttpStatusCode.Forbidden)
            await grains.GetGrain<IAccountGrain>(GrainKeys.Account(message.Contact.User)).UnlinkTelegram(chat);
        return ChannelOutcome.Refused(said);
    }

    // A link in the text and not a button: Telegram refuses buttons with addresses it does not like, and with them the message.
    private static string Html(RenderedNotice notice)
    {
        var link = notice.Url is null ? "" : $"\n\n<a href=\"{WebUtility.HtmlEncode(notice.Url)}\">{WebUtility.HtmlEncode(notice.Button)}</a>";
        return $"<b>{WebUtility.HtmlEncode(notice.Subject)}</b>\n\n{WebUtility.HtmlEncode(notice.Body)}{link}";
    }
}
