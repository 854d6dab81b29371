using Webrana.Wire.Billing;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;

namespace Webrana.Wire.Admin;

/// <summary>A server as an admin sees it: <c>GET /internal/instances?userId=&amp;status=&amp;limit=&amp;cursor=</c>.</summary>
/// <param name="Id">The instance's id.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="Name">Host name.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Ipv4">Public address; null until it has one.</param>
/// <param name="Region">Slug.</param>
/// <param name="Image">Slug.</param>
/// <param name="PlanId">The plan it was bought as.</param>
/// <param name="BillingPeriod">How long one charge lasts.</param>
/// <param name="Price">IDR per period.</param>
/// <param name="NextRenewalAt">When the period ends; null until it runs and after it is gone.</param>
/// <param name="AutoRenew">Renews from the wallet.</param>
/// <param name="DropletId">64-bit id at DigitalOcean, as a string; null until known.</param>
/// <param name="ProviderAccount">Name of the DigitalOcean account that carries it; null until known.</param>
/// <param name="CreatedAt">When it was ordered.</param>
/// <param name="FailureReason">Why it could not be built; null otherwise.</param>
/// <param name="SuspensionReason">Why it is suspended; <c>BLOCKED</c> is an admin's, which money does not lift.</param>
/// <param name="BlockedMessage">What its owner was told about a block; null in lists, and for none.</param>
public sealed record AdminInstance(
    string Id, string UserId, string Name, InstanceStatus Status, string? Ipv4, string Region, string Image, string PlanId,
    BillingPeriod BillingPeriod, long Price, DateTimeOffset? NextRenewalAt, bool AutoRenew,
    string? DropletId, string? ProviderAccount, DateTimeOffset CreatedAt, string? FailureReason = null,
    SuspensionReason SuspensionReason = SuspensionReason.None, string? BlockedMessage = null);
