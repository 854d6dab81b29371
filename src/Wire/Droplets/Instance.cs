using System.Text.Json.Serialization;
using Webrana.Wire.Billing;
using Webrana.Wire.Plans;

namespace Webrana.Wire.Droplets;

/// <summary>A server: <c>GET /api/v1/instances?status=&amp;search=&amp;limit=&amp;cursor=</c>, <c>/instances/{id}</c>. Terminated ones are left out of the list unless asked for by status.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Name">Host name.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Ipv4">Public address; null until it has one.</param>
/// <param name="Ipv6">Public address; null if none.</param>
/// <param name="Region">Slug.</param>
/// <param name="Image">Slug.</param>
/// <param name="PlanId">The plan it was bought as.</param>
/// <param name="Vcpus">Virtual processors.</param>
/// <param name="MemoryMb">MiB.</param>
/// <param name="DiskGb">GiB.</param>
/// <param name="TransferTb">TB a month.</param>
/// <param name="BillingPeriod">How long one charge lasts.</param>
/// <param name="Price">IDR per period.</param>
/// <param name="NextRenewalAt">When the period ends; null until it runs and after it is gone.</param>
/// <param name="AutoRenew">Renews from the wallet.</param>
/// <param name="RunningAction">What is being done to it now; null when nothing is.</param>
/// <param name="Tags">The customer's own.</param>
/// <param name="CreatedAt">When it was ordered.</param>
/// <param name="FailureReason">Why it could not be built, a stable code: <c>no_capacity</c>, <c>refused</c>, <c>timed_out</c>, <c>not_built</c>, <c>not_confirmed</c>, <c>hold_lost</c>, <c>given_up</c>; <c>cancelled</c> where its customer took the order back; null otherwise.</param>
/// <param name="Protected">Locked against deletion by its owner.</param>
/// <param name="Priority">Its turn among the owner's servers when money is short.</param>
/// <param name="SuspensionReason">Why it is suspended or hibernated.</param>
/// <param name="HadUserData">It was ordered with user data, which is not kept: to order it again (<c>POST /orders/{id}/retry</c>) takes it anew, or an empty text.</param>
/// <param name="Cancellable">Still an order that the provider was certainly not given: <c>POST /orders/{id}/cancel</c> takes it back. True of a moment; the answer to that call decides.</param>
public sealed record Instance(
    string Id, string Name, InstanceStatus Status, string? Ipv4, string? Ipv6, string Region, string Image, string PlanId,
    int Vcpus, int MemoryMb, int DiskGb, decimal TransferTb, BillingPeriod BillingPeriod, long Price,
    DateTimeOffset? NextRenewalAt, bool AutoRenew, InstanceAction? RunningAction, IReadOnlyList<string> Tags,
    DateTimeOffset CreatedAt, string? FailureReason = null, bool Protected = false,
    RenewalPriority Priority = RenewalPriority.Normal, SuspensionReason SuspensionReason = SuspensionReason.None,
    bool HadUserData = false, bool Cancellable = false);

/// <summary>Where an <see cref="Instance"/> stands.</summary>
[JsonConverter(typeof(WireEnumConverter<InstanceStatus>))]
public enum InstanceStatus
{
    [JsonStringEnumMemberName("PROVISIONING")] Provisioning,
    [JsonStringEnumMemberName("RUNNING")] Running,
    [JsonStringEnumMemberName("OFF")] Off,
    [JsonStringEnumMemberName("REBUILDING")] Rebuilding,

    /// <summary>Powered off because its renewal could not be paid; pay to bring it back.</summary>
    [JsonStringEnumMemberName("SUSPENDED")] Suspended,

    /// <summary>Kept as a snapshot only.</summary>
    [JsonStringEnumMemberName("HIBERNATED")] Hibernated,

    [JsonStringEnumMemberName("TERMINATING")] Terminating,
    [JsonStringEnumMemberName("TERMINATED")] Terminated,

    /// <summary>Could not be built, or its order was cancelled; nothing was charged.</summary>
    [JsonStringEnumMemberName("FAILED")] Failed,

    /// <summary>Vanished at the provider; an operator looks into it.</summary>
    [JsonStringEnumMemberName("LOST")] Lost,
}

/// <summary><c>PATCH /api/v1/instances/{id}</c> → <see cref="Instance"/>; a null field is left as it is. Refused: 409 <c>name_taken</c>, 422 <c>invalid_name</c>, 409 <c>invalid_state</c>.</summary>
/// <param name="Name">New host name.</param>
/// <param name="AutoRenew">Renew from the wallet when the period ends.</param>
/// <param name="Protected">Lock it against deletion, or unlock it.</param>
/// <param name="Tags">The customer's own words for it: at most 10, each 1 to 32 letters, digits, dots, dashes or underscores.</param>
/// <param name="Priority">Its turn when money is short.</param>
public sealed record UpdateInstanceRequest(string? Name = null, bool? AutoRenew = null, bool? Protected = null, IReadOnlyList<string>? Tags = null, RenewalPriority? Priority = null);

/// <summary><c>POST /api/v1/instances/{id}/credentials</c>: given once, <c>Cache-Control: no-store</c>; afterwards 410 <c>credentials_taken</c>.</summary>
/// <param name="Username">Usually <c>root</c>.</param>
/// <param name="Password">Better changed at the first login.</param>
public sealed record InstanceCredentials(string Username, string Password);
