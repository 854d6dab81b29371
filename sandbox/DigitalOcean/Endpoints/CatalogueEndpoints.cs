using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Catalogue;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>Sizes, regions, images, snapshots.</summary>
internal static class CatalogueEndpoints
{
    public static void Map(Router router)
    {
        router.Map("GET", "/v2/sizes", call => call.Page("sizes", SizeCatalogue.All, Render.Size));
        router.Map("GET", "/v2/regions", call => call.Page("regions", RegionCatalogue.All, Render.Region));
        router.Map("GET", "/v2/images", ListImages);
        router.Map("GET", "/v2/images/{id}", call => Images.Find(call.Account, call.Route("id")) is { } image
            ? Reply.Ok(new JsonObject { ["image"] = Render.Image(image) })
            : Reply.NotFound);
        router.Map("DELETE", "/v2/images/{id:long}", Delete);
        router.Map("GET", "/v2/snapshots", ListSnapshots);
        router.Map("GET", "/v2/snapshots/{id:long}", call => Find(call) is { } snapshot
            ? Reply.Ok(new JsonObject { ["snapshot"] = Render.Snapshot(snapshot) })
            : Reply.NotFound);
        router.Map("DELETE", "/v2/snapshots/{id:long}", Delete);
    }

    static Reply ListImages(Call call)
    {
        var own = call.Account.Snapshots.Select(snapshot => snapshot.Image);
        var shown = (call.Query("type"), call.Query("private")) switch
        {
            (_, "true") => own,
            ("distribution", _) => ImageCatalogue.All,
            ("application", _) => [],
            _ => ImageCatalogue.All.Concat(own),
        };
        return call.Page("images", [.. shown], image => Render.Image(image));
    }

    static Reply ListSnapshots(Call call)
    {
        var snapshots = call.Account.Snapshots.Where(snapshot => !snapshot.IsBackup && call.Query("resource_type") != "volume").ToList();
        return call.Page("snapshots", snapshots, Render.Snapshot);
    }

    static Reply Delete(Call call)
    {
        if (Find(call) is not { } snapshot)
            return Reply.NotFound;
        if (call.Account.Droplets.FirstOrDefault(droplet => droplet.Id == snapshot.DropletId) is { } owner)
            Progress.Keep(call.World, call.Account, owner, Actions.StaleMs(call, "delete_snapshot"));
        call.Account.Snapshots.Remove(snapshot);
        call.World.Changed();
        return Reply.NoContent;
    }

    static SnapshotState? Find(Call call) => call.Account.Snapshots.FirstOrDefault(snapshot => snapshot.Image.Id == call.RouteId("id"));
}
