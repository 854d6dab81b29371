using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Api.Hosting;
using Webrana.Data.Shop;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>Shutting a customer out and letting them in again: <c>/internal/users/{id}/freeze</c>.</summary>
public static class FreezeApi
{
    public static RouteGroupBuilder MapFreeze(this RouteGroupBuilder admin)
    {
        admin.MapPost("/users/{id}/freeze", (string id, DeskActRequest body, [AsParameters] FreezeServices services) => SetAsync(id, body, freeze: true, services))
            .WithTags("Users").Describe(
                "Shut a customer out: signed out everywhere, no sign-in, no orders. Money is kept, servers go on.",
                new DeskActRequest("Kartu curian dilaporkan bank, menunggu konfirmasi"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.OwnAccount);
        admin.MapPost("/users/{id}/unfreeze", (string id, DeskActRequest body, [AsParameters] FreezeServices services) => SetAsync(id, body, freeze: false, services))
            .WithTags("Users").Describe(
                "Let a frozen customer in again.",
                new DeskActRequest("Bank mengonfirmasi kartu sah"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.OwnAccount, ProblemKinds.ClosingUnderWay);
        return admin;
    }

    private static async Task<Results<Ok<AdminUser>, Refusal>> SetAsync(string id, DeskActRequest body, bool freeze, FreezeServices services)
    {
        var cancellation = services.Http.RequestAborted;
        if (!UserId.TryParse(id, out var userId) || await services.Db.Users.FindAsync([userId.Value], cancellation) is not { } user)
            return Refusal.Of(ProblemKinds.NotFound);
        if (new FieldErrors().CheckReason(body.Reason).Refusal is { } invalid)
            return invalid;
        if (userId == services.Http.User.GetUserId())
            return Refusal.Of(ProblemKinds.OwnAccount);
        var reason = body.Reason.Trim();
        var known = await services.Shop.FindFrozenAsync(userId.Value, cancellation);
        if (!freeze && (known?.ActorId == userId.Value || await services.IsClosingAsync(userId)))
            return Refusal.Of(ProblemKinds.ClosingUnderWay);
        var frozen = known is not null;
        await services.Audit.NoteAsync(
            services.Http, freeze ? "customer.frozen" : "customer.unfrozen", GrainKeys.Account(userId), reason: reason, before: new { frozen }, after: new { frozen = freeze });
        if (freeze)
        {
            await services.Shop.FreezeAsync(new FrozenCustomer(userId.Value, reason, services.Http.User.GetUserId().Value, services.Clock.GetUtcNow()));
            // Behind the row: a session begun in between is stopped by the row, and ended with the others.
            await services.Sessions.EndAllAsync(userId, CancellationToken.None);
            await services.SignOuts.TellAsync(userId);
            if (await services.Shop.FindFrozenAsync(userId.Value) is { } row)
                await services.Notices.FrozenAsync(user, row.Since, frozen: true);
        }
        else
        {
            // Before the row goes: pressed again after a crash it is told once all the same.
            if (known is not null)
                await services.Notices.FrozenAsync(user, known.Since, frozen: false);
            await services.Shop.UnfreezeAsync(userId.Value);
        }

        var frozenNow = await services.Shop.FindFrozenAsync(userId.Value);
        return TypedResults.Ok((await AdminUsersApi.ToWireAsync(services.Db, [user], cancellation))[0] with { FrozenSince = frozenNow?.Since, FrozenReason = frozenNow?.Reason });
    }

    /// <summary>What these endpoints work with.</summary>
    internal sealed record FreezeServices(
        IdentityDb Db, ShopState Shop, SessionStore Sessions, SignOutHints SignOuts, SecurityNotices Notices, BusinessTime Clock, AuditLog Audit,
        IClusterClient Cluster, HttpContext Http)
    {
        /// <summary>Whether the owner is closing the account: let in meanwhile, they could order with money that is being counted.</summary>
        public async Task<bool> IsClosingAsync(UserId user) =>
            await Cluster.GetGrain<IAccountClosingGrain>(GrainKeys.Closing(user)).Stage() is not (ClosingStage.None or ClosingStage.CalledOff or ClosingStage.Closed);
    }
}
