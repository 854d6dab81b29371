using Microsoft.Extensions.DependencyInjection;

namespace Webrana.Grains.Wallets;

/// <summary>What wallet grains need in a silo, beside the data layer.</summary>
public static class WalletServices
{
    /// <summary>Binds the options from the section <c>Wallets</c>.</summary>
    public static IServiceCollection AddWallets(this IServiceCollection services)
    {
        services.AddOptions<WalletOptions>().BindConfiguration("Wallets");
        return services;
    }
}
