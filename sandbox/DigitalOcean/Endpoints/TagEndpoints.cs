using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>Tags on droplets.</summary>
internal static class TagEndpoints
{
    public static void Map(Router router)
    {
        router.Map("POST", "/v2/tags", Create);
        router.Map("GET", "/v2/tags", call => call.Page("tags", [.. call.Account.Tags], name => Show(call, name)));
        router.Map("GET", "/v2/tags/{name}", call => Known(call) ? Reply.Ok(new JsonObject { ["tag"] = Show(call, call.Route("name")) }) : Reply.NotFound);
        router.Map("DELETE", "/v2/tags/{name}", Delete);
        router.Map("POST", "/v2/tags/{name}/resources", call => Change(call, (droplet, name) =>
        {
            if (!droplet.Tags.Contains(name))
                droplet.Tags.Add(name);
        }));
        router.Map("DELETE", "/v2/tags/{name}/resources", call => Change(call, (droplet, name) => droplet.Tags.Remove(name)));
    }

    static bool Known(Call call) => call.Account.Tags.Contains(call.Route("name"));

    static Reply Create(Call call)
    {
        var name = call.Text("name");
        if (!HostNames.IsValidTag(name))
            return Reply.Unprocessable("Tags may contain letters, numbers, colons, dashes, and underscores.");
        call.Account.Tags.Add(name!);
        call.World.Changed();
        return Reply.Created(new JsonObject { ["tag"] = Show(call, name!) });
    }

    static Reply Delete(Call call)
    {
        if (!Known(call))
            return Reply.NotFound;
        call.Account.Tags.Remove(call.Route("name"));
        foreach (var droplet in call.Account.Droplets)
            droplet.Tags.Remove(call.Route("name"));
        call.World.Changed();
        return Reply.NoContent;
    }

    static Reply Change(Call call, Action<DropletState, string> change)
    {
        if (!Known(call))
            return Reply.NotFound;
        foreach (var resource in call.Body["resources"] as JsonArray ?? [])
        {
            var droplet = call.Account.Droplets.FirstOrDefault(one => one.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) == resource?["resource_id"]?.ToString());
            if (droplet is null)
                return Reply.NotFound;
            change(droplet, call.Route("name"));
        }
        call.World.Changed();
        return Reply.NoContent;
    }

    static JsonObject Show(Call call, string name)
    {
        var count = call.Account.Droplets.Count(droplet => droplet.Tags.Contains(name));
        return new JsonObject
        {
            ["name"] = name,
            ["resources"] = new JsonObject { ["count"] = count, ["droplets"] = new JsonObject { ["count"] = count } },
        };
    }
}
