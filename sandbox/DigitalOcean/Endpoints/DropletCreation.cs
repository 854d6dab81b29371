using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Catalogue;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>POST /v2/droplets. There is no idempotency: two identical calls make two droplets, as at the provider.</summary>
internal static class DropletCreation
{
    const long FirstId = 551_000_000;

    public static Reply Create(Call call)
    {
        var several = call.Body["names"] is JsonArray;
        var names = several ? call.Texts("names") : [call.Text("name") ?? ""];
        if (names.Count is 0 or > 10 || !names.All(HostNames.IsValid) || (several && call.Text("name") is not null))
            return Reply.Unprocessable(HostNames.Refusal);
        if (SizeCatalogue.Find(call.Text("size")) is not { } size)
            return Reply.Unprocessable("You specified an invalid size for Droplet creation.");
        if (Images.Find(call.Account, call.Body["image"]) is not { } image || image.MinDiskGb > size.DiskGb)
            return Reply.Unprocessable("You specified an invalid image for Droplet creation.");
        if (RegionCatalogue.Choose(call.Text("region"), size) is not { } region)
            return Reply.Unprocessable("You specified an invalid region for Droplet creation.");
        if (!size.Regions.Contains(region.Slug))
            return Reply.Unprocessable("Size is not available in this region.");
        var tags = call.Texts("tags");
        if (!tags.All(HostNames.IsValidTag))
            return Reply.Unprocessable("Tags may contain letters, numbers, colons, dashes, and underscores.");
        if (Encoding.UTF8.GetByteCount(call.Text("user_data") ?? "") > 64 * 1024)
            return Reply.Unprocessable("User data is too long (maximum is 64 KiB).");
        var wanted = call.Texts("ssh_keys");
        var unknown = wanted.Where(key => FindKey(call, key) is null).ToList();
        if (unknown.Count > 0)
            return Reply.Unprocessable($"{string.Join(", ", unknown)} are invalid key identifiers for Droplet creation.");
        if (call.Account.Droplets.Count + names.Count > call.World.State.Settings.DropletLimit)
            return Reply.Unprocessable("creating this/these droplet(s) will exceed your droplet limit");

        var keyIds = wanted.Select(key => FindKey(call, key)!.Id).ToList();
        var made = names.Select(name => Make(call, name, size, image, region, tags, keyIds)).ToList();
        var links = new JsonObject
        {
            ["actions"] = new JsonArray([.. made.Select(pair => (JsonNode)new JsonObject
            {
                ["id"] = pair.Action.Id,
                ["rel"] = "create",
                // Relative, as all live answers of 2026.
                ["href"] = string.Create(CultureInfo.InvariantCulture, $"/v2/actions/{pair.Action.Id}"),
            })]),
        };
        return Reply.Accepted(several
            ? new JsonObject { ["droplets"] = new JsonArray([.. made.Select(pair => Render.Droplet(call.World, call.Account, pair.Droplet))]), ["links"] = links }
            : new JsonObject { ["droplet"] = Render.Droplet(call.World, call.Account, made[0].Droplet), ["links"] = links });
    }

    static (DropletState Droplet, ActionState Action) Make(
        Call call, string name, SizeInfo size, ImageInfo image, RegionEntry region, IReadOnlyList<string> tags, List<long> keyIds)
    {
        var now = call.World.NowMs;
        var droplet = new DropletState
        {
            Id = call.World.NextId(call.Account, FirstId),
            Name = name,
            Size = size.Slug,
            DiskGb = size.DiskGb,
            Image = image,
            Region = region.Slug,
            // The provider tells seconds; kept so, or two readings of one droplet would differ.
            CreatedAtMs = now / 1000 * 1000,
            Ipv6 = call.Flag("ipv6"),
            Monitoring = call.Flag("monitoring"),
            Tags = [.. tags.Distinct()],
            SshKeys = keyIds,
            UserData = call.Text("user_data"),
            HiddenUntilRealMs = call.TakeFault(FaultKinds.HideFromLists) is { } hide ? call.World.RealMs + (long)((hide.Seconds ?? 10) * 1000) : 0,
            ReadsWithoutNetwork = call.TakeFault(FaultKinds.ActiveWithoutNetwork) is { } bare ? bare.Reads ?? 3 : 0,
            ReadsNotFound = call.TakeFault(FaultKinds.NotFoundAfterCreate) is { } lost ? lost.Reads ?? 3 : 0,
        };
        if (call.Flag("backups"))
            Progress.StartBackups(droplet, BackupPolicyInfo.Read(call.Body["backup_policy"]) ?? BackupPolicyInfo.Default, now);
        call.Account.Tags.UnionWith(droplet.Tags);
        call.Account.Droplets.Add(droplet);
        if (keyIds.Count == 0)
            Progress.MailPassword(call.World, call.Account, droplet, now);
        return (droplet, Actions.Start(call, droplet, "create"));
    }

    static KeyState? FindKey(Call call, string idOrFingerprint) => call.Account.Keys.FirstOrDefault(key =>
        key.UnknownUntilRealMs <= call.World.RealMs
        && (key.Fingerprint == idOrFingerprint || key.Id.ToString(CultureInfo.InvariantCulture) == idOrFingerprint));
}
