using System.Reflection;
using System.Text.Json.Serialization;

namespace Webrana.Api.Paging;

/// <summary>Enum values in query strings, by the same wire names as in bodies.</summary>
internal static class WireNames
{
    /// <summary>Reads a name; an absent one is null and fine.</summary>
    public static bool TryRead<TEnum>(string? name, out TEnum? value)
        where TEnum : struct, Enum
    {
        value = null;
        if (string.IsNullOrEmpty(name))
            return true;
        if (!Names<TEnum>.ByName.TryGetValue(name, out var known))
            return false;
        value = known;
        return true;
    }

    public static string? Of<TEnum>(TEnum? value)
        where TEnum : struct, Enum => value is { } known ? Names<TEnum>.ByValue[known] : null;

    private static class Names<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly Dictionary<TEnum, string> ByValue = Enum.GetValues<TEnum>().ToDictionary(
            value => value,
            value => typeof(TEnum).GetField(value.ToString())!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name);

        public static readonly Dictionary<string, TEnum> ByName = ByValue.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.OrdinalIgnoreCase);
    }
}
