using System.Text.Json.Serialization;

namespace Webrana.Wire.Admin;

/// <summary>What a provider account is used for.</summary>
[JsonConverter(typeof(WireEnumConverter<ProviderMode>))]
public enum ProviderMode
{
    /// <summary>Takes new servers.</summary>
    [JsonStringEnumMemberName("ACTIVE")] Active,

    /// <summary>No new servers; those there go on.</summary>
    [JsonStringEnumMemberName("DRAINING")] Draining,

    /// <summary>Not called at all.</summary>
    [JsonStringEnumMemberName("DISABLED")] Disabled,
}

/// <summary>What is wrong with a provider account.</summary>
[JsonConverter(typeof(WireEnumConverter<ProviderAlarmCode>))]
public enum ProviderAlarmCode
{
    /// <summary>Nothing.</summary>
    [JsonStringEnumMemberName("NONE")] None,

    /// <summary>The token is refused: everything there waits for a new one.</summary>
    [JsonStringEnumMemberName("TOKEN_REFUSED")] TokenRefused,

    /// <summary>The token opens another account than before: nothing is called.</summary>
    [JsonStringEnumMemberName("WRONG_ACCOUNT")] WrongAccount,

    /// <summary>Locked by the provider: nothing is sold there.</summary>
    [JsonStringEnumMemberName("LOCKED")] Locked,

    /// <summary>Many servers vanished at once: look before any of them is declared lost, then switch the account on again.</summary>
    [JsonStringEnumMemberName("MANY_MISSING")] ManyMissing,
}

/// <summary>A provider account: <c>GET /internal/digitalocean/accounts</c>. The token is never answered.</summary>
/// <param name="Id">Our own id of it.</param>
/// <param name="Name">For people.</param>
/// <param name="Mode">Set by admins.</param>
/// <param name="Alarm">Found by watching.</param>
/// <param name="AlarmSince">Null without an alarm.</param>
/// <param name="Selling">New servers go there now.</param>
/// <param name="Status">The provider's word: <c>active</c>, <c>warning</c>, <c>locked</c>; empty before the first look.</param>
/// <param name="DropletLimit">How many droplets the provider allows there.</param>
/// <param name="DropletCount">How many there are, everybody's.</param>
/// <param name="Free">How many more will be sold.</param>
/// <param name="MonthToDateUsd">What this month costs so far, in US dollars; null before the first look.</param>
/// <param name="CheckedAt">Of the last look; null before the first.</param>
/// <param name="Sweep">What the last full look at its droplets found; null before the first.</param>
/// <param name="BalanceUsd">What is owed to the provider, this month's use in it, in US dollars; negative: paid ahead. Null before the first look.</param>
public sealed record ProviderAccount(
    string Id, string Name, ProviderMode Mode, ProviderAlarmCode Alarm, DateTimeOffset? AlarmSince, bool Selling, string Status,
    int DropletLimit, int DropletCount, int Free, decimal? MonthToDateUsd, DateTimeOffset? CheckedAt, ProviderSweep? Sweep,
    decimal? BalanceUsd = null);

/// <summary>All droplets of an account by why they exist.</summary>
/// <param name="FinishedAt">When the look ended.</param>
/// <param name="Owned">Servers of customers.</param>
/// <param name="InFlight">Being created or destroyed.</param>
/// <param name="Tombstoned">Ended here, still there: being destroyed again.</param>
/// <param name="Duplicate">Second droplets of one server: being destroyed.</param>
/// <param name="Unexplained">Our tag, and nothing here accounts for it.</param>
/// <param name="Foreign">Not ours: never touched.</param>
/// <param name="Missing">Servers here that are not there.</param>
public sealed record ProviderSweep(
    DateTimeOffset FinishedAt, int Owned, int InFlight, int Tombstoned, int Duplicate, int Unexplained, int Foreign, int Missing);

/// <summary>
/// <c>POST /internal/digitalocean/accounts</c> → 201 <see cref="ProviderAccount"/>. Refused: 422 <c>token_refused</c>, 409 <c>already_exists</c>,
/// 503 <c>provider_unavailable</c> (the token could not be tried).
/// </summary>
/// <param name="Id">1 to 40 lower-case letters, digits and dashes, for ever.</param>
/// <param name="Name">1 to 60 characters.</param>
/// <param name="Token">The API token, full access. Encrypted at rest; no answer ever carries it.</param>
/// <param name="Reason">Why: 1 to 200 characters, for the audit log; may be left out.</param>
public sealed record AddProviderAccountRequest(string Id, string Name, string Token, string? Reason = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"AddProviderAccountRequest {{ Id = {Id}, Name = {Name} }}";
}

/// <summary><c>PUT /internal/digitalocean/accounts/{id}/token</c> → <see cref="ProviderAccount"/>. Refused: 422 <c>token_refused</c>, 404, 503 <c>provider_unavailable</c>.</summary>
/// <param name="Token">Another token of the same account.</param>
/// <param name="Reason">Why: 1 to 200 characters, for the audit log; may be left out.</param>
public sealed record ReplaceProviderTokenRequest(string Token, string? Reason = null)
{
    /// <inheritdoc/>
    public override string ToString() => "ReplaceProviderTokenRequest { … }";
}

/// <summary>A droplet that is not simply owned or in flight, or a server that is not there: <c>GET /internal/reconciliation?resolved=&amp;limit=</c>.</summary>
/// <param name="AccountId">In which provider account.</param>
/// <param name="DropletId">64-bit id there, as a string.</param>
/// <param name="Kind"><c>TOMBSTONED</c>, <c>DUPLICATE</c>, <c>UNEXPLAINED</c>, <c>FOREIGN</c> or <c>MISSING</c>.</param>
/// <param name="InstanceId">The server it belongs to; null where none is known.</param>
/// <param name="Name">The droplet's name.</param>
/// <param name="FirstSeenAt">When it was found.</param>
/// <param name="LastSeenAt">When it was last found so.</param>
/// <param name="ResolvedAt">Since when it is in order again; null while it is not.</param>
/// <param name="Outcome">What was done: <c>DESTROYING</c>, <c>LOST</c>, <c>NOTOURS</c>, <c>LATER</c>; null for nothing.</param>
public sealed record DriftItem(
    string AccountId, string DropletId, string Kind, string? InstanceId, string Name, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt,
    DateTimeOffset? ResolvedAt, string? Outcome);
