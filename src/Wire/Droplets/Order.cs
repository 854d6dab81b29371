using System.Text.Json.Serialization;
using Webrana.Wire.Plans;

namespace Webrana.Wire.Droplets;

/// <summary>
/// <c>POST /api/v1/orders</c> → 202 <see cref="OrderAccepted"/>. The price is held at once and charged when the server runs; if it cannot be built the hold is released.
/// Refused, with nothing held: 409 <c>insufficient_balance</c> (extensions <c>price</c>, <c>available</c>, <c>shortfall</c> in IDR), 409 <c>name_taken</c>, 422 <c>plan_unavailable</c>, <c>region_unavailable</c>,
/// <c>image_unavailable</c>, <c>period_not_allowed</c>, <c>invalid_name</c>, <c>ssh_key_unknown</c>.
/// </summary>
/// <param name="PlanId">A <see cref="Plan.Id"/>.</param>
/// <param name="Region">A <see cref="Plans.Region.Slug"/> in the plan's list.</param>
/// <param name="Image">An <see cref="Plans.Image.Slug"/>.</param>
/// <param name="Name">Host name: letters, digits, hyphens and dots, 1 to 63, not among the customer's other servers.</param>
/// <param name="BillingPeriod">One the plan allows.</param>
/// <param name="AutoRenew">Renew from the wallet when the period ends.</param>
/// <param name="SshKeyIds">Ids of <c>GET /api/v1/ssh-keys</c>, at most 20; with any, root logs in by key only.</param>
/// <param name="UserData">Optional cloud-init, at most 60 KiB.</param>
public sealed record CreateOrderRequest(
    string PlanId, string Region, string Image, string Name,
    BillingPeriod BillingPeriod = BillingPeriod.Monthly, bool AutoRenew = true,
    IReadOnlyList<string>? SshKeyIds = null, string? UserData = null);

/// <summary>
/// <c>POST /api/v1/orders/{id}/retry</c> → 202 <see cref="OrderAccepted"/>: an order that failed or was cancelled once more, elsewhere or as another plan; what is null stays as it was.
/// Refused like an order, and 409 <c>invalid_state</c> when the first did neither.
/// </summary>
/// <param name="Region">Another location.</param>
/// <param name="PlanId">Another plan.</param>
/// <param name="UserData">User data is not kept. An order that had some needs it again here, or an empty text to go without.</param>
public sealed record RetryOrderRequest(string? Region = null, string? PlanId = null, string? UserData = null);

/// <summary>Answer 202 to <see cref="CreateOrderRequest"/>.</summary>
/// <param name="OrderId">Opaque.</param>
/// <param name="InstanceId">Can be read at once; it is <c>PROVISIONING</c>.</param>
/// <param name="Price">IDR held.</param>
public sealed record OrderAccepted(string OrderId, string InstanceId, long Price);

/// <summary>An order: <c>GET /api/v1/orders</c>, <c>/orders/{id}</c>.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="InstanceId">The server it bought.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="BillingPeriod">The period.</param>
/// <param name="Price">IDR per period.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="FailureReason">Why it failed, a stable code: see <see cref="Instance.FailureReason"/>; null otherwise.</param>
/// <param name="NextRenewalAt">Null until the server runs and after it is gone.</param>
/// <param name="AutoRenew">Renews from the wallet.</param>
/// <param name="CreatedAt">When it was placed.</param>
/// <param name="WaitingSince">Since when it waits for the provider, its price only held; null while it does not wait.</param>
/// <param name="Cancellable">
/// The provider was certainly not given it: <c>POST /api/v1/orders/{id}/cancel</c> → 202 takes it back, and its hold is released in full. True of a
/// moment: refused with 409 <c>already_sent</c> when it may have been sent by then, with 409 <c>invalid_state</c> when it is no order in the making any more.
/// </param>
public sealed record Order(
    string Id, string InstanceId, string PlanId, BillingPeriod BillingPeriod, long Price, OrderStatus Status,
    string? FailureReason, DateTimeOffset? NextRenewalAt, bool AutoRenew, DateTimeOffset CreatedAt,
    DateTimeOffset? WaitingSince = null, bool Cancellable = false);

/// <summary>Where an <see cref="Order"/> stands.</summary>
[JsonConverter(typeof(WireEnumConverter<OrderStatus>))]
public enum OrderStatus
{
    [JsonStringEnumMemberName("HELD")] Held,
    [JsonStringEnumMemberName("PROVISIONING")] Provisioning,
    [JsonStringEnumMemberName("ACTIVE")] Active,
    [JsonStringEnumMemberName("FAILED")] Failed,
    [JsonStringEnumMemberName("CANCELLED")] Cancelled,
}
