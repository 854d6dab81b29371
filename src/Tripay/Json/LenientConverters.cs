using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Webrana.Tripay.Json;

// Tripay writes the same field as a number here and as text there (percent, paid_at, pay_code), and leaves out what other answers
// print as null. These converters accept every spelling seen in the wild and refuse the rest with a JsonException, which the client
// turns into "outcome unknown".

/// <summary>Whole numbers: <c>150000</c>, <c>"150000"</c>, <c>"150000.00"</c>; null and empty text are zero.</summary>
sealed class LenientInt64Converter : JsonConverter<long>
{
    public override bool HandleNull => true;

    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => LenientNumber.ReadInt64(ref reader) ?? 0;

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>As <see cref="LenientInt64Converter"/>; null and empty text are null.</summary>
sealed class LenientNullableInt64Converter : JsonConverter<long?>
{
    public override long? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => LenientNumber.ReadInt64(ref reader);

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options)
    {
        if (value is { } number) writer.WriteNumberValue(number);
        else writer.WriteNullValue();
    }
}

/// <summary>Decimals: <c>0.7</c>, <c>"0.70"</c>; null and empty text are zero.</summary>
sealed class LenientDecimalConverter : JsonConverter<decimal>
{
    public override bool HandleNull => true;

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => LenientNumber.ReadDecimal(ref reader) ?? 0;

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>Unix seconds as a number or as text; null, empty text and zero are null.</summary>
sealed class LenientUnixTimeConverter : JsonConverter<DateTimeOffset?>
{
    // 9999-12-31: the last second DateTimeOffset can hold.
    const long LastUnixSecond = 253_402_300_799;

    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LenientNumber.ReadInt64(ref reader) switch
        {
            null or 0 => null,
            > 0 and <= LastUnixSecond and var seconds => DateTimeOffset.FromUnixTimeSeconds(seconds),
            _ => throw new JsonException("Not a time in unix seconds."),
        };

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } time) writer.WriteNumberValue(time.ToUnixTimeSeconds());
        else writer.WriteNullValue();
    }
}

/// <summary>Text that may come as a bare number (<c>pay_code</c>).</summary>
sealed class LenientStringConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => throw new JsonException("Expected text."),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Truth as <c>true</c>, <c>1</c>, <c>"1"</c> or <c>"true"</c>; null is false.</summary>
sealed class LenientBooleanConverter : JsonConverter<bool>
{
    public override bool HandleNull => true;

    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        JsonTokenType.Number => LenientNumber.ReadInt64(ref reader) == 1,
        JsonTokenType.String => reader.GetString() is "1" or "true",
        _ => throw new JsonException("Expected a truth value."),
    };

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}

/// <summary>A status word; an unheard-of one is <see cref="TripayStatus.Unknown"/>.</summary>
sealed class LenientStatusConverter : JsonConverter<TripayStatus>
{
    public override bool HandleNull => true;

    public override TripayStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => TripayStatusText.Parse(reader.GetString()),
        JsonTokenType.Null => TripayStatus.Unknown,
        _ => throw new JsonException("Expected a status."),
    };

    public override void Write(Utf8JsonWriter writer, TripayStatus value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToText());
}

static class LenientNumber
{
    public static long? ReadInt64(ref Utf8JsonReader reader)
    {
        if (ReadDecimal(ref reader) is not { } number) return null;
        if (number != decimal.Truncate(number) || number is < long.MinValue or > long.MaxValue) throw new JsonException("Expected a whole number.");
        return (long)number;
    }

    public static decimal? ReadDecimal(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number when reader.TryGetDecimal(out var number):
                return number;
            case JsonTokenType.String:
                var text = reader.GetString();
                if (string.IsNullOrWhiteSpace(text)) return null;
                const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
                if (decimal.TryParse(text, Styles, CultureInfo.InvariantCulture, out var parsed)) return parsed;
                break;
        }
        throw new JsonException("Expected a number.");
    }
}
