namespace Webrana.Grains.Notifications.Telegram;

/// <summary>Our bot. Configuration section <c>Telegram</c>; without a token there is no Telegram.</summary>
public sealed class TelegramOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Telegram";

    /// <summary>The bot's secret, as BotFather gave it.</summary>
    public string Token { get; set; } = "";

    /// <summary>The bot's name without the @; links to it are made of it.</summary>
    public string BotName { get; set; } = "";

    /// <summary>Where the Bot API is.</summary>
    public string BaseUrl { get; set; } = "https://api.telegram.org/";

    /// <summary>Between two looks for messages to the bot, in milliseconds.</summary>
    public int PollMs { get; set; } = 2_000;
}
