using System.Text.Json.Serialization;
using Webrana.Wire.Plans;

namespace Webrana.Wire.Billing;

/// <summary><c>GET /api/v1/instances/{id}/billing</c>: a server's subscription. 409 <c>invalid_state</c> while there is none.</summary>
/// <param name="BillingPeriod">Length of the period that is paid.</param>
/// <param name="Price">IDR it cost.</param>
/// <param name="PeriodStart">When it began.</param>
/// <param name="NextRenewalAt">When it ends and the next one is charged.</param>
/// <param name="AutoRenew">Charged from the wallet then.</param>
/// <param name="Priority">Its turn among the owner's servers when money is short.</param>
/// <param name="NextPeriod">Length of the next period.</param>
/// <param name="NextPrice">IDR the next period will cost, without add-ons.</param>
/// <param name="NextPriceFrom">When an announced price takes effect; null for none.</param>
/// <param name="Addons">Add-ons used since the last renewal.</param>
/// <param name="AddonsTotal">IDR they come to; charged with the next renewal.</param>
/// <param name="SuspensionReason">Why it is suspended.</param>
/// <param name="BlockedReason">What an admin wrote; null otherwise.</param>
/// <param name="SuspendsAt">When it will be switched off if nothing is paid.</param>
/// <param name="HibernatesAt">When it will be put away: an image kept, the server and its address gone.</param>
/// <param name="TerminatesAt">When the image will be destroyed for good.</param>
/// <param name="Offers">What changing the period would cost; only periods that the plan is sold by.</param>
/// <param name="Costs">IDR that paying 1, 2, and up to 12 periods now takes, add-ons included; each period at the price in force when it starts.</param>
public sealed record InstanceBilling(
    BillingPeriod BillingPeriod, long Price, DateTimeOffset PeriodStart, DateTimeOffset NextRenewalAt, bool AutoRenew, RenewalPriority Priority,
    BillingPeriod NextPeriod, long NextPrice, DateTimeOffset? NextPriceFrom, IReadOnlyList<AddonUse> Addons, long AddonsTotal,
    SuspensionReason SuspensionReason, string? BlockedReason, DateTimeOffset? SuspendsAt, DateTimeOffset? HibernatesAt, DateTimeOffset? TerminatesAt,
    IReadOnlyList<PeriodOffer> Offers, IReadOnlyList<long> Costs);

/// <summary>A period that the server may change to.</summary>
/// <param name="BillingPeriod">Its length.</param>
/// <param name="Price">IDR.</param>
public sealed record PeriodOffer(BillingPeriod BillingPeriod, long Price);

/// <summary>An add-on in use.</summary>
/// <param name="Type">What.</param>
/// <param name="Amount">IDR so far.</param>
/// <param name="Quantity">Periods with backups, GB-months of images, or GB of transfer beyond the quota.</param>
public sealed record AddonUse(AddonType Type, long Amount, decimal Quantity);

/// <summary>Kinds of <see cref="AddonUse"/>.</summary>
[JsonConverter(typeof(WireEnumConverter<AddonType>))]
public enum AddonType
{
    [JsonStringEnumMemberName("BACKUPS")] Backups,

    /// <summary>Snapshots, and the image of a hibernated server.</summary>
    [JsonStringEnumMemberName("IMAGES")] Images,

    /// <summary>Sent beyond the plan's quota.</summary>
    [JsonStringEnumMemberName("TRANSFER")] Transfer,
}

/// <summary>Which server is paid first when money is short.</summary>
[JsonConverter(typeof(WireEnumConverter<RenewalPriority>))]
public enum RenewalPriority
{
    [JsonStringEnumMemberName("FIRST")] First,
    [JsonStringEnumMemberName("NORMAL")] Normal,
    [JsonStringEnumMemberName("LAST")] Last,
}

/// <summary>Why a server is suspended.</summary>
[JsonConverter(typeof(WireEnumConverter<SuspensionReason>))]
public enum SuspensionReason
{
    [JsonStringEnumMemberName("NONE")] None,

    /// <summary>Its period was not paid; paying brings it back.</summary>
    [JsonStringEnumMemberName("UNPAID")] Unpaid,

    /// <summary>Not to be renewed, and its paid time is over.</summary>
    [JsonStringEnumMemberName("NOT_RENEWED")] NotRenewed,

    /// <summary>Suspended by an admin; money does not bring it back.</summary>
    [JsonStringEnumMemberName("BLOCKED")] Blocked,
}

/// <summary><c>POST /api/v1/instances/{id}/renew</c> → <see cref="InstanceBilling"/>. Refused: 409 <c>insufficient_balance</c> (extension <c>shortfall</c>), <c>invalid_state</c>, <c>blocked</c>, <c>outstanding_debt</c>.</summary>
/// <param name="Periods">1 to 12; each is one charge, in order.</param>
public sealed record RenewRequest(int Periods = 1);

/// <summary><c>PATCH /api/v1/instances/{id}/billing</c> → <see cref="InstanceBilling"/>: another length from the next period on. Refused: 422 <c>period_not_allowed</c>.</summary>
/// <param name="BillingPeriod">The present one takes the wish back.</param>
public sealed record ChangeBillingRequest(BillingPeriod BillingPeriod);

/// <summary><c>GET /api/v1/addons</c>, no token needed: what add-ons cost.</summary>
/// <param name="WeeklyBackupsPercent">Of the server's price per period.</param>
/// <param name="DailyBackupsPercent">The same for daily backups.</param>
/// <param name="ImageGbMonth">IDR per GB and 30 days: snapshots and images of hibernated servers.</param>
/// <param name="TransferGb">IDR per GB sent beyond the plan's quota.</param>
public sealed record AddonPrices(int WeeklyBackupsPercent, int DailyBackupsPercent, long ImageGbMonth, long TransferGb);
