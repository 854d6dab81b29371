using System.Text.Json.Serialization;

namespace Webrana.Wire;

/// <summary>Enum values travel by their wire name only: a number is refused, because its meaning would change with the order of the members.</summary>
/// <typeparam name="TEnum">An enum whose members carry <see cref="JsonStringEnumMemberNameAttribute"/>.</typeparam>
public sealed class WireEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(namingPolicy: null, allowIntegerValues: false)
    where TEnum : struct, Enum;
