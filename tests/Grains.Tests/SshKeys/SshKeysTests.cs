using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.SshKeys;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Grains.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Webrana.Grains.Tests.SshKeys;

[Collection(ClusterCollection.Name)]
public sealed class SshKeysTests(SharedCluster shared)
{
    const string Laptop = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2 dewi@laptop";
    const string Office = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDOgHaKi5vVbK2SVEFSTyRrosld6XO8p+wRqED8xyM1MDItkuJ6T2dM6XyX4UOtW0TLt/2ftpkbWnnnJ93bN7pCToKhlgsLn0zJkPAlXxjXOw65KxonXkYiZrfEErZW++GvJ+kEXZnRiatfLLT5KSKDcewOOlLfaH/SShk9A/hOd/xTkcmktHN74UHZVlZIxPMp9dIdjZYcG+bfYN0bUqP6SeP3Th3VnzYptYRb2YAZFOCgzJN+iUS1CwFbLHRvkwn+mHk5PpjrBSS96nblN/fJM0Roh1hql2i8wOJdHM5fC9Pd7MJYQxt0llnJc0jLBpBo9HeUNSqfls/Pa9+aSRQF";

    WebranaCluster Cluster => shared.Cluster;

    ISshKeysGrain Library(UserId user) => Cluster.Grains.GetGrain<ISshKeysGrain>(GrainKeys.SshKeys(user));

    static AddSshKey Key(string name, string line, string? id = null) => new(id ?? Guid.NewGuid().ToString(), name, line);

    [Fact]
    public async Task A_key_is_added_once_and_names_and_keys_are_unique()
    {
        var library = Library(new UserId(Guid.NewGuid()));
        var command = Key("laptop", Laptop);
        var added = (await library.Add(command)).Value!;
        Assert.Equal(added, (await library.Add(command)).Value);
        Assert.Equal(SshKeyError.OperationConflict, (await library.Add(command with { Name = "other" })).Error);
        Assert.Equal(SshKeyError.DuplicateKey, (await library.Add(Key("copy", Laptop + " again"))).Error);
        Assert.Equal(SshKeyError.KeyNameTaken, (await library.Add(Key("LAPTOP", Office))).Error);
        Assert.Equal(SshKeyError.InvalidKey, (await library.Add(Key("none", "ssh-ed25519 x"))).Error);
        Assert.Contains("private key", (await library.Add(Key("none", "-----BEGIN OPENSSH PRIVATE KEY-----"))).Detail, StringComparison.Ordinal);

        var office = (await library.Add(Key("office", Office))).Value!;
        Assert.Equal([added, office], await library.List());
        Assert.Equal([office, added], (await library.Find([office.KeyId, added.KeyId, office.KeyId])).Value!);
        Assert.True((await library.Remove(added.KeyId)).IsOk);
        Assert.Equal(SshKeyError.NotFound, (await library.Remove(added.KeyId)).Error);
        Assert.Equal(SshKeyError.NotFound, (await library.Find([office.KeyId, added.KeyId])).Error);
        Assert.Equal([office], await library.List());
    }

    [Fact]
    public async Task An_order_with_an_unknown_key_is_refused_and_nothing_is_held()
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var ordered = await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner) with { SshKeyIds = ["12345"] });
        Assert.Equal(OrderError.SshKeyUnknown, ordered.Error);
        Assert.Equal((200_000, 0), ((await Cluster.MoneyAsync(owner)).BalanceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr));
    }

    [Fact]
    public async Task Chosen_keys_are_put_on_the_provider_account_once_and_the_server_is_made_with_them()
    {
        // The provider has the office key already, under somebody's name.
        var cloud = Cluster.Services.GetRequiredService<ProviderClients>().For("primary");
        Assert.True((await cloud.CreateSshKeyAsync("by hand", Office + " elsewhere")).TryGetValue(out _));
        foreach (var _ in new[] { 1, 2 })
        {
            var owner = await Cluster.CustomerAsync(200_000);
            var (laptop, office) = ((await Library(owner).Add(Key("laptop", Laptop))).Value!, (await Library(owner).Add(Key("office", Office))).Value!);
            var instance = Servers.NewInstance();
            Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(owner) with { SshKeyIds = [laptop.KeyId, office.KeyId] })).IsOk);
            // Taken out of the library meanwhile: the order keeps what was chosen.
            await Library(owner).Remove(laptop.KeyId);
            await Cluster.Droplet(instance).Becomes(DropletStatus.Running);
        }

        Assert.True((await cloud.ListSshKeysAsync()).TryGetValue(out var keys));
        Assert.Single(keys!, key => key.PublicKey.Contains(Laptop.Split(' ')[1], StringComparison.Ordinal));
        Assert.Single(keys!, key => key.PublicKey.Contains(Office.Split(' ')[1], StringComparison.Ordinal));
    }
}
