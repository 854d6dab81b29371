using System.Text.Json.Serialization;
using Webrana.Contracts.Promos;
using Webrana.Domain.Promos;
using Webrana.Grains.Common;

namespace Webrana.Grains.Promos;

/// <summary>A promo as it is stored. Amounts in rupiah, times in unix ms. Its usages are rows, not state: they grow without end.</summary>
public sealed record PromoState : IDurable<PromoState>, IListed
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

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

    [JsonPropertyName("lotDays")] public int? LotDays { get; init; }

    [JsonPropertyName("createdAt")] public long CreatedAtMs { get; init; }

    /// <summary>True once the promo was defined.</summary>
    [JsonIgnore] public bool Exists => Name.Length > 0;

    /// <inheritdoc/>
    [JsonPropertyName("list")] public ListEntry List => new(null, IsActive ? "ACTIVE" : "OFF", null, CreatedAtMs);

    /// <summary>The state of a new promo; its code in canonical form.</summary>
    internal static PromoState Of(DefinePromo command, DateTimeOffset now) => new()
    {
        Name = command.Name,
        Code = PromoCode.Normalise(command.Code),
        Type = command.Type,
        ValueType = command.ValueType,
        Value = command.Value,
        MaxDiscountIdr = command.MaxDiscountIdr,
        MinDepositIdr = command.MinDepositIdr,
        MaxUsageTotal = command.MaxUsageTotal,
        MaxUsagePerUser = command.MaxUsagePerUser,
        IsActive = command.IsActive,
        StartsAtMs = command.StartsAt?.ToUnixTimeMilliseconds(),
        EndsAtMs = command.EndsAt?.ToUnixTimeMilliseconds(),
        ForNewUsersOnly = command.ForNewUsersOnly,
        LotDays = command.LotDays,
        CreatedAtMs = now.ToUnixTimeMilliseconds(),
    };

    internal DefinePromo ToDefinition() => new(
        Name, Code, Type, ValueType, Value, MaxDiscountIdr, MinDepositIdr, MaxUsageTotal, MaxUsagePerUser, IsActive,
        At(StartsAtMs), At(EndsAtMs), ForNewUsersOnly, LotDays);

    internal PromoTerms ToTerms() => new(
        Type switch
        {
            PromoType.DepositBonus => PromoKind.DepositBonus,
            PromoType.DepositCashback => PromoKind.DepositCashback,
            PromoType.NewUserBonus => PromoKind.NewUserBonus,
            _ => PromoKind.ReferralBonus,
        },
        ValueType == PromoValueType.Fixed ? Value : null,
        ValueType == PromoValueType.Percentage ? (int)Math.Clamp(Value, 0, 101) : null,
        MaxDiscountIdr, MinDepositIdr, IsActive, At(StartsAtMs), At(EndsAtMs), ForNewUsersOnly);

    static DateTimeOffset? At(long? unixMs) => unixMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
}
