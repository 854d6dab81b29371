using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Webrana.Sandbox.Tripay;

/// <summary>Compact JSON as PHP's <c>json_encode</c> prints it, with its escapes of slashes and non-ASCII text or without.</summary>
static class PhpJson
{
    public static string Write(JsonNode? node, bool escapes)
    {
        var text = new StringBuilder();
        Append(text, node, escapes);
        return text.ToString();
    }

    static void Append(StringBuilder text, JsonNode? node, bool escapes)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject fields:
                text.Append('{');
                foreach (var (name, value) in fields)
                {
                    if (text[^1] != '{') text.Append(',');
                    AppendText(text, name, escapes);
                    text.Append(':');
                    Append(text, value, escapes);
                }
                text.Append('}');
                break;
            case JsonArray items:
                text.Append('[');
                for (var i = 0; i < items.Count; i++)
                {
                    if (i > 0) text.Append(',');
                    Append(text, items[i], escapes);
                }
                text.Append(']');
                break;
            case JsonValue value when value.TryGetValue<string>(out var written):
                AppendText(text, written, escapes);
                break;
            default:
                text.Append(node.ToJsonString());
                break;
        }
    }

    static void AppendText(StringBuilder text, string value, bool escapes)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '/' when escapes => text.Append(@"\/"),
                '\b' => text.Append(@"\b"),
                '\f' => text.Append(@"\f"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                < ' ' => AppendCode(text, character),
                > '~' when escapes => AppendCode(text, character),
                _ => text.Append(character),
            };
        }
        text.Append('"');
    }

    static StringBuilder AppendCode(StringBuilder text, char character) =>
        text.Append(@"\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
}
