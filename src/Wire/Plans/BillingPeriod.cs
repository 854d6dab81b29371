using System.Text.Json.Serialization;

namespace Webrana.Wire.Plans;

/// <summary>How long one charge lasts. Periods follow the calendar of Asia/Jakarta.</summary>
[JsonConverter(typeof(WireEnumConverter<BillingPeriod>))]
public enum BillingPeriod
{
    [JsonStringEnumMemberName("DAILY")] Daily,
    [JsonStringEnumMemberName("MONTHLY")] Monthly,
    [JsonStringEnumMemberName("YEARLY")] Yearly,
}
