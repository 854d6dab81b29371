using Webrana.Chaos.Driver;
using Webrana.Sandbox.Launcher;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;
using Webrana.Wire.SshKeys;
using static Webrana.Chaos.Walks.DemoShop;

namespace Webrana.Chaos.Walks;

/// <summary>What is done to one server that is there.</summary>
internal static class ServerWalks
{
    private const string OtherImage = "ubuntu-22-04-x64";
    private const string Laptop = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2";

    internal static async Task BlockAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await walker.DeskAsync("block", (desk, key) => desk.SuspendServerAsync(server, new BlockServerRequest("uji"), key, walker.Cancellation));
        await walker.IsIdleAsync(server, "Suspended");
        await walker.DeskAsync("unblock", (desk, key) => desk.UnsuspendServerAsync(server, new DeskActRequest("uji"), key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        await walker.DestroyAsync(person, server);
    }

    internal static async Task GuardAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await walker.MustAsync(person, server, "firewall", key => person.Session.SetFirewallAsync(
            server, new FirewallRequest(true, [new FirewallRule(FirewallProtocol.Tcp, "22", [])]), key, walker.Cancellation));
        await walker.IsAsync(
            $"{Walker.Droplet(server)} and payload#>>'{{firewall,id}}' is not null and payload#>>'{{firewall,version}}' = payload#>>'{{firewall,appliedVersion}}'", "the provider has the rules");
        await walker.DestroyAsync(person, server);
    }

    internal static async Task DeleteSnapshotAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await walker.MustAsync(person, server, "snapshot", key => person.Session.TakeSnapshotAsync(server, new TakeSnapshotRequest("sekali"), key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        var copies = await Person.MustAsync(() => person.Session.SnapshotsAsync(server, walker.Cancellation), "snapshots", walker.Cancellation);
        if (copies.Items is not [var copy])
            throw new LauncherException($"{copies.Items.Count} snapshots instead of one.");
        await walker.MustAsync(person, server, "delete snapshot", key => person.Session.DeleteSnapshotAsync(server, copy.Id, key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        await walker.DestroyAsync(person, server);
    }

    internal static async Task RebuildAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        var laptop = await walker.MustAsync(person, server, "key", key => person.Session.AddSshKeyAsync(new CreateSshKeyRequest("laptop", Laptop), key, walker.Cancellation));
        await walker.MustAsync(person, server, "rebuild", key => person.Session.RebuildAsync(server, new RebuildRequest(OtherImage, [laptop.Id]), key, walker.Cancellation));
        await walker.IsIdleAsync(server);
        await walker.DestroyAsync(person, server);
    }
}
