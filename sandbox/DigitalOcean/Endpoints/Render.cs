using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Catalogue;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>The provider's shapes, down to their oddities (the gateway that reads "&lt;nil&gt;", the netmask that is a number in IPv6).</summary>
internal static class Render
{
    static readonly string[] Features = ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"];

    public static string Time(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    public static JsonArray Numbers(IEnumerable<long> numbers) => new([.. numbers.Select(number => JsonValue.Create(number))]);

    public static JsonObject Size(SizeInfo size) => new()
    {
        ["slug"] = size.Slug,
        ["memory"] = size.MemoryMb,
        ["vcpus"] = size.Vcpus,
        ["disk"] = size.DiskGb,
        ["transfer"] = size.TransferTb,
        ["price_monthly"] = size.Monthly,
        ["price_hourly"] = size.Hourly,
        ["regions"] = Texts(size.Regions),
        ["available"] = true,
        ["description"] = size.Description,
        ["networking_throughput"] = 2000,
        ["disk_info"] = Disks(size.DiskGb),
    };

    public static JsonObject Region(RegionEntry region) => new()
    {
        ["name"] = region.Name,
        ["slug"] = region.Slug,
        ["features"] = Texts(region.Available ? Features : Features.Where(feature => feature != "storage")),
        ["available"] = region.Available,
        ["sizes"] = Texts(region.Available ? SizeCatalogue.All.Where(size => size.Regions.Contains(region.Slug)).Select(size => size.Slug) : []),
    };

    public static JsonObject Image(ImageInfo image, string? onlyRegion = null) => new()
    {
        ["id"] = image.Id,
        ["name"] = image.Name,
        ["distribution"] = image.Distribution,
        ["slug"] = image.Slug,
        ["public"] = image.Slug is not null,
        ["regions"] = Texts(onlyRegion is null ? RegionCatalogue.AvailableSlugs : [onlyRegion]),
        ["created_at"] = Time(image.CreatedAtMs),
        ["min_disk_size"] = image.MinDiskGb,
        ["type"] = image.Type,
        ["size_gigabytes"] = image.SizeGb,
        ["description"] = $"{image.Distribution} {image.Name}",
        ["tags"] = new JsonArray(),
        ["status"] = "available",
    };

    public static JsonObject Droplet(World world, AccountState account, DropletState droplet, bool withoutNetwork = false)
    {
        var before = droplet.ShownBefore(world.RealMs);
        var size = SizeCatalogue.Find(before?.Size ?? droplet.Size)!;
        var status = before?.Status ?? droplet.Status;
        var isNew = status == "new";
        var shown = new JsonObject
        {
            ["id"] = droplet.Id,
            ["name"] = droplet.Name,
            ["memory"] = size.MemoryMb,
            ["vcpus"] = size.Vcpus,
            ["disk"] = droplet.DiskGb,
            ["disk_info"] = Disks(droplet.DiskGb),
            ["locked"] = world.State.Settings.LockWhileBusy && Actions.IsBusy(account, droplet),
            ["status"] = status,
            ["kernel"] = null,
            ["created_at"] = Time(droplet.CreatedAtMs),
            ["features"] = Texts(FeaturesOf(droplet, isNew)),
            ["backup_ids"] = Numbers(account.Snapshots.Where(kept => kept.IsBackup && kept.DropletId == droplet.Id).Select(kept => kept.Image.Id)),
            ["next_backup_window"] = droplet.Backups is null || isNew ? null : BackupWindow(droplet),
            ["snapshot_ids"] = Numbers(account.Snapshots.Where(kept => !kept.IsBackup && kept.DropletId == droplet.Id).Select(kept => kept.Image.Id)),
            ["volume_ids"] = new JsonArray(),
            ["image"] = Image(droplet.Image),
            ["size"] = Size(size),
            ["size_slug"] = size.Slug,
            ["networks"] = isNew || withoutNetwork ? new JsonObject { ["v4"] = new JsonArray(), ["v6"] = new JsonArray() } : Networks(droplet),
            ["region"] = Region(RegionCatalogue.Get(droplet.Region)),
            ["tags"] = Texts(droplet.Tags),
        };
        if (!isNew)
            shown["vpc_uuid"] = VpcOf(account, droplet.Region);
        return shown;
    }

    /// <summary>Addresses are from ranges that lead nowhere (RFC 2544, RFC 3849): a sandbox must not make anybody call a stranger.</summary>
    public static string PublicIPv4(DropletState droplet) =>
        string.Create(CultureInfo.InvariantCulture, $"198.{18 + droplet.Id / 254 / 256 % 2}.{droplet.Id / 254 % 256}.{droplet.Id % 254 + 1}");

    /// <summary>The hours in which the next backup is taken.</summary>
    public static JsonObject BackupWindow(DropletState droplet) => new()
    {
        ["start"] = Time(droplet.NextBackupAtMs),
        ["end"] = Time(droplet.NextBackupAtMs + BackupPolicyInfo.WindowHours * 3_600_000),
    };

    public static JsonObject Action(ActionState action) => new()
    {
        ["id"] = action.Id,
        ["status"] = action.Status,
        ["type"] = action.Type,
        ["started_at"] = Time(action.StartedAtMs),
        ["completed_at"] = action.CompletedAtMs is { } at ? Time(at) : null,
        ["resource_id"] = action.DropletId,
        ["resource_type"] = "droplet",
        ["region"] = Region(RegionCatalogue.Get(action.Region)),
        ["region_slug"] = action.Region,
    };

    public static JsonObject Key(KeyState key) => new()
    {
        ["id"] = key.Id,
        ["fingerprint"] = key.Fingerprint,
        ["public_key"] = key.PublicKey,
        ["name"] = key.Name,
    };

    /// <summary>In /v2/snapshots: the id is text.</summary>
    public static JsonObject Snapshot(SnapshotState snapshot) => new()
    {
        ["id"] = snapshot.Image.Id.ToString(CultureInfo.InvariantCulture),
        ["name"] = snapshot.Image.Name,
        ["created_at"] = Time(snapshot.Image.CreatedAtMs),
        ["regions"] = Texts([snapshot.Region]),
        ["resource_id"] = snapshot.DropletId.ToString(CultureInfo.InvariantCulture),
        ["resource_type"] = "droplet",
        ["min_disk_size"] = snapshot.Image.MinDiskGb,
        ["size_gigabytes"] = snapshot.Image.SizeGb,
        ["tags"] = new JsonArray(),
    };

    /// <summary>Under a droplet: the id is a number.</summary>
    public static JsonObject DropletSnapshot(SnapshotState snapshot) => new()
    {
        ["id"] = snapshot.Image.Id,
        ["name"] = snapshot.Image.Name,
        ["created_at"] = Time(snapshot.Image.CreatedAtMs),
        ["regions"] = Texts([snapshot.Region]),
        ["min_disk_size"] = snapshot.Image.MinDiskGb,
        ["size_gigabytes"] = snapshot.Image.SizeGb,
        ["type"] = snapshot.Image.Type,
    };

    static JsonArray Disks(int gigabytes) =>
        new(new JsonObject { ["type"] = "local", ["size"] = new JsonObject { ["amount"] = gigabytes, ["unit"] = "gib" } });

    static IEnumerable<string> FeaturesOf(DropletState droplet, bool isNew)
    {
        yield return "droplet_agent";
        if (!isNew)
            yield return "private_networking";
        if (droplet.Monitoring)
            yield return "monitoring";
        if (!isNew && droplet.Backups is not null)
            yield return "backups";
        if (!isNew && droplet.Ipv6)
            yield return "ipv6";
    }

    static JsonObject Networks(DropletState droplet)
    {
        var last = droplet.Id % 254 + 1;
        var middle = droplet.Id / 254 % 256;
        var v6 = new JsonArray();
        if (droplet.Ipv6)
        {
            v6.Add(new JsonObject
            {
                ["ip_address"] = string.Create(CultureInfo.InvariantCulture, $"2001:db8:0:1010::{middle:x}:{last:x}"),
                ["netmask"] = 64,
                ["gateway"] = "2001:db8:0:1010::1",
                ["type"] = "public",
            });
        }
        return new JsonObject
        {
            ["v4"] = new JsonArray(
                new JsonObject
                {
                    ["ip_address"] = string.Create(CultureInfo.InvariantCulture, $"10.10.{middle}.{last}"),
                    ["netmask"] = "255.255.240.0",
                    ["gateway"] = "<nil>",
                    ["type"] = "private",
                },
                new JsonObject
                {
                    ["ip_address"] = PublicIPv4(droplet),
                    ["netmask"] = "255.255.240.0",
                    ["gateway"] = "198.18.0.1",
                    ["type"] = "public",
                }),
            ["v6"] = v6,
        };
    }

    static string VpcOf(AccountState account, string region) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"vpc {account.Number} {region}")).AsSpan(0, 16)).ToString();
}
