using Webrana.Api.Webhooks;
using Webrana.Data.Notices;
using Webrana.Data.Papers;
using Webrana.Data.Protection;

namespace Webrana.Api.Notifications;

/// <summary>What the endpoints of notices, webhooks and papers need.</summary>
internal static class NotificationSetup
{
    public static WebApplicationBuilder AddNotifications(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<TelegramBotOptions>(builder.Configuration.GetSection(TelegramBotOptions.Section));
        builder.Services.Configure<CustomerWebhookOptions>(builder.Configuration.GetSection(CustomerWebhookOptions.Section));
        builder.Services.AddSingleton<BusinessNow>();
        builder.Services.AddSingleton<NoticeRows>().AddSingleton<Outbox>().AddSingleton<TelegramCodes>();
        builder.Services.AddSingleton<Data.Notices.Webhooks>().AddSingleton<WebhookSeal>();
        builder.Services.AddSingleton<PaperQueries>();
        return builder;
    }
}
