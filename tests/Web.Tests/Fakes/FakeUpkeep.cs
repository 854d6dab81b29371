using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire.Droplets;

namespace Webrana.Web.Tests.Fakes;

static class FakeUpkeep
{
    public static void Map(IEndpointRouteBuilder mine, FakeWorld world)
    {
        var snapshots = new List<DiskCopy> { new("501", "sebelum-pembaruan", world.Now.AddDays(-3), 2.4m, 25) };
        // Saturday 20:00 UTC is Sunday morning in Jakarta.
        BackupPolicyRequest? policy = new(BackupPlan.Weekly, BackupWeekday.Saturday, 20);
        var next = new BackupWindow(new DateTimeOffset(2026, 12, 5, 20, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 6, 0, 0, 0, TimeSpan.Zero));
        var ipv6 = false;
        var firewall = new InstanceFirewall(
            true, [new FirewallRule(FirewallProtocol.Tcp, "22", ["203.0.113.0/24"])], true, null, true,
            [
                new FirewallTemplate("SSH", [new FirewallRule(FirewallProtocol.Tcp, "22", [])]),
                new FirewallTemplate("WEB", [new FirewallRule(FirewallProtocol.Tcp, "80", []), new FirewallRule(FirewallProtocol.Tcp, "443", [])]),
            ]);
        mine.MapGet("/instances/{id}/firewall", () => firewall);
        mine.MapPut("/instances/{id}/firewall", (string id, FirewallRequest asked) =>
        {
            if (asked.Rules.Any(rule => rule.Ports is "" or "x")) return FakeWorld.Problem(422, Wire.ProblemCodes.InvalidRule);
            firewall = firewall with { On = asked.On, Rules = asked.Rules, Applied = false };
            world.Firewall = asked;
            return Results.Json(firewall);
        });
        world.ApplyFirewall = () => firewall = firewall with { Applied = true };
        mine.MapGet("/instances/{id}/snapshots", () => new InstanceSnapshots(snapshots, 2));
        mine.MapPost("/instances/{id}/snapshots", (string id, TakeSnapshotRequest asked) =>
        {
            snapshots.Add(new DiskCopy("502", asked.Name, world.Now, 2.5m, 25));
            return Start(world, id, InstanceActionType.Snapshot);
        });
        mine.MapPost("/instances/{id}/snapshots/{copy}/restore", (string id) => Start(world, id, InstanceActionType.RestoreSnapshot));
        mine.MapDelete("/instances/{id}/snapshots/{copy}", (string id, string copy) =>
        {
            snapshots.RemoveAll(one => one.Id == copy);
            return Start(world, id, InstanceActionType.DeleteSnapshot);
        });
        mine.MapGet("/instances/{id}/backups", () => new InstanceBackups(
            policy?.Plan, [new DiskCopy("601", "web-01 2026-11-29", world.Now.AddDays(-2), 2.3m, 25)], policy?.Weekday, policy?.Hour, policy is null ? null : next));
        mine.MapPost("/instances/{id}/backups/enable", (string id, BackupPolicyRequest asked) =>
        {
            world.Backups = policy = asked;
            return Start(world, id, InstanceActionType.EnableBackups);
        });
        mine.MapPut("/instances/{id}/backups/policy", (string id, BackupPolicyRequest asked) =>
        {
            world.Backups = policy = asked;
            return Start(world, id, InstanceActionType.ChangeBackupPolicy);
        });
        mine.MapPost("/instances/{id}/backups/disable", (string id) =>
        {
            policy = null;
            return Start(world, id, InstanceActionType.DisableBackups);
        });
        mine.MapPost("/instances/{id}/backups/{copy}/restore", (string id) => Start(world, id, InstanceActionType.RestoreBackup));
        mine.MapGet("/instances/{id}/network", (string id) => new InstanceNetwork(
            world.Instances.First(server => server.Id == id).Name,
            [
                new InstanceAddress(4, true, "165.22.123.45", "255.255.240.0", "165.22.112.1"), new InstanceAddress(4, false, "10.15.0.5", "255.255.0.0", null),
                .. ipv6 ? [new InstanceAddress(6, true, "2400:6180:0:d0::1a2b:c001", "64", "2400:6180:0:d0::1")] : Array.Empty<InstanceAddress>(),
            ]));
        mine.MapPost("/instances/{id}/ipv6", (string id) =>
        {
            ipv6 = true;
            return Start(world, id, InstanceActionType.EnableIpv6);
        });
    }

    static IResult Start(FakeWorld world, string id, InstanceActionType type)
    {
        var action = new InstanceAction($"a-{world.Activity.Count + 1}", type, ActionStatus.InProgress, world.Now, null, "customer", null);
        world.Activity.Insert(0, action);
        var at = world.Instances.FindIndex(server => server.Id == id);
        world.Instances[at] = world.Instances[at] with { RunningAction = action };
        return Results.Json(new ActionAccepted(action.Id), statusCode: 202);
    }
}
