using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Webrana.Data;
using Webrana.Data.Deposits;
using Webrana.Data.Desk;
using Webrana.Data.Faults;
using Webrana.Data.Promos;
using Webrana.Data.Wallets;
using Webrana.Grains.Common;
using Webrana.Grains.Deposits;
using Webrana.Grains.Promos;
using Webrana.Grains.Providers;
using Webrana.Tripay;

namespace Webrana.Grains;

/// <summary>Registers what wallets, top-ups, the Tripay account and mails need in a silo.</summary>
public static class PaymentServices
{
    /// <summary>
    /// Reads sections <c>Ledger</c>, <c>Tripay</c>, <c>TripayAccount</c>, <c>Deposits</c> and <c>Promos</c>. Needs the data services and fail
    /// points registered elsewhere.
    /// </summary>
    public static IServiceCollection AddPayments(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<TripayOptions>(configuration.GetSection(TripayOptions.Section));
        services.Configure<TripayAccountOptions>(configuration.GetSection(TripayAccountOptions.Section));
        services.Configure<DepositOptions>(configuration.GetSection(DepositOptions.Section));
        services.TryAddSingleton(_ => configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions());
        services.TryAddSingleton<LedgerStore>();
        services.AddTripay();
        services.Configure<PromoOptions>(configuration.GetSection(PromoOptions.Section));
        services.TryAddSingleton(provider =>
        {
            var failPoints = provider.GetService<FailPoints>();
            return new PromoUsages(provider.GetRequiredService<DataSources>(), provider.GetRequiredService<ILogger<PromoUsages>>())
            {
                // promo.before_commit, promo.after_commit
                FailPoint = failPoints is null ? null : at => failPoints.Hit($"promo.{at}", "promo"),
            };
        });
        services.TryAddSingleton<PromoVersions>();
        services.AddSpread();
        services.TryAddKeyedSingleton(RealTime.Key, TimeProvider.System);
        services.TryAddSingleton<PromoIdentities>();
        services.TryAddSingleton<PaidDeposits>();
        services.TryAddSingleton<PromoReplayQueries>();
        services.TryAddSingleton<DepositPlaces>();
        services.TryAddSingleton<PaymentCases>();
        services.TryAddSingleton<Lookups>();
        services.TryAddSingleton<IdentityHasher>();
        services.TryAddSingleton<PromoShelf>();
        services.TryAddSingleton<ReferralQueries>();
        services.TryAddSingleton<DepositGateway>();
        services.TryAddSingleton<DepositAdmission>();
        services.TryAddSingleton<DepositNotices>();
        return services;
    }
}
