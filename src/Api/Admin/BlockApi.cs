using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Droplets;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>
/// Suspending a server for abuse and taking that back: <c>/internal/instances/{id}/suspend</c>. The admins' alone: it stops somebody's
/// business, and money (which finance moves) must have no say in it.
/// </summary>
internal static class BlockApi
{
    /// <summary>What is told where the admin gave no words for the customer: a code that notices and panel have words for.</summary>
    private const string Abuse = "abuse";

    public static RouteGroupBuilder MapServerBlocks(this RouteGroupBuilder admin)
    {
        admin.MapPost("/instances/{id}/suspend", Suspend).WithTags("Instances").Describe(
            "Suspend a server for abuse: powered off, consoles ended, nothing charged; money never brings it back.",
            new BlockServerRequest("Laporan CERT-2026-118: memindai jaringan orang lain", "Server ini memindai jaringan orang lain."),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.InvalidState);
        admin.MapPost("/instances/{id}/unsuspend", Unsuspend).WithTags("Instances").Describe(
            "Take such a suspension back. What fell due meanwhile is charged now; what is not paid stays suspended for that.",
            new DeskActRequest("Pelanggan membersihkan server"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.InvalidState);
        return admin;
    }

    /// <summary>A server for its page at the desk, with what its owner was told about a block.</summary>
    internal static async Task<AdminInstance> ReadAsync(IClusterClient cluster, DropletView view) => view.ToAdminWire() with
    {
        BlockedMessage = view.Reason == SuspensionReason.Blocked ? (await Billing(cluster, view.Instance).Billing())?.BlockedReason : null,
    };

    private static async Task<Results<Ok<AdminInstance>, Refusal>> Suspend(string id, BlockServerRequest body, [AsParameters] DropletServices services, AuditLog audit)
    {
        if (await FindAsync(id, services) is not { } server)
            return Refusal.Of(ProblemKinds.NotFound);
        var message = body.Message?.Trim();
        var fields = new FieldErrors().CheckReason(body.Reason);
        if ((message is null ? fields : fields.CheckReason(message, "message")).Refusal is { } invalid)
            return invalid;
        if (server.Reason == SuspensionReason.Blocked || server.Status is not (DropletStatus.Running or DropletStatus.Off or DropletStatus.Rebuilding or DropletStatus.Suspended))
            return Refusal.Of(ProblemKinds.InvalidState);
        var (subject, reason) = ($"instance:{server.Instance}", body.Reason.Trim());
        message ??= Abuse;
        await audit.NoteAsync(
            services.Http, "instance.suspended", subject, new { server.Owner, server.Name, message }, reason,
            new { status = server.Status.ToString(), blocked = false }, new { status = nameof(DropletStatus.Suspended), blocked = true });
        if (!await Billing(services.Cluster, server.Instance).Block(new BlockServer(message, $"admin:{services.User}")))
            return await RefusedAsync(services, audit, "instance.suspend_refused", subject, reason);
        return await AnswerAsync(services, server.Instance);
    }

    private static async Task<Results<Ok<AdminInstance>, Refusal>> Unsuspend(string id, DeskActRequest body, [AsParameters] DropletServices services, AuditLog audit)
    {
        if (await FindAsync(id, services) is not { } server)
            return Refusal.Of(ProblemKinds.NotFound);
        if (new FieldErrors().CheckReason(body.Reason).Refusal is { } invalid)
            return invalid;
        if (server.Reason != SuspensionReason.Blocked)
            return Refusal.Of(ProblemKinds.InvalidState);
        var (subject, reason) = ($"instance:{server.Instance}", body.Reason.Trim());
        await audit.NoteAsync(
            services.Http, "instance.unsuspended", subject, new { server.Owner, server.Name }, reason, new { blocked = true }, new { blocked = false });
        if (!await Billing(services.Cluster, server.Instance).Unblock($"admin:{services.User}"))
            return await RefusedAsync(services, audit, "instance.unsuspend_refused", subject, reason);
        return await AnswerAsync(services, server.Instance);
    }

    /// <summary>It changed between the look and the act: the line above stays, and this one says that nothing came of it.</summary>
    private static async Task<Refusal> RefusedAsync(DropletServices services, AuditLog audit, string action, string subject, string reason)
    {
        await audit.NoteAsync(services.Http, action, subject, reason: reason);
        return Refusal.Of(ProblemKinds.InvalidState);
    }

    private static async Task<DropletView?> FindAsync(string id, DropletServices services) =>
        InstanceId.TryParse(id, out var instance) ? (await services.Droplet(instance).Get()).Value : null;

    private static async Task<Results<Ok<AdminInstance>, Refusal>> AnswerAsync(DropletServices services, InstanceId instance)
    {
        var read = await services.Droplet(instance).Get();
        return read.TryGet(out var view) ? TypedResults.Ok(await ReadAsync(services.Cluster, view)) : Refusal.From(read);
    }

    private static IDropletBillingGrain Billing(IClusterClient cluster, InstanceId instance) => cluster.GetGrain<IDropletBillingGrain>(GrainKeys.Droplet(instance));
}
