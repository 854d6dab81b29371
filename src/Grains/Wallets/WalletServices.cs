using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Webrana.Data;
using Webrana.Data.Faults;
using Webrana.Data.Wallets;
using Webrana.Grains.Common;

namespace Webrana.Grains.Wallets;

/// <summary>What wallet grains need in a silo. Needs <see cref="DataSources"/> and a <see cref="TimeProvider"/> there.</summary>
public static class WalletServices
{
    /// <summary>The ledger's store (section <c>Ledger</c>) with its fail points, and the grain's options (section <c>Wallets</c>).</summary>
    public static IServiceCollection AddWallets(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<WalletOptions>(configuration.GetSection("Wallets"));
        services.TryAddSingleton(configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions());
        services.AddSpread();
        services.TryAddSingleton<LedgerRows>();
        services.TryAddSingleton(provider =>
        {
            var failPoints = provider.GetService<FailPoints>();
            return new LedgerStore(
                provider.GetRequiredService<DataSources>(), provider.GetRequiredService<LedgerOptions>(), provider.GetRequiredService<ILogger<LedgerStore>>())
            {
                // ledger.before_commit, ledger.after_commit
                FailPoint = failPoints is null ? null : at => failPoints.Hit($"ledger.{at}", "ledger"),
            };
        });
        return services;
    }
}
