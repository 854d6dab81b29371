using System.Text.Json;
using Webrana.DigitalOcean.Tests.Support;

namespace Webrana.DigitalOcean.Tests.Simulator;

/// <summary>What is inside a simulated droplet after its first boot, a rebuild and a password reset.</summary>
public sealed class GuestTests
{
    const string Config = """
        #cloud-config
        {"ssh_pwauth": true, "chpasswd": {"users": [{"name": "root", "password": "$2y$hash", "type": "hash"}]},
         "write_files": [{"path": "/root/.ssh/authorized_keys", "append": true, "content": "ssh-ed25519 AAAA managed\n"}]}
        """;

    static async Task<JsonElement> GuestAsync(Rig rig) =>
        (await rig.RawAsync("GET", "/_sandbox/droplets")).Json[0].GetProperty("droplet").GetProperty("guest");

    static string?[] KeysOf(JsonElement guest) => [.. guest.GetProperty("authorizedKeys").EnumerateArray().Select(key => key.GetString())];

    [Fact]
    public async Task The_first_boot_takes_keys_and_password_from_user_data()
    {
        await using var rig = await Rig.StartAsync();
        await rig.CreateActiveAsync(Rig.Wish() with { UserData = Config });
        var guest = await GuestAsync(rig);
        Assert.Equal(["ssh-ed25519 AAAA managed"], KeysOf(guest));
        Assert.Equal("$2y$hash", guest.GetProperty("rootPasswordHash").GetString());
        Assert.Equal(1, guest.GetProperty("installation").GetInt32());
    }

    [Fact]
    public async Task A_mime_archive_is_read_to_the_bottom_and_what_cannot_be_run_here_is_let_pass()
    {
        const string inner = "Content-Type: multipart/mixed; boundary=\"in\"\nMIME-Version: 1.0\n\n--in\nContent-Type: text/cloud-config\n\n#cloud-config\n{\"ssh_authorized_keys\": [\"ssh-ed25519 BBBB theirs\"]}\n--in--\n";
        var archive = $"Content-Type: multipart/mixed; boundary=\"out\"\nMIME-Version: 1.0\n\n--out\n{inner}\n--out\nContent-Type: text/plain\n\n#cloud-config\nruncmd: [yaml, proper]\n--out\nContent-Type: text/cloud-config\n\n{Config}\n--out--\n";
        await using var rig = await Rig.StartAsync();
        await rig.CreateActiveAsync(Rig.Wish() with { UserData = archive });
        Assert.Equal(["ssh-ed25519 BBBB theirs", "ssh-ed25519 AAAA managed"], KeysOf(await GuestAsync(rig)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rebuild_runs_user_data_again_or_not_as_the_switch_says(bool again)
    {
        await using var rig = await Rig.StartAsync();
        var droplet = await rig.CreateActiveAsync(Rig.Wish() with { UserData = Config });
        await rig.RawAsync("POST", "/_sandbox/settings", new { cloudInitOnRebuild = again });
        await rig.DoAsync(droplet.Id, DropletActionRequest.Rebuild("ubuntu-22-04-x64"));
        var guest = await GuestAsync(rig);
        Assert.Equal(2, guest.GetProperty("installation").GetInt32());
        Assert.Equal(again, KeysOf(guest).Length == 1);
    }

    [Fact]
    public async Task A_snapshot_that_is_put_back_brings_what_was_inside_then()
    {
        await using var rig = await Rig.StartAsync();
        var droplet = await rig.CreateActiveAsync(Rig.Wish() with { UserData = Config });
        await rig.DoAsync(droplet.Id, DropletActionRequest.Snapshot("before"));
        var snapshot = Assert.Single((await rig.Client.ListDropletSnapshotsAsync(droplet.Id, Rig.Stop)).Value());
        await rig.RawAsync("POST", "/_sandbox/settings", new { cloudInitOnRebuild = false });
        await rig.DoAsync(droplet.Id, DropletActionRequest.Rebuild("ubuntu-22-04-x64"));
        Assert.Empty(KeysOf(await GuestAsync(rig)));

        await rig.DoAsync(droplet.Id, DropletActionRequest.Rebuild(long.Parse(snapshot.Id, System.Globalization.CultureInfo.InvariantCulture)));
        var guest = await GuestAsync(rig);
        Assert.Equal(["ssh-ed25519 AAAA managed"], KeysOf(guest));
        Assert.Equal("$2y$hash", guest.GetProperty("rootPasswordHash").GetString());
        Assert.Equal(3, guest.GetProperty("installation").GetInt32());
    }

    [Fact]
    public async Task A_password_reset_mails_the_accounts_owner_and_answers_nothing()
    {
        await using var rig = await Rig.StartAsync();
        var droplet = await rig.CreateActiveAsync(Rig.Wish() with { UserData = Config });
        await rig.RawAsync("DELETE", "/_sandbox/faults");
        var action = await rig.DoAsync(droplet.Id, DropletActionRequest.PasswordReset);
        var guest = await GuestAsync(rig);
        var mail = (await rig.RawAsync("GET", "/_sandbox/outbox")).Json.EnumerateArray().Last();
        Assert.Contains(guest.GetProperty("rootPassword").GetString()!, mail.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("@reseller.test", mail.GetProperty("to").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, guest.GetProperty("rootPasswordHash").ValueKind);
        Assert.Null(action.Console);
    }

    [Fact]
    public async Task Nothing_listens_at_an_address_nobody_has_nor_where_the_sshd_is_switched_off()
    {
        await using var rig = await Rig.StartAsync();
        var droplet = await rig.CreateActiveAsync();
        Assert.Equal(404, (await rig.RawAsync("GET", "/_sandbox/ssh/198.18.0.99")).Status);
        await rig.RawAsync("POST", "/_sandbox/settings", new { sshd = false });
        Assert.Equal(404, (await rig.RawAsync("GET", $"/_sandbox/ssh/{droplet.PublicIPv4}")).Status);
    }

    [Fact]
    public async Task A_temporary_folder_that_was_cleaned_takes_no_key_from_a_server_and_its_sshd_comes_again()
    {
        await using var rig = await Rig.StartAsync();
        var droplet = await rig.CreateActiveAsync(Rig.Wish() with { UserData = Config });
        var path = $"/_sandbox/ssh/{droplet.PublicIPv4}";
        var first = (await rig.RawAsync("GET", path)).Json.GetProperty("port").GetInt32();
        Directory.Delete(Assert.Single(Directory.GetDirectories(Path.GetTempPath(), "webrana-guest-*"), folder => Listens(folder, first)), recursive: true);

        Assert.Equal(["ssh-ed25519 AAAA managed"], KeysOf(await GuestAsync(rig)));
        var again = (await rig.RawAsync("GET", path)).Json.GetProperty("port").GetInt32();
        Assert.Single(Directory.GetDirectories(Path.GetTempPath(), "webrana-guest-*"), folder => Listens(folder, again));
        Assert.Equal(["ssh-ed25519 AAAA managed"], KeysOf(await GuestAsync(rig)));
    }

    static bool Listens(string folder, int port)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "config")).Contains($"127.0.0.1:{port}\n", StringComparison.Ordinal);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false; // another test's, which comes or goes
        }
    }

    [Fact]
    public async Task The_sshd_goes_with_the_power_and_keeps_its_host_key()
    {
        Assert.True(File.Exists("/usr/sbin/sshd"), "openssh-server is not installed (Debian, Ubuntu: apt-get install openssh-server).");
        await using var rig = await Rig.StartAsync();
        var droplet = await rig.CreateActiveAsync(Rig.Wish() with { UserData = Config });
        var path = $"/_sandbox/ssh/{droplet.PublicIPv4}";
        Assert.Equal("127.0.0.1", (await rig.RawAsync("GET", path)).Json.GetProperty("host").GetString());
        var hostKey = (await GuestAsync(rig)).GetProperty("hostKey").GetString();
        await rig.DoAsync(droplet.Id, DropletActionRequest.PowerOff);
        Assert.Equal(404, (await rig.RawAsync("GET", path)).Status);
        await rig.DoAsync(droplet.Id, DropletActionRequest.PowerOn);
        Assert.Equal(200, (await rig.RawAsync("GET", path)).Status);
        Assert.Equal(hostKey, (await GuestAsync(rig)).GetProperty("hostKey").GetString());
    }
}
