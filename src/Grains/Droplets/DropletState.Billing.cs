using System.Text.Json.Serialization;
using Webrana.Contracts.Droplets;
using Webrana.Domain.Billing;
using Webrana.Grains.Billing;

namespace Webrana.Grains.Droplets;

public sealed partial record DropletState
{
    /// <summary>
    /// What this server has brought in, in rupiah: captured, renewed, add-ons, less what was given back. The independent subledger of the
    /// REVENUE account: whatever posts there changes this in the write that stores the outcome. Null in records from before it was counted.
    /// </summary>
    [JsonPropertyName("chargedIdr")] public long? ChargedIdr { get; init; }

    /// <summary>Its turn among its owner's servers when money is short.</summary>
    [JsonPropertyName("priority"), JsonConverter(typeof(JsonStringEnumConverter<RenewalPriority>))]
    public RenewalPriority Priority { get; init; } = RenewalPriority.Normal;

    /// <summary>Add-ons; null until the first one is used.</summary>
    [JsonPropertyName("meter")] public MeterPart? Meter { get; init; }

    /// <summary>Periods that are being paid ahead.</summary>
    [JsonPropertyName("ahead")] public AheadPart? Ahead { get; init; }

    /// <summary>The image that stands for the server, from its making to its deletion.</summary>
    [JsonPropertyName("hibernation")] public HibernationPart? Hibernation { get; init; }

    /// <summary>Why money does not lift the suspension; null when it does.</summary>
    [JsonPropertyName("block")] public BlockPart? Block { get; init; }

    /// <summary>A price announced while the server was still being built; it becomes the subscription's.</summary>
    [JsonPropertyName("announced")] public MovePart? Announced { get; init; }

    /// <summary>What it has brought in; for old records what its paid periods cost.</summary>
    [JsonIgnore] public long ChargedSoFar => ChargedIdr ?? ((Order?.PriceIdr ?? 0) * (Subscription?.PaidPeriod ?? 0));

    /// <summary>It is being built again from its image.</summary>
    [JsonIgnore] public bool IsRestoring => Hibernation?.Restore is not null;
}

/// <summary>Another length of period, wished for.</summary>
public sealed record SwitchPart(
    [property: JsonPropertyName("period"), JsonConverter(typeof(JsonStringEnumConverter<BillingPeriod>))] BillingPeriod Period,
    [property: JsonPropertyName("priceIdr")] long PriceIdr,
    [property: JsonPropertyName("version")] int Version);

/// <summary>An announced price.</summary>
public sealed record MovePart(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("from")] long From,
    [property: JsonPropertyName("dailyIdr")] long? DailyIdr,
    [property: JsonPropertyName("monthlyIdr")] long? MonthlyIdr,
    [property: JsonPropertyName("yearlyIdr")] long? YearlyIdr);

/// <summary>Periods to be paid at once: charged one by one until this one is paid.</summary>
public sealed record AheadPart(
    [property: JsonPropertyName("id")] string OperationId,
    [property: JsonPropertyName("until")] int UntilPeriod,
    [property: JsonPropertyName("actor")] string Actor);

/// <summary>An add-on of a charge that was begun.</summary>
public sealed record AddonPart(
    [property: JsonPropertyName("kind"), JsonConverter(typeof(JsonStringEnumConverter<AddonKind>))] AddonKind Kind,
    [property: JsonPropertyName("operationId")] string OperationId,
    [property: JsonPropertyName("amountIdr")] long AmountIdr,
    [property: JsonPropertyName("quantity")] long Quantity);

/// <summary>See <see cref="AddonMeter"/>.</summary>
public sealed record MeterPart(
    [property: JsonPropertyName("at")] long AtMs,
    [property: JsonPropertyName("backups"), JsonConverter(typeof(JsonStringEnumConverter<BackupsPlan>))] BackupsPlan Backups,
    [property: JsonPropertyName("imageMb")] long ImageMb)
{
    [JsonPropertyName("weeklyMs")] public long WeeklyMs { get; init; }

    [JsonPropertyName("dailyMs")] public long DailyMs { get; init; }

    [JsonPropertyName("imageMbMs")] public long ImageMbMs { get; init; }

    [JsonPropertyName("transferMb")] public long TransferMb { get; init; }

    /// <summary>The month whose excess was counted last, and how much of it.</summary>
    [JsonPropertyName("overMonth")] public int OverMonth { get; init; }

    [JsonPropertyName("overMb")] public long OverMb { get; init; }

    public AddonMeter ToMeter() => new(AtMs, Backups, ImageMb) { WeeklyMs = WeeklyMs, DailyMs = DailyMs, ImageMbMs = ImageMbMs, TransferMb = TransferMb };

    public MeterPart With(AddonMeter meter) => this with
    {
        AtMs = meter.AtMs, Backups = meter.Backups, ImageMb = meter.ImageMb,
        WeeklyMs = meter.WeeklyMs, DailyMs = meter.DailyMs, ImageMbMs = meter.ImageMbMs, TransferMb = meter.TransferMb,
    };
}

/// <summary>How far the image is.</summary>
public enum HibernationStage
{
    /// <summary>To be taken; the server is suspended and whole.</summary>
    Imaging,

    /// <summary>Taken and seen; from here on the server goes.</summary>
    Kept,

    /// <summary>The server lives; the image is to be deleted.</summary>
    Discarding,
}

/// <summary>The image that a hibernated server is.</summary>
public sealed record HibernationPart(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("startedAt")] long StartedAt)
{
    [JsonPropertyName("stage"), JsonConverter(typeof(JsonStringEnumConverter<HibernationStage>))]
    public HibernationStage Stage { get; init; }

    [JsonPropertyName("imageId")] public string? ImageId { get; init; }

    [JsonPropertyName("sizeMb")] public long SizeMb { get; init; }

    /// <summary>How often taking it was tried.</summary>
    [JsonPropertyName("tries")] public int Tries { get; init; }

    /// <summary>The droplet it was taken of: dead, whatever a lagging list shows.</summary>
    [JsonPropertyName("oldId")] public long OldDropletId { get; init; }

    /// <summary>How often bringing it back was begun: each has a hold of its own.</summary>
    [JsonPropertyName("restores")] public int Restores { get; init; }

    [JsonPropertyName("restore")] public RestorePart? Restore { get; init; }
}

/// <summary>A server on its way back.</summary>
public sealed record RestorePart(
    [property: JsonPropertyName("id")] string OperationId,
    [property: JsonPropertyName("actor")] string Actor,
    [property: JsonPropertyName("startedAt")] long StartedAt,
    [property: JsonPropertyName("period")] int Period);

/// <summary>A suspension that money does not lift.</summary>
public sealed record BlockPart(
    [property: JsonPropertyName("reason")] string Reason,
    [property: JsonPropertyName("actor")] string Actor,
    [property: JsonPropertyName("at")] long At);

public sealed partial record SubscriptionPart
{
    [JsonPropertyName("hibernatedAt")] public long? HibernatedAt { get; init; }

    [JsonPropertyName("sparedUntil")] public long? SparedUntil { get; init; }

    [JsonPropertyName("paymentAwaited")] public bool PaymentAwaited { get; init; }

    [JsonPropertyName("deliveredAt")] public long? DeliveredAt { get; init; }

    [JsonPropertyName("confirmedAt")] public long? ConfirmedAt { get; init; }

    [JsonPropertyName("escalatedAt")] public long? EscalatedAt { get; init; }

    /// <summary>The policy this period began with; null for the shop's defaults.</summary>
    [JsonPropertyName("policy")] public PolicyPart? Policy { get; init; }

    [JsonPropertyName("switch")] public SwitchPart? Switch { get; init; }

    [JsonPropertyName("move")] public MovePart? Move { get; init; }
}

public sealed partial record RenewingPart
{
    /// <summary>Fixed when the charge was begun: asked again it must be the same charge. Null in records from before: the order's.</summary>
    [JsonPropertyName("priceIdr")] public long? PriceIdr { get; init; }

    [JsonPropertyName("length"), JsonConverter(typeof(JsonStringEnumConverter<BillingPeriod>))]
    public BillingPeriod Length { get; init; }

    [JsonPropertyName("version")] public int PriceVersion { get; init; }

    /// <summary>Charged before the period itself.</summary>
    [JsonPropertyName("addons")] public IReadOnlyList<AddonPart> Addons { get; init; } = [];

    /// <summary>The use behind them, to be counted again if they are refused.</summary>
    [JsonPropertyName("metered")] public MeterPart? Metered { get; init; }
}
