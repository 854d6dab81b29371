using System.Text.Json.Serialization;
using Webrana.Wire.Plans;

namespace Webrana.Wire.Admin;

/// <summary>What is the matter with an order.</summary>
[JsonConverter(typeof(WireEnumConverter<OrderTrouble>))]
public enum OrderTrouble
{
    /// <summary>Its money is held, and it takes longer than a build ever should.</summary>
    [JsonStringEnumMemberName("LATE")] Late,

    /// <summary>Failed, and its money or its remains at the provider are not settled yet.</summary>
    [JsonStringEnumMemberName("UNSETTLED")] Unsettled,

    /// <summary>Failed; its money is free again and nothing is left of it.</summary>
    [JsonStringEnumMemberName("FAILED")] Failed,
}

/// <summary>
/// An order that did not come through: <c>GET /internal/stuck-orders?trouble=&amp;limit=&amp;cursor=</c>, late ones first and oldest first, then the newest
/// failed ones.
/// </summary>
/// <param name="OrderId">Also its server's id.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="Email">Their address; null if the account is gone.</param>
/// <param name="Name">Host name.</param>
/// <param name="Trouble">What is the matter.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="Region">Slug.</param>
/// <param name="BillingPeriod">How long one charge lasts.</param>
/// <param name="Price">IDR.</param>
/// <param name="Held">IDR on hold for it now.</param>
/// <param name="Since">Since when this try runs, or when it was ordered.</param>
/// <param name="GivesUpAt">When it gives up by itself; null when that is past.</param>
/// <param name="FailureReason">Why it failed; null while it has not.</param>
/// <param name="DropletId">At the provider, as a string; null when nothing is known there.</param>
/// <param name="ProviderAccount">Name of the provider account it goes to.</param>
/// <param name="Restoring">Not a new server: one on its way back from its image.</param>
/// <param name="HadUserData">It came with user data, which a failed order does not keep: only its customer can place it again.</param>
/// <param name="PlacedAgainAs">The order that the desk placed for it since; null for none.</param>
public sealed record StuckOrder(
    string OrderId, string UserId, string? Email, string Name, OrderTrouble Trouble, string PlanId, string Region, BillingPeriod BillingPeriod, long Price,
    long Held, DateTimeOffset Since, DateTimeOffset? GivesUpAt, string? FailureReason, string? DropletId, string? ProviderAccount, bool Restoring,
    bool HadUserData, string? PlacedAgainAs);

/// <summary>
/// <c>POST /internal/stuck-orders/{id}/retry</c> → what became of it. A late order gets its time anew and is worked on at once; a failed one is
/// placed again with the same wishes at the price of today, once. Refused: 404, 409 <c>not_stuck</c>, 409 <c>user_data_lost</c>, 422, and
/// whatever refuses an order (409 <c>insufficient_balance</c>, …).
/// </summary>
/// <param name="OrderId">The order that goes on: the same, or the new one.</param>
/// <param name="Anew">It is a new one.</param>
public sealed record OrderRetried(string OrderId, bool Anew);
