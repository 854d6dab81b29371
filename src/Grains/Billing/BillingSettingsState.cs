using System.Text.Json.Serialization;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Droplets;
using Webrana.Grains.Common;

namespace Webrana.Grains.Billing;

/// <summary>Billing settings as stored, with the versions there were.</summary>
public sealed record BillingSettingsState : IDurable<BillingSettingsState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>Oldest first; the last one is in force. Bounded by <see cref="MostVersions"/>: servers carry the policy they began with.</summary>
    [JsonPropertyName("versions")] public IReadOnlyList<StoredSettings> Versions { get; init; } = [];

    /// <inheritdoc/>
    [JsonPropertyName("list")] public ListEntry List => new(null, null, null, null);

    /// <summary>How many versions are kept.</summary>
    public const int MostVersions = 20;

    /// <summary>The one in force.</summary>
    [JsonIgnore] public BillingSettings Current => Versions.Count == 0 ? BillingDefaults.Settings : Versions[^1].View();
}

/// <summary>One version.</summary>
public sealed record StoredSettings(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("usd")] long UsdRateIdr,
    [property: JsonPropertyName("weekly")] int WeeklyBackupsPercent,
    [property: JsonPropertyName("daily")] int DailyBackupsPercent,
    [property: JsonPropertyName("image")] long ImageGbMonthIdr,
    [property: JsonPropertyName("transfer")] long TransferGbIdr,
    [property: JsonPropertyName("policies")] IReadOnlyList<PolicyPart> Policies,
    [property: JsonPropertyName("at")] long ChangedAt,
    [property: JsonPropertyName("by")] string ChangedBy)
{
    public static StoredSettings Of(BillingSettings settings) => new(
        settings.Version, settings.UsdRateIdr, settings.Addons.WeeklyBackupsPercent, settings.Addons.DailyBackupsPercent,
        settings.Addons.ImageGbMonthIdr, settings.Addons.TransferGbIdr,
        [PolicyPart.Of(settings.Daily), PolicyPart.Of(settings.Monthly), PolicyPart.Of(settings.Yearly)],
        settings.ChangedAt!.Value.ToUnixTimeMilliseconds(), settings.ChangedBy!);

    public BillingSettings View() => new(
        Version, UsdRateIdr, new AddonPrices(WeeklyBackupsPercent, DailyBackupsPercent, ImageGbMonthIdr, TransferGbIdr),
        Policies[0].View(), Policies[1].View(), Policies[2].View(), DateTimeOffset.FromUnixTimeMilliseconds(ChangedAt), ChangedBy);
}

/// <summary>A policy as stored, in minutes: in the settings, and in each server that began a period with it.</summary>
public sealed record PolicyPart(
    [property: JsonPropertyName("grace")] int GraceMinutes,
    [property: JsonPropertyName("suspended")] int SuspendedMinutes,
    [property: JsonPropertyName("restorable")] int RestorableMinutes,
    [property: JsonPropertyName("notices")] IReadOnlyList<int> NoticeMinutes)
{
    public static PolicyPart Of(PeriodPolicy policy) => new(policy.GraceMinutes, policy.SuspendedMinutes, policy.RestorableMinutes, policy.NoticeMinutes);

    /// <summary>What a period that begins now goes by; null while the shop's defaults are in force.</summary>
    public static PolicyPart? Adopted(BillingSettings settings, BillingPeriod period) => settings.Version > 0 ? Of(settings.PolicyOf(period)) : null;

    public PeriodPolicy View() => new(GraceMinutes, SuspendedMinutes, RestorableMinutes, NoticeMinutes);
}
