using Orleans.Concurrency;

namespace Webrana.Contracts.Providers;

/// <summary>
/// One DigitalOcean account. Hands out permits so that the whole cluster together stays inside the provider's limits (250 a minute,
/// 5,000 an hour), and reads the shared lists that answer every waiting droplet at once. Callers make the HTTP call themselves with a
/// permit. Key <c>do-account:{id}</c>, never the token.
/// </summary>
[Alias("do-account")]
public interface IDigitalOceanAccountGrain : IGrainWithStringKey
{
    /// <summary>
    /// Permission for one call, spent from fenced rows in PostgreSQL so that a restart or a second activation never exceeds the limit.
    /// </summary>
    [Alias("permit")]
    Task<Result<Permit, PermitError>> RequestPermit(CallShare share);

    /// <summary>
    /// Asks to be told when the action at the provider ends: the grain reads the shared action list and calls
    /// <c>IDropletGrain.ProviderActionEnded</c>. At least once, never promised: the droplet's own wake-up is the backstop.
    /// </summary>
    [Alias("watch-action")]
    Task WatchAction(InstanceId instance, long providerActionId);

    /// <summary>
    /// Asks to be told when a droplet that is being created can be used, or was given up: <c>ProviderDropletSeen</c> and
    /// <c>ProviderActionEnded</c>. As above: at least once, never promised.
    /// </summary>
    /// <param name="createActionId">The action to follow; null where it is not known, which costs more reads.</param>
    [Alias("watch-creation")]
    Task WatchCreation(InstanceId instance, long dropletId, long? createActionId);

    /// <summary>The provider said 429: nobody in the cluster calls before <paramref name="retryAfter"/> has passed, whoever restarts.</summary>
    [Alias("rate-limited")]
    Task RateLimited(TimeSpan retryAfter);

    /// <summary>
    /// A call with these credentials was answered 401. The account looks for itself; if its token is indeed refused, it pauses: no permits,
    /// no sales, an alarm for admins, until a token works again.
    /// </summary>
    [Alias("token-refused")]
    Task TokenRefused(int credentials);

    /// <summary>Where and with which token to call. The token is encrypted; every silo can open it, nobody else.</summary>
    [AlwaysInterleave, Alias("connection")]
    Task<ProviderConnection> Connection();

    /// <summary>Keeps the account's own watches going: health, and the sweep over its droplets.</summary>
    [Alias("ensure-running")]
    Task EnsureRunning();

    /// <summary>How the account stands.</summary>
    [AlwaysInterleave, Alias("account-view")]
    Task<ProviderAccountView> View();

    /// <summary>Takes a new account in. The token is tried first; refused when it does not work or the account is known.</summary>
    [Alias("add-account")]
    Task<Result<ProviderAccountView, ProviderAccountError>> Add(AddProviderAccount command);

    /// <summary>Sells through it, drains it or stops all calls to it.</summary>
    [Alias("set-mode")]
    Task<Result<ProviderAccountView, ProviderAccountError>> SetMode(ProviderAccountMode mode);

    /// <summary>Replaces the token by another of the same account; it is tried first.</summary>
    [Alias("replace-token")]
    Task<Result<ProviderAccountView, ProviderAccountError>> ReplaceToken(string protectedToken);

    /// <summary>Sets room for one order aside until it has its droplet or has ended; false when the account cannot take it.</summary>
    [Alias("place")]
    Task<bool> Place(InstanceId instance);

    /// <summary>Regions, images and sizes on offer now. Cached for minutes.</summary>
    [AlwaysInterleave, Alias("catalogue")]
    Task<Result<ProviderCatalogue, CatalogueError>> Catalogue();
}

/// <summary>What a call is for; each share has its part of the budget and unused parts flow down in this order.</summary>
[GenerateSerializer, Alias("call-share")]
public enum CallShare
{
    /// <summary>Destroy and create: what loses money when it waits.</summary>
    Lifecycle,
    Action,
    Poll,
    Metrics,
    Reconcile,
}

/// <summary>Permission for one provider call, to be made at once: it counts from now.</summary>
/// <param name="Credentials">Which of the account's tokens to use: grows whenever the token is replaced.</param>
[GenerateSerializer, Immutable, Alias("permit-granted")]
public sealed record Permit([property: Id(0)] string AccountId, [property: Id(1)] int Credentials);

/// <summary>Why there is no permit now; nothing was spent.</summary>
[GenerateSerializer, Alias("permit-error")]
public enum PermitError
{
    BudgetSpent,
    RateLimited,
    AccountDisabled,
    Unavailable,
}

/// <summary>Why the catalogue could not be read.</summary>
[GenerateSerializer, Alias("catalogue-error")]
public enum CatalogueError
{
    ProviderUnavailable,
}

/// <summary>What the provider can create now.</summary>
[GenerateSerializer, Immutable, Alias("provider-catalogue")]
public sealed record ProviderCatalogue(
    [property: Id(0)] IReadOnlyList<ProviderRegion> Regions,
    [property: Id(1)] IReadOnlyList<ProviderImage> Images,
    [property: Id(2)] IReadOnlyList<ProviderSize> Sizes);

/// <param name="Slug">The provider's slug (<c>sgp1</c>).</param>
[GenerateSerializer, Immutable, Alias("provider-region")]
public sealed record ProviderRegion([property: Id(0)] string Slug, [property: Id(1)] string Name, [property: Id(2)] bool Available);

/// <param name="Slug">The provider's slug (<c>ubuntu-24-04-x64</c>).</param>
/// <param name="MinDiskGb">The smallest disk the image fits on.</param>
[GenerateSerializer, Immutable, Alias("provider-image")]
public sealed record ProviderImage(
    [property: Id(0)] string Slug,
    [property: Id(1)] string Name,
    [property: Id(2)] string Distribution,
    [property: Id(3)] int MinDiskGb);

/// <param name="Regions">Slugs of regions where this size can be created now.</param>
/// <param name="PriceMonthlyUsdCents">The provider's price, in US cents a month.</param>
[GenerateSerializer, Immutable, Alias("provider-size")]
public sealed record ProviderSize(
    [property: Id(0)] string Slug,
    [property: Id(1)] int Vcpus,
    [property: Id(2)] int MemoryMb,
    [property: Id(3)] int DiskGb,
    [property: Id(4)] long PriceMonthlyUsdCents,
    [property: Id(5)] bool Available,
    [property: Id(6)] IReadOnlyList<string> Regions);
