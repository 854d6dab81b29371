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

    /// <summary>Between two looks at an account's standing, limit and number of droplets, in milliseconds. Default 2 minutes.</summary>
    public int HealthMs { get; set; } = 120_000;

    /// <summary>From the end of one sweep over an account's droplets to the begin of the next, in milliseconds. Default 1 minute.</summary>
    public int SweepMs { get; set; } = 60_000;

    /// <summary>
    /// How old a droplet must be when a sweep begins before it judges it, in milliseconds: lists lag behind creations and deletions. Default 2 minutes.
    /// </summary>
    public int SweepGraceMs { get; set; } = 120_000;

    /// <summary>
    /// After so long at the latest the provider's own count shows a droplet that was made, in milliseconds; until then its place is kept as well.
    /// Default 3 minutes.
    /// </summary>
    public int CountLagMs { get; set; } = 180_000;

    /// <summary>Room that is not sold: replacements of servers that exist need some. Default 2.</summary>
    public int KeepFree { get; set; } = 2;

    /// <summary>How long the catalogue is answered from memory, in milliseconds. Default 5 minutes.</summary>
    public int CatalogueMs { get; set; } = 300_000;
}
