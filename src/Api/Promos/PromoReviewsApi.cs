using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Admin;
using Webrana.Api.Hosting;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Data.States;
using Webrana.Wire;
using Webrana.Wire.Promos;

namespace Webrana.Api.Promos;

/// <summary>Referrals and welcome bonuses that may be one person's two accounts, and what an admin decides: <c>/internal/promos/reviews</c>.</summary>
public static class PromoReviewsApi
{
    private const string List = "reviews";
    private const string Waiting = "REVIEW";

    public static RouteGroupBuilder MapPromoReviews(this RouteGroupBuilder admin)
    {
        var reviews = admin.MapGroup("/promos/reviews").WithTags("Promos");
        reviews.MapGet("", ListReviews).For(Desk.Money).Describe("Referrals and welcome bonuses that wait for a decision, newest first.", ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        reviews.MapPost("/{userId}", Decide).For(Desk.Money).Describe(
            "Give what was promised, or nothing for good. The same decision again changes nothing.",
            new DecideReviewRequest(false, "Dua akun dengan nomor telepon yang sama"),
            ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.AlreadyDecided);
        return admin;
    }

    private static async Task<Results<Ok<Page<PromoReview>>, Refusal>> ListReviews([AsParameters] PromoServices services, int? limit, string? cursor)
    {
        if (PageQuery.TryRead(List, limit, cursor, out var page) is { } refusal)
            return refusal;
        var (items, position) = (new List<PromoReview>(), page.After);
        do
        {
            var rows = await services.States.ListAsync(new StateFilter(StateNames.Rewards, Status: Waiting), page.Limit, position, services.Cancellation);
            // A row is a person, whose welcome and whose invitation may both wait, or have been decided since the row was read.
            var read = await Grains.ReadAllAsync(rows.Rows, row => BothAsync(services.Cluster.GetGrain<IRewardsGrain>(row.Key)));
            var emails = await services.EmailsAsync(read.SelectMany(both => People(both.Referral, both.Welcome)));
            items.AddRange(read.SelectMany(both => new[] { both.Welcome?.ToWire(emails), both.Referral?.ToWire(emails) }).OfType<PromoReview>());
            position = rows.Next;
        }
        while (items.Count == 0 && position is not null);
        return TypedResults.Ok(new Page<PromoReview>(items, PageQuery.Cursor(List, position)));
    }

    private static async Task<Results<NoContent, Refusal>> Decide(string userId, DecideReviewRequest body, [AsParameters] PromoServices services, AuditLog audit)
    {
        if (!UserId.TryParse(userId, out var user))
            return Refusal.Of(ProblemKinds.NotFound);
        var note = body.Note.Trim();
        if (new FieldErrors().Check(note.Length is > 0 and <= 200 && !note.Any(char.IsControl), "note", "1 to 200 characters.").Refusal is { } invalid)
            return invalid;
        var subject = GrainKeys.Rewards(user);
        var rewards = services.Cluster.GetGrain<IRewardsGrain>(subject);
        // The same decision again changes nothing, and its line says of nothing that it was changed.
        var isWelcome = body.Kind == PromoReviewKind.Welcome;
        var what = isWelcome ? "welcome" : "referral";
        var waits = isWelcome ? (await rewards.GetWelcomeReview()).IsOk : (await rewards.GetReview()).IsOk;
        object? before = waits ? new { status = "IN_REVIEW" } : null;
        object? after = waits ? new { status = body.Pay ? "PAYING" : "REFUSED" } : null;
        // Before the deed, because it moves money: an intent without an outcome may stay, never a deed without a name.
        await audit.NoteAsync(services.Http, $"{what}.{(body.Pay ? "approval" : "refusal")}_requested", subject, reason: note, before: before, after: after);
        var decision = new DecideReview(body.Pay, services.Actor, note);
        var decided = isWelcome ? await rewards.DecideWelcome(decision) : await rewards.DecideReview(decision);
        if (!decided.IsOk)
        {
            await audit.NoteAsync(services.Http, $"{what}.decision_refused", subject, new { error = decided.Error.ToString() }, note);
            return Refusal.From(decided);
        }

        await audit.NoteAsync(services.Http, $"{what}.{(body.Pay ? "approved" : "refused")}", subject, reason: note, before: before, after: after);
        return TypedResults.NoContent();
    }

    private static async Task<(ReferralReview? Referral, WelcomeReview? Welcome)> BothAsync(IRewardsGrain rewards) =>
        ((await rewards.GetReview()).Value, (await rewards.GetWelcomeReview()).Value);

    private static IEnumerable<Guid> People(ReferralReview? referral, WelcomeReview? welcome)
    {
        if (referral is not null)
        {
            yield return referral.Referee.Value;
            yield return referral.Referrer.Value;
        }

        if (welcome is null)
            yield break;
        yield return welcome.User.Value;
        if (welcome.Other is { } other)
            yield return other.Value;
    }
}
