using Orleans.Concurrency;
using Webrana.Contracts.Droplets;

namespace Webrana.Contracts.Billing;

/// <summary>
/// What admins decide about billing: the dollar's rate, what add-ons cost, and what happens to servers that are not paid. Every change is a
/// version with its author; a period keeps the policy it began with. Key <c>billing-settings:shop</c>.
/// </summary>
[Alias("billing-settings")]
public interface IBillingSettingsGrain : IGrainWithStringKey
{
    /// <summary>What is in force; version 0 is the shop's defaults.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("get")]
    Task<BillingSettings> Get();

    /// <summary>The versions there were, newest first; at most 20.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("history")]
    Task<IReadOnlyList<BillingSettings>> History();

    /// <summary>Changes what is given as one new version. Absent members stay.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("change")]
    Task<Result<BillingSettings, BillingSettingsError>> Change(ChangeBillingSettings command);
}

/// <summary>Why settings were refused; nothing was changed.</summary>
[GenerateSerializer, Alias("billing-settings-error")]
public enum BillingSettingsError
{
    /// <summary>A rate or price is negative or absurd.</summary>
    InvalidRate,

    /// <summary>Times that do not fit into the period, or leave no room for a warning.</summary>
    InvalidPolicy,
}

/// <summary>One version.</summary>
/// <param name="Version">0: the defaults.</param>
/// <param name="UsdRateIdr">Rupiah for one dollar, for margins; charges nobody.</param>
/// <param name="ChangedBy"><c>admin:{id}</c>; null for the defaults.</param>
[GenerateSerializer, Immutable, Alias("billing-settings-view")]
public sealed record BillingSettings(
    [property: Id(0)] int Version,
    [property: Id(1)] long UsdRateIdr,
    [property: Id(2)] AddonPrices Addons,
    [property: Id(3)] PeriodPolicy Daily,
    [property: Id(4)] PeriodPolicy Monthly,
    [property: Id(5)] PeriodPolicy Yearly,
    [property: Id(6)] DateTimeOffset? ChangedAt,
    [property: Id(7)] string? ChangedBy)
{
    /// <summary>The policy of a period.</summary>
    public PeriodPolicy PolicyOf(BillingPeriod period) => period switch
    {
        BillingPeriod.Daily => Daily,
        BillingPeriod.Yearly => Yearly,
        _ => Monthly,
    };
}

/// <summary>What add-ons cost.</summary>
/// <param name="WeeklyBackupsPercent">Of the plan's price, in whole percent.</param>
/// <param name="DailyBackupsPercent">The same for daily backups.</param>
/// <param name="ImageGbMonthIdr">Per GB and 30 days: snapshots, images of hibernated servers.</param>
/// <param name="TransferGbIdr">Per GB sent beyond the quota.</param>
[GenerateSerializer, Immutable, Alias("addon-prices")]
public sealed record AddonPrices(
    [property: Id(0)] int WeeklyBackupsPercent,
    [property: Id(1)] int DailyBackupsPercent,
    [property: Id(2)] long ImageGbMonthIdr,
    [property: Id(3)] long TransferGbIdr);

/// <summary>What happens when a period of one length is not paid, in minutes.</summary>
/// <param name="GraceMinutes">From the due date until suspension; it runs on.</param>
/// <param name="SuspendedMinutes">From suspension until hibernation.</param>
/// <param name="RestorableMinutes">From hibernation until termination.</param>
/// <param name="NoticeMinutes">When the owner is told, from the due date: before it negative; ascending.</param>
[GenerateSerializer, Immutable, Alias("period-policy")]
public sealed record PeriodPolicy(
    [property: Id(0)] int GraceMinutes,
    [property: Id(1)] int SuspendedMinutes,
    [property: Id(2)] int RestorableMinutes,
    [property: Id(3)] IReadOnlyList<int> NoticeMinutes)
{
    /// <summary>Same times.</summary>
    public bool Equals(PeriodPolicy? other) => other is not null
        && (GraceMinutes, SuspendedMinutes, RestorableMinutes) == (other.GraceMinutes, other.SuspendedMinutes, other.RestorableMinutes)
        && NoticeMinutes.SequenceEqual(other.NoticeMinutes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(GraceMinutes, SuspendedMinutes, RestorableMinutes, NoticeMinutes.Count);
}

/// <summary>Each member optional: null keeps what is.</summary>
[GenerateSerializer, Immutable, Alias("change-billing-settings")]
public sealed record ChangeBillingSettings(
    [property: Id(0)] string Actor,
    [property: Id(1)] long? UsdRateIdr = null,
    [property: Id(2)] AddonPrices? Addons = null,
    [property: Id(3)] PeriodPolicy? Daily = null,
    [property: Id(4)] PeriodPolicy? Monthly = null,
    [property: Id(5)] PeriodPolicy? Yearly = null);
