using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>Cloud firewalls: kept and shown as the provider does; nothing is filtered, for there is no network behind the addresses.</summary>
internal static class FirewallEndpoints
{
    public static void Map(Router router)
    {
        router.Map("POST", "/v2/firewalls", Create);
        router.Map("GET", "/v2/firewalls", call => call.Page("firewalls", call.Account.Firewalls, Show));
        router.Map("GET", "/v2/firewalls/{id}", call => Find(call) is { } found ? Reply.Ok(new JsonObject { ["firewall"] = Show(found) }) : Reply.NotFound);
        router.Map("PUT", "/v2/firewalls/{id}", Update);
        router.Map("DELETE", "/v2/firewalls/{id}", Delete);
        router.Map("GET", "/v2/droplets/{id:long}/firewalls", call => call.Droplet() is null
            ? Reply.NotFound
            : call.Page("firewalls", [.. call.Account.Firewalls.Where(firewall => firewall.DropletIds.Contains(call.RouteId("id")))], Show));
    }

    static FirewallState? Find(Call call) => call.Account.Firewalls.FirstOrDefault(firewall => firewall.Id == call.Route("id"));

    static Reply Create(Call call)
    {
        if (Check(call, null) is { } refused)
            return refused;
        var made = new FirewallState { Id = Guid.NewGuid().ToString(), CreatedAtMs = call.World.NowMs };
        Fill(call, made);
        call.Account.Firewalls.Add(made);
        call.World.Changed();
        return Reply.Accepted(new JsonObject { ["firewall"] = Show(made) });
    }

    static Reply Update(Call call)
    {
        if (Find(call) is not { } found)
            return Reply.NotFound;
        if (Check(call, found) is { } refused)
            return refused;
        Fill(call, found);
        call.World.Changed();
        return Reply.Ok(new JsonObject { ["firewall"] = Show(found) });
    }

    static Reply Delete(Call call)
    {
        if (Find(call) is not { } found)
            return Reply.NotFound;
        call.Account.Firewalls.Remove(found);
        call.World.Changed();
        return Reply.NoContent;
    }

    static Reply? Check(Call call, FirewallState? self)
    {
        if (call.Text("name") is not { Length: > 0 } name)
            return Reply.Unprocessable("name is required");
        if (call.Account.Firewalls.Any(other => other != self && other.Name == name))
            return Reply.Error(409, "conflict", "duplicate name");
        if (call.Texts("droplet_ids").Any(id => !call.Account.Droplets.Any(droplet => droplet.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) == id)))
            return Reply.Unprocessable("droplet_ids contain an unknown Droplet");
        return Rules(call, "inbound_rules").Concat(Rules(call, "outbound_rules")).All(IsRule) ? null : Reply.Unprocessable("invalid firewall rule");
    }

    static IEnumerable<JsonObject> Rules(Call call, string member) => (call.Body[member] as JsonArray ?? []).OfType<JsonObject>();

    static bool IsRule(JsonObject rule) => rule["protocol"]?.ToString() is "tcp" or "udp" ? rule["ports"]?.ToString() is { Length: > 0 } : rule["protocol"]?.ToString() == "icmp";

    static void Fill(Call call, FirewallState firewall)
    {
        firewall.Name = call.Text("name")!;
        firewall.InboundRules = (call.Body["inbound_rules"] as JsonArray ?? []).ToJsonString();
        firewall.OutboundRules = (call.Body["outbound_rules"] as JsonArray ?? []).ToJsonString();
        firewall.DropletIds.Clear();
        firewall.DropletIds.AddRange(call.Texts("droplet_ids").Select(id => long.Parse(id, System.Globalization.CultureInfo.InvariantCulture)));
    }

    static JsonObject Show(FirewallState firewall) => new()
    {
        ["id"] = firewall.Id,
        ["name"] = firewall.Name,
        ["status"] = "succeeded",
        ["inbound_rules"] = JsonNode.Parse(firewall.InboundRules),
        ["outbound_rules"] = JsonNode.Parse(firewall.OutboundRules),
        ["droplet_ids"] = new JsonArray([.. firewall.DropletIds.Select(id => JsonValue.Create(id))]),
        ["tags"] = new JsonArray(),
        ["created_at"] = DateTimeOffset.FromUnixTimeMilliseconds(firewall.CreatedAtMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["pending_changes"] = new JsonArray(),
    };
}
