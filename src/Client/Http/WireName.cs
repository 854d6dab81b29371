using System.Text.Json;
using Webrana.Wire;

namespace Webrana.Client.Http;

/// <summary>An enum's wire name for a query string, from the same converter that writes bodies.</summary>
static class WireName
{
    public static string? Of<TEnum>(TEnum? value) where TEnum : struct, Enum =>
        value is { } set ? JsonSerializer.SerializeToElement(set, WireJson.Options).GetString() : null;
}
