using System.Globalization;
using System.Text.Json.Nodes;

namespace Webrana.Sandbox.DigitalOcean.Http;

/// <summary>The provider's list envelope. Links carry the simulator's own host, so that a client following them stays here.</summary>
internal static class Paging
{
    public static Reply Page<T>(this Call call, string member, IReadOnlyList<T> all, Func<T, JsonNode> render, bool emptyPagesMember = false)
    {
        var number = Number(call, "page", 1);
        var size = Number(call, "per_page", 20);
        if (number is not >= 1 || size is not (>= 1 and <= 200))
            return Reply.Unprocessable("page must be at least 1 and per_page between 1 and 200.");
        var last = Math.Max(1, (all.Count + size.Value - 1) / size.Value);
        var pages = new JsonObject();
        if (number > 1)
        {
            pages["first"] = Link(call, 1);
            pages["prev"] = Link(call, number.Value - 1);
        }
        if (number < last)
        {
            pages["next"] = Link(call, number.Value + 1);
            pages["last"] = Link(call, last);
        }
        var items = all.Skip((number.Value - 1) * size.Value).Take(size.Value).Select(render).ToArray();
        return Reply.Ok(new JsonObject
        {
            [member] = new JsonArray(items),
            ["links"] = pages.Count > 0 || emptyPagesMember ? new JsonObject { ["pages"] = pages } : new JsonObject(),
            ["meta"] = new JsonObject { ["total"] = all.Count },
        });
    }

    static int? Number(Call call, string name, int fallback) => call.Query(name) is not { } text
        ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1_000_000 ? number : null;

    static string Link(Call call, int page)
    {
        var query = call.Request.Query
            .Where(pair => pair.Key != "page")
            .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value.ToString())}")
            .Append(string.Create(CultureInfo.InvariantCulture, $"page={page}"));
        return $"{call.Request.Scheme}://{call.Request.Host}{call.Request.Path}?{string.Join('&', query)}";
    }
}
