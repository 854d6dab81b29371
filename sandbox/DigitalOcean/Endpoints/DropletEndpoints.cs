using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>/v2/droplets: creation, reading, deletion.</summary>
internal static class DropletEndpoints
{
    public static void Map(Router router)
    {
        router.Map("POST", "/v2/droplets", DropletCreation.Create);
        router.Map("GET", "/v2/droplets", List);
        router.Map("DELETE", "/v2/droplets", DeleteByTag);
        router.Map("GET", "/v2/droplets/{id:long}", Get);
        router.Map("DELETE", "/v2/droplets/{id:long}", Delete);
        router.Map("GET", "/v2/droplets/{id:long}/snapshots", call => Kept(call, "snapshots", backups: false));
        router.Map("GET", "/v2/droplets/{id:long}/backups", call => Kept(call, "backups", backups: true));
        router.Map("GET", "/v2/droplets/{id:long}/backups/policy", BackupPolicy);
        router.Map("GET", "/v2/droplets/{id:long}/kernels", call => Nothing(call, "kernels"));
        router.Map("GET", "/v2/droplets/{id:long}/neighbors", call => Nothing(call, "droplets"));
    }

    static Reply List(Call call)
    {
        var (tag, name, type) = (call.Query("tag_name"), call.Query("name"), call.Query("type"));
        if (tag is not null && (name is not null || type is not null))
            return Reply.Unprocessable("tag_name cannot be combined with name or type.");
        var shown = call.Account.Droplets
            .Where(droplet => droplet.HiddenUntilRealMs <= call.World.RealMs)
            .Where(droplet => tag is null || droplet.Tags.Contains(tag))
            .Where(droplet => name is null || string.Equals(droplet.Name, name, StringComparison.OrdinalIgnoreCase))
            .Where(_ => type != "gpus")
            .ToList();
        return call.Page("droplets", shown, droplet => Show(call, droplet));
    }

    static Reply Get(Call call)
    {
        if (call.Droplet() is not { } droplet)
            return Reply.NotFound;
        if (droplet.ReadsNotFound > 0)
        {
            droplet.ReadsNotFound--;
            call.World.Changed();
            return Reply.NotFound;
        }
        return Reply.Ok(new JsonObject { ["droplet"] = Show(call, droplet) });
    }

    static JsonObject Show(Call call, DropletState droplet)
    {
        var withoutNetwork = droplet is { Status: not "new", ReadsWithoutNetwork: > 0 };
        if (withoutNetwork)
        {
            droplet.ReadsWithoutNetwork--;
            call.World.Changed();
        }
        return Render.Droplet(call.World, call.Account, droplet, withoutNetwork);
    }

    static Reply Delete(Call call)
    {
        if (call.Droplet() is not { DeleteAccepted: false } droplet)
            return Reply.NotFound;
        StartDestroying(call, droplet);
        return Reply.NoContent;
    }

    static Reply DeleteByTag(Call call)
    {
        // Without a tag this would mean everything.
        if (call.Query("tag_name") is not { Length: > 0 } tag)
            return Reply.Unprocessable("tag_name is required.");
        foreach (var droplet in call.Account.Droplets.Where(droplet => !droplet.DeleteAccepted && droplet.Tags.Contains(tag)).ToList())
            StartDestroying(call, droplet);
        return Reply.NoContent;
    }

    static void StartDestroying(Call call, DropletState droplet)
    {
        foreach (var running in call.Account.Actions.Where(action => action.DropletId == droplet.Id && action.IsRunning))
            (running.Status, running.CompletedAtMs) = ("errored", call.World.NowMs);
        droplet.DeleteAccepted = true;
        Actions.Start(call, droplet, "destroy");
    }

    static Reply Kept(Call call, string member, bool backups)
    {
        if (call.Droplet() is not { } droplet)
            return Reply.NotFound;
        var kept = !backups && droplet.ShownBefore(call.World.RealMs) is { } before
            ? before.Snapshots
            : [.. call.Account.Snapshots.Where(snapshot => snapshot.DropletId == droplet.Id && snapshot.IsBackup == backups)];
        return call.Page(member, kept, Render.DropletSnapshot);
    }

    static Reply BackupPolicy(Call call)
    {
        if (call.Droplet() is not { } droplet)
            return Reply.NotFound;
        var policy = new JsonObject { ["droplet_id"] = droplet.Id, ["backup_enabled"] = droplet.Backups is not null };
        if (droplet.Backups is { } backups)
        {
            var shown = new JsonObject
            {
                ["plan"] = backups.Plan,
                ["hour"] = backups.Hour,
                ["window_length_hours"] = BackupPolicyInfo.WindowHours,
                ["retention_period_days"] = backups.RetentionDays,
            };
            if (backups.Weekday is { } weekday)
                shown["weekday"] = weekday;
            policy["backup_policy"] = shown;
            policy["next_backup_window"] = Render.BackupWindow(droplet);
        }
        return Reply.Ok(new JsonObject { ["policy"] = policy });
    }

    static Reply Nothing(Call call, string member) => call.Droplet() is null ? Reply.NotFound : call.Page<string>(member, [], text => text);
}
