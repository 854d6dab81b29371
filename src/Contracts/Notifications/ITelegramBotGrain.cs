namespace Webrana.Contracts.Notifications;

/// <summary>The one ear of our Telegram bot: what people write to it is read by a single grain of the cluster. Key <c>telegram-bot:0</c>.</summary>
[Alias("telegram-bot")]
public interface ITelegramBotGrain : IGrainWithStringKey
{
    /// <summary>Makes sure it listens. Asked every few seconds by every silo.</summary>
    [Alias("ensure-running")]
    Task EnsureRunning();

    /// <summary>Reads what was written since the last look and answers it; how many messages that were.</summary>
    [Alias("listen")]
    Task<int> Listen();
}
