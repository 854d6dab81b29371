namespace Webrana.Contracts.Providers;

/// <summary>What an account is used for; set by admins.</summary>
[GenerateSerializer, Alias("provider-account-mode")]
public enum ProviderAccountMode
{
    /// <summary>New orders go here while there is room.</summary>
    Active,

    /// <summary>No new orders; everything that lives here goes on.</summary>
    Draining,

    /// <summary>No calls at all: what lives here waits.</summary>
    Disabled,
}

/// <summary>What is wrong with an account; found by watching it.</summary>
[GenerateSerializer, Alias("provider-alarm")]
public enum ProviderAlarm
{
    None,

    /// <summary>The provider refuses the token (401). Nothing is called, nothing is lost: work goes on when a token works.</summary>
    TokenRefused,

    /// <summary>The token opens another account than before: everything of ours would look deleted. Nothing is called.</summary>
    WrongAccount,

    /// <summary>The provider has locked the account. Nothing is sold here.</summary>
    Locked,

    /// <summary>Many servers vanished at once: more likely a wrong view than a loss. None is declared lost before an admin has looked.</summary>
    ManyMissing,
}

/// <param name="Name">For people.</param>
/// <param name="ProtectedToken">The API token as <c>ProviderTokens</c> encrypted it.</param>
[GenerateSerializer, Immutable, Alias("add-provider-account")]
public sealed record AddProviderAccount([property: Id(0)] string Name, [property: Id(1)] string ProtectedToken);

/// <param name="Credentials">Grows with every new token.</param>
/// <param name="ProtectedToken">Encrypted; null for the account whose token comes from the configuration.</param>
[GenerateSerializer, Immutable, Alias("provider-connection")]
public sealed record ProviderConnection([property: Id(0)] int Credentials, [property: Id(1)] string? ProtectedToken);

/// <summary>How a provider account stands. Never the token.</summary>
/// <param name="Selling">New orders are taken here now.</param>
/// <param name="Status">The provider's word: active, warning, locked; empty before the first look.</param>
/// <param name="DropletCount">Droplets there, everybody's; as of the last look.</param>
/// <param name="Free">How many more may be ordered: limit, less what is there, set aside or kept back.</param>
/// <param name="MonthToDateUsdCents">What this month costs so far; null before the first look.</param>
/// <param name="Sweep">The last full look at its droplets; null before the first.</param>
/// <param name="OwedUsdCents">What the provider carries over from the months before: positive is owed, negative paid in advance. Null before the first look.</param>
/// <param name="BalanceUsdCents">The same with this month's use in it.</param>
[GenerateSerializer, Immutable, Alias("provider-account-view")]
public sealed record ProviderAccountView(
    [property: Id(0)] string AccountId,
    [property: Id(1)] string Name,
    [property: Id(2)] ProviderAccountMode Mode,
    [property: Id(3)] ProviderAlarm Alarm,
    [property: Id(4)] DateTimeOffset? AlarmSince,
    [property: Id(5)] bool Selling,
    [property: Id(6)] string Status,
    [property: Id(7)] int DropletLimit,
    [property: Id(8)] int DropletCount,
    [property: Id(9)] int Free,
    [property: Id(10)] long? MonthToDateUsdCents,
    [property: Id(11)] DateTimeOffset? CheckedAt,
    [property: Id(12)] ProviderSweepView? Sweep,
    [property: Id(13)] string ProviderUuid,
    [property: Id(14)] long? OwedUsdCents = null,
    [property: Id(15)] long? BalanceUsdCents = null);

/// <summary>What the last full look at an account's droplets found, by explanation.</summary>
[GenerateSerializer, Immutable, Alias("provider-sweep-view")]
public sealed record ProviderSweepView(
    [property: Id(0)] DateTimeOffset FinishedAt,
    [property: Id(1)] int Owned,
    [property: Id(2)] int InFlight,
    [property: Id(3)] int Tombstoned,
    [property: Id(4)] int Duplicate,
    [property: Id(5)] int Unexplained,
    [property: Id(6)] int Foreign,
    [property: Id(7)] int Missing);

/// <summary>Why an account was not changed.</summary>
[GenerateSerializer, Alias("provider-account-error")]
public enum ProviderAccountError
{
    NotFound,

    /// <summary>The id is taken, or another id stands for the same account at the provider.</summary>
    AlreadyExists,

    /// <summary>The provider does not accept the token, or it opens another account.</summary>
    TokenRefused,

    /// <summary>The token could not be tried; nothing was changed.</summary>
    ProviderUnavailable,
}
