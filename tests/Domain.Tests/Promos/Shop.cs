using Webrana.Domain.Ledger;
using Webrana.Domain.Promos;

namespace Webrana.Domain.Tests.Promos;

/// <summary>
/// A shop of three customers: each act goes through the product's own rules, in the order in which its grains use them. Beside them stands
/// <see cref="ShopModel"/>, which knows what was promised and paid, and nothing of lots, holds and numbers.
/// </summary>
sealed class Shop
{
    public static readonly DateTimeOffset Opening = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    static readonly Guid[] People = [.. Enumerable.Range(1, 3).Select(n => new Guid(n, 0, 0, new byte[8]))];

    readonly PromoTerms[] _promos;
    readonly ShopModel _model;
    readonly Dictionary<string, Place>[] _tables;
    readonly (long Used, long GrantedIdr)[] _counters;
    readonly Purse[] _purses = [.. People.Select(_ => new Purse())];
    readonly List<Deposit> _deposits = [];
    DateTimeOffset _now = Opening;

    public Shop(PromoTerms[] promos)
    {
        (_promos, _model) = (promos, new ShopModel(promos));
        _tables = [.. promos.Select(_ => new Dictionary<string, Place>())];
        _counters = new (long, long)[promos.Length];
    }

    public void Do(int act, int who, int size)
    {
        switch (act)
        {
            case 0 or 1:
                Open(who, size);
                break;
            case 2 or 3 when Pick(size, deposit => deposit.PaidAt is null) is { } unpaid:
                Pay(unpaid);
                break;
            case 4 when Pick(size, deposit => deposit is { PaidAt: null, IsReserved: true }) is { } late:
                Lapse(late);
                break;
            case 5 when Pick(size, deposit => deposit is { PaidAt: not null, IsRefunded: false }) is { } paid:
                Refund(paid);
                break;
            case 6:
                _now = _now.AddHours(size * 3);
                foreach (var purse in _purses) purse.Lapse(NowMs);
                break;
            case 7 or 8:
                _purses[who].Spend(size, NowMs);
                break;
            case 9:
                _purses[who].MindPurchases(size, NowMs);
                break;
        }
    }

    /// <summary>What must be true after every act.</summary>
    public void Audit()
    {
        for (var promo = 0; promo < _promos.Length; promo++)
        {
            var live = _tables[promo].Values.Where(place => place.Number is not null).ToList();
            Assert.Equal((live.Count, live.Sum(place => place.AmountIdr)), _counters[promo]);
            Assert.Equal(_model.Live(promo).Select(grant => (grant.Deposit, grant.AmountIdr)).Order(), live.Select(place => (place.SubjectId, place.AmountIdr)).Order());
            Assert.True(live.Count <= (_promos[promo].MaxUsageTotal ?? long.MaxValue));
            Assert.True(live.Sum(place => place.AmountIdr) <= (_promos[promo].BudgetIdr ?? long.MaxValue));
            Assert.All(live.GroupBy(place => place.UserId), own => Assert.True(own.Count() <= _promos[promo].MaxUsagePerUser));
        }

        // One row per usage that was given, of exactly its amount, and no other row of a promo.
        Assert.Equal(
            _tables.SelectMany((table, promo) => table.Values.Where(place => place.GivenAt is not null).Select(place => (Bonus(promo, place.SubjectId), place.AmountIdr))).Order(),
            _purses.SelectMany(purse => purse.Lines).Where(line => line.OperationId.StartsWith("promo:", StringComparison.Ordinal)).Select(line => (line.OperationId, line.AmountIdr)).Order());

        for (var who = 0; who < People.Length; who++)
        {
            var (purse, deposits) = (_purses[who], _deposits.Where(deposit => deposit.Who == who).ToList());
            purse.AssertSound();
            Assert.Equal(deposits.Where(deposit => deposit is { PaidAt: not null, IsRefunded: false }).Sum(deposit => deposit.AmountIdr), purse.Account("GATEWAY"));
            Assert.Equal(-purse.BoughtIdr, purse.Account("REVENUE"));
            // The books' rule: what is given, less what lapsed, without what lapsed of a bonus before it was taken back with its deposit.
            Assert.Equal(
                _model.Given(who).Where(grant => !grant.IsTakenBack).Sum(grant => grant.AmountIdr)
                - purse.Lapses.Where(lapse => !_model.WasTakenBackSince(lapse.LotId, lapse.Row)).Sum(lapse => lapse.AmountIdr),
                purse.Account("PROMO_EXPENSE"));
        }
    }

    long NowMs => _now.ToUnixTimeMilliseconds();

    static string Bonus(int promo, string deposit) => $"promo:p{promo}:{deposit}";

    Deposit? Pick(int size, Func<Deposit, bool> wanted) => _deposits.Where(wanted).ToList() is { Count: > 0 } some ? some[size % some.Count] : null;

    bool IsNew(int who, Deposit? but = null) => _deposits.All(deposit => deposit.Who != who || deposit == but || deposit.PaidAt is null || deposit.IsRefunded);

    void Open(int who, long amountIdr)
    {
        var deposit = new Deposit($"d{_deposits.Count}", who, amountIdr);
        var expected = _model.Best(who, amountIdr, IsNew(who), _now);
        var candidates = _promos.Select((terms, promo) => new PromoCandidate($"p{promo}", terms, 0, true));
        foreach (var (candidate, promisedIdr) in BestPromo.Rank(candidates, new PromoQuestion(amountIdr, "QRIS", IsNew(who)), _now))
        {
            var promo = int.Parse(candidate.PromoId[1..], System.Globalization.CultureInfo.InvariantCulture);
            if (Want(promo, Reserve(promo, deposit, promisedIdr)).Outcome != UsageOutcome.Done) continue;
            (deposit.Promo, deposit.PromisedIdr, deposit.IsReserved) = (promo, promisedIdr, true);
            break;
        }

        Assert.Equal(expected, deposit.IsReserved ? (deposit.Promo, deposit.PromisedIdr) : null);
        if (deposit.IsReserved) _model.Reserve(deposit.Promo, who, deposit.Id, deposit.PromisedIdr);
        _deposits.Add(deposit);
    }

    // Its time is over, or the gateway says that it expired.
    void Lapse(Deposit deposit)
    {
        Assert.Equal(UsageOutcome.Done, Want(deposit.Promo, new ReleasePlace(deposit.Id)).Outcome);
        _model.Release(deposit.Promo, deposit.Id);
        deposit.IsReserved = false;
    }

    void Pay(Deposit deposit)
    {
        var (purse, was) = (_purses[deposit.Who], deposit.IsReserved);
        deposit.PaidAt = _now;
        purse.Do(new Credit($"tripay:{deposit.Id}", deposit.AmountIdr, new PostingMemo("DEPOSIT", deposit.Id, "GATEWAY", "Top up")), NowMs);
        if (deposit.PromisedIdr == 0) return;
        if (!was)
        {
            // Asked again, under the conditions of this moment; the deposit itself is not the one before.
            var (terms, isNew) = (_promos[deposit.Promo], IsNew(deposit.Who, but: deposit));
            var verdict = PromoRules.Evaluate(terms, new PromoQuestion(deposit.AmountIdr, "QRIS", isNew), _now);
            var given = verdict.Refusal is null && Want(deposit.Promo, Reserve(deposit.Promo, deposit, verdict.AmountIdr)).Outcome == UsageOutcome.Done;
            Assert.Equal(_model.ValueOf(deposit.Promo, deposit.Who, deposit.AmountIdr, isNew, _now) ?? 0, given ? verdict.AmountIdr : 0);
            if (!given) return;
            _model.Reserve(deposit.Promo, deposit.Who, deposit.Id, verdict.AmountIdr);
        }

        var promo = _promos[deposit.Promo];
        var (operation, memo) = (Bonus(deposit.Promo, deposit.Id), new PostingMemo("PROMO", $"p{deposit.Promo}", "PROMO_EXPENSE", "Promo"));
        purse.Do(
            promo.Kind == PromoKind.DepositCashback
                ? new Credit(operation, deposit.PromisedIdr, memo)
                : new GrantBonus(operation, deposit.PromisedIdr, promo.BonusExpiryDays is { } days ? _now.AddDays(days).ToUnixTimeMilliseconds() : null, $"p{deposit.Promo}", memo),
            NowMs);
        Assert.Equal(UsageOutcome.Done, Want(deposit.Promo, new GivePlace(deposit.Id)).Outcome);
        _model.Give(deposit.Promo, deposit.Id);
        deposit.HasBonus = true;
    }

    void Refund(Deposit deposit)
    {
        var purse = _purses[deposit.Who];
        var isLot = deposit.HasBonus && _promos[deposit.Promo].Kind == PromoKind.DepositBonus;
        var lot = Bonus(deposit.Promo, deposit.Id);
        purse.Do(
            new ReverseCredit(
                $"refund:{deposit.Id}", deposit.AmountIdr, isLot ? lot : null, deposit.HasBonus ? deposit.PromisedIdr : 0,
                isLot ? purse.Lapses.Where(lapse => lapse.LotId == lot).Sum(lapse => lapse.AmountIdr) : 0,
                new PostingMemo("DEPOSIT", deposit.Id, "GATEWAY", "Refund"), new PostingMemo("PROMO", $"p{deposit.Promo}", "PROMO_EXPENSE", "Promo")),
            NowMs);
        deposit.IsRefunded = true;
        if (!deposit.HasBonus) return;
        Assert.Equal(UsageOutcome.Done, Want(deposit.Promo, new TakeBackPlace(deposit.Id)).Outcome);
        _model.TakeBack(deposit.Promo, deposit.Id, lot, purse.Lines.Count);
    }

    ReservePlace Reserve(int promo, Deposit deposit, long amountIdr) => new(
        deposit.Id, People[deposit.Who], amountIdr, 1, new UsageLimits(_promos[promo].MaxUsageTotal, _promos[promo].MaxUsagePerUser, _promos[promo].BudgetIdr));

    // Read, decide, write: what the promo's grain does with one want.
    UsageAnswer Want(int promo, UsageWant want)
    {
        var (used, grantedIdr) = _counters[promo];
        var book = new UsageBook(used, grantedIdr, _tables[promo].Values.ToList());
        var answer = book.Apply(want, _now);
        foreach (var place in book.Changed) _tables[promo][place.SubjectId] = place;
        _counters[promo] = (book.Used, book.GrantedIdr);
        return answer;
    }

    sealed class Deposit(string id, int who, long amountIdr)
    {
        public string Id { get; } = id;

        public int Who { get; } = who;

        public long AmountIdr { get; } = amountIdr;

        public int Promo { get; set; }

        public long PromisedIdr { get; set; }

        public bool IsReserved { get; set; }

        public bool HasBonus { get; set; }

        public DateTimeOffset? PaidAt { get; set; }

        public bool IsRefunded { get; set; }
    }
}
