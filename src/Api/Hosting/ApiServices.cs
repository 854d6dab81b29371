using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Consoles;
using Webrana.Api.Events;
using Webrana.Api.Idempotency;
using Webrana.Api.Notifications;
using Webrana.Api.Plans;
using Webrana.Api.Problems;
using Webrana.Api.Promos;
using Webrana.Api.Swagger;
using Webrana.Api.Wallets;
using Webrana.Api.Webhooks;
using Webrana.Data;
using Webrana.Data.Audit;
using Webrana.Data.Clock;
using Webrana.Data.Droplets;
using Webrana.Data.Promos;
using Webrana.Data.Protection;
using Webrana.Data.Providers;
using Webrana.Data.Shop;
using Webrana.Data.States;
using Webrana.Data.Wallets;
using Webrana.ServiceDefaults;

namespace Webrana.Api.Hosting;

/// <summary>Everything the API's endpoints need, except the connection to the silos.</summary>
public static class ApiServices
{
    /// <summary>Largest body of any request; the webhook reads at most 64 KiB of it.</summary>
    public const long MaximumBodyBytes = 1024 * 1024;

    public static WebApplicationBuilder AddWebranaApi(this WebApplicationBuilder builder, DataSources sources)
    {
        var services = builder.Services;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaximumBodyBytes;
        });
        // The business clock only tells the time to clients here. Registered before, so that this one wins: signing in, sessions and leases
        // run on real time, also where the sandbox turns the business clock (design §9).
        builder.AddBusinessClock();
        services.AddSingleton(TimeProvider.System);
        // The read side only: the API migrates nothing and writes no ledger row.
        services.AddSingleton(sources).AddSingleton<StateQueries>().AddSingleton<LedgerQueries>().AddSingleton<InstanceActivity>();
        services.Configure<WebOptions>(builder.Configuration.GetSection(WebOptions.Section));
        services.AddSingleton<ProviderTokens>().AddSingleton<ProviderDrift>();
        services.AddOptions<GatewayOptions>().Bind(builder.Configuration.GetSection(GatewayOptions.Section))
            .Validate(gateway => !string.IsNullOrWhiteSpace(gateway.PrivateKey), "Tripay:PrivateKey is required: without it anybody could sign a payment.")
            .Validate(gateway => !string.IsNullOrWhiteSpace(gateway.MerchantCode), "Tripay:MerchantCode is required.")
            .ValidateOnStart();
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.AddTrustedProxies(builder.Configuration).AddRequestLimits(builder.Configuration);
        services.AddProblems();
        builder.AddFailPoints();
        services.AddIdempotency();
        builder.AddWebranaAuthentication();
        services.AddSingleton<PlanCatalogue>();
        services.AddSingleton<PlanFigures>();
        services.AddSingleton<Webrana.Data.Billing.PlanStock>();
        services.AddScoped<WalletServices>();
        services.AddSingleton<AuditChain>().AddSingleton<AuditLog>().AddSingleton<ShopState>().AddSingleton<BusinessTime>();
        services.AddDesk(builder.Configuration);
        services.AddSingleton<Webrana.Data.Limits.CustomerLimitRows>().AddSingleton<Webrana.Data.Accounts.PersonalData>();
        services.AddSingleton<PromoUsages>().AddSingleton<PromoQueries>().AddSingleton<CodeAttempts>();
        services.AddSingleton<StreamLimit>().AddSingleton<IDeparture, PromptDeparture>();
        builder.AddNotifications();
        builder.AddConsoles();
        services.AddSingleton<WebhookMetrics>();
        services.AddSingleton<PaymentInbox>();
        services.AddSingleton<PaymentTeller>();
        services.AddSingleton<TripayWebhook>();
        services.AddHostedService<InboxWorker>();
        services.AddHostedService<MailRequestWorker>();
        services.AddHealthChecks().AddCheck<Readiness>("ready", tags: ["ready"]);
        services.AddSwagger();
        builder.AddWebranaTelemetry("webrana-api");
        builder.AddSeed();
        return builder;
    }
}
