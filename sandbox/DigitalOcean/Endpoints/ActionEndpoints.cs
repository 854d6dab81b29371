using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Catalogue;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.Consoles;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>Droplet actions: one at a time per droplet, each with its state rule.</summary>
internal static class ActionEndpoints
{
    static readonly string[] InBulk =
        ["power_cycle", "power_on", "power_off", "shutdown", "enable_ipv6", "enable_backups", "disable_backups", "snapshot"];

    public static void Map(Router router, ConsoleEndpoints consoles)
    {
        router.Map("POST", "/v2/droplets/{id:long}/actions", call => call.Droplet() is { } droplet ? StartOne(call, droplet, consoles) : Reply.NotFound);
        router.Map("POST", "/v2/droplets/actions", StartByTag);
        router.Map("GET", "/v2/droplets/{id:long}/actions", call => call.Droplet() is { } droplet ? List(call, droplet.Id) : Reply.NotFound);
        router.Map("GET", "/v2/droplets/{id:long}/actions/{actionId:long}", call => Get(call, call.RouteId("id")));
        router.Map("GET", "/v2/actions", call => List(call, null));
        router.Map("GET", "/v2/actions/{actionId:long}", call => Get(call, null));
    }

    static Reply StartOne(Call call, DropletState droplet, ConsoleEndpoints consoles)
    {
        var (action, refusal) = Start(call, droplet);
        if (action is null)
            return refusal!;
        var shown = Render.Action(action);
        if (action.Type == "get_console")
            shown["console"] = consoles.Grant(call, droplet);
        return Reply.Created(new JsonObject { ["action"] = shown });
    }

    static Reply StartByTag(Call call)
    {
        if (call.Query("tag_name") is not { Length: > 0 } tag)
            return Reply.Unprocessable("tag_name is required.");
        if (!InBulk.Contains(call.Text("type")))
            return Reply.Unprocessable("This action cannot be performed on several Droplets.");
        var started = call.Account.Droplets.Where(droplet => droplet.Tags.Contains(tag)).Select(droplet => Start(call, droplet).Action).OfType<ActionState>();
        return Reply.Created(new JsonObject { ["actions"] = new JsonArray([.. started.Select(Render.Action)]) });
    }

    static (ActionState? Action, Reply? Refusal) Start(Call call, DropletState droplet)
    {
        if (Actions.IsBusy(call.Account, droplet) || call.TakeFault(FaultKinds.PendingEventAfterCompletion) is not null)
            return (null, Reply.PendingEvent);
        var (parameters, refusal) = Check(call, droplet, call.Text("type") ?? "");
        return refusal is null
            ? (Actions.Start(call, droplet, call.Text("type")!, parameters), null)
            : (null, Reply.Unprocessable(refusal));
    }

    static (ActionParameters? Parameters, string? Refusal) Check(Call call, DropletState droplet, string type)
    {
        switch (type)
        {
            case "power_on" or "shutdown" or "password_reset" or "enable_ipv6":
                return (null, null);
            case "power_off":
                return (null, droplet.Status == "off" ? "Droplet is already powered off." : null);
            case "reboot" or "power_cycle":
                return (null, droplet.Status == "off" ? "Droplet is currently off. Please power it on to run this event." : null);
            case "rebuild":
                if (call.Body["image"] is null)
                    return (null, "Image can't be blank");
                return Images.Find(call.Account, call.Body["image"]) is { } image && image.MinDiskGb <= droplet.DiskGb && image.Type != "backup"
                    ? (new ActionParameters { Image = image }, null)
                    : (null, "You specified an invalid image.");
            case "restore":
                var backup = call.Account.Snapshots.FirstOrDefault(kept =>
                    kept.IsBackup && kept.DropletId == droplet.Id && Images.Find(call.Account, call.Body["image"])?.Id == kept.Image.Id);
                return backup is null ? (null, "You specified an invalid image.") : (new ActionParameters { Image = backup.Image }, null);
            case "rename":
                return HostNames.IsValid(call.Text("name"))
                    ? (new ActionParameters { Name = call.Text("name") }, null)
                    : (null, HostNames.Refusal);
            case "resize":
                return CheckResize(call, droplet);
            case "snapshot":
                return (new ActionParameters { Name = call.Text("name") }, null);
            case "enable_backups" or "change_backup_policy":
                if (type == "change_backup_policy" && droplet.Backups is null)
                    return (null, "Backups are not enabled on this Droplet.");
                if (type == "change_backup_policy" && call.Body["backup_policy"] is null)
                    return (null, "backup_policy is required.");
                return BackupPolicyInfo.Read(call.Body["backup_policy"]) is { } policy
                    ? (new ActionParameters { Backups = policy }, null)
                    : (null, "You specified an invalid backup policy.");
            case "disable_backups":
                return (null, droplet.Backups is null ? "Backups have already been disabled on this Droplet." : null);
            case "get_console" when call.World.State.Settings.VncConsole:
                return (null, droplet.Status == "off" ? "Droplet is currently off. Please power it on to run this event." : null);
            default:
                // get_console among them: the public API does not know it.
                return (null, "The action type is not valid for this Droplet.");
        }
    }

    static (ActionParameters? Parameters, string? Refusal) CheckResize(Call call, DropletState droplet)
    {
        if (SizeCatalogue.Find(call.Text("size")) is not { } size || !size.Regions.Contains(droplet.Region))
            return (null, "You specified an invalid size.");
        if (size.Slug == droplet.Size)
            return (null, "The droplet is already set to this size.");
        if (size.DiskGb < droplet.DiskGb)
            return (null, "This size is not available because it has a smaller disk.");
        return droplet.Status != "off"
            ? (null, "Droplet is currently on. Please power it off to run this event.")
            : (new ActionParameters { Size = size.Slug, GrowDisk = call.Flag("disk") }, null);
    }

    static Reply Get(Call call, long? dropletId) =>
        call.Account.Actions.FirstOrDefault(action => action.Id == call.RouteId("actionId") && (dropletId is null || action.DropletId == dropletId)) is { } found
            ? Reply.Ok(new JsonObject { ["action"] = Render.Action(found) })
            : Reply.NotFound;

    static Reply List(Call call, long? dropletId)
    {
        var newestFirst = call.Account.Actions.Where(action => dropletId is null || action.DropletId == dropletId).Reverse().ToList();
        return call.Page("actions", newestFirst, Render.Action);
    }
}
