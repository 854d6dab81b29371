using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>The account, its bill, its keys.</summary>
internal static class AccountEndpoints
{
    const long FirstKeyId = 53_000_000;

    public static void Map(Router router)
    {
        router.Map("GET", "/v2/account", Show);
        router.Map("GET", "/v2/customers/my/balance", Balance);
        router.Map("GET", "/v2/account/keys", call => call.Page("ssh_keys", call.Account.Keys, Render.Key, emptyPagesMember: true));
        router.Map("POST", "/v2/account/keys", AddKey);
        router.Map("GET", "/v2/account/keys/{key}", call => Find(call) is { } key ? Reply.Ok(new JsonObject { ["ssh_key"] = Render.Key(key) }) : Reply.NotFound);
        router.Map("PUT", "/v2/account/keys/{key}", RenameKey);
        router.Map("DELETE", "/v2/account/keys/{key}", DeleteKey);
    }

    static Reply Show(Call call) => Reply.Ok(new JsonObject
    {
        ["account"] = new JsonObject
        {
            ["droplet_limit"] = call.World.State.Settings.DropletLimit,
            ["floating_ip_limit"] = 3,
            ["reserved_ip_limit"] = 3,
            ["volume_limit"] = 100,
            ["email"] = call.Account.Email,
            ["name"] = $"Reseller {call.Account.Number}",
            ["uuid"] = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"account {call.Account.Number}")).AsSpan(0, 16)).ToString("N"),
            ["email_verified"] = true,
            ["status"] = "active",
            ["status_message"] = "",
        },
    });

    // No envelope, and every amount as text.
    static Reply Balance(Call call)
    {
        var usage = call.Account.SettledUsage + call.Account.Droplets.Sum(droplet => Progress.CostOf(droplet, call.World.NowMs));
        var text = usage.ToString("F2", CultureInfo.InvariantCulture);
        return Reply.Ok(new JsonObject
        {
            ["month_to_date_balance"] = text,
            ["account_balance"] = "0.00",
            ["month_to_date_usage"] = text,
            ["generated_at"] = Render.Time(call.World.NowMs),
        });
    }

    static Reply AddKey(Call call)
    {
        var (name, line) = (call.Text("name"), call.Text("public_key")?.Trim());
        if (string.IsNullOrEmpty(name))
            return Reply.Unprocessable("Name can't be blank");
        if (FingerprintOf(line) is not { } fingerprint)
            return Reply.Unprocessable("Key invalid, key should be of the format `ssh-rsa AAAA...`");
        if (call.Account.Keys.Any(key => key.Fingerprint == fingerprint))
            return Reply.Unprocessable("SSH Key is already in use on your account");
        var key = new KeyState
        {
            Id = call.World.NextId(call.Account, FirstKeyId),
            Name = name,
            PublicKey = line!,
            Fingerprint = fingerprint,
            UnknownUntilRealMs = call.TakeFault(FaultKinds.KeyUnknown) is { } fault ? call.World.RealMs + (long)((fault.Seconds ?? 5) * 1000) : 0,
        };
        call.Account.Keys.Add(key);
        return Reply.Created(new JsonObject { ["ssh_key"] = Render.Key(key) });
    }

    static Reply RenameKey(Call call)
    {
        if (Find(call) is not { } key)
            return Reply.NotFound;
        if (string.IsNullOrEmpty(call.Text("name")))
            return Reply.Unprocessable("Name can't be blank");
        key.Name = call.Text("name")!;
        call.World.Changed();
        return Reply.Ok(new JsonObject { ["ssh_key"] = Render.Key(key) });
    }

    static Reply DeleteKey(Call call)
    {
        if (Find(call) is not { } key)
            return Reply.NotFound;
        call.Account.Keys.Remove(key);
        call.World.Changed();
        return Reply.NoContent;
    }

    static KeyState? Find(Call call) =>
        call.Account.Keys.FirstOrDefault(key => key.Fingerprint == call.Route("key") || key.Id == call.RouteId("key"));

    /// <summary>MD5 over the key blob, as ssh-keygen -l -E md5 prints it; null when the line is no public key.</summary>
    static string? FingerprintOf(string? line)
    {
        if (line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var type, var encoded, ..] || encoded.Length > 16 * 1024)
            return null;
        var blob = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, blob, out var length) || length < 8)
            return null;
        // The blob names its own type first, behind a 32-bit length: a line whose parts disagree is damaged.
        var named = Encoding.ASCII.GetBytes(type);
        if (!blob.AsSpan(0, length)[4..].StartsWith(named) || blob[3] != named.Length)
            return null;
#pragma warning disable CA5351 // The provider's fingerprint format, not a protection.
        var hash = MD5.HashData(blob.AsSpan(0, length));
#pragma warning restore CA5351
        return string.Join(':', hash.Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));
    }
}
