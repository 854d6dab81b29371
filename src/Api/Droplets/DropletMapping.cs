using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Webrana.Contracts.Droplets;
using Webrana.Data.Droplets;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;
using BillingPeriod = Webrana.Wire.Plans.BillingPeriod;
using OrderStatus = Webrana.Wire.Droplets.OrderStatus;

namespace Webrana.Api.Droplets;

/// <summary>Servers, orders and actions → the wire.</summary>
internal static class DropletMapping
{
    public static Instance ToWire(this DropletView droplet) => new(
        droplet.Instance.ToString(), droplet.Name, ToWire(droplet.Status), droplet.Ipv4, droplet.Ipv6, droplet.Region, droplet.Image,
        droplet.PlanId, droplet.Vcpus, droplet.MemoryMb, droplet.DiskGb, droplet.TransferTb, ToWire(droplet.BillingPeriod), droplet.PriceIdr,
        droplet.NextRenewalAt, droplet.AutoRenew, droplet.RunningAction?.ToWire(), droplet.Tags, droplet.CreatedAt, droplet.FailureReason, droplet.Protected,
        Enum.Parse<Wire.Billing.RenewalPriority>(droplet.Priority.ToString()), Enum.Parse<Wire.Billing.SuspensionReason>(droplet.Reason.ToString()),
        droplet.HadUserData, droplet.Cancellable);

    public static Order ToOrder(this DropletView droplet) => new(
        droplet.Instance.ToString(), droplet.Instance.ToString(), droplet.PlanId, ToWire(droplet.BillingPeriod), droplet.PriceIdr,
        Enum.Parse<OrderStatus>(droplet.OrderStatus.ToString()), droplet.FailureReason, droplet.NextRenewalAt, droplet.AutoRenew, droplet.CreatedAt,
        droplet.RunningAction is { Kind: ActionKind.Create, WaitingSince: { } since } ? since : null, droplet.Cancellable);

    public static AdminInstance ToAdminWire(this DropletView droplet) => new(
        droplet.Instance.ToString(), droplet.Owner.ToString(), droplet.Name, ToWire(droplet.Status), droplet.Ipv4, droplet.Region, droplet.Image,
        droplet.PlanId, ToWire(droplet.BillingPeriod), droplet.PriceIdr, droplet.NextRenewalAt, droplet.AutoRenew,
        droplet.ProviderDropletId?.ToString(CultureInfo.InvariantCulture), droplet.AccountId, droplet.CreatedAt, droplet.FailureReason,
        Enum.Parse<Wire.Billing.SuspensionReason>(droplet.Reason.ToString()));

    public static Wire.Droplets.InstanceAccess ToWire(this AccessView access) => new(
        access.User, access.PasswordAvailable, access.PasswordLogin, Fingerprint(access.HostKey), access.Managed);

    public static InstanceAction ToWire(this ActivityEntry entry) => new(
        entry.ActionId, ToWire(entry.Kind), ToWire(entry.Status), entry.StartedAt, entry.CompletedAt, ActorRole(entry.Actor), entry.Message,
        entry.Step is null ? null : JsonNamingPolicy.SnakeCaseUpper.ConvertName(entry.Step), entry.WaitingSince);

    /// <summary>A line of the activity log carries the contract's names.</summary>
    public static InstanceAction ToWire(this ActivityRow row) => new(
        row.ActionId, ToWire(Enum.Parse<ActionKind>(row.Kind)), Enum.Parse<ActionStatus>(row.Status), row.StartedAt, row.CompletedAt,
        ActorRole(row.Actor), row.Message);

    public static InstanceStatus ToWire(DropletStatus status) => Enum.Parse<InstanceStatus>(status.ToString());

    public static BillingPeriod ToWire(Contracts.Droplets.BillingPeriod period) => Enum.Parse<BillingPeriod>(period.ToString());

    /// <summary>As OpenSSH shows it.</summary>
    private static string? Fingerprint(string? hostKey) => hostKey?.Split(' ') is [_, var blob]
        ? $"SHA256:{Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(blob))).TrimEnd('=')}"
        : null;

    /// <summary>A customer reads that an admin acted, not which one.</summary>
    private static string ActorRole(string actor) => actor.Split(':')[0] switch
    {
        "user" => "customer",
        "admin" => "admin",
        _ => "system",
    };

    private static InstanceActionType ToWire(ActionKind kind) => kind switch
    {
        ActionKind.Delete => InstanceActionType.Destroy,
        ActionKind.Block => InstanceActionType.Suspend,
        ActionKind.Unblock => InstanceActionType.Resume,
        _ => Enum.Parse<InstanceActionType>(kind.ToString()),
    };

    private static ActionStatus ToWire(ActivityStatus status) => Enum.Parse<ActionStatus>(status.ToString());
}
