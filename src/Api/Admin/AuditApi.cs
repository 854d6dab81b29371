using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Webrana.Api.Accounts;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Data.Audit;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>Who did what, and the proof that nobody changed it since: <c>/internal/audit</c>.</summary>
public static class AuditApi
{
    private const string List = "audit";

    public static RouteGroupBuilder MapAudit(this RouteGroupBuilder admin)
    {
        var audit = admin.MapGroup("/audit").WithTags("Audit");
        audit.MapGet("", ListAudit).Describe(
            "Who did what, newest first; ?subject=, ?actor= (a user's id) and ?action= (a name, or its beginning up to a dot) narrow it.",
            ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        audit.MapGet("/verification", Verify).Describe("Walks the whole hash chain: whether every line is as it was written, and where not.");
        return admin;
    }

    private static async Task<Results<Ok<Page<AuditEntry>>, Refusal>> ListAudit(
        AuditChain chain, IdentityDb db, string? subject, string? actor, string? action, int? limit, string? cursor, CancellationToken cancellation)
    {
        if (PageQuery.TryRead(List, limit, cursor, out var page) is { } refusal)
            return refusal;
        long before = 0;
        if (page.After is not null && !long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return Refusal.Of(ProblemKinds.InvalidCursor);
        var knownActor = string.IsNullOrEmpty(actor) | UserId.TryParse(actor, out var person);
        if (new FieldErrors().Check(knownActor, "actor", "A user's id.").Refusal is { } invalid)
            return invalid;
        var filter = new AuditFilter(Given(subject), string.IsNullOrEmpty(actor) ? null : person.Value, Given(action));
        var (rows, next) = await chain.ListAsync(filter, page.Limit, page.After is null ? null : before, cancellation);
        return TypedResults.Ok(new Page<AuditEntry>(
            await ToWireAsync(db, rows, cancellation), PageQuery.Cursor(List, next?.ToString(CultureInfo.InvariantCulture))));
    }

    private static async Task<Ok<AuditVerification>> Verify(AuditChain chain, CancellationToken cancellation)
    {
        var verdict = await chain.VerifyAsync(cancellation);
        return TypedResults.Ok(new AuditVerification(
            verdict.IsIntact, verdict.Lines, verdict.HeadSequence, verdict.HeadHash, [.. verdict.Breaks.Select(found => new AuditFault(found.Sequence, found.What))]));
    }

    /// <summary>Lines with the names of those who did it.</summary>
    internal static async Task<IReadOnlyList<AuditEntry>> ToWireAsync(IdentityDb db, IReadOnlyList<AuditRow> rows, CancellationToken cancellation)
    {
        var ids = rows.Select(row => row.Line.ActorId).OfType<Guid>().ToHashSet();
        var names = await db.Users.AsNoTracking().Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email, cancellation);
        return [.. rows.Select(row => new AuditEntry(
            row.Id.ToString(CultureInfo.InvariantCulture), row.OccurredAt, row.Line.Actor, row.Line.Action, row.Line.Subject, row.Line.Reason,
            row.Line.ActorId is { } id ? names.GetValueOrDefault(id) : null, Element(row.Line.BeforeJson), Element(row.Line.AfterJson), Element(row.Line.DetailJson)))];
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static JsonElement? Element(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);
}
