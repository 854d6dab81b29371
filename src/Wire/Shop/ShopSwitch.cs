using System.Text.Json.Serialization;

namespace Webrana.Wire.Shop;

/// <summary>What of the shop can be stopped.</summary>
[JsonConverter(typeof(WireEnumConverter<ShopSwitchName>))]
public enum ShopSwitchName
{
    /// <summary>New servers.</summary>
    [JsonStringEnumMemberName("SALES")] Sales,

    /// <summary>New top-ups; what is paid is credited all the same.</summary>
    [JsonStringEnumMemberName("DEPOSITS")] Deposits,

    /// <summary>Charges for the next period.</summary>
    [JsonStringEnumMemberName("RENEWALS")] Renewals,

    /// <summary>Switching unpaid servers off.</summary>
    [JsonStringEnumMemberName("SUSPENSIONS")] Suspensions,

    /// <summary>Destroying servers that stayed unpaid.</summary>
    [JsonStringEnumMemberName("TERMINATIONS")] Terminations,
}

/// <summary>What customers are told of a stop: <c>GET /api/v1/notices</c>, no token needed.</summary>
/// <param name="Switch">What is stopped.</param>
/// <param name="MessageId">In Indonesian; null: the reader's own words for the switch.</param>
/// <param name="MessageEn">In English; null as above.</param>
/// <param name="Since">Since when.</param>
public sealed record ShopNotice(ShopSwitchName Switch, string? MessageId, string? MessageEn, DateTimeOffset Since);

/// <summary>One switch as the desk sees it: <c>GET /internal/switches</c>.</summary>
/// <param name="Switch">Which.</param>
/// <param name="Stopped">Whether it is stopped now.</param>
/// <param name="MessageId">What customers read, Indonesian; null: the panel's own words.</param>
/// <param name="MessageEn">The same in English.</param>
/// <param name="Reason">As the admin gave it; null when not stopped.</param>
/// <param name="By">Who stopped it; null when not stopped, or the account is gone.</param>
/// <param name="Since">Since when; null when not stopped.</param>
public sealed record ShopSwitchState(
    ShopSwitchName Switch, bool Stopped, string? MessageId, string? MessageEn, string? Reason, string? By, DateTimeOffset? Since);

/// <summary><c>PUT /internal/switches/{id}</c> (<c>SALES</c>, …) → <see cref="ShopSwitchState"/>. Holds in every process within two seconds.</summary>
/// <param name="Stopped">True stops it, false lets it go on.</param>
/// <param name="Reason">1 to 200 characters, for the audit log.</param>
/// <param name="MessageId">What customers read, up to 200 characters; null: the panel's own words.</param>
/// <param name="MessageEn">The same in English.</param>
public sealed record SetSwitchRequest(bool Stopped, string Reason, string? MessageId = null, string? MessageEn = null);
