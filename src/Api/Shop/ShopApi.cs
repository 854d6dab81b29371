using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Api.Hosting;
using Webrana.Data.Shop;
using Webrana.Wire;
using Webrana.Wire.Shop;

namespace Webrana.Api.Shop;

/// <summary>The stop switches: <c>/internal/switches</c>, and what customers are told of them: <c>/api/v1/notices</c>.</summary>
public static class ShopApi
{
    private const int LongestMessage = 200;

    public static RouteGroupBuilder MapNotices(this RouteGroupBuilder api)
    {
        api.MapGet("/notices", ListNotices).WithTags("Shop").AllowAnonymous().Describe("What is stopped at the moment, for a banner; usually nothing.");
        return api.MapMaintenanceNotices();
    }

    public static RouteGroupBuilder MapSwitches(this RouteGroupBuilder admin)
    {
        var switches = admin.MapGroup("/switches").WithTags("Switches");
        switches.MapGet("", ListSwitches).For(Desk.Read).Describe("What can be stopped, and what is.");
        switches.MapPut("/{id}", SetSwitch).Describe(
            "Stop SALES, DEPOSITS, RENEWALS, SUSPENSIONS or TERMINATIONS, or let it go on; customers see a banner, and every process obeys within two seconds.",
            new SetSwitchRequest(true, "Penyedia sedang gangguan di Singapura", "Pembelian server sementara ditutup karena gangguan penyedia."),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        return admin.MapMaintenance();
    }

    private static async Task<Ok<Page<ShopNotice>>> ListNotices(ShopState shop) => TypedResults.Ok(new Page<ShopNotice>(
        [.. (await shop.ReadAsync()).Stopped.Select(stop => new ShopNotice((ShopSwitchName)stop.Switch, stop.MessageId, stop.MessageEn, stop.Since))]));

    private static async Task<Ok<Page<ShopSwitchState>>> ListSwitches(ShopState shop, IdentityDb db, CancellationToken cancellation)
    {
        var stopped = await shop.StoppedAsync(cancellation);
        var ids = stopped.Select(stop => stop.ActorId).ToList();
        var names = await db.Users.AsNoTracking().Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email, cancellation);
        return TypedResults.Ok(new Page<ShopSwitchState>([.. Enum.GetValues<ShopSwitch>().Select(
            one => ToWire(one, stopped.FirstOrDefault(stop => stop.Switch == one), names))]));
    }

    private static async Task<Results<Ok<ShopSwitchState>, Refusal>> SetSwitch(
        string id, SetSwitchRequest body, ShopState shop, BusinessTime clock, AuditLog audit, HttpContext http, IdentityDb db)
    {
        if (!WireNames.TryRead<ShopSwitchName>(id, out var name) || name is not { } wanted)
            return Refusal.Of(ProblemKinds.NotFound);
        var invalid = new FieldErrors().CheckReason(body.Reason)
            .Check(IsMessage(body.MessageId), "messageId", "At most 200 characters, in one line.")
            .Check(IsMessage(body.MessageEn), "messageEn", "At most 200 characters, in one line.").Refusal;
        if (invalid is not null)
            return invalid;
        var one = (ShopSwitch)wanted;
        var before = (await shop.StoppedAsync(http.RequestAborted)).FirstOrDefault(stop => stop.Switch == one);
        var after = body.Stopped
            ? new StoppedSwitch(one, Given(body.MessageId), Given(body.MessageEn), body.Reason.Trim(), http.User.GetUserId().Value, before?.Since ?? clock.GetUtcNow())
            : null;
        // Noted first: a stop without a name would be worse than a name without a stop.
        await audit.NoteAsync(http, body.Stopped ? "switch.stopped" : "switch.resumed", $"switch:{id.ToLowerInvariant()}", reason: body.Reason.Trim(),
            before: Shown(before), after: Shown(after));
        if (after is not null)
            await shop.StopAsync(after);
        else
            await shop.ResumeAsync(one);
        var me = await db.Users.AsNoTracking().Where(user => user.Id == http.User.GetUserId().Value).ToDictionaryAsync(user => user.Id, user => user.Email);
        return TypedResults.Ok(ToWire(one, after, me));
    }

    private static object Shown(StoppedSwitch? stop) => new { stopped = stop is not null, stop?.MessageId, stop?.MessageEn };

    private static ShopSwitchState ToWire(ShopSwitch one, StoppedSwitch? stop, Dictionary<Guid, string?> names) => new(
        (ShopSwitchName)one, stop is not null, stop?.MessageId, stop?.MessageEn, stop?.Reason, stop is null ? null : names.GetValueOrDefault(stop.ActorId), stop?.Since);

    private static bool IsMessage(string? message) => message is null || (message.Length <= LongestMessage && !message.Any(char.IsControl));

    private static string? Given(string? message) => string.IsNullOrWhiteSpace(message) ? null : message.Trim();
}
