namespace Webrana.Domain.Promos;

/// <summary>A deposit that was paid, or (for welcome bonuses) a person who registered, with amount 0.</summary>
/// <param name="LargestBeforeIdr">The person's largest deposit paid before this one; null when there was none.</param>
/// <param name="ReferredBy">Who invited the person; null for nobody.</param>
public sealed record ReplayedDeposit(Guid UserId, long AmountIdr, string Channel, DateTimeOffset At, long? LargestBeforeIdr, Guid? ReferredBy);

/// <summary>One person's share of a replay.</summary>
public sealed record ReplayedTaker(Guid UserId, long Usages, long DepositedIdr, long BonusIdr);

/// <param name="LimitReachedAt">When nothing was left for a deposit that would have got something.</param>
/// <param name="Takers">Largest first.</param>
public sealed record ReplayOutcome(long Looked, long Usages, long CostIdr, DateTimeOffset? LimitReachedAt, IReadOnlyList<ReplayedTaker> Takers);

/// <summary>Replays the past against a draft, as if it had been on all the time.</summary>
public static class PromoReplay
{
    /// <param name="past">Oldest first.</param>
    public static ReplayOutcome Run(PromoTerms draft, IEnumerable<ReplayedDeposit> past)
    {
        var terms = draft with { IsActive = true, StartsAt = null, EndsAt = null };
        var book = new UsageBook(0, 0, []);
        var takers = new Dictionary<Guid, ReplayedTaker>();
        long looked = 0;
        DateTimeOffset? reached = null;
        foreach (var deposit in past)
        {
            looked++;
            foreach (var (subject, user, amountIdr) in Gifts(terms, deposit))
            {
                var subjectId = $"{subject}{looked}";
                var answer = book.Apply(new ReservePlace(subjectId, user, amountIdr, 1, Limits(terms, subjectId, deposit.At)), deposit.At);
                if (answer.Outcome == UsageOutcome.SoldOut) reached ??= deposit.At;
                if (answer.Outcome != UsageOutcome.Done) break; // An invitation whose inviter gets nothing goes without for both.
                var before = takers.GetValueOrDefault(user) ?? new ReplayedTaker(user, 0, 0, 0);
                takers[user] = before with
                {
                    Usages = before.Usages + 1, DepositedIdr = before.DepositedIdr + deposit.AmountIdr, BonusIdr = before.BonusIdr + amountIdr,
                };
            }
        }

        return new ReplayOutcome(
            looked, book.Used, book.GrantedIdr, reached,
            [.. takers.Values.OrderByDescending(taker => taker.BonusIdr).ThenByDescending(taker => taker.DepositedIdr).ThenBy(taker => taker.UserId)]);
    }

    private static UsageLimits Limits(PromoTerms terms, string subjectId, DateTimeOffset at) => terms.Kind == PromoKind.ReferralBonus
        ? UsageLimits.OfReferral(terms, subjectId, at)
        : new UsageLimits(terms.MaxUsageTotal, terms.MaxUsagePerUser, terms.BudgetIdr);

    private static IEnumerable<(string Subject, Guid User, long AmountIdr)> Gifts(PromoTerms terms, ReplayedDeposit deposit)
    {
        if (terms.Kind == PromoKind.ReferralBonus)
        {
            // Once per invited person: at the first deposit that is large enough, whatever smaller ones came before it.
            if (deposit.ReferredBy is not { } referrer || deposit.AmountIdr < terms.SmallestDepositIdr || deposit.LargestBeforeIdr >= terms.SmallestDepositIdr) yield break;
            if (PromoRules.Value(terms, deposit.AmountIdr) is > 0 and var reward) yield return (UsageLimits.Inviter, referrer, reward);
            if (PromoRules.RefereeValue(terms, deposit.AmountIdr) is > 0 and var welcome) yield return ("referee:", deposit.UserId, welcome);
            yield break;
        }

        var question = new PromoQuestion(deposit.AmountIdr, deposit.AmountIdr == 0 ? null : deposit.Channel, terms.IsNewAfter(deposit.LargestBeforeIdr));
        var verdict = PromoRules.Evaluate(terms, question, deposit.At);
        if (verdict.Refusal is null) yield return ("", deposit.UserId, verdict.AmountIdr);
    }
}
