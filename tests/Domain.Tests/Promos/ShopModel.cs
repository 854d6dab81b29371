using Webrana.Domain.Promos;

namespace Webrana.Domain.Tests.Promos;

/// <summary>What each promo would give to whom, said once more: a list of grants, and arithmetic as one does it on paper.</summary>
sealed class ShopModel(PromoTerms[] promos)
{
    readonly List<Grant> _grants = [];
    readonly Dictionary<string, int> _takenBackAt = [];

    public IEnumerable<Grant> Live(int promo) => _grants.Where(grant => grant.Promo == promo);

    public IEnumerable<Grant> Given(int who) => _grants.Where(grant => grant.Who == who && grant.IsGiven);

    /// <summary>The promo that gives most, and how much; cashback before bonus, then the first.</summary>
    public (int Promo, long AmountIdr)? Best(int who, long amountIdr, bool isNew, DateTimeOffset now)
    {
        (int Promo, long AmountIdr)? best = null;
        foreach (var promo in Enumerable.Range(0, promos.Length).OrderBy(promo => promos[promo].Kind == PromoKind.DepositCashback ? 0 : 1).ThenBy(promo => promo))
            if (ValueOf(promo, who, amountIdr, isNew, now) is { } value && value > (best?.AmountIdr ?? 0)) best = (promo, value);
        return best;
    }

    /// <summary>What a promo has for this deposit; null for nothing.</summary>
    public long? ValueOf(int promo, int who, long amountIdr, bool isNew, DateTimeOffset now)
    {
        var terms = promos[promo];
        if (terms.StartsAt > now || terms.EndsAt <= now || (terms.ForNewUsersOnly && !isNew) || amountIdr < terms.MinDepositIdr) return null;
        var rate = terms.Tiers.Count == 0 ? terms.Value : terms.Tiers.Where(tier => tier.FromIdr <= amountIdr).Select(tier => tier.Value).LastOrDefault();
        var value = terms.IsPercentage ? (long)decimal.Floor(amountIdr * (decimal)rate / 100m) : rate;
        value = Math.Min(value, terms.MaxDiscountIdr ?? value);
        var live = Live(promo).ToList();
        return value > 0 && live.Count < (terms.MaxUsageTotal ?? long.MaxValue) && live.Sum(grant => grant.AmountIdr) + value <= (terms.BudgetIdr ?? long.MaxValue)
            && live.Count(grant => grant.Who == who) < terms.MaxUsagePerUser
            ? value
            : null;
    }

    public void Reserve(int promo, int who, string deposit, long amountIdr) => _grants.Add(new Grant(promo, who, deposit, amountIdr));

    public void Release(int promo, string deposit) => _grants.Remove(Of(promo, deposit));

    public void Give(int promo, string deposit) => Of(promo, deposit).IsGiven = true;

    /// <param name="row">How many rows the wallet has now.</param>
    public void TakeBack(int promo, string deposit, string lot, int row)
    {
        Of(promo, deposit).IsTakenBack = true;
        _takenBackAt[lot] = row;
    }

    /// <summary>Whether a row about this lot was written before the lot was taken back.</summary>
    public bool WasTakenBackSince(string lot, int row) => _takenBackAt.TryGetValue(lot, out var at) && row < at;

    Grant Of(int promo, string deposit) => _grants.Single(grant => grant.Promo == promo && grant.Deposit == deposit);

    public sealed class Grant(int promo, int who, string deposit, long amountIdr)
    {
        public int Promo { get; } = promo;

        public int Who { get; } = who;

        public string Deposit { get; } = deposit;

        public long AmountIdr { get; } = amountIdr;

        public bool IsGiven { get; set; }

        public bool IsTakenBack { get; set; }
    }
}
