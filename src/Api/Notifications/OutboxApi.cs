using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Hosting;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Data.Notices;
using Webrana.Notices;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Notifications;
using DeliveryStage = Webrana.Wire.Notifications.DeliveryStage;

namespace Webrana.Api.Notifications;

/// <summary>What has not reached its customer, and what everything says: <c>/internal/outbox</c>, <c>/internal/notices</c>.</summary>
public static class OutboxApi
{
    private const string List = "outbox";

    public static RouteGroupBuilder MapOutbox(this RouteGroupBuilder admin)
    {
        var outbox = admin.MapGroup("/outbox").WithTags("Notices");
        outbox.MapGet("", ListOutbox).For(Desk.Care).Describe(
            "Deliveries that wait, were refused or given up, newest first; of one stage with ?stage=. With ?userId= all of one customer's, those that arrived, too.",
            ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        outbox.MapPost("/{id}/resend", Resend).For(Desk.Care).Describe(
            "Try one delivery again at once, whatever became of it; not one whose link was forgotten, which its reader asks for anew.", new DeskActRequest("Pelanggan belum menerima surel"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        admin.MapGet("/notices", ListNotices).For(Desk.Care).WithTags("Notices").Describe("Every kind of notice in both languages, with sample figures.");
        return admin;
    }

    private static async Task<Results<Ok<OutboxPage>, Refusal>> ListOutbox(
        Outbox outbox, IdentityDb db, string? stage, string? userId, int? limit, string? cursor, CancellationToken cancellation)
    {
        if (PageQuery.TryRead(List, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (!WireNames.TryRead<DeliveryStage>(stage, out var only) || only is DeliveryStage.Accepted)
            return new FieldErrors().Check(false, "stage", "WAITING, REFUSED or GIVEN_UP.").Refusal!;
        UserId customer = default;
        if (!string.IsNullOrEmpty(userId) && !UserId.TryParse(userId, out customer))
            return new FieldErrors().Check(false, "userId", "A user's id.").Refusal!;
        var rows = !string.IsNullOrEmpty(userId)
            ? await outbox.OfUserAsync(customer.Value, page.Limit, page.After, cancellation)
            : await outbox.OpenAsync(only is { } known ? NotificationMapping.StageOf(known) : null, page.Limit, page.After, cancellation);
        var (waiting, oldest) = await outbox.WaitingAsync(cancellation);
        var ids = rows.Rows.Select(row => row.UserId).Distinct().ToList();
        var emails = await db.Users.Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email, cancellation);
        var items = rows.Rows.Select(row => new OutboxItem(
            row.Id.ToString("D"), row.Notice.ToString("D"), NotificationMapping.CodeOf(row.Kind), row.UserId.ToString("D"), emails.GetValueOrDefault(row.UserId),
            row.Channel.ToWire(), row.Stage.ToWire(), row.Attempts, row.Answer, row.CreatedAt, row.Stage == Data.Notices.DeliveryStage.Waiting ? row.TryAt : null));
        return TypedResults.Ok(new OutboxPage([.. items], waiting, oldest, PageQuery.Cursor(List, rows.Next)));
    }

    private static async Task<Results<NoContent, Refusal>> Resend(string id, DeskActRequest body, HttpContext http, Outbox outbox, AuditLog audit, BusinessNow clock)
    {
        if (!Guid.TryParseExact(id, "D", out var delivery) || await outbox.FindAsync(delivery, http.RequestAborted) is not { } found)
            return Refusal.Of(ProblemKinds.NotFound);
        if (new FieldErrors().CheckReason(body.Reason).Refusal is { } invalid)
            return invalid;
        // Before the line that says it was done: what was forgotten can only be asked for anew.
        if (await outbox.IsForgottenAsync(delivery, http.RequestAborted))
            return Refusal.Of(ProblemKinds.NotFound, "Its link was forgotten: the customer asks for another one.");
        await audit.NoteAsync(
            http, "notice.resent", $"notice:{found.Notice:D}", new { found.UserId, found.Channel, found.Kind, found.Attempts }, body.Reason.Trim(),
            new { stage = found.Stage.ToString() }, new { stage = nameof(Data.Notices.DeliveryStage.Waiting) });
        return await outbox.ResendAsync(delivery, clock.UtcNow, http.RequestAborted) ? TypedResults.NoContent() : Refusal.Of(ProblemKinds.NotFound);
    }

    private static Ok<Page<NoticePreview>> ListNotices(IOptions<WebOptions> web) => TypedResults.Ok(new Page<NoticePreview>(
        [.. NoticeCatalogue.All.Where(rule => rule.Reach != NoticeReach.WebhookOnly).Select(rule => new NoticePreview(
            rule.Code, rule.Group.ToWire(), rule.Reach != NoticeReach.Chosen, Words(rule, "id", web.Value), Words(rule, "en", web.Value)))]));

    private static NoticeWords Words(NoticeRule rule, string locale, WebOptions web)
    {
        var words = NoticeRenderer.Render(NoticeSamples.Of(rule.Kind), locale, web.PublicUrl);
        return new NoticeWords(words.Subject, words.Body, words.Html, words.Text);
    }
}
