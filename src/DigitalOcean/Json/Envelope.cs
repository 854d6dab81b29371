using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Webrana.DigitalOcean.Json;

/// <summary>Takes the value out of the provider's envelope. What does not fit is a <see cref="JsonException"/>: an unreadable answer.</summary>
internal static class Envelope
{
    public static T One<T>(JsonElement root, string member, JsonTypeInfo<T> type) where T : class =>
        Member(root, member) is { } value && value.Deserialize(type) is { } item ? item : throw Missing(member);

    public static T Bare<T>(JsonElement root, JsonTypeInfo<T> type) where T : class => root.Deserialize(type) ?? throw Missing("body");

    /// <summary>
    /// Whether there is more is told by links.pages.next where links have pages; the provider also sends links as <c>{}</c>,
    /// as <c>{"pages": {}}</c> or not at all, and then meta.total must do.
    /// </summary>
    public static Page<T> Many<T>(JsonElement root, string member, JsonTypeInfo<IReadOnlyList<T>> type, PageRequest page)
    {
        var items = One(root, member, type);
        var told = Member(root, "meta") is { } meta && Member(meta, "total") is { ValueKind: JsonValueKind.Number } total
            ? total.GetInt64()
            : (long?)null;
        var hasNext = Member(root, "links") is { } links && Member(links, "pages") is { } pages && Member(pages, "next") is not null;
        var seen = (long)(page.Number - 1) * page.Size + items.Count;
        var hasMore = items.Count > 0 && (hasNext || (told is { } all ? seen < all : items.Count >= page.Size));
        return new Page<T>(items, page.Number, told ?? seen, hasMore);
    }

    public static CreatedDroplet Created(JsonElement root)
    {
        var droplet = One(root, "droplet", DigitalOceanJson.Default.Droplet);
        // The id, never the href: that is absolute in the specification and relative in real answers.
        long? actionId = Member(root, "links") is { } links
            && Member(links, "actions") is { ValueKind: JsonValueKind.Array } actions
            && actions.GetArrayLength() > 0
            && Member(actions[0], "id") is { ValueKind: JsonValueKind.Number } id
            ? id.GetInt64()
            : null;
        return new CreatedDroplet(droplet, actionId);
    }

    /// <summary>A Prometheus matrix: <c>[[1635386880, "122901.18"], …]</c>. Values that are not finite numbers are left out.</summary>
    public static IReadOnlyList<MetricSeries> Matrix(JsonElement root)
    {
        if (Member(root, "data") is not { } data || Member(data, "result") is not { ValueKind: JsonValueKind.Array } result)
            throw Missing("data.result");
        return [.. result.EnumerateArray().Select(Series)];
    }

    static MetricSeries Series(JsonElement series)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Member(series, "metric") is { ValueKind: JsonValueKind.Object } metric)
        {
            foreach (var label in metric.EnumerateObject())
                labels[label.Name] = label.Value.ValueKind == JsonValueKind.String ? label.Value.GetString()! : label.Value.GetRawText();
        }
        if (Member(series, "values") is not { ValueKind: JsonValueKind.Array } values)
            throw Missing("values");
        var points = new List<MetricPoint>(values.GetArrayLength());
        foreach (var pair in values.EnumerateArray())
        {
            if (pair is not { ValueKind: JsonValueKind.Array } || pair.GetArrayLength() != 2)
                throw new JsonException("A measurement is a pair of time and value.");
            if (double.IsFinite(Number(pair[1])))
                points.Add(new MetricPoint((long)Number(pair[0]), Number(pair[1])));
        }
        return new MetricSeries(labels, points);
    }

    static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String =>
            double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN,
        _ => throw new JsonException("A measurement is a number or a number as text."),
    };

    /// <summary>Null when the member is absent or null, or when there is no object to look in.</summary>
    public static JsonElement? Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    static JsonException Missing(string member) => new($"The answer has no {member}.");
}
