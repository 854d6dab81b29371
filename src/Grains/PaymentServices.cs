using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Webrana.Data.Promos;
using Webrana.Data.Wallets;
using Webrana.Grains.Deposits;
using Webrana.Grains.Notifications;
using Webrana.Grains.Providers;
using Webrana.Tripay;

namespace Webrana.Grains;

/// <summary>Registers what wallets, top-ups, the Tripay account and mails need in a silo.</summary>
public static class PaymentServices
{
    /// <summary>
    /// Reads sections <c>Ledger</c>, <c>Tripay</c>, <c>TripayAccount</c>, <c>Deposits</c>, <c>Smtp</c> and <c>Web</c>. Needs the data services and fail
    /// points registered elsewhere.
    /// </summary>
    public static IServiceCollection AddPayments(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<TripayOptions>(configuration.GetSection(TripayOptions.Section));
        services.Configure<TripayAccountOptions>(configuration.GetSection(TripayAccountOptions.Section));
        services.Configure<DepositOptions>(configuration.GetSection(DepositOptions.Section));
        services.Configure<SmtpOptions>(configuration.GetSection(SmtpOptions.Section));
        services.Configure<WebOptions>(configuration.GetSection(WebOptions.Section));
        services.TryAddSingleton(_ => configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions());
        services.TryAddSingleton<LedgerStore>();
        services.AddTripay();
        services.TryAddSingleton<PromoUsages>();
        services.TryAddSingleton<PromoVersions>();
        services.TryAddSingleton<DepositGateway>();
        services.TryAddSingleton<DepositAdmission>();
        services.TryAddSingleton<DepositNotices>();
        services.TryAddSingleton<WebLinks>();
        services.TryAddSingleton<IMailSender, SmtpMailSender>();
        return services;
    }
}
