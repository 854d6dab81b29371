using Microsoft.Extensions.Options;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>The provider account we create droplets in. Configuration section <c>DigitalOcean</c>.</summary>
public sealed class DigitalOceanAccountOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "DigitalOcean";

    /// <summary>Our id of the account; part of grain keys and budget rows, never the token. Default <c>primary</c>.</summary>
    public string AccountId { get; set; } = "primary";

    /// <summary>Scheme and host, without <c>/v2</c>. Default: the public API.</summary>
    public Uri BaseUrl { get; set; } = DigitalOceanClientFactory.PublicApi;

    /// <summary>The API token. Required.</summary>
    public string Token { get; set; } = "";

    /// <summary>Calls in any minute over all silos; the provider allows 250. The rest is for calls that arrive late. Default 230.</summary>
    public int CallsPerMinute { get; set; } = 230;

    /// <summary>Calls in any hour over all silos; the provider allows 5,000. Default 4,700.</summary>
    public int CallsPerHour { get; set; } = 4_700;

    /// <summary>Permits taken from the database at once, at most: blocks begin at one and grow while they are used up. Default 10.</summary>
    public int PermitBlock { get; set; } = 10;

    /// <summary>Between two reads of the shared lists while anybody waits, in milliseconds: 900 calls an hour, the polls' own share. Default 4 s.</summary>
    public int WatchIntervalMs { get; set; } = 4_000;

    /// <summary>How long the catalogue is answered from memory, in milliseconds. Default 5 minutes.</summary>
    public int CatalogueMs { get; set; } = 300_000;
}

/// <summary>The client of each account. One account in this release.</summary>
public sealed class ProviderClients(DigitalOceanClientFactory factory, IOptions<DigitalOceanAccountOptions> options)
{
    private readonly Lazy<DigitalOceanClient> _primary = new(() => factory.For(options.Value.BaseUrl, options.Value.Token));

    /// <summary>The client of an account; throws for an account that is not configured here.</summary>
    public DigitalOceanClient For(string accountId) => accountId == options.Value.AccountId
        ? _primary.Value
        : throw new InvalidOperationException($"The provider account '{accountId}' is not configured.");
}
