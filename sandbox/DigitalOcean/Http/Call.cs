using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Http;

/// <summary>One authenticated call, its body read. Handled while the world is locked.</summary>
internal sealed class Call(HttpContext http, World world, AccountState account, string template, JsonObject? body)
{
    public World World => world;

    public AccountState Account => account;

    public JsonObject Body => body ?? [];

    public HttpRequest Request => http.Request;

    public string Route(string name) => http.Request.RouteValues[name]?.ToString() ?? "";

    public long RouteId(string name) => long.TryParse(Route(name), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1;

    public string? Query(string name) => http.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>Takes one of the faults laid out for calls like this.</summary>
    public Fault? TakeFault(string kind, string? actionType = null) =>
        world.Faults.Take(kind, http.Request, template, actionType);

    public string? Text(string member) =>
        Body[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public bool Flag(string member) => Body[member] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    /// <summary>Members of an array as text, numbers included: keys are named by id or by fingerprint.</summary>
    public IReadOnlyList<string> Texts(string member) =>
        Body[member] is JsonArray array ? [.. array.OfType<JsonValue>().Select(value => value.ToString())] : [];

    public DropletState? Droplet() => account.Droplets.FirstOrDefault(droplet => droplet.Id == RouteId("id"));
}
