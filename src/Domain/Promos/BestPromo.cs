namespace Webrana.Domain.Promos;

/// <summary>A promo that could apply by itself.</summary>
/// <param name="IsPublic">Whether customers are told of it before they qualify.</param>
public sealed record PromoCandidate(string PromoId, PromoTerms Terms, int Priority, bool IsPublic);

/// <summary>A larger deposit and what it would bring.</summary>
public readonly record struct NextStep(string PromoId, long AddIdr, long BonusIdr);

/// <summary>Chooses among the promos without a code.</summary>
public static class BestPromo
{
    /// <summary>
    /// The applicable promos, best first: the larger bonus; between equals the higher priority, then money that never expires, then the id,
    /// so that everybody who asks is told the same.
    /// </summary>
    public static IReadOnlyList<(PromoCandidate Promo, long AmountIdr)> Rank(IEnumerable<PromoCandidate> candidates, PromoQuestion question, DateTimeOffset now) =>
        [.. candidates.Select(candidate => (Promo: candidate, Verdict: PromoRules.Evaluate(candidate.Terms, question, now)))
            .Where(pair => pair.Verdict.Refusal is null)
            .OrderByDescending(pair => pair.Verdict.AmountIdr)
            .ThenByDescending(pair => pair.Promo.Priority)
            .ThenByDescending(pair => pair.Promo.Terms.Kind == PromoKind.DepositCashback)
            .ThenBy(pair => pair.Promo.PromoId, StringComparer.Ordinal)
            .Select(pair => (pair.Promo, pair.Verdict.AmountIdr))];

    /// <summary>
    /// The nearest larger deposit at which a public promo starts or steps up and gives more than <paramref name="bonusIdr"/>; null when there
    /// is none. A percentage grows with every rupiah: only its steps are worth a sentence.
    /// </summary>
    public static NextStep? Next(IEnumerable<PromoCandidate> candidates, PromoQuestion question, long bonusIdr, DateTimeOffset now)
    {
        NextStep? nearest = null;
        foreach (var candidate in candidates.Where(candidate => candidate.IsPublic))
        {
            foreach (var threshold in Thresholds(candidate.Terms).Where(threshold => threshold > question.AmountIdr))
            {
                var verdict = PromoRules.Evaluate(candidate.Terms, question with { AmountIdr = threshold }, now);
                var addIdr = threshold - question.AmountIdr;
                if (verdict.Refusal is not null || verdict.AmountIdr <= bonusIdr) continue;
                if (nearest is null || addIdr < nearest.Value.AddIdr || (addIdr == nearest.Value.AddIdr && verdict.AmountIdr > nearest.Value.BonusIdr))
                    nearest = new NextStep(candidate.PromoId, addIdr, verdict.AmountIdr);
            }
        }

        return nearest;
    }

    private static IEnumerable<long> Thresholds(PromoTerms terms) => terms.Tiers.Select(tier => tier.FromIdr).Append(terms.SmallestDepositIdr);
}
