using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Data.Legal;
using Webrana.Domain.Legal;
using Webrana.Wire;
using Webrana.Wire.Legal;

namespace Webrana.Api.Legal;

/// <summary>What customers agree to: <c>/api/v1/legal</c> to read it, <c>/api/v1/me/legal</c> to accept it.</summary>
public static class LegalApi
{
    private const int MostAtOnce = 10;

    public static RouteGroupBuilder MapLegal(this RouteGroupBuilder api)
    {
        var legal = api.MapGroup("/legal").WithTags("Legal").ForAnyone();
        legal.MapGet("", ListDocuments).Describe("Terms, privacy notice and acceptable use policy: what binds now, and what was published ahead.");
        legal.MapGet("/{document}", GetText).Describe(
            "The text of terms, privacy or acceptable-use; ?version= for another than the one that binds, ?locale=en for English.", ProblemKinds.NotFound);
        api.MapGet("/me/legal", GetStanding).WithTags("Legal").ForCustomers(TokenAreas.Profile).Describe("What I have accepted, and what is missing.");
        api.MapPost("/me/legal", Accept).WithTags("Legal").ForThePerson().Describe(
            "Accept versions as they were read; when and from where is kept.",
            new AcceptLegalRequest([new(LegalDocumentName.Terms, 1), new(LegalDocumentName.Privacy, 1), new(LegalDocumentName.AcceptableUse, 1)]),
            ProblemKinds.ValidationFailed, ProblemKinds.VersionConflict, ProblemKinds.InvalidSession);
        return api;
    }

    private static async Task<Ok<Page<LegalDocumentVersion>>> ListDocuments(LegalLibrary library) => TypedResults.Ok(new Page<LegalDocumentVersion>(
        [.. Shown(await library.AllAsync(), library.Now).Select(version => ToWire(version, library.Now))]));

    private static async Task<Results<Ok<LegalText>, Refusal>> GetText(string document, LegalLibrary library, int? version, string? locale)
    {
        if (DocumentOf(document) is not { } wanted)
            return Refusal.Of(ProblemKinds.NotFound);
        var all = await library.AllAsync();
        var inForce = LegalRules.InForce(all.Select(text => text.Version), library.Now).FirstOrDefault(one => one.Document == wanted);
        var found = all.FirstOrDefault(text => text.Version.Document == wanted && text.Version.Version == (version ?? inForce?.Version));
        if (found is null)
            return Refusal.Of(ProblemKinds.NotFound);
        var english = locale == "en";
        return TypedResults.Ok(new LegalText(
            (LegalDocumentName)wanted, found.Version.Version, found.Version.EffectiveAt, english ? "en" : "id", english ? found.TextEn : found.TextId));
    }

    private static async Task<Ok<LegalStanding>> GetStanding([AsParameters] LegalServices services) => TypedResults.Ok(await StandingAsync(services));

    private static async Task<Results<Ok<LegalStanding>, Refusal>> Accept(AcceptLegalRequest body, [AsParameters] LegalServices services)
    {
        if (new FieldErrors().Check(body.Accept is { Count: > 0 and <= MostAtOnce }, "accept", "1 to 10 versions.").Refusal is { } invalid)
            return invalid;
        var open = Shown(await services.Library.AllAsync(), services.Library.Now);
        var accepted = body.Accept.Select(yes => open.FirstOrDefault(version => version.Document == (LegalDocument)yes.Document && version.Version == yes.Version)).ToList();
        if (accepted.Contains(null))
            return Refusal.Of(ProblemKinds.VersionConflict);
        await services.Rows.AcceptAsync(
            services.User, accepted!, AcceptanceWay.Panel, RequestOrigin.Of(services.Http).Address, services.Library.Now, cancellation: services.Cancellation);
        return TypedResults.Ok(await StandingAsync(services));
    }

    private static async Task<LegalStanding> StandingAsync(LegalServices services)
    {
        var now = services.Library.Now;
        var versions = Shown(await services.Library.AllAsync(), now);
        var accepted = await services.Rows.AcceptedAsync(services.User, services.Cancellation);
        return new LegalStanding(LegalRules.Missing(versions, accepted, now).Count == 0, [.. versions.Select(version => new LegalStandingItem(
            (LegalDocumentName)version.Document, version.Version, version.EffectiveAt, version.EffectiveAt <= now,
            accepted.Where(yes => yes.Document == version.Document && yes.Version >= version.Version).Min(yes => (DateTimeOffset?)yes.AcceptedAt)))]);
    }

    private static List<LegalVersion> Shown(IReadOnlyList<PublishedText> all, DateTimeOffset now)
    {
        var versions = all.Select(text => text.Version).ToList();
        return [.. LegalRules.InForce(versions, now), .. LegalRules.Ahead(versions, now)];
    }

    /// <summary>A version as everybody reads it.</summary>
    internal static LegalDocumentVersion ToWire(LegalVersion version, DateTimeOffset now) =>
        new((LegalDocumentName)version.Document, version.Version, version.EffectiveAt, version.EffectiveAt <= now);

    private static LegalDocument? DocumentOf(string path) => path switch
    {
        "terms" => LegalDocument.Terms,
        "privacy" => LegalDocument.Privacy,
        "acceptable-use" => LegalDocument.AcceptableUse,
        _ => null,
    };

    /// <summary>What these endpoints work with.</summary>
    internal sealed record LegalServices(LegalLibrary Library, LegalRows Rows, HttpContext Http, CancellationToken Cancellation)
    {
        public Guid User => Http.User.GetUserId().Value;
    }
}
