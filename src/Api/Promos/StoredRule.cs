using System.Text.Json;
using System.Text.Json.Serialization;
using Webrana.Wire.Promos;

namespace Webrana.Api.Promos;

/// <summary>A promo's rule as its history keeps it, in the names of the stored state; what an older version did not know is empty.</summary>
internal sealed record StoredRule
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public string Name { get; init; } = "";
    public string? Code { get; init; }
    public string Type { get; init; } = nameof(PromoType.DepositBonus);
    public string ValueType { get; init; } = nameof(PromoValueType.Fixed);
    public long Value { get; init; }
    public long? MaxDiscount { get; init; }
    public long? MinDeposit { get; init; }
    public long? MaxUsageTotal { get; init; }
    public int MaxUsagePerUser { get; init; } = 1;
    public bool IsActive { get; init; }
    public long? StartsAt { get; init; }
    public long? EndsAt { get; init; }
    public bool ForNewUsersOnly { get; init; }
    public int? LotDays { get; init; }
    public long? Budget { get; init; }
    public IReadOnlyList<string> Channels { get; init; } = [];
    public IReadOnlyList<StoredTier> Tiers { get; init; } = [];
    public int Priority { get; init; }
    public bool IsPublic { get; init; } = true;
    public long RefereeValue { get; init; }
    public int? MonthlyCap { get; init; }

    public PromoFields ToFields() => new(
        Name, Enum.Parse<PromoType>(Type), Enum.Parse<PromoValueType>(ValueType), Value, Code, MaxDiscount, MinDeposit, MaxUsageTotal, MaxUsagePerUser, IsActive,
        At(StartsAt), At(EndsAt), ForNewUsersOnly, Budget, LotDays, Channels, [.. Tiers.Select(tier => new PromoTier(tier.From, tier.Value))], Priority, IsPublic,
        RefereeValue, MonthlyCap);

    private static DateTimeOffset? At(long? unixMs) => unixMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    public sealed record StoredTier([property: JsonPropertyName("from")] long From, [property: JsonPropertyName("value")] long Value);
}
