using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Protection;
using Webrana.Grains.Tests.Common;
using Webrana.Ssh;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>The managed key and the first password: on the server from its first boot, in nobody's mail, shown once.</summary>
public sealed class AccessTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    WebranaCluster Cluster => shared.Cluster;

    async Task<(InstanceId Instance, IDropletAccessGrain Access)> ServerAsync()
    {
        var (instance, _) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        return (instance, Cluster.Access(instance));
    }

    [Fact]
    public async Task A_new_server_gets_the_key_whose_private_half_we_hold_and_the_hash_of_the_password_we_show()
    {
        var (instance, access) = await ServerAsync();
        var door = (await access.Open()).Value!;
        Assert.Equal(("127.0.0.1", 1), (door.Host, door.Generation)); // the simulator's sshd; port 22 of the address in real life
        Assert.Null(door.HostKey);
        var pem = Cluster.Services.GetRequiredService<AccessSeal>().Open(door.SealedKey, TimeProvider.System.GetUtcNow());
        Assert.StartsWith("-----BEGIN OPENSSH PRIVATE KEY-----", pem, StringComparison.Ordinal);

        var shown = (await access.Reveal("first")).Value!;
        var config = JsonDocument.Parse((await Cluster.UserDataAsync(instance))["#cloud-config\n".Length..]).RootElement;
        var hash = config.GetProperty("chpasswd").GetProperty("users")[0].GetProperty("password").GetString()!;
        Assert.True(PasswordHash.Matches(shown.Password, hash));
        Assert.EndsWith($"webrana-{instance}\n", config.GetProperty("write_files")[0].GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_provider_mails_nobody()
    {
        await ServerAsync();
        using var http = new HttpClient { BaseAddress = Cluster.Cloud.BaseUrl };
        var outbox = await http.GetFromJsonAsync<JsonElement>("/_sandbox/outbox", TestContext.Current.CancellationToken);
        Assert.Equal(0, outbox.GetArrayLength());
    }

    [Fact]
    public async Task The_password_is_shown_once_and_again_only_to_the_request_whose_answer_may_have_been_lost()
    {
        var (_, access) = await ServerAsync();
        Assert.True((await access.Access()).Value!.PasswordAvailable);
        var shown = (await access.Reveal("mine")).Value!;
        Assert.Equal(("root", 20), (shown.User, shown.Password.Length));
        Assert.Equal(shown.Password, (await access.Reveal("mine")).Value!.Password);
        Assert.Equal(CredentialsError.CredentialsTaken, (await access.Reveal("other")).Error);
        Assert.False((await access.Access()).Value!.PasswordAvailable);
    }

    [Fact]
    public async Task The_first_host_key_is_pinned_and_an_installation_that_is_gone_cannot_pin()
    {
        var (_, access) = await ServerAsync();
        Assert.Equal("ssh-ed25519 A", (await access.Pin(new PinHostKey("ssh-ed25519 A", 1))).Value!.HostKey);
        Assert.Equal("ssh-ed25519 A", (await access.Pin(new PinHostKey("ssh-ed25519 B", 1))).Value!.HostKey);
        Assert.Equal(AccessError.Superseded, (await access.Pin(new PinHostKey("ssh-ed25519 A", 2))).Error);
        Assert.Equal("ssh-ed25519 A", (await access.Open()).Value!.HostKey);
        Assert.Equal("ssh-ed25519 A", (await access.Access()).Value!.HostKey);
    }

    [Fact]
    public async Task There_is_no_door_to_what_does_not_run()
    {
        var (instance, access) = await ServerAsync();
        var droplet = Cluster.Droplet(instance);
        Assert.True((await droplet.Act(new StartAction("off", ActionKind.PowerOff, "user:test"))).IsOk);
        await droplet.Becomes(DropletStatus.Off);
        Assert.Equal(AccessError.InvalidState, (await access.Open()).Error);

        var nobody = Cluster.Access(Servers.NewInstance());
        Assert.Equal(AccessError.NotFound, (await nobody.Open()).Error);
        Assert.Equal(AccessError.NotFound, (await nobody.Pin(new PinHostKey("k", 1))).Error);
        Assert.Equal(CredentialsError.NotFound, (await nobody.Reveal("x")).Error);
        Assert.Equal(DropletError.NotFound, (await nobody.Access()).Error);
    }

    [Fact]
    public async Task Keys_and_password_are_gone_with_the_server()
    {
        var (instance, access) = await ServerAsync();
        var droplet = Cluster.Droplet(instance);
        Assert.True((await droplet.Delete(new DeleteDroplet("d", (await droplet.Get()).Value!.Name, "user:test"))).IsOk);
        await droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM instance_access WHERE instance = '{instance}'"));
        Assert.Equal(CredentialsError.InvalidState, (await access.Reveal("x")).Error);
    }

    [Fact]
    public async Task A_customers_user_data_runs_beside_ours_and_their_keys_keep_the_password_from_ssh()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);
        Assert.True((await droplet.Order(Servers.Order(owner) with { UserData = "#!/bin/sh\ntouch /hai\n" })).IsOk);
        await droplet.Becomes(DropletStatus.Running);
        var sent = await Cluster.UserDataAsync(instance);
        Assert.StartsWith("Content-Type: multipart/mixed", sent, StringComparison.Ordinal);
        Assert.Contains("\n#!/bin/sh\ntouch /hai\n", sent, StringComparison.Ordinal);
        Assert.Contains($"webrana-{instance}", sent, StringComparison.Ordinal);
        Assert.True((await Cluster.Access(instance).Access()).Value!.PasswordLogin);
    }
}
