using Webrana.Domain.Ledger;
using Webrana.Domain.Promos;

namespace Webrana.Domain.Tests.Promos;

/// <summary>
/// A shop of three customers, each invited by the one before: each act goes through the product's own rules, in the order in which its grains
/// use them. Beside them stands <see cref="ShopModel"/>, which knows what was promised and paid, and nothing of lots, holds and numbers.
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
    readonly bool[] _confirmed = new bool[People.Length];
    readonly Invited?[] _invited = new Invited?[People.Length];
    readonly Dictionary<(string Purpose, int Who), string> _claims = [];
    readonly List<Deposit> _deposits = [];
    DateTimeOffset _now = Opening;

    public Shop(PromoTerms[] promos)
    {
        (_promos, _model) = (promos, new ShopModel(promos));
        _tables = [.. promos.Select(_ => new Dictionary<string, Place>())];
        _counters = new (long, long)[promos.Length];
    }

    /// <summary>Everything that was given, by the kind of its promo: what a run of the test has really met.</summary>
    public IEnumerable<(PromoKind Kind, string Subject)> Gifts => _tables.SelectMany(
        (table, promo) => table.Values.Where(place => place.GivenAt is not null).Select(place => (_promos[promo].Kind, place.SubjectId)));

    public void Do(int act, int who, int size)
    {
        switch (act)
        {
            case 0 or 1:
                Confirm(who); // Nobody tops up before.
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
            case 10:
                Confirm(who);
                break;
        }
    }

    /// <summary>What must be true after every act.</summary>
    public void Audit()
    {
        for (var promo = 0; promo < _promos.Length; promo++)
        {
            var terms = _promos[promo];
            var live = _tables[promo].Values.Where(place => place.Number is not null).ToList();
            Assert.Equal((live.Count, live.Sum(place => place.AmountIdr)), _counters[promo]);
            Assert.Equal(_model.Live(promo).Select(grant => (grant.Subject, grant.AmountIdr)).Order(), live.Select(place => (place.SubjectId, place.AmountIdr)).Order());
            Assert.True(live.Count <= (terms.MaxUsageTotal ?? long.MaxValue));
            Assert.True(live.Sum(place => place.AmountIdr) <= (terms.BudgetIdr ?? long.MaxValue));
            Assert.Equal(live.Count, live.Select(place => (place.UserId, place.Number)).Distinct().Count());
            if (terms.Kind != PromoKind.ReferralBonus) Assert.All(live.GroupBy(place => place.UserId), own => Assert.True(own.Count() <= terms.MaxUsagePerUser));
            Assert.True(_model.MostOfAMonth(promo) <= (terms.MonthlyCapPerReferrer ?? int.MaxValue));
        }

        // Over all promos: one welcome and one bonus for newcomers a person, and one reward an invitation.
        foreach (var once in new Func<PromoTerms, bool>[] { terms => terms.Kind == PromoKind.NewUserBonus, terms => terms is { ForNewUsersOnly: true, Kind: not PromoKind.NewUserBonus } })
        {
            var newcomers = _tables.Where((_, promo) => once(_promos[promo])).SelectMany(table => table.Values).Where(place => place.Number is not null).ToList();
            Assert.Equal(newcomers.Count, newcomers.Select(place => place.UserId).Distinct().Count());
        }
        var rewards = Gifts.Where(gift => gift.Kind == PromoKind.ReferralBonus).Select(gift => gift.Subject).ToList();
        Assert.Equal(rewards.Count, rewards.Distinct().Count());

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
                _model.CostIdr(who) - purse.Lapses.Where(lapse => !_model.WasTakenBackSince(lapse.LotId, lapse.Row)).Sum(lapse => lapse.AmountIdr),
                purse.Account("PROMO_EXPENSE"));
        }
    }

    long NowMs => _now.ToUnixTimeMilliseconds();

    static string Bonus(int promo, string subject) => $"promo:p{promo}:{subject}";

    static int Number(PromoCandidate candidate) => int.Parse(candidate.PromoId[1..], System.Globalization.CultureInfo.InvariantCulture);

    // Given for the confirmed address, never with a deposit.
    static bool IsForConfirmation(PromoTerms terms) => terms is { Kind: PromoKind.NewUserBonus, MinDepositIdr: null, Tiers.Count: 0 };

    Deposit? Pick(int size, Func<Deposit, bool> wanted) => _deposits.Where(wanted).ToList() is { Count: > 0 } some ? some[size % some.Count] : null;

    // What was given back counts: paying and taking back makes nobody new.
    long? LargestPaid(int who, Deposit? but = null) =>
        _deposits.Where(deposit => deposit.Who == who && deposit != but && deposit.PaidAt is not null).Max(deposit => (long?)deposit.AmountIdr);

    void Confirm(int who)
    {
        if (_confirmed[who]) return;
        _confirmed[who] = true;
        var (subject, expected) = ($"welcome:{who}", _model.Welcome(who, _now));
        var ranked = Enumerable.Range(0, _promos.Length).Where(promo => IsForConfirmation(_promos[promo])).OrderByDescending(promo => _promos[promo].Value).ThenBy(promo => promo);
        (int Promo, long AmountIdr)? got = null;
        foreach (var promo in ranked)
        {
            if (!Take(promo, subject, who, 0, LargestPaid(who), out var amountIdr)) continue;
            got = (promo, amountIdr);
            break;
        }

        Assert.Equal(expected, got);
        if (got is not { } gift) return;
        _model.Reserve(gift.Promo, who, subject, gift.AmountIdr, _now);
        Give(gift.Promo, subject, who, gift.AmountIdr);
    }

    void Open(int who, long amountIdr)
    {
        var deposit = new Deposit($"d{_deposits.Count}", who, amountIdr);
        var largestIdr = LargestPaid(who);
        var expected = _model.Best(who, amountIdr, largestIdr, _now);
        var candidates = _promos.Select((terms, promo) => new PromoCandidate($"p{promo}", terms, 0, true)).Where(candidate => !IsForConfirmation(candidate.Terms));
        // As if the person were new; whoever is not is told so by the promo itself.
        foreach (var (candidate, _) in BestPromo.Rank(candidates, new PromoQuestion(amountIdr, "QRIS", IsNewUser: true), _now))
        {
            if (!Take(Number(candidate), deposit.Id, who, amountIdr, largestIdr, out var promisedIdr)) continue;
            (deposit.Promo, deposit.PromisedIdr, deposit.IsReserved) = (Number(candidate), promisedIdr, true);
            break;
        }

        Assert.Equal(expected, deposit.IsReserved ? (deposit.Promo, deposit.PromisedIdr) : null);
        if (deposit.IsReserved) _model.Reserve(deposit.Promo, who, deposit.Id, deposit.PromisedIdr, _now);
        _deposits.Add(deposit);
    }

    // Its time is over, or the gateway says that it expired.
    void Lapse(Deposit deposit)
    {
        Assert.Equal(UsageOutcome.Done, Want(deposit.Promo, new ReleasePlace(deposit.Id)).Outcome);
        Unclaim(deposit.Promo, deposit.Who, deposit.Id);
        _model.Release(deposit.Promo, deposit.Id);
        deposit.IsReserved = false;
    }

    void Pay(Deposit deposit)
    {
        var largestIdr = LargestPaid(deposit.Who);
        deposit.PaidAt = _now;
        _purses[deposit.Who].Do(new Credit($"tripay:{deposit.Id}", deposit.AmountIdr, new PostingMemo("DEPOSIT", deposit.Id, "GATEWAY", "Top up")), NowMs);
        if (deposit.PromisedIdr > 0 && !deposit.IsReserved)
        {
            // Asked again, under the conditions of this moment; the deposit itself is not the one before.
            var expected = _model.ValueOf(deposit.Promo, deposit.Who, deposit.AmountIdr, largestIdr, _now);
            deposit.IsReserved = Take(deposit.Promo, deposit.Id, deposit.Who, deposit.AmountIdr, largestIdr, out var againIdr);
            Assert.Equal(expected, deposit.IsReserved ? againIdr : null);
            if (deposit.IsReserved)
            {
                deposit.PromisedIdr = againIdr;
                _model.Reserve(deposit.Promo, deposit.Who, deposit.Id, againIdr, _now);
            }
        }

        if (deposit.IsReserved)
        {
            Give(deposit.Promo, deposit.Id, deposit.Who, deposit.PromisedIdr);
            deposit.HasBonus = true;
        }

        Reward(deposit);
    }

    // The invitation: decided with the first deposit that is large enough while a promo is on, once.
    void Reward(Deposit deposit)
    {
        var (who, inviter) = (deposit.Who, deposit.Who - 1);
        if (inviter < 0 || _invited[who] is not null) return;
        var expected = _model.Invitation(deposit.AmountIdr, _now);
        var on = Enumerable.Range(0, _promos.Length).Where(promo => IsOn(promo, deposit.AmountIdr))
            .OrderByDescending(promo => PromoRules.Value(_promos[promo], deposit.AmountIdr)).ThenBy(promo => promo).ToList();
        Assert.Equal(expected?.Promo, on.Count == 0 ? null : on[0]);
        if (on.Count == 0) return;
        var (promo, terms) = (on[0], _promos[on[0]]);
        var (inviterIdr, invitedIdr) = (PromoRules.Value(terms, deposit.AmountIdr), PromoRules.RefereeValue(terms, deposit.AmountIdr));
        Assert.Equal((expected!.Value.InviterIdr, expected.Value.InvitedIdr), (inviterIdr, invitedIdr));
        var invited = _invited[who] = new Invited(promo, deposit);
        // Who paid a large enough one before came without it.
        if (_deposits.Any(other => other.Who == who && other != deposit && other is { PaidAt: not null, IsRefunded: false } && other.AmountIdr >= terms.SmallestDepositIdr)) return;
        invited.InviterIdr = Grant($"referral:{who}", inviter, inviterIdr);
        // An invitation whose inviter gets nothing goes without for both.
        if (invited.InviterIdr > 0 && invitedIdr > 0) invited.InvitedIdr = Grant($"referee:{who}", who, invitedIdr);

        long Grant(string subject, int to, long amountIdr)
        {
            var may = subject.StartsWith("referral:", StringComparison.Ordinal) ? _model.MayReward(promo, to, amountIdr, _now) : _model.HasRoom(promo, amountIdr);
            var answer = Want(promo, new ReservePlace(subject, People[to], amountIdr, 1, UsageLimits.OfReferral(terms, subject, _now)));
            Assert.Equal(may, answer.Outcome == UsageOutcome.Done);
            if (!may) return 0;
            _model.Reserve(promo, to, subject, amountIdr, _now);
            Give(promo, subject, to, amountIdr);
            return amountIdr;
        }
    }

    // As the promo says of itself: in its time, and with room for its smallest gift.
    bool IsOn(int promo, long depositIdr)
    {
        var terms = _promos[promo];
        var (used, grantedIdr) = _counters[promo];
        return terms.Kind == PromoKind.ReferralBonus && !(_now < terms.StartsAt) && !(_now >= terms.EndsAt)
            && !(used >= terms.MaxUsageTotal) && !(grantedIdr > terms.BudgetIdr - PromoRules.SmallestGiftIdr(terms))
            && depositIdr >= terms.SmallestDepositIdr && PromoRules.Value(terms, depositIdr) > 0;
    }

    void Give(int promo, string subject, int who, long amountIdr)
    {
        var terms = _promos[promo];
        var (operation, memo) = (Bonus(promo, subject), new PostingMemo("PROMO", $"p{promo}", "PROMO_EXPENSE", "Promo"));
        _purses[who].Do(
            terms.Kind == PromoKind.DepositCashback
                ? new Credit(operation, amountIdr, memo)
                : new GrantBonus(operation, amountIdr, terms.BonusExpiryDays is { } days ? _now.AddDays(days).ToUnixTimeMilliseconds() : null, $"p{promo}", memo),
            NowMs);
        Assert.Equal(UsageOutcome.Done, Want(promo, new GivePlace(subject)).Outcome);
        _model.Give(promo, subject);
    }

    void Refund(Deposit deposit)
    {
        var purse = _purses[deposit.Who];
        var isLot = deposit.HasBonus && _promos[deposit.Promo].Kind != PromoKind.DepositCashback;
        var lot = Bonus(deposit.Promo, deposit.Id);
        purse.Do(
            new ReverseCredit(
                $"refund:{deposit.Id}", deposit.AmountIdr, isLot ? lot : null, deposit.HasBonus ? deposit.PromisedIdr : 0, isLot ? purse.LapsedIdr(lot) : 0,
                new PostingMemo("DEPOSIT", deposit.Id, "GATEWAY", "Refund"), new PostingMemo("PROMO", $"p{deposit.Promo}", "PROMO_EXPENSE", "Promo")),
            NowMs);
        deposit.IsRefunded = true;
        if (deposit.HasBonus)
        {
            Assert.Equal(UsageOutcome.Done, Want(deposit.Promo, new TakeBackPlace(deposit.Id)).Outcome);
            _model.TakeBack(deposit.Promo, deposit.Id, lot, purse.Lines.Count);
        }

        if (_invited[deposit.Who] is not { InviterIdr: > 0, IsReturned: false } invited || invited.Deposit != deposit) return;
        invited.IsReturned = true;
        Return(invited.Promo, $"referral:{deposit.Who}", deposit.Who - 1, invited.InviterIdr, leaveSpent: true);
        if (invited.InvitedIdr > 0) Return(invited.Promo, $"referee:{deposit.Who}", deposit.Who, invited.InvitedIdr, leaveSpent: false);
    }

    // The inviter keeps what was spent; whose own deposit came back owes it.
    void Return(int promo, string subject, int who, long amountIdr, bool leaveSpent)
    {
        var (purse, lot) = (_purses[who], Bonus(promo, subject));
        var keptIdr = leaveSpent ? amountIdr - purse.UnspentIdr(lot) - purse.LapsedIdr(lot) : 0;
        purse.Do(
            new TakeBackGrant($"take-back:{lot}", lot, amountIdr, purse.LapsedIdr(lot), leaveSpent, new PostingMemo("PROMO", $"p{promo}", "PROMO_EXPENSE", "Promo")), NowMs);
        Assert.Equal(UsageOutcome.Done, Want(promo, new TakeBackPlace(subject, keptIdr)).Outcome);
        Assert.InRange(keptIdr, 0, amountIdr);
        _model.TakeBack(promo, subject, lot, purse.Lines.Count, keptIdr);
    }

    /// <summary>What a promo's grain does with a reservation: conditions, the person, the place; the person is given back with the place.</summary>
    bool Take(int promo, string subject, int who, long depositIdr, long? largestPaidIdr, out long amountIdr)
    {
        var terms = _promos[promo];
        var isNew = !terms.AsksForNewUser || terms.IsNewAfter(largestPaidIdr);
        var verdict = PromoRules.Evaluate(terms, new PromoQuestion(depositIdr, depositIdr == 0 ? null : "QRIS", isNew), _now);
        amountIdr = verdict.AmountIdr;
        if (verdict.Refusal is not null || !Claim(promo, who, subject)) return false;
        var want = new ReservePlace(subject, People[who], amountIdr, 1, new UsageLimits(terms.MaxUsageTotal, terms.MaxUsagePerUser, terms.BudgetIdr));
        if (Want(promo, want).Outcome == UsageOutcome.Done) return true;
        Unclaim(promo, who, subject);
        return false;
    }

    bool Claim(int promo, int who, string subject)
    {
        if (!_promos[promo].AsksForNewUser) return true;
        return _claims.TryAdd((Purpose(promo), who), subject) || _claims[(Purpose(promo), who)] == subject;
    }

    void Unclaim(int promo, int who, string subject)
    {
        if (_promos[promo].AsksForNewUser && _claims.TryGetValue((Purpose(promo), who), out var owner) && owner == subject) _claims.Remove((Purpose(promo), who));
    }

    string Purpose(int promo) => _promos[promo].Kind == PromoKind.NewUserBonus ? "welcome" : "first-deposit";

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

    sealed class Invited(int promo, Deposit deposit)
    {
        public int Promo { get; } = promo;

        public Deposit Deposit { get; } = deposit;

        public long InviterIdr { get; set; }

        public long InvitedIdr { get; set; }

        public bool IsReturned { get; set; }
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
