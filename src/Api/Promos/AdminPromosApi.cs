using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Idempotency;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Promos;
using PromoStatus = Webrana.Wire.Promos.PromoStatus;
using PromoTier = Webrana.Wire.Promos.PromoTier;
using PromoType = Webrana.Wire.Promos.PromoType;
using PromoValueType = Webrana.Wire.Promos.PromoValueType;

namespace Webrana.Api.Promos;

/// <summary>Promos as admins run them: <c>/internal/promos</c>.</summary>
public static class AdminPromosApi
{
    // Somebody who saves at the same moment is rare; somebody who always does is a program that should be told.
    private const int PatchAttempts = 3;

    private static readonly CreatePromoRequest New = new(
        "Bonus akhir pekan", PromoType.DepositBonus, PromoValueType.Fixed, Tiers: [new PromoTier(100_000, 10_000), new PromoTier(500_000, 75_000)],
        MaxUsageTotal: 1_000, Budget: 25_000_000, BonusExpiryDays: 90, PaymentMethods: ["QRIS"], EndDate: new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.FromHours(7)),
        Reason: "Kampanye akhir tahun, disetujui tim pemasaran");

    internal static readonly PromoFields Draft = new(
        New.Name, New.Type, New.ValueType, Tiers: New.Tiers, MaxUsageTotal: New.MaxUsageTotal, Budget: New.Budget, BonusExpiryDays: New.BonusExpiryDays,
        PaymentMethods: New.PaymentMethods, EndDate: New.EndDate);

    public static RouteGroupBuilder MapAdminPromos(this RouteGroupBuilder admin)
    {
        var promos = admin.MapGroup("/promos").WithTags("Promos");
        promos.MapGet("", ListPromos).For(Desk.Read).Describe(
            "Promos, newest first; archived ones with ?status=ARCHIVED only.", ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit, ProblemKinds.ValidationFailed);
        promos.MapGet("/{id}", GetPromo).For(Desk.Read).Describe("One promo.", ProblemKinds.NotFound);
        promos.MapPost("", CreatePromo).Describe(
            "Create a promo; its type stays for ever.", New,
            ProblemKinds.ValidationFailed, ProblemKinds.InvalidDefinition, ProblemKinds.CodeTaken, ProblemKinds.OperationConflict);
        promos.MapPatch("/{id}", ChangePromo).Describe(
            "Change a promo as one new version: a JSON merge patch, absent members stay, null empties. What was promised stays promised.",
            new UpdatePromoRequest(Version: 1, IsActive: false, Reason: "Anggaran minggu ini habis"),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.InvalidDefinition, ProblemKinds.CodeTaken, ProblemKinds.VersionConflict, ProblemKinds.Archived);
        promos.MapDelete("/{id}", ArchivePromo).Describe(
            "Archive a promo: it applies no more, and its past usages stay explained.", new ChangeReason("Kampanye selesai"), ProblemKinds.NotFound, ProblemKinds.ValidationFailed);
        promos.MapPost("/code", GenerateCode).Describe("A code nobody guesses and nobody has; it is taken when a promo is saved with it.");
        promos.MapPost("/preview", Preview).Describe(
            "What a draft would have cost over the last 90 days, to whom, and the largest takers. Stores nothing.", Draft,
            ProblemKinds.ValidationFailed, ProblemKinds.InvalidDefinition);
        promos.MapGet("/preview.csv", ExportPreview).Describe(
            "Everybody whom a draft would have given something over the last 90 days, as a CSV file, largest first; ?draft= is the body of POST /internal/promos/preview.",
            ProblemKinds.ValidationFailed, ProblemKinds.InvalidDefinition);
        return admin;
    }

    private static async Task<Results<Ok<Page<AdminPromo>>, Refusal>> ListPromos(
        [AsParameters] PromoServices services, string? status, int? limit, string? cursor)
    {
        if (Paging.PageQuery.TryRead("promos", limit, cursor, out var page) is { } refusal)
            return refusal;
        return Paging.WireNames.TryRead<PromoStatus>(status, out var wanted)
            ? TypedResults.Ok(await services.ListAsync("promos", wanted, page))
            : new FieldErrors().Check(false, "status", "One of the documented statuses.").Refusal!;
    }

    private static async Task<Results<Ok<AdminPromo>, Refusal>> GetPromo(string id, [AsParameters] PromoServices services) =>
        services.Find(id) is { } promo ? (await promo.Get()).ToOk(PromoMapping.ToAdminWire) : Refusal.Of(ProblemKinds.NotFound);

    private static async Task<Results<Created<AdminPromo>, Refusal>> CreatePromo(CreatePromoRequest body, [AsParameters] PromoServices services, AuditLog audit)
    {
        if ((PromoFieldRules.Judge(body) ?? Reasons.Judge(body.Reason)) is { } invalid)
            return invalid;
        // The operation's id is the promo's: a repeated request finds the promo it made.
        var promoId = Operation.Of(services.Http).ToString();
        var definition = body.ToDefinition();
        var intent = await audit.IntendAsync(services.Http, "promo.created", GrainKeys.Promo(promoId), body with { Reason = null }, body.Reason?.Trim(), before: null);
        var created = await services.Grain(promoId).Create(new CreatePromo(definition, services.Actor));
        await intent.EndAsync(created, promo => promo.ToAdminWire().Fields);
        if (!created.TryGet(out var view))
            return Refuse(created);
        return TypedResults.Created($"/internal/promos/{view.PromoId}", view.ToAdminWire());
    }

    private static async Task<Results<Ok<AdminPromo>, Refusal>> ChangePromo(
        string id, MergePatch<UpdatePromoRequest> patch, [AsParameters] PromoServices services, AuditLog audit)
    {
        var reason = patch.Text("reason");
        if (Reasons.Judge(reason) is { } unreasoned)
            return unreasoned;
        if (services.Find(id) is not { } promo)
            return Refusal.Of(ProblemKinds.NotFound);
        AuditIntent? intent = null;
        for (var attempt = 1; ; attempt++)
        {
            var found = await promo.Get();
            if (!found.TryGet(out var current))
                return Refusal.From(found);
            if (patch.Number("version") is { } from && from != current.Version)
                return Refusal.Of(ProblemKinds.VersionConflict, $"It is at version {current.Version}.");
            var stored = current.ToAdminWire().Fields;
            var fields = patch.Apply(stored);
            if (fields.Type != PromoMapping.Same<PromoType>(current.Definition.Type))
                return new FieldErrors().Check(false, "type", "The type stays for ever: archive this promo and create another.").Refusal!;
            if (PromoFieldRules.Judge(fields, stored) is { } invalid)
            {
                // Noted already, where somebody else's change made it impossible meanwhile.
                if (intent is not null)
                    await intent.RefusedAsync(invalid);
                return invalid;
            }

            var definition = fields.ToDefinition();
            intent ??= await audit.IntendAsync(services.Http, "promo.changed", GrainKeys.Promo(id), patch.Without("reason"), reason?.Trim(), stored);
            var changed = await promo.Change(new ChangePromo(current.Version, definition, services.Actor));
            // A patch names members, not a whole: on top of what somebody else just saved it means the same.
            if (changed.Error == PromoError.VersionConflict && patch.Number("version") is null && attempt < PatchAttempts)
                continue;
            if (!changed.TryGet(out var view))
            {
                var refusal = Refuse(changed);
                await intent.RefusedAsync(refusal);
                return refusal;
            }

            await intent.DoneAsync(view.ToAdminWire().Fields, attempt > 1 ? stored : null);
            return TypedResults.Ok(view.ToAdminWire());
        }
    }

    private static async Task<Results<NoContent, Refusal>> ArchivePromo(
        string id, [FromBody] ChangeReason? body, [AsParameters] PromoServices services, AuditLog audit)
    {
        if (Reasons.Judge(body?.Reason) is { } invalid)
            return invalid;
        if (services.Find(id) is not { } promo)
            return Refusal.Of(ProblemKinds.NotFound);
        var found = await promo.Get();
        if (!found.TryGet(out var before))
            return Refusal.From(found);
        var intent = await audit.IntendAsync(services.Http, "promo.archived", GrainKeys.Promo(id), asked: null, body?.Reason?.Trim(), Standing(before));
        var archived = await promo.Archive(services.Actor);
        await intent.EndAsync(archived, Standing);
        return archived.IsOk ? TypedResults.NoContent() : Refusal.From(archived);
    }

    private static async Task<Ok<GeneratedCode>> GenerateCode(Data.Promos.PromoUsages usages, CancellationToken cancellation)
    {
        string code;
        do
            code = Domain.Promos.PromoCode.Generate(RandomNumberGenerator.GetInt32);
        while (await usages.FindByCodeAsync(code, cancellation) is not null);
        return TypedResults.Ok(new GeneratedCode(code));
    }

    private static async Task<Results<Ok<Wire.Promos.PromoPreview>, Refusal>> Preview(PromoFields body, [AsParameters] PromoServices services)
    {
        if (PromoFieldRules.Judge(body) is { } invalid)
            return invalid;
        var replayed = await services.Cluster.GetGrain<IPromoDeskGrain>(GrainKeys.PromoDesk()).Preview(new PreviewPromo(body.ToDefinition()));
        if (!replayed.TryGet(out var preview))
            return Refuse(replayed);
        var emails = await services.EmailsAsync(preview.LargestTakers.Select(taker => taker.User.Value));
        return TypedResults.Ok(preview.ToWire(emails));
    }

    private static async Task<Results<PushStreamHttpResult, Refusal>> ExportPreview(string? draft, [AsParameters] PromoServices services)
    {
        if (Read(draft) is not { } fields)
            return new FieldErrors().Check(false, "draft", "The fields of a promo as JSON.").Refusal!;
        if (PromoFieldRules.Judge(fields) is { } invalid)
            return invalid;
        var replayed = await services.Cluster.GetGrain<IPromoDeskGrain>(GrainKeys.PromoDesk()).Preview(new PreviewPromo(fields.ToDefinition(), MostTakers: int.MaxValue));
        if (!replayed.TryGet(out var preview))
            return Refuse(replayed);
        return TypedResults.Stream(
            body => TakersCsv.WriteAsync(body, preview.LargestTakers, services.EmailsAsync, services.Cancellation), "text/csv; charset=utf-8", "promo-preview.csv");
    }

    private static PromoFields? Read(string? draft)
    {
        try
        {
            return draft is null ? null : JsonSerializer.Deserialize<PromoFields>(draft, WireJson.Options) is { Name: not null } fields ? fields : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static object Standing(PromoView promo) => new { status = promo.Status.ToString(), promo.Definition.IsActive };

    // An admin is told what is wrong, not what a customer would be told.
    private static Refusal Refuse<T>(Result<T, PromoError> refused)
        where T : notnull => Refusal.From(refused);
}
