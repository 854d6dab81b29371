using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Webrana.Sandbox.Tripay.Api;

/// <summary>The fields of a request body, alike from JSON and from a form (<c>order_items[0][name]</c>): everything is text.</summary>
sealed partial class RequestFields
{
    readonly Dictionary<string, string> _fields = [];
    readonly SortedDictionary<int, Dictionary<string, string>> _items = [];

    public string? this[string name] => _fields.GetValueOrDefault(name);

    public IEnumerable<IReadOnlyDictionary<string, string>> Items => _items.Values;

    /// <summary>Reads a body; null if it is neither a form nor a JSON object.</summary>
    public static async Task<RequestFields?> ReadAsync(HttpRequest request)
    {
        if (request.HasFormContentType) return FromForm(await request.ReadFormAsync(request.HttpContext.RequestAborted));
        try
        {
            return await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted) is JsonObject body ? FromJson(body) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static RequestFields FromForm(IFormCollection form)
    {
        var fields = new RequestFields();
        foreach (var (name, value) in form)
        {
            if (ItemField().Match(name) is { Success: true } match)
                fields.ItemAt(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))[match.Groups[2].Value] = value.ToString();
            else
                fields._fields[name] = value.ToString();
        }
        return fields;
    }

    static RequestFields FromJson(JsonObject body)
    {
        var fields = new RequestFields();
        foreach (var (name, value) in body)
        {
            if (name == "order_items" && value is JsonArray items)
            {
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is not JsonObject item) continue;
                    foreach (var (key, itemValue) in item) Put(fields.ItemAt(i), key, itemValue);
                }
            }
            else
            {
                Put(fields._fields, name, value);
            }
        }
        return fields;
    }

    static void Put(Dictionary<string, string> target, string name, JsonNode? value)
    {
        if (value is JsonValue scalar) target[name] = scalar.TryGetValue<string>(out var text) ? text : scalar.ToJsonString();
    }

    Dictionary<string, string> ItemAt(int index)
    {
        if (!_items.TryGetValue(index, out var item)) _items[index] = item = [];
        return item;
    }

    [GeneratedRegex(@"^order_items\[(\d{1,4})\]\[(\w+)\]$")]
    private static partial Regex ItemField();
}
