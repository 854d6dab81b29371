using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Hosting;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Data.Shop;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Shop;

namespace Webrana.Api.Shop;

/// <summary>The banner that stops nothing: <c>/internal/maintenance</c>, and what customers read of it: <c>/api/v1/notices/maintenance</c> (ADR 58).</summary>
internal static class MaintenanceApi
{
    private const int LongestMessage = 200;
    private const string Subject = "switch:maintenance";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    public static RouteGroupBuilder MapMaintenanceNotices(this RouteGroupBuilder api)
    {
        api.MapGet("/notices/maintenance", ListShown).WithTags("Shop").AllowAnonymous().Describe("What is announced at the moment, for a banner, while nothing is stopped; usually nothing.");
        return api;
    }

    public static RouteGroupBuilder MapMaintenance(this RouteGroupBuilder admin)
    {
        var maintenance = admin.MapGroup("/maintenance").WithTags("Switches");
        maintenance.MapGet("", Get).For(Desk.Read).Describe("The maintenance banner, shown or planned; its fields are null when there is none.");
        maintenance.MapPut("", Set).Describe(
            "Show customers a banner between two moments, stopping nothing; it takes the place of the one before.",
            new SetMaintenanceRequest(
                "Sabtu pukul 23.00 panel dimulai ulang; server Anda tetap berjalan.", "On Saturday at 23:00 the panel restarts; your servers go on.",
                new DateTimeOffset(2099, 1, 3, 2, 0, 0, TimeSpan.Zero), new DateTimeOffset(2099, 1, 3, 17, 0, 0, TimeSpan.Zero), "Versi baru dipasang"),
            ProblemKinds.ValidationFailed);
        maintenance.MapPost("/end", End).Describe(
            "Take the banner down before its time.", new DeskActRequest("Selesai lebih cepat"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        return admin;
    }

    private static async Task<Ok<Page<MaintenanceNotice>>> ListShown(ShopState shop, BusinessTime clock) => TypedResults.Ok(new Page<MaintenanceNotice>(
        (await shop.ReadAsync()).Maintenance is { } announced && announced.IsShownAt(clock.GetUtcNow())
            ? [new MaintenanceNotice(announced.MessageId, announced.MessageEn, announced.From, announced.Until)]
            : []));

    private static async Task<Ok<MaintenanceState>> Get(ShopState shop, IdentityDb db, CancellationToken cancellation) =>
        TypedResults.Ok(await ToWireAsync(await shop.FindMaintenanceAsync(cancellation), db, cancellation));

    private static async Task<Results<Ok<MaintenanceState>, Refusal>> Set(
        SetMaintenanceRequest body, ShopState shop, BusinessTime clock, AuditLog audit, HttpContext http, IdentityDb db)
    {
        var now = clock.GetUtcNow();
        var invalid = new FieldErrors().CheckReason(body.Reason)
            .Check(IsMessage(body.MessageId), "messageId", "1 to 200 characters, in one line.")
            .Check(IsMessage(body.MessageEn), "messageEn", "1 to 200 characters, in one line.")
            .Check(body.Until > body.From && body.Until > now && body.Until - body.From <= Longest, "until", "After its beginning by 31 days at most, and not over yet.").Refusal;
        if (invalid is not null)
            return invalid;
        var before = await shop.FindMaintenanceAsync(http.RequestAborted);
        var after = new Maintenance(body.MessageId.Trim(), body.MessageEn.Trim(), body.From, body.Until, body.Reason.Trim(), http.User.GetUserId().Value, now);
        // Noted first, as a stop is.
        await audit.NoteAsync(http, "maintenance.set", Subject, reason: after.Reason, before: Shown(before), after: Shown(after));
        await shop.AnnounceAsync(after);
        return TypedResults.Ok(await ToWireAsync(after, db, http.RequestAborted));
    }

    private static async Task<Results<Ok<MaintenanceState>, Refusal>> End(DeskActRequest body, ShopState shop, AuditLog audit, HttpContext http)
    {
        if (new FieldErrors().CheckReason(body.Reason).Refusal is { } invalid)
            return invalid;
        if (await shop.FindMaintenanceAsync(http.RequestAborted) is not { } before)
            return Refusal.Of(ProblemKinds.NotFound);
        await audit.NoteAsync(http, "maintenance.ended", Subject, reason: body.Reason.Trim(), before: Shown(before), after: Shown(null));
        await shop.EndMaintenanceAsync();
        return TypedResults.Ok(new MaintenanceState(null, null, null, null, null, null, null));
    }

    private static object Shown(Maintenance? banner) => new { banner?.MessageId, banner?.MessageEn, banner?.From, banner?.Until };

    private static async Task<MaintenanceState> ToWireAsync(Maintenance? banner, IdentityDb db, CancellationToken cancellation) => banner is null
        ? new MaintenanceState(null, null, null, null, null, null, null)
        : new MaintenanceState(
            banner.MessageId, banner.MessageEn, banner.From, banner.Until, banner.Reason,
            await db.Users.AsNoTracking().Where(user => user.Id == banner.ActorId).Select(user => user.Email).FirstOrDefaultAsync(cancellation), banner.SetAt);

    private static bool IsMessage(string message) => message.Trim().Length is > 0 and <= LongestMessage && !message.Trim().Any(char.IsControl);
}
