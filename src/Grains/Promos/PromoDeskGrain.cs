using Orleans.Concurrency;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Data.Promos;
using Webrana.Domain.Promos;

namespace Webrana.Grains.Promos;

/// <summary>Answers questions about all promos, out of copies of their definitions. The promo itself has the last word on every amount.</summary>
[GrainType("promo-desk"), StatelessWorker, Reentrant]
public sealed class PromoDeskGrain(
    PromoShelf shelf, PromoUsages usages, PromoReplayQueries past, TimeProvider time) : Grain, IPromoDeskGrain
{
    /// <inheritdoc/>
    public async Task<Result<PromoOffer, PromoError>> Evaluate(PromoClaim claim) =>
        string.IsNullOrWhiteSpace(claim.Code) ? await Best(claim with { Code = null }) : await WithCode(claim);

    /// <inheritdoc/>
    public async Task<bool> IsGone(string code, DepositId deposit) =>
        PromoCode.Normalise(code) is { } known && await usages.FindByCodeAsync(known) is { } promoId && await Promo(promoId).IsGone(deposit.ToString(), known);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PromoView>> ListPublic()
    {
        var promos = await shelf.ActiveAsync();
        return
        [
            .. promos.Where(promo => promo is { Definition.IsPublic: true, Status: PromoStatus.On or PromoStatus.Soon })
                .OrderByDescending(promo => promo.Definition.Priority).ThenBy(promo => promo.PromoId, StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc/>
    public async Task<Result<PromoPreview, PromoError>> Preview(PreviewPromo question)
    {
        if (question.Draft.Contradiction() is { } contradiction) return Result<PromoPreview, PromoError>.Refused(PromoError.InvalidDefinition, contradiction);
        var days = Math.Clamp(question.Days, 1, 90);
        var from = time.GetUtcNow().AddDays(-days);
        var terms = question.Draft.ToTerms();
        var isWelcome = terms is { Kind: PromoKind.NewUserBonus, MinDepositIdr: null, Tiers.Count: 0 } && question.Draft.Code is null;
        var looked = isWelcome ? await past.PeopleAsync(from) : await past.DepositsAsync(from);
        var outcome = PromoReplay.Run(terms, looked);
        return new PromoPreview(
            days, outcome.Looked, outcome.Usages, outcome.Takers.Count, outcome.CostIdr, outcome.LimitReachedAt,
            [.. outcome.Takers.Take(question.MostTakers).Select(taker => new PromoTaker(new UserId(taker.UserId), taker.Usages, taker.DepositedIdr, taker.BonusIdr))]);
    }

    async Task<Result<PromoOffer, PromoError>> Best(PromoClaim claim)
    {
        var now = time.GetUtcNow();
        var promos = (await shelf.ActiveAsync()).Where(promo => promo is { Definition.Code: null, Status: PromoStatus.On or PromoStatus.Soon or PromoStatus.SoldOut } && !PromoShelf.IsForConfirmation(promo))
            .ToDictionary(promo => promo.PromoId, StringComparer.Ordinal);
        var candidates = promos.Values.Select(promo => new PromoCandidate(
            promo.PromoId, promo.Definition.ToTerms(), promo.Definition.Priority, promo.Definition.IsPublic)).ToList();

        // As if the person were new: whoever is not is told so by the promo itself, which also knows places and budgets.
        var question = new PromoQuestion(claim.AmountIdr, claim.MethodCode, IsNewUser: true);
        PromoGrant? best = null;
        var refused = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (promo, _) in BestPromo.Rank(candidates, question, now))
        {
            var quoted = await Promo(promo.PromoId).Quote(claim);
            if (quoted.TryGet(out best)) break;
            refused.Add(promo.PromoId);
        }

        var next = await NextFor(claim, candidates.Where(candidate => !refused.Contains(candidate.PromoId)).ToList(), best?.AmountIdr ?? 0, now);
        return new PromoOffer(best, next is { } step ? new PromoHint(step.PromoId, promos[step.PromoId].Definition.Name, step.AddIdr, step.BonusIdr) : null);
    }

    // A hint is a promise too: the promo is asked whether this person could have it.
    async Task<NextStep?> NextFor(PromoClaim claim, List<PromoCandidate> candidates, long bonusIdr, DateTimeOffset now)
    {
        var question = new PromoQuestion(claim.AmountIdr, claim.MethodCode, IsNewUser: true);
        while (BestPromo.Next(candidates, question, bonusIdr, now) is { } step)
        {
            var quoted = await Promo(step.PromoId).Quote(claim with { AmountIdr = claim.AmountIdr + step.AddIdr });
            if (quoted.TryGet(out var grant)) return step with { BonusIdr = grant.AmountIdr };
            candidates.RemoveAll(candidate => candidate.PromoId == step.PromoId);
        }
        return null;
    }

    async Task<Result<PromoOffer, PromoError>> WithCode(PromoClaim claim)
    {
        if (PromoCode.Normalise(claim.Code) is not { } code || await usages.FindByCodeAsync(code) is not { } promoId) return PromoError.NotFound;
        var quoted = await Promo(promoId).Quote(claim);
        if (quoted.TryGet(out var grant)) return new PromoOffer(grant, null);
        return quoted.Error is PromoError.BelowMinimumDeposit or PromoError.WrongChannel or PromoError.UsedUpByUser
            ? Result<PromoOffer, PromoError>.Refused(quoted.Error.Value, quoted.Detail)
            : PromoError.NotFound;
    }

    IPromoGrain Promo(string promoId) => GrainFactory.GetGrain<IPromoGrain>(GrainKeys.Promo(promoId));
}
