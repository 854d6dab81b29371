using Webrana.Domain.Promos;

namespace Webrana.Domain.Tests.Promos;

/// <summary>What each promo would give to whom, said once more: a list of grants, and arithmetic as one does it on paper.</summary>
sealed class ShopModel(PromoTerms[] promos)
{
    readonly List<Grant> _grants = [];
    readonly Dictionary<string, int> _takenBackAt = [];

    public IEnumerable<Grant> Live(int promo) => _grants.Where(grant => grant.Promo == promo);

    /// <summary>What a person's grants still cost: all of what was given, of what was taken back the part that had been spent and was left.</summary>
    public long CostIdr(int who) => _grants.Where(grant => grant.Who == who && grant.IsGiven).Sum(grant => grant.KeptIdr ?? grant.AmountIdr);

    /// <summary>The promo that gives most for a deposit, and how much; cashback before bonus, then the first.</summary>
    public (int Promo, long AmountIdr)? Best(int who, long amountIdr, long? largestPaidIdr, DateTimeOffset now)
    {
        (int Promo, long AmountIdr)? best = null;
        foreach (var promo in Enumerable.Range(0, promos.Length).OrderBy(promo => promos[promo].Kind == PromoKind.DepositCashback ? 0 : 1).ThenBy(promo => promo))
        {
            if (promos[promo].Kind == PromoKind.ReferralBonus || IsForConfirmation(promos[promo])) continue;
            if (ValueOf(promo, who, amountIdr, largestPaidIdr, now) is { } value && value > (best?.AmountIdr ?? 0)) best = (promo, value);
        }
        return best;
    }

    /// <summary>What a person gets for a confirmed address.</summary>
    public (int Promo, long AmountIdr)? Welcome(int who, DateTimeOffset now)
    {
        (int Promo, long AmountIdr)? best = null;
        for (var promo = 0; promo < promos.Length; promo++)
        {
            if (IsForConfirmation(promos[promo]) && ValueOf(promo, who, 0, null, now) is { } value && value > (best?.AmountIdr ?? 0)) best = (promo, value);
        }
        return best;
    }

    /// <summary>What a promo has for this deposit; null for nothing.</summary>
    public long? ValueOf(int promo, int who, long amountIdr, long? largestPaidIdr, DateTimeOffset now)
    {
        var terms = promos[promo];
        var from = Math.Max(terms.MinDepositIdr ?? 0, terms.Tiers.Count == 0 ? 0 : terms.Tiers[0].FromIdr);
        if (!IsOpen(terms, now) || amountIdr < terms.MinDepositIdr) return null;
        if (terms.ForNewUsersOnly && largestPaidIdr is not null) return null;
        if (terms.Kind == PromoKind.NewUserBonus && largestPaidIdr >= from) return null;
        if (Once(terms) is { } once && _grants.Any(grant => grant.Who == who && Once(promos[grant.Promo]) == once)) return null;
        var value = Worth(terms, terms.Tiers.Count == 0 ? terms.Value : terms.Tiers.Where(tier => tier.FromIdr <= amountIdr).Select(tier => tier.Value).LastOrDefault(), amountIdr);
        return value > 0 && HasRoom(promo, value) && Live(promo).Count(grant => grant.Who == who) < terms.MaxUsagePerUser ? value : null;
    }

    /// <summary>The invitation promo that counts for a deposit, with what it names for inviter and invited; null when none is on.</summary>
    public (int Promo, long InviterIdr, long InvitedIdr)? Invitation(long amountIdr, DateTimeOffset now)
    {
        (int Promo, long InviterIdr, long InvitedIdr)? best = null;
        for (var promo = 0; promo < promos.Length; promo++)
        {
            var terms = promos[promo];
            var from = terms.MinDepositIdr ?? 0;
            if (terms.Kind != PromoKind.ReferralBonus || !IsOpen(terms, now) || amountIdr < from) continue;
            long[] least = terms.RefereeValue > 0 ? [Worth(terms, terms.Value, from), Worth(terms, terms.RefereeValue, from)] : [Worth(terms, terms.Value, from)];
            if (!HasRoom(promo, Math.Max(1, least.Min()))) continue;
            var value = Worth(terms, terms.Value, amountIdr);
            if (value > (best?.InviterIdr ?? 0)) best = (promo, value, Worth(terms, terms.RefereeValue, amountIdr));
        }
        return best;
    }

    /// <summary>Whether the inviter's month and the promo have room for it.</summary>
    public bool MayReward(int promo, int inviter, long amountIdr, DateTimeOffset now) =>
        HasRoom(promo, amountIdr)
        && Live(promo).Count(grant => grant.Who == inviter && grant.IsForInviting && Month(grant.At) == Month(now)) < (promos[promo].MonthlyCapPerReferrer ?? int.MaxValue);

    public bool HasRoom(int promo, long amountIdr) =>
        Live(promo).Count() < (promos[promo].MaxUsageTotal ?? long.MaxValue) && Live(promo).Sum(grant => grant.AmountIdr) + amountIdr <= (promos[promo].BudgetIdr ?? long.MaxValue);

    public void Reserve(int promo, int who, string subject, long amountIdr, DateTimeOffset at) => _grants.Add(new Grant(promo, who, subject, amountIdr, at));

    public void Release(int promo, string subject) => _grants.Remove(Of(promo, subject));

    public void Give(int promo, string subject) => Of(promo, subject).IsGiven = true;

    /// <param name="row">How many rows the wallet has now.</param>
    public void TakeBack(int promo, string subject, string lot, int row, long keptIdr = 0)
    {
        Of(promo, subject).KeptIdr = keptIdr;
        _takenBackAt[lot] = row;
    }

    /// <summary>Whether a row about this lot was written before the lot was taken back.</summary>
    public bool WasTakenBackSince(string lot, int row) => _takenBackAt.TryGetValue(lot, out var at) && row < at;

    /// <summary>The most that any month of any inviter brought.</summary>
    public int MostOfAMonth(int promo) =>
        Live(promo).Where(grant => grant.IsForInviting).GroupBy(grant => (grant.Who, Month(grant.At))).Select(month => month.Count()).DefaultIfEmpty().Max();

    static bool IsForConfirmation(PromoTerms terms) => terms is { Kind: PromoKind.NewUserBonus, MinDepositIdr: null, Tiers.Count: 0 };

    static bool IsOpen(PromoTerms terms, DateTimeOffset now) => !(terms.StartsAt > now) && !(terms.EndsAt <= now);

    // A person has one welcome and one bonus for newcomers, over all promos.
    static string? Once(PromoTerms terms) => terms.Kind == PromoKind.NewUserBonus ? "welcome" : terms.ForNewUsersOnly ? "newcomer" : null;

    static long Worth(PromoTerms terms, long rate, long amountIdr)
    {
        var value = terms.IsPercentage ? (long)decimal.Floor(amountIdr * (decimal)rate / 100m) : rate;
        return terms.IsPercentage ? Math.Min(value, terms.MaxDiscountIdr ?? value) : value;
    }

    static (int, int) Month(DateTimeOffset at) => (at.AddHours(7).UtcDateTime.Year, at.AddHours(7).UtcDateTime.Month);

    Grant Of(int promo, string subject) => _grants.Single(grant => grant.Promo == promo && grant.Subject == subject);

    public sealed class Grant(int promo, int who, string subject, long amountIdr, DateTimeOffset at)
    {
        public int Promo { get; } = promo;

        public int Who { get; } = who;

        public string Subject { get; } = subject;

        public long AmountIdr { get; } = amountIdr;

        public DateTimeOffset At { get; } = at;

        public bool IsForInviting { get; } = subject.StartsWith("referral:", StringComparison.Ordinal);

        public bool IsGiven { get; set; }

        /// <summary>What was left of it when it was taken back; null while it was not.</summary>
        public long? KeptIdr { get; set; }
    }
}
