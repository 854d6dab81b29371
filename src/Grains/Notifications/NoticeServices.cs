using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webrana.Data.Notices;
using Webrana.Data.Papers;
using Webrana.Data.Protection;
using Webrana.Grains.Notifications.Telegram;
using Webrana.Grains.Notifications.Webhooks;
using Webrana.Grains.Papers;

namespace Webrana.Grains.Notifications;

/// <summary>What telling customers, and writing their papers, needs of the container.</summary>
public static class NoticeServices
{
    /// <summary>Reads sections <c>Smtp</c>, <c>Web</c>, <c>Telegram</c>, <c>Webhooks</c> and <c>Papers</c>. Needs the data services and the key ring.</summary>
    public static IServiceCollection AddNotices(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<SmtpOptions>(configuration.GetSection(SmtpOptions.Section));
        services.Configure<WebOptions>(configuration.GetSection(WebOptions.Section));
        services.TryAddSingleton<IMailSender, SmtpMailSender>();
        services.TryAddSingleton<NoticeRows>();
        services.TryAddSingleton<NoticePost>();
        services.TryAddSingleton<NoticeSeal>();
        services.TryAddSingleton<Outbox>();
        services.TryAddSingleton<CourierBell>();
        services.AddMetrics();
        services.TryAddSingleton<OutboxMetrics>();
        services.AddSingleton<INoticeChannel, MailChannel>();
        services.TryAddSingleton<Courier>();
        services.AddHostedService<CourierService>();
        return services.AddTelegram(configuration).AddWebhooks(configuration).AddPapers(configuration);
    }

    private static IServiceCollection AddTelegram(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<TelegramOptions>(configuration.GetSection(TelegramOptions.Section));
        // The token is in the address: no logging of requests.
        services.AddHttpClient<TelegramBot>().RemoveAllLoggers();
        services.TryAddSingleton<TelegramCodes>();
        services.AddSingleton<INoticeChannel, TelegramChannel>();
        return services;
    }

    private static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<WebhookOptions>(configuration.GetSection(WebhookOptions.Section));
        services.TryAddSingleton<Data.Notices.Webhooks>();
        services.TryAddSingleton<WebhookSeal>();
        services.TryAddSingleton<WebhookDoor>();
        services.AddSingleton<INoticeChannel, WebhookChannel>();
        return services;
    }

    private static IServiceCollection AddPapers(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<PaperOptions>(configuration.GetSection(PaperOptions.Section));
        services.TryAddSingleton<PaperPress>();
        services.TryAddSingleton<LedgerPump>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<LedgerPumpService>(provider, TimeProvider.System));
        return services;
    }
}
