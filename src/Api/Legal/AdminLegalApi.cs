using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Data.Legal;
using Webrana.Domain.Legal;
using Webrana.Wire;
using Webrana.Wire.Legal;

namespace Webrana.Api.Legal;

/// <summary>Publishing new versions: <c>/internal/legal</c>.</summary>
public static class AdminLegalApi
{
    private const int LongestText = 100_000;

    public static RouteGroupBuilder MapAdminLegal(this RouteGroupBuilder admin)
    {
        var legal = admin.MapGroup("/legal").WithTags("Legal");
        legal.MapGet("", ListVersions).For(Desk.Read).Describe("All versions of all documents, oldest first.");
        legal.MapPost("", Publish).Describe(
            "Publish the next version of a document; customers are asked for their yes from the day it binds, and may give it before.",
            new PublishLegalRequest(
                LegalDocumentName.Terms, 2, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero), "# Syarat Layanan\n\nBerlaku mulai 1 Januari 2099.",
                "# Terms of Service\n\nIn force from 1 January 2099.", "Tarif pengembalian dana diperbarui"),
            ProblemKinds.ValidationFailed, ProblemKinds.VersionConflict);
        return admin;
    }

    private static async Task<Ok<Page<LegalDocumentVersion>>> ListVersions(LegalLibrary library) => TypedResults.Ok(new Page<LegalDocumentVersion>(
        [.. (await library.AllAsync()).OrderBy(text => text.Version.Document).ThenBy(text => text.Version.Version).Select(text => LegalApi.ToWire(text.Version, library.Now))]));

    private static async Task<Results<Created<LegalDocumentVersion>, Refusal>> Publish(
        PublishLegalRequest body, LegalLibrary library, LegalRows rows, AuditLog audit, HttpContext http)
    {
        var now = library.Now;
        var invalid = new FieldErrors().CheckReason(body.Reason)
            .Check(IsText(body.TextId), "textId", "1 to 100,000 characters.")
            .Check(IsText(body.TextEn), "textEn", "1 to 100,000 characters.")
            .Check(body.EffectiveAt >= now, "effectiveAt", "Not in the past.").Refusal;
        if (invalid is not null)
            return invalid;
        var next = new LegalVersion((LegalDocument)body.Document, body.Version, body.EffectiveAt.ToUniversalTime());
        library.Forget();
        var versions = (await library.AllAsync()).Select(text => text.Version).ToList();
        if (!LegalRules.MayFollow(versions, next, now))
            return Refusal.Of(ProblemKinds.VersionConflict);
        // Noted first: what customers are held to has a name behind it, whatever happens in between.
        var last = versions.Where(version => version.Document == next.Document).MaxBy(version => version.Version);
        await audit.NoteAsync(
            http, "legal.published", $"legal:{body.Document}:{body.Version}", reason: body.Reason.Trim(),
            before: last is null ? null : new { last.Version, last.EffectiveAt }, after: new { next.Version, next.EffectiveAt });
        if (!await rows.PublishAsync(new PublishedText(next, body.TextId.Trim(), body.TextEn.Trim()), http.User.GetUserId().Value, now))
        {
            // Somebody else was faster with that version: the line before is of a text that never was.
            await audit.NoteAsync(http, "legal.publication_refused", $"legal:{body.Document}:{body.Version}", new { error = ProblemKinds.VersionConflict.Code }, body.Reason.Trim());
            return Refusal.Of(ProblemKinds.VersionConflict);
        }

        library.Forget();
        return TypedResults.Created($"/api/v1/legal?version={body.Version}", LegalApi.ToWire(next, now));
    }

    private static bool IsText(string? text) => text?.Trim().Length is > 0 and <= LongestText;
}
