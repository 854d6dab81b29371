using System.Text.Json.Serialization;
using Webrana.Contracts.Plans;
using Webrana.Grains.Common;

namespace Webrana.Grains.Plans;

/// <summary>A plan as stored, with every price it ever had.</summary>
public sealed record PlanState : IDurable<PlanState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyName("planId")] public string PlanId { get; init; } = "";

    [JsonPropertyName("name")] public string Name { get; init; } = "";

    [JsonPropertyName("providerSize")] public string ProviderSize { get; init; } = "";

    [JsonPropertyName("vcpus")] public int Vcpus { get; init; }

    [JsonPropertyName("memoryMb")] public int MemoryMb { get; init; }

    [JsonPropertyName("diskGb")] public int DiskGb { get; init; }

    [JsonPropertyName("transferTb")] public int TransferTb { get; init; }

    [JsonPropertyName("regions")] public IReadOnlyList<string> Regions { get; init; } = [];

    [JsonPropertyName("hidden")] public bool Hidden { get; init; }

    [JsonPropertyName("sortOrder")] public int SortOrder { get; init; }

    [JsonPropertyName("retired")] public bool Retired { get; init; }

    [JsonPropertyName("createdAt")] public long CreatedAt { get; init; }

    /// <summary>For a month, in cents of a dollar.</summary>
    [JsonPropertyName("costUsdCents")] public int? ProviderCostUsdCents { get; init; }

    /// <summary>How many servers of it there may be.</summary>
    [JsonPropertyName("stock")] public int? StockLimit { get; init; }

    /// <summary>A price whose announcement is under way.</summary>
    [JsonPropertyName("announcing")] public AnnouncingPart? Announcing { get; init; }

    /// <summary>Oldest first; the last one is in force. Bounded by <see cref="MostVersions"/>: subscriptions carry their own price.</summary>
    [JsonPropertyName("prices")] public IReadOnlyList<PriceVersion> Prices { get; init; } = [];

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => PlanId.Length == 0
        ? new ListEntry(null, null, null, null)
        : new ListEntry(null, Retired ? "RETIRED" : Hidden ? "HIDDEN" : "ACTIVE", Announcing?.DueAt, CreatedAt);

    /// <summary>How many price versions are kept.</summary>
    public const int MostVersions = 20;

    /// <summary>The same plan at a new price from <paramref name="now"/> (unix ms) on.</summary>
    /// <param name="movesAt">When running subscriptions move to it, unix ms; null: they keep theirs.</param>
    public PlanState WithPrices(PlanPrices prices, long now, long? movesAt = null)
    {
        var version = Prices.Count == 0 ? 1 : Prices[^1].Version + 1;
        return this with
        {
            Prices = [.. Prices.TakeLast(MostVersions - 1), PriceVersion.Of(version, prices, now) with { MovesAt = movesAt }],
            // Not at once: an order that was priced before this change has stored itself by then.
            Announcing = movesAt is null ? Announcing : new AnnouncingPart(version, now + AnnouncingPart.DelayMs, null),
        };
    }

    /// <summary>What everybody may see.</summary>
    public PlanView View() => new(
        PlanId, Name, ProviderSize, Vcpus, MemoryMb, DiskGb, TransferTb, Prices[^1].ToPrices(), Prices[^1].Version, Regions, Hidden, SortOrder, Retired,
        ProviderCostUsdCents, StockLimit, Prices[^1].MovesAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
}

/// <summary>A price that its plan's servers are being told of, page by page; a crash goes on after the last page that was told.</summary>
public sealed record AnnouncingPart(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("dueAt")] long DueAt,
    [property: JsonPropertyName("after")] Guid? After)
{
    /// <summary>From the change until the first server is told.</summary>
    public const long DelayMs = 60_000;
}

/// <summary>Prices in rupiah from a moment on.</summary>
public sealed record PriceVersion(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("since")] long Since,
    [property: JsonPropertyName("hourlyIdr")] long? HourlyIdr,
    [property: JsonPropertyName("dailyIdr")] long? DailyIdr,
    [property: JsonPropertyName("monthlyIdr")] long MonthlyIdr,
    [property: JsonPropertyName("yearlyIdr")] long? YearlyIdr,
    [property: JsonPropertyName("allowDaily")] bool AllowDaily,
    [property: JsonPropertyName("allowMonthly")] bool AllowMonthly,
    [property: JsonPropertyName("allowYearly")] bool AllowYearly)
{
    /// <summary>When running subscriptions move to it, unix ms; null: they keep theirs.</summary>
    [JsonPropertyName("movesAt")] public long? MovesAt { get; init; }

    public static PriceVersion Of(int version, PlanPrices prices, long since) => new(
        version, since, prices.HourlyIdr, prices.DailyIdr, prices.MonthlyIdr, prices.YearlyIdr, prices.AllowDaily, prices.AllowMonthly, prices.AllowYearly);

    public PlanPrices ToPrices() => new(HourlyIdr, DailyIdr, MonthlyIdr, YearlyIdr, AllowDaily, AllowMonthly, AllowYearly);
}
