using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Data.Notices;
using Webrana.Notices;

namespace Webrana.Grains.Notifications.Telegram;

/// <summary>
/// Reads what people write to the bot and ties their chats to accounts. Nothing is stored here: Telegram keeps a message until a later one
/// was asked for, and a code that is redeemed twice links the same chat twice.
/// </summary>
[GrainType("telegram-bot")]
public sealed partial class TelegramBotGrain(
    TelegramBot bot, TelegramCodes codes, IOptions<TelegramOptions> options, TimeProvider clock, ILogger<TelegramBotGrain> log) : Grain, ITelegramBotGrain
{
    private long _offset;
    private bool _listening;

    /// <inheritdoc/>
    public Task EnsureRunning()
    {
        if (!_listening && bot.IsSetUp)
        {
            var every = TimeSpan.FromMilliseconds(options.Value.PollMs);
            this.RegisterGrainTimer(async _ => await Tick(), new GrainTimerCreationOptions(TimeSpan.Zero, every) { KeepAlive = true });
            _listening = true;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<int> Listen()
    {
        var heard = await bot.GetUpdates(_offset, CancellationToken.None);
        if (heard.Result is not { } updates)
        {
            LogDeaf(log, heard.ErrorCode, heard.Description);
            return 0;
        }

        foreach (var update in updates)
        {
            if (update.Message is { Text: { } text, Chat.Type: "private" } message)
                await Answer(message.Chat, text);
            _offset = Math.Max(_offset, update.UpdateId + 1);
        }

        return updates.Count;
    }

    private async Task Tick()
    {
        try
        {
            await Listen();
        }
        catch (Exception exception)
        {
            // The offset did not move past what broke it: it is read again.
            LogBroke(log, exception);
        }
    }

    // "/start CODE" is what the link of the panel makes Telegram send; a code alone is what somebody types.
    private async Task Answer(TelegramChat chat, string text)
    {
        var code = text.StartsWith("/start", StringComparison.Ordinal) ? text["/start".Length..].Trim() : text.Trim();
        if (code.Length is 0 or > 32)
        {
            await Say(chat, NoticeTexts.Indonesian, "Telegram.Hello");
            return;
        }

        if (await codes.RedeemAsync(code, clock.GetUtcNow()) is not { } user)
        {
            await Say(chat, NoticeTexts.Indonesian, "Telegram.UnknownCode");
            return;
        }

        var account = GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(new UserId(user)));
        await account.LinkTelegram(chat.Id, chat.Username is { } name ? "@" + name : chat.FirstName ?? "Telegram");
        var contact = await account.GetContact();
        await Say(chat, NoticeTexts.For(contact.TryGet(out var person) ? person.Locale : "id"), "Telegram.Linked");
    }

    private Task<TelegramAnswer<TelegramMessage>> Say(TelegramChat chat, NoticeTexts texts, string key) =>
        bot.SendMessage(chat.Id, WebUtility.HtmlEncode(texts[key]), CancellationToken.None);

    [LoggerMessage(2320, LogLevel.Warning, "The Telegram bot could not be read: {Code} {Description}")]
    private static partial void LogDeaf(ILogger logger, int code, string description);

    [LoggerMessage(2321, LogLevel.Error, "The Telegram bot broke over a message; it is read again")]
    private static partial void LogBroke(ILogger logger, Exception exception);
}
