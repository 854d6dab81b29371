using System.Text;
using System.Text.Json;
using Webrana.Domain.Droplets;

namespace Webrana.Domain.Tests.Droplets;

public sealed class FirstBootTests
{
    static readonly FirstBoot Boot = new("ssh-ed25519 AAAA webrana-1", "$2y$06$abc", PasswordLogin: true);

    [Fact]
    public void Without_user_data_of_a_customer_ours_is_a_plain_cloud_config()
    {
        var text = Boot.UserData(null, "b");
        Assert.StartsWith("#cloud-config\n{", text, StringComparison.Ordinal);
        var config = JsonDocument.Parse(text["#cloud-config\n".Length..]).RootElement;
        Assert.Equal("$2y$06$abc", config.GetProperty("chpasswd").GetProperty("users")[0].GetProperty("password").GetString());
        Assert.Equal("ssh-ed25519 AAAA webrana-1\n", config.GetProperty("write_files")[0].GetProperty("content").GetString());
        Assert.True(config.GetProperty("ssh_pwauth").GetBoolean());
    }

    [Theory]
    [InlineData("#!/bin/sh\necho hai\n")]
    [InlineData("#cloud-config\nruncmd: [[echo, hai]]\n")]
    [InlineData("#include\nhttps://contoh.test/init\n")]
    public void A_customers_own_user_data_comes_first_and_unchanged(string customers)
    {
        var text = Boot.UserData(customers, "garis");
        Assert.StartsWith("Content-Type: multipart/mixed; boundary=\"garis\"\nMIME-Version: 1.0\n\n--garis\n", text, StringComparison.Ordinal);
        var parts = text.Split("--garis");
        Assert.Equal(4, parts.Length); // preamble, theirs, ours, end
        Assert.Contains("\n\n" + customers, parts[1], StringComparison.Ordinal);
        Assert.DoesNotContain("webrana", parts[1], StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/cloud-config", parts[2], StringComparison.Ordinal);
        Assert.Contains(Boot.CloudConfig(), parts[2], StringComparison.Ordinal);
        Assert.StartsWith("--", parts[3], StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
    }

    [Fact]
    public void A_customers_mime_archive_is_nested_as_it_is()
    {
        const string archive = "Content-Type: multipart/mixed; boundary=\"x\"\nMIME-Version: 1.0\n\n--x\nContent-Type: text/x-shellscript\n\n#!/bin/sh\n--x--\n";
        Assert.Contains("--garis\n" + archive, Boot.UserData(archive, "garis"), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_chose_keys_keeps_password_login_off()
    {
        var text = (Boot with { PasswordLogin = false }).CloudConfig();
        Assert.Contains("\"ssh_pwauth\":false", text, StringComparison.Ordinal);
        Assert.DoesNotContain("PermitRootLogin", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_user_data_of_a_customer_still_fits_the_providers_limit()
    {
        var key = $"ssh-ed25519 {new string('A', 68)} webrana-{Guid.Empty}";
        var longest = (Boot with { ManagedKey = key, PasswordHash = new string('x', 60) }).UserData(new string('x', FirstBoot.MaximumUserDataBytes), new string('b', 40));
        Assert.True(Encoding.UTF8.GetByteCount(longest) <= 64 * 1024);
    }

    [Theory]
    [InlineData("ubuntu-24-04-x64", "ubuntu")]
    [InlineData("centos-stream-9-x64", "centos-stream")]
    [InlineData("debian-12-x64", "debian")]
    [InlineData("", "")]
    public void The_family_is_what_the_slug_names_before_its_version(string image, string family) => Assert.Equal(family, OsFamily.Of(image));

    [Theory]
    [InlineData("ubuntu-22-04-x64", "ubuntu-24-04-x64", true, RebuildKind.InPlace)]
    [InlineData("ubuntu-22-04-x64", "debian-12-x64", true, RebuildKind.Replace)]
    [InlineData("ubuntu-22-04-x64", "ubuntu-24-04-x64", false, RebuildKind.Replace)]
    [InlineData("", "", true, RebuildKind.Replace)]
    public void Only_a_managed_server_is_rebuilt_in_place_and_only_inside_its_family(string current, string wanted, bool managed, RebuildKind kind) =>
        Assert.Equal(kind, OsFamily.KindOf(current, wanted, managed));
}
