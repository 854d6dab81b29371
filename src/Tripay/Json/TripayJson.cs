using System.Text.Json.Serialization;
using Webrana.Tripay.Callbacks;
using Webrana.Tripay.Channels;
using Webrana.Tripay.Transactions;

namespace Webrana.Tripay.Json;

// A key given twice could mean one thing here and another in a log: PHP never writes it, so it is refused.
[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
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
