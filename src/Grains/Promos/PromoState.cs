using System.Text.Json;
using System.Text.Json.Serialization;
using Webrana.Contracts.Promos;
using Webrana.Domain.Ledger;
using Webrana.Domain.Promos;
using Webrana.Grains.Common;

namespace Webrana.Grains.Promos;

/// <summary>A promo as it is stored. Amounts in rupiah, times in unix ms. Its usages are rows, not state: they grow without end.</summary>
public sealed record PromoState : IDurable<PromoState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>The rule's version; counts up with every change. What was stored before versions existed is version 1.</summary>
    [JsonPropertyName("version")] public int Version { get; init; } = 1;

    [JsonPropertyName("name")] public string Name { get; init; } = "";

    [JsonPropertyName("code")] public string? Code { get; init; }

    [JsonPropertyName("type"), JsonConverter(typeof(JsonStringEnumConverter<PromoType>))] public PromoType Type { get; init; }

    [JsonPropertyName("valueType"), JsonConverter(typeof(JsonStringEnumConverter<PromoValueType>))] public PromoValueType ValueType { get; init; }

    [JsonPropertyName("value")] public long Value { get; init; }

    [JsonPropertyName("maxDiscount")] public long? MaxDiscountIdr { get; init; }

    [JsonPropertyName("minDeposit")] public long? MinDepositIdr { get; init; }

    [JsonPropertyName("maxUsageTotal")] public long? MaxUsageTotal { get; init; }

    [JsonPropertyName("maxUsagePerUser")] public int MaxUsagePerUser { get; init; } = 1;

    [JsonPropertyName("isActive")] public bool IsActive { get; init; }

    [JsonPropertyName("startsAt")] public long? StartsAtMs { get; init; }

    [JsonPropertyName("endsAt")] public long? EndsAtMs { get; init; }

    [JsonPropertyName("forNewUsersOnly")] public bool ForNewUsersOnly { get; init; }

    [JsonPropertyName("lotDays")] public int? BonusExpiryDays { get; init; }

    [JsonPropertyName("budget")] public long? BudgetIdr { get; init; }

    [JsonPropertyName("channels")] public EquatableList<string> Channels { get; init; } = [];

    [JsonPropertyName("tiers")] public EquatableList<StoredTier> Tiers { get; init; } = [];

    [JsonPropertyName("priority")] public int Priority { get; init; }

    [JsonPropertyName("isPublic")] public bool IsPublic { get; init; } = true;

    [JsonPropertyName("refereeValue")] public long RefereeValue { get; init; }

    [JsonPropertyName("monthlyCap")] public int? MonthlyCapPerReferrer { get; init; }

    /// <summary>True once an admin deleted it: it stays, because its usages must stay explained.</summary>
    [JsonPropertyName("archived")] public bool Archived { get; init; }

    [JsonPropertyName("createdAt")] public long CreatedAtMs { get; init; }

    [JsonPropertyName("updatedAt")] public long UpdatedAtMs { get; init; }

    /// <summary>True once the promo was created.</summary>
    [JsonIgnore] public bool Exists => Name.Length > 0;

    /// <inheritdoc/>
    [JsonPropertyName("list")]
    public ListEntry List => new(null, Archived ? "ARCHIVED" : IsActive ? "ACTIVE" : "OFF", null, CreatedAtMs);

    /// <summary>The state of a rule; its code in canonical form.</summary>
    internal static PromoState Of(PromoDefinition rule) => new()
    {
        Name = rule.Name.Trim(),
        Code = PromoCode.Normalise(rule.Code),
        Type = rule.Type,
        ValueType = rule.ValueType,
        Value = rule.Value,
        MaxDiscountIdr = rule.MaxDiscountIdr,
        MinDepositIdr = rule.MinDepositIdr,
        MaxUsageTotal = rule.MaxUsageTotal,
        MaxUsagePerUser = rule.MaxUsagePerUser,
        IsActive = rule.IsActive,
        StartsAtMs = rule.StartsAt?.ToUnixTimeMilliseconds(),
        EndsAtMs = rule.EndsAt?.ToUnixTimeMilliseconds(),
        ForNewUsersOnly = rule.ForNewUsersOnly,
        BonusExpiryDays = rule.BonusExpiryDays,
        BudgetIdr = rule.BudgetIdr,
        Channels = [.. rule.Channels.Select(channel => channel.Trim().ToUpperInvariant()).Distinct()],
        Tiers = [.. rule.Tiers.Select(tier => new StoredTier(tier.FromIdr, tier.Value))],
        Priority = rule.Priority,
        IsPublic = rule.IsPublic,
        RefereeValue = rule.RefereeValue,
        MonthlyCapPerReferrer = rule.Type == PromoType.ReferralBonus ? rule.MonthlyCapPerReferrer : null,
    };

    /// <summary>The rule, as it was given.</summary>
    internal PromoDefinition ToDefinition() => new()
    {
        Name = Name,
        Code = Code,
        Type = Type,
        ValueType = ValueType,
        Value = Value,
        MaxDiscountIdr = MaxDiscountIdr,
        MinDepositIdr = MinDepositIdr,
        MaxUsageTotal = MaxUsageTotal,
        MaxUsagePerUser = MaxUsagePerUser,
        IsActive = IsActive,
        StartsAt = At(StartsAtMs),
        EndsAt = At(EndsAtMs),
        ForNewUsersOnly = ForNewUsersOnly,
        BonusExpiryDays = BonusExpiryDays,
        BudgetIdr = BudgetIdr,
        Channels = [.. Channels],
        Tiers = [.. Tiers.Select(tier => new PromoTier(tier.FromIdr, tier.Value))],
        Priority = Priority,
        IsPublic = IsPublic,
        RefereeValue = RefereeValue,
        MonthlyCapPerReferrer = MonthlyCapPerReferrer,
    };

    /// <summary>The rule alone, for comparing: without version and times.</summary>
    internal PromoState Rule() => this with { Version = 1, CreatedAtMs = 0, UpdatedAtMs = 0, Archived = false };

    /// <summary>The rule as JSON, for the history.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this);

    static DateTimeOffset? At(long? unixMs) => unixMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
}

/// <summary>Deposits from <paramref name="FromIdr"/> on are given <paramref name="Value"/>.</summary>
public sealed record StoredTier([property: JsonPropertyName("from")] long FromIdr, [property: JsonPropertyName("value")] long Value);
