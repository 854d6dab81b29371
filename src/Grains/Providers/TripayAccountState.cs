using System.Text.Json.Serialization;
using Webrana.Grains.Common;
using Webrana.Tripay.Channels;

namespace Webrana.Grains.Providers;

/// <summary>What is remembered of a merchant: the last channel list, for days on which the gateway cannot be asked.</summary>
public sealed record TripayAccountState : IDurable<TripayAccountState>
{
    /// <inheritdoc/>
    public static int CurrentSchemaVersion => 1;

    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    [JsonPropertyName("channels")] public IReadOnlyList<StoredChannel> Channels { get; init; } = [];
}

/// <summary>A channel with its rules, so that any amount's fee can be computed. Amounts in rupiah.</summary>
public sealed record StoredChannel(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("group")] string Group,
    [property: JsonPropertyName("flatFee")] long FlatFeeIdr,
    [property: JsonPropertyName("percentFee")] decimal PercentFee,
    [property: JsonPropertyName("minFee")] long? MinimumFeeIdr,
    [property: JsonPropertyName("maxFee")] long? MaximumFeeIdr,
    [property: JsonPropertyName("min")] long? MinimumAmountIdr,
    [property: JsonPropertyName("max")] long? MaximumAmountIdr,
    [property: JsonPropertyName("active")] bool Active)
{
    internal static StoredChannel Of(TripayChannel channel) => new(
        channel.Code, channel.Name, channel.Group, channel.FeeCustomer.Flat, channel.FeeCustomer.Percent,
        channel.MinimumFee, channel.MaximumFee, channel.MinimumAmount, channel.MaximumAmount, channel.Active);

    internal TripayChannel ToTripay() => new()
    {
        Code = Code,
        FeeCustomer = new TripayFeeRate(FlatFeeIdr, PercentFee),
        MinimumFee = MinimumFeeIdr,
        MaximumFee = MaximumFeeIdr,
    };
}
