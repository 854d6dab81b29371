using Webrana.Wire.Billing;

namespace Webrana.Wire.Admin;

/// <summary><c>GET /internal/billing-settings</c>; <c>/internal/billing-settings/history</c> lists the versions, newest first.</summary>
/// <param name="Version">0: the shop's defaults.</param>
/// <param name="UsdRate">Rupiah for one dollar, for margins.</param>
/// <param name="Addons">What add-ons cost.</param>
/// <param name="Daily">When a day is not paid.</param>
/// <param name="Monthly">When a month is not paid.</param>
/// <param name="Yearly">When a year is not paid.</param>
/// <param name="ChangedAt">Null for the defaults.</param>
/// <param name="ChangedBy">An admin's id; null for the defaults.</param>
public sealed record BillingSettings(
    int Version, long UsdRate, AddonPrices Addons, PeriodPolicy Daily, PeriodPolicy Monthly, PeriodPolicy Yearly, DateTimeOffset? ChangedAt, string? ChangedBy);

/// <summary>What happens when a period of one length is not paid. Minutes.</summary>
/// <param name="GraceMinutes">From the due date until suspension; the server runs on.</param>
/// <param name="SuspendedMinutes">From suspension until hibernation; at least a day.</param>
/// <param name="RestorableMinutes">From hibernation until termination; at least a day.</param>
/// <param name="NoticeMinutes">When the owner is told, from the due date: before it negative, ascending, at most 12.</param>
public sealed record PeriodPolicy(int GraceMinutes, int SuspendedMinutes, int RestorableMinutes, IReadOnlyList<int> NoticeMinutes);

/// <summary><c>PATCH /internal/billing-settings</c> → <see cref="BillingSettings"/>, one new version; null fields stay. Servers keep the policy their period began with. Refused: 422 <c>invalid_rate</c>, <c>invalid_policy</c>.</summary>
/// <param name="UsdRate">Rupiah for one dollar.</param>
/// <param name="Addons">What add-ons cost, from the next charge on.</param>
/// <param name="Daily">When a day is not paid.</param>
/// <param name="Monthly">When a month is not paid.</param>
/// <param name="Yearly">When a year is not paid.</param>
/// <param name="Reason">Why: 1 to 200 characters, for the audit log; may be left out.</param>
public sealed record ChangeBillingSettingsRequest(
    long? UsdRate = null, AddonPrices? Addons = null, PeriodPolicy? Daily = null, PeriodPolicy? Monthly = null, PeriodPolicy? Yearly = null,
    string? Reason = null);

/// <summary>A server whose last warning reached nobody for 72 hours: <c>GET /internal/undelivered</c>. It goes on a day after it stood here.</summary>
/// <param name="InstanceId">The server.</param>
/// <param name="Name">Its name.</param>
/// <param name="WarnedAt">When the warning was sent.</param>
/// <param name="ShownAt">Since when it stands here.</param>
/// <param name="Hibernated">True: its image will be destroyed. False: it will be put away.</param>
public sealed record UndeliveredWarning(string InstanceId, string Name, DateTimeOffset WarnedAt, DateTimeOffset ShownAt, bool Hibernated);
