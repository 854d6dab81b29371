using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Hosting;
using Webrana.Api.Paging;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Wire;
using Webrana.Wire.Promos;

namespace Webrana.Api.Promos;

/// <summary>What a customer may know of promos, and what inviting earned: <c>/api/v1/promos</c>, <c>/api/v1/referral</c>.</summary>
public static class PromosApi
{
    private const string Friends = "friends";

    public static RouteGroupBuilder MapPromos(this RouteGroupBuilder api)
    {
        var promos = api.MapGroup("/promos").WithTags("Promos").ForCustomers(TokenAreas.Promos);
        promos.MapGet("", ListPromos).Describe("Public promos that are on or start soon.");
        promos.MapPost("/validate", Validate).AsRead().Describe(
            "What a top-up of this amount would be given now; without a code the best promo, and what a little more would bring. Reserves nothing.",
            new ValidatePromoRequest(450_000, "QRIS", "DEPOSIT10"),
            ProblemKinds.InvalidAmount, ProblemKinds.ValidationFailed, ProblemKinds.PromoCodeInvalid, ProblemKinds.PromoBelowMinimum,
            ProblemKinds.PromoWrongChannel, ProblemKinds.PromoAlreadyUsed, ProblemKinds.TooManyPromoCodes);
        api.MapGet("/referral", GetReferral).WithTags("Promos").ForCustomers(TokenAreas.Promos).Describe(
            "Your referral code and link, and what came of it; friends are masked.", ProblemKinds.InvalidCursor, ProblemKinds.InvalidLimit);
        return api;
    }

    private static async Task<Ok<Page<Promo>>> ListPromos(IClusterClient cluster) =>
        TypedResults.Ok(new Page<Promo>([.. (await Desk(cluster).ListPublic()).Select(PromoMapping.ToWire)]));

    private static async Task<Results<Ok<PromoQuote>, Refusal>> Validate(
        ValidatePromoRequest body, IClusterClient cluster, CodeAttempts attempts, HttpContext http)
    {
        if (body.Amount is <= 0 or > MostIdr)
            return Refusal.Of(ProblemKinds.InvalidAmount);
        var invalid = new FieldErrors()
            .Check(body.PaymentMethod is null or { Length: > 0 and <= 32 }, "paymentMethod", "A channel's code.")
            .Check(body.Code is null or { Length: <= 64 }, "code", "At most 64 characters.")
            .Refusal;
        if (invalid is not null)
            return invalid;
        var code = string.IsNullOrWhiteSpace(body.Code) ? null : body.Code.Trim();
        var claim = new PromoClaim(http.User.GetUserId(), body.Amount, body.PaymentMethod, code);
        if (code is null)
            return (await Desk(cluster).Evaluate(claim)).ToOk(offer => offer.ToWire(body.Amount));

        if (await attempts.TakeAsync(http) is { } tooMany)
            return tooMany;
        var evaluated = await Desk(cluster).Evaluate(claim);
        var refusal = evaluated.IsOk ? null : Explain(evaluated.Error!.Value, evaluated.Detail);
        if (refusal?.Kind != ProblemKinds.PromoCodeInvalid)
            await attempts.GiveBackAsync(http);
        return refusal is null ? TypedResults.Ok(evaluated.Value!.ToWire(body.Amount)) : refusal;
    }

    private static async Task<Results<Ok<Referral>, Refusal>> GetReferral(
        HttpContext http, IClusterClient cluster, UserManager<User> users, IOptions<WebOptions> web, int? limit, string? cursor)
    {
        if (PageQuery.TryRead(Friends, limit, cursor, out var page) is { } refusal)
            return refusal;
        if (await users.GetUserAsync(http.User) is not { } user)
            return Refusal.Of(ProblemKinds.Unauthenticated);
        var summary = await cluster.GetGrain<IRewardsGrain>(GrainKeys.Rewards(new UserId(user.Id))).GetReferrals(page.Limit, page.After);
        var code = user.ReferralCode ?? "";
        return TypedResults.Ok(summary.ToWire(code, $"{web.Value.PublicUrl.TrimEnd('/')}/register?ref={code}", PageQuery.Cursor(Friends, summary.Next)));
    }

    /// <summary>What a customer may know about a code: too small an amount, another channel, used before. Everything else is one answer, or codes could be told from guesses.</summary>
    internal static Refusal Explain(PromoError error, string? detail) => error switch
    {
        PromoError.BelowMinimumDeposit => BelowMinimum(detail),
        PromoError.WrongChannel => Refusal.Of(ProblemKinds.PromoWrongChannel),
        PromoError.UsedUpByUser => Refusal.Of(ProblemKinds.PromoAlreadyUsed),
        _ => Refusal.Of(ProblemKinds.PromoCodeInvalid),
    };

    /// <summary>The smallest amount, for people in the detail and for programs as a number.</summary>
    internal static Refusal BelowMinimum(string? minimumIdr) =>
        long.TryParse(minimumIdr, NumberStyles.None, CultureInfo.InvariantCulture, out var minimum)
            ? Refusal.Of(ProblemKinds.PromoBelowMinimum, $"It asks for at least {minimum} rupiah.").With(new Dictionary<string, long> { ["minimum"] = minimum })
            : Refusal.Of(ProblemKinds.PromoBelowMinimum, minimumIdr);

    private static IPromoDeskGrain Desk(IClusterClient cluster) => cluster.GetGrain<IPromoDeskGrain>(GrainKeys.PromoDesk());

    // What a wallet takes at most: beyond it there is nothing to compute.
    private const long MostIdr = 1_000_000_000;
}
