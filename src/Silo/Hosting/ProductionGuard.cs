using Webrana.Data.Faults;
using Webrana.Grains.Promos;

namespace Webrana.Silo.Hosting;

/// <summary>What must never be set, or never be missing, where real customers are: said at the start, before anything is touched.</summary>
public static class ProductionGuard
{
    /// <summary>Throws with every reason why this configuration must not run in this environment.</summary>
    /// <exception cref="InvalidOperationException">At least one setting is refused.</exception>
    public static void Check(IHostEnvironment environment, IConfiguration configuration)
    {
        var refused = new List<string>();
        if (configuration.GetValue<bool>("Seed:Demo") && !environment.IsEnvironment("Sandbox"))
            refused.Add("Seed:Demo belongs to the Sandbox environment");
        if (environment.IsProduction())
        {
            if (configuration.GetValue<bool>("Sandbox:Clock"))
                refused.Add("Sandbox:Clock is set: real customers' time cannot be turned");
            if (configuration["Tripay:ApiKey"]?.StartsWith("DEV-", StringComparison.OrdinalIgnoreCase) == true)
                refused.Add("Tripay:ApiKey is a sandbox key (DEV-): payments would not be real");
            if (configuration["Ssh:Directory"] is { Length: > 0 })
                refused.Add("Ssh:Directory is set: servers are entered at their own addresses only");
            if (configuration[$"{PromoOptions.Section}:{nameof(PromoOptions.IdentityKey)}"] is not { Length: >= PromoOptions.LeastIdentityKeyLength })
                refused.Add($"Promos:IdentityKey is missing or shorter than {PromoOptions.LeastIdentityKeyLength} characters: who had a bonus would be hashed with a key that everybody can read");
            if (configuration.GetValue<bool>("Webhooks:AllowPrivateAddresses"))
                refused.Add("Webhooks:AllowPrivateAddresses is set: customers could have our own network called");
            if (FailPoints.Parse(configuration[FailPoints.ConfigurationKey]).Any)
                refused.Add("FailPoints are armed");
        }

        if (refused.Count > 0)
            throw new InvalidOperationException($"Refusing to start in {environment.EnvironmentName}: {string.Join("; ", refused)}.");
    }
}
