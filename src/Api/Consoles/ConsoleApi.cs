using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Droplets;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Consoles;
using OpenConsole = Webrana.Wire.Consoles.OpenConsole;
using WireKind = Webrana.Wire.Consoles.ConsoleKind;

namespace Webrana.Api.Consoles;

/// <summary>Asking for consoles, and what admins see and end of them.</summary>
public static class ConsoleApi
{
    public static RouteGroupBuilder MapConsoles(this RouteGroupBuilder api)
    {
        api.MapGet("/instances/{id}/console", AskAsync).WithTags("Instances").ForCustomers(TokenAreas.Servers).AsWrite().Describe(
            "Ask for a console: a one-time ticket for 60 seconds and the WebSocket to present it to. Without a kind the screen if there is one, else the terminal. An admin who asks for a customer's says why.",
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.InvalidState, ProblemKinds.ConsoleUnavailable, ProblemKinds.TooManyConsoles,
            ProblemKinds.TooManyRequests);
        return api;
    }

    public static RouteGroupBuilder MapAdminConsoles(this RouteGroupBuilder api)
    {
        var consoles = api.MapGroup("/instances/{id}/consoles").WithTags("Instances");
        consoles.MapGet("", ListAsync).For(Desk.Care).Describe("The open consoles of a server.", ProblemKinds.NotFound);
        consoles.MapDelete("", EndAsync).Describe(
            "End every open console of a server, at once.", new DeskActRequest("Orang lain memegang konsolnya"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        return api;
    }

    /// <summary>The WebSocket; no operation of the documents, because none of their clients could speak to it.</summary>
    public static void MapConsoleSocket(this IEndpointRouteBuilder app) =>
        app.MapGet("/consoles/{id}/{kind}", (HttpContext http, string id, string kind, ConsoleSocket socket) => socket.ServeAsync(http, id, kind))
            .AllowAnonymous().ExcludeFromDescription();

    private static async Task<Results<Ok<ConsoleTicket>, Refusal>> AskAsync(
        string id, string? kind, string? reason, [AsParameters] DropletServices services, [AsParameters] ConsoleServices consoles)
    {
        if (!WireNames.TryRead<WireKind>(kind, out var wanted))
            return new FieldErrors().Check(false, "kind", "VNC or SSH.").Refusal!;
        var user = services.User;
        var admin = services.Http.User.IsInRole(Roles.Admin);
        var (view, refusal) = await ConsoleServices.SeenAsync(services, id, admin);
        if (view is null)
            return refusal!;
        // A token without a login could not be ended by logging out.
        if (services.Http.User.GetLogin() is not { } login)
            return Refusal.Of(ProblemKinds.Unauthenticated);
        // Somebody else's screen is an act at the desk like any other; one's own needs no word.
        var foreign = view.Owner != user;
        var why = reason?.Trim() ?? "";
        if (foreign && new FieldErrors().CheckReason(why).Refusal is { } unexplained)
            return unexplained;
        if (consoles.Limits.Take(user) is { } tooMany)
            return tooMany;
        if (foreign)
            await consoles.Audit.NoteAsync(services.Http, "console.open", $"instance:{view.Instance}", new { kind }, why);

        var (session, secret) = (Guid.NewGuid(), ConsoleTickets.NewSecret());
        var pass = new ConsolePass(session, view.Instance, user, login, foreign, default, default, secret);
        var opened = await services.Cluster.GetGrain<IConsoleSessionGrain>(GrainKeys.Console(session)).Open(new Contracts.Consoles.OpenConsole(
            view.Instance, user, foreign ? $"admin:{user}" : services.Http.User.Actor(), (Contracts.Consoles.ConsoleKind?)wanted, pass.Hash));
        if (!opened.TryGet(out var granted))
            return Refusal.From(opened);
        services.Http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new ConsoleTicket(
            (WireKind)granted.Kind,
            consoles.Tickets.Seal(pass with { Kind = granted.Kind, ExpiresAt = granted.ExpiresAt }),
            consoles.WebSocketUrl(services.Http, view.Instance, granted.Kind),
            granted.ExpiresAt));
    }

    private static async Task<Results<Ok<Page<OpenConsole>>, Refusal>> ListAsync(string id, [AsParameters] DropletServices services)
    {
        if (!InstanceId.TryParse(id, out var instance) || !(await services.Droplet(instance).Get()).IsOk)
            return Refusal.Of(ProblemKinds.NotFound);
        var open = await services.Cluster.GetGrain<IDropletConsoles>(GrainKeys.Droplet(instance)).Consoles();
        return TypedResults.Ok(new Page<OpenConsole>([.. open.Select(console => new OpenConsole(console.Session, (WireKind)console.Kind, console.Actor, console.OpenedAt))]));
    }

    private static async Task<Results<NoContent, Refusal>> EndAsync(string id, [FromBody] DeskActRequest body, [AsParameters] DropletServices services, AuditLog audit)
    {
        if (!InstanceId.TryParse(id, out var instance) || !(await services.Droplet(instance).Get()).IsOk)
            return Refusal.Of(ProblemKinds.NotFound);
        if (new FieldErrors().CheckReason(body.Reason).Refusal is { } invalid)
            return invalid;
        var consoles = services.Cluster.GetGrain<IDropletConsoles>(GrainKeys.Droplet(instance));
        await audit.NoteAsync(
            services.Http, "console.end", $"instance:{instance}", reason: body.Reason.Trim(), before: new { open = (await consoles.Consoles()).Count }, after: new { open = 0 });
        await consoles.RevokeConsoles();
        return TypedResults.NoContent();
    }
}

/// <summary>Counts tickets per user, for each may cost a call to the provider. Per process.</summary>
internal sealed class ConsoleLimits(IOptions<ConsoleOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<UserId> _tickets = PartitionedRateLimiter.Create<UserId, UserId>(user => RateLimitPartition.GetFixedWindowLimiter(
        user, _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.TicketsPerMinute, Window = TimeSpan.FromMinutes(1), AutoReplenishment = true }));

    /// <summary>Counts one ticket; refuses when there were too many.</summary>
    public Refusal? Take(UserId user)
    {
        using var lease = _tickets.AttemptAcquire(user);
        return lease.IsAcquired ? null : Refusal.Wait(ProblemKinds.TooManyRequests, lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromMinutes(1));
    }

    /// <inheritdoc/>
    public void Dispose() => _tickets.Dispose();
}
