using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Domain.Droplets;
using Webrana.Wire.Droplets;
using DiskCopy = Webrana.Wire.Droplets.DiskCopy;

namespace Webrana.Api.Droplets;

/// <summary>Snapshots, backups and addresses of a server: <c>/api/v1/instances/{id}/…</c>.</summary>
public static class UpkeepApi
{
    private static readonly ProblemKind[] ActionRefusals =
        [ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.ActionInProgress, ProblemKinds.InvalidState, ProblemKinds.OperationConflict];

    public static RouteGroupBuilder MapUpkeep(this RouteGroupBuilder api)
    {
        var server = api.MapGroup("/instances/{id}").WithTags("Instances").ForCustomers(TokenAreas.Servers);
        server.MapGet("/snapshots", Snapshots).Describe("Its snapshots.", ProblemKinds.NotFound, ProblemKinds.InvalidState);
        server.MapPost("/snapshots", TakeSnapshot).Describe("Copy its disk now, running or not.", new TakeSnapshotRequest("sebelum-pembaruan"), ActionRefusals);
        server.MapPost("/snapshots/{snapshotId}/restore", (string id, string snapshotId, [AsParameters] DropletServices services) =>
            About(id, ActionKind.RestoreSnapshot, snapshotId, services)).Describe("Put a snapshot back; what is on the disk now is lost, and root gets a new password.", ActionRefusals);
        server.MapDelete("/snapshots/{snapshotId}", (string id, string snapshotId, [AsParameters] DropletServices services) =>
            About(id, ActionKind.DeleteSnapshot, snapshotId, services)).Describe("Delete a snapshot for good.", ActionRefusals);
        server.MapGet("/backups", Backups).Describe("Its backups, when they are taken and when the next one is.", ProblemKinds.NotFound, ProblemKinds.InvalidState);
        server.MapPost("/backups/enable", (string id, BackupPolicyRequest body, [AsParameters] DropletServices services) =>
            TakeBackups(id, ActionKind.EnableBackups, body, services)).Describe(
            "Take backups from now on.", new BackupPolicyRequest(BackupPlan.Weekly, BackupWeekday.Saturday, 20), ActionRefusals);
        server.MapPut("/backups/policy", (string id, BackupPolicyRequest body, [AsParameters] DropletServices services) =>
            TakeBackups(id, ActionKind.ChangeBackupPolicy, body, services)).Describe(
            "Take backups at other times, while they are on.", new BackupPolicyRequest(BackupPlan.Daily, Hour: 16), ActionRefusals);
        server.MapPost("/backups/disable", (string id, [AsParameters] DropletServices services) =>
            Start(id, services, new StartUpkeep("", ActionKind.DisableBackups, ""))).Describe("Take no more backups; those there are stay.", ActionRefusals);
        server.MapPost("/backups/{backupId}/restore", (string id, string backupId, [AsParameters] DropletServices services) =>
            About(id, ActionKind.RestoreBackup, backupId, services)).Describe("Put a backup back; what is on the disk now is lost, and root gets a new password.", ActionRefusals);
        server.MapGet("/network", Network).Describe("Its addresses.", ProblemKinds.NotFound, ProblemKinds.InvalidState);
        server.MapPost("/ipv6", (string id, [AsParameters] DropletServices services) =>
            Start(id, services, new StartUpkeep("", ActionKind.EnableIpv6, ""))).Describe("Give it a public IPv6 address, for good.", ActionRefusals);
        return api;
    }

    private static async Task<Results<Ok<InstanceSnapshots>, Refusal>> Snapshots(string id, [AsParameters] DropletServices services)
    {
        var (grain, refusal) = await Upkeep(id, services);
        return grain is null ? refusal! : (await grain.Copies()).ToOk(copies => new InstanceSnapshots([.. copies.Snapshots.Select(ToWire)], copies.MostSnapshots));
    }

    private static async Task<Results<Ok<InstanceBackups>, Refusal>> Backups(string id, [AsParameters] DropletServices services)
    {
        var (grain, refusal) = await Upkeep(id, services);
        return grain is null ? refusal! : (await grain.Copies()).ToOk(copies => new InstanceBackups(
            PlanOf(copies.BackupPlan), [.. copies.Backups.Select(ToWire)], DayOf(copies.Times?.Day), copies.Times?.Hour, NextOf(copies.Times)));
    }

    private static async Task<Results<Ok<InstanceNetwork>, Refusal>> Network(string id, [AsParameters] DropletServices services)
    {
        var (grain, refusal) = await Upkeep(id, services);
        return grain is null
            ? refusal!
            : (await grain.Network()).ToOk(network => new InstanceNetwork(
                network.HostName,
                [.. network.Addresses.Select(one => new InstanceAddress(one.Version, one.Public, one.Address, one.Netmask, one.Gateway))]));
    }

    private static async Task<Results<Accepted<ActionAccepted>, Refusal>> TakeSnapshot(string id, TakeSnapshotRequest body, [AsParameters] DropletServices services)
    {
        var name = body.Name.Trim();
        var invalid = new FieldErrors().Check(name.Length is > 0 and <= 64 && !name.Any(char.IsControl), "name", "1 to 64 characters.").Refusal;
        return invalid is not null ? invalid : await Start(id, services, new StartUpkeep("", ActionKind.Snapshot, "", Name: name));
    }

    private static async Task<Results<Accepted<ActionAccepted>, Refusal>> TakeBackups(string id, ActionKind kind, BackupPolicyRequest body, DropletServices services)
    {
        var invalid = new FieldErrors()
            .Check(body.Weekday is null || body.Plan == BackupPlan.Weekly, "weekday", "Only of weekly backups.")
            .Check(body.Hour is not { } hour || BackupSchedule.Hours.Contains(hour), "hour", "0, 4, 8, 12, 16 or 20 (UTC).")
            .Refusal;
        if (invalid is not null)
            return invalid;
        var day = body.Weekday is { } weekday ? Enum.Parse<BackupDay>(weekday.ToString()) : (BackupDay?)null;
        return await Start(id, services, new StartUpkeep("", kind, "", Weekly: body.Plan == BackupPlan.Weekly, Day: day, Hour: body.Hour));
    }

    private static async Task<Results<Accepted<ActionAccepted>, Refusal>> About(string id, ActionKind kind, string imageId, DropletServices services)
    {
        // Ids of the provider are numbers; whether it is one of this server's is checked before anything is done.
        if (imageId.Length is 0 or > 18 || !imageId.All(char.IsAsciiDigit))
            return Refusal.Of(ProblemKinds.NotFound);
        return await Start(id, services, new StartUpkeep("", kind, "", ImageId: imageId));
    }

    private static async Task<Results<Accepted<ActionAccepted>, Refusal>> Start(string id, DropletServices services, StartUpkeep command)
    {
        var (grain, refusal) = await Upkeep(id, services);
        if (grain is null)
            return refusal!;
        var started = await grain.Upkeep(command with { OperationId = services.Operation.ToString(), Actor = services.Http.User.Actor() });
        return started.ToAccepted(receipt => $"/api/v1/instances/{id}/actions/{receipt.ActionId}", receipt => new ActionAccepted(receipt.ActionId));
    }

    private static async Task<(IDropletUpkeepGrain? Grain, Refusal? Refusal)> Upkeep(string id, DropletServices services)
    {
        var (_, view, refusal) = await services.OwnAsync(id);
        return view is null ? (null, refusal) : (services.Cluster.GetGrain<IDropletUpkeepGrain>(GrainKeys.Droplet(view.Instance)), null);
    }

    private static BackupPlan? PlanOf(string? plan) => plan switch
    {
        null => null,
        "weekly" => BackupPlan.Weekly,
        _ => BackupPlan.Daily,
    };

    private static BackupWeekday? DayOf(BackupDay? day) => day is { } known ? Enum.Parse<BackupWeekday>(known.ToString()) : null;

    private static BackupWindow? NextOf(BackupTimes? times) => times is { NextFrom: { } from, NextTo: { } to } ? new BackupWindow(from, to) : null;

    private static DiskCopy ToWire(Contracts.Droplets.DiskCopy copy) => new(copy.ImageId, copy.Name, copy.CreatedAt, copy.SizeGb, copy.MinDiskGb);
}
