namespace Webrana.Contracts;

/// <summary>
/// Every grain key in one place: prefixed and canonical, because AdoNet storage normalises keys that read as hexadecimal and would
/// let two of them share one row (dotnet/orleans#9706). Nothing else may build a key.
/// </summary>
public static class GrainKeys
{
    public static string Wallet(UserId user) => $"wallet:{user}";

    public static string Account(UserId user) => $"account:{user}";

    public static string Feed(UserId user) => $"feed:{user}";

    public static string Deposit(DepositId deposit) => $"deposit:{deposit}";

    public static string Droplet(InstanceId instance) => $"droplet:{instance}";

    public static string Metrics(InstanceId instance) => $"metrics:{instance}";

    public static string SshKeys(UserId user) => $"ssh-keys:{user}";

    /// <param name="planId">The plan's slug, lower case (<c>basic-1</c>).</param>
    public static string Plan(string planId) => $"plan:{planId}";

    /// <param name="accountId">Our own id of the provider account, never its token.</param>
    public static string DigitalOceanAccount(string accountId) => $"do-account:{accountId}";

    /// <summary>The one fleet of all provider accounts.</summary>
    public static string ProviderFleet => "provider-fleet:all";

    /// <param name="promoId">The promo's own id, which its code may change without.</param>
    public static string Promo(string promoId) => $"promo:{promoId}";

    /// <summary>The one desk that answers questions about all promos.</summary>
    public static string PromoDesk() => "promo-desk:0";

    public static string Rewards(UserId user) => $"rewards:{user}";

    public static string TripayAccount(string merchantCode) => $"tripay:{merchantCode}";

    public static string Closing(UserId user) => $"closing:{user}";

    public static string Limits(UserId user) => $"limits:{user}";

    public static string Runway(UserId user) => $"runway:{user}";

    public static string MoneyArrival(UserId user) => $"money:{user}";

    /// <summary>The shop's one set of billing settings.</summary>
    public static string BillingSettings => "billing-settings:shop";

    /// <param name="sessionId">Random, one per asked-for console.</param>
    public static string Console(Guid sessionId) => $"console:{sessionId:D}";

    /// <summary>The one ear of our Telegram bot.</summary>
    public static string TelegramBot => "telegram-bot:0";

    public static string Sweeper(int shard) => $"sweeper:{shard}";

    /// <summary>The part after the prefix; throws for a key that does not carry <paramref name="prefix"/> (a bug, never input).</summary>
    public static string Suffix(string key, string prefix) =>
        key.StartsWith(prefix + ":", StringComparison.Ordinal)
            ? key[(prefix.Length + 1)..]
            : throw new ArgumentException($"'{key}' is not a {prefix} key.", nameof(key));

    /// <summary>The GUID after the prefix.</summary>
    public static Guid Guid(string key, string prefix) => System.Guid.ParseExact(Suffix(key, prefix), "D");
}

/// <summary>
/// Names of persisted grain states. The storage row is keyed by (state name, key), not by grain class, so a name used twice would let
/// two grain types read each other's rows: a test keeps them unique.
/// </summary>
public static class StateNames
{
    public const string Deposit = "deposit";
    public const string Droplet = "droplet";
    public const string Metrics = "metrics";
    public const string SshKeys = "ssh-keys";
    public const string Plan = "plan";
    public const string Account = "account";
    public const string DigitalOceanAccount = "do-account";
    public const string TripayAccount = "tripay-account";
    public const string Promo = "promo";
    public const string Rewards = "rewards";
    public const string BillingSettings = "billing-settings";
    public const string Closing = "closing";
    public const string MoneyArrival = "money-arrival";
}

/// <summary>Names of grain storage providers.</summary>
public static class StorageNames
{
    /// <summary>PostgreSQL, one statement per write: everything that is not written in storms.</summary>
    public const string State = "state";

    /// <summary>PostgreSQL with group commit across grains: droplets and their owners' mail, which a renewal storm writes by the hundred thousand.</summary>
    public const string Batched = "batched";
}
