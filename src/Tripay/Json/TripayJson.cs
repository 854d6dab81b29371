using System.Text.Json.Serialization;
using Webrana.Tripay.Callbacks;
using Webrana.Tripay.Channels;
using Webrana.Tripay.Transactions;

namespace Webrana.Tripay.Json;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [
        typeof(LenientInt64Converter), typeof(LenientNullableInt64Converter), typeof(LenientDecimalConverter), typeof(LenientUnixTimeConverter),
        typeof(LenientStringConverter), typeof(LenientBooleanConverter), typeof(LenientStatusConverter)])]
[JsonSerializable(typeof(TripayEnvelope))]
[JsonSerializable(typeof(TripayEnvelope<List<TripayChannel>>))]
[JsonSerializable(typeof(TripayEnvelope<List<TripayFeeQuote>>))]
[JsonSerializable(typeof(TripayEnvelope<List<TripayInstruction>>))]
[JsonSerializable(typeof(TripayEnvelope<TripayTransaction>))]
[JsonSerializable(typeof(TripayListEnvelope))]
[JsonSerializable(typeof(CreateTransactionBody))]
[JsonSerializable(typeof(CallbackBody))]
sealed partial class TripayJson : JsonSerializerContext;
