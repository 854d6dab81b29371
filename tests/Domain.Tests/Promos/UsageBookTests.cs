using CsCheck;
using Webrana.Domain.Promos;

namespace Webrana.Domain.Tests.Promos;

public sealed class UsageBookTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly Guid[] Users = [.. Enumerable.Range(1, 4).Select(n => new Guid(n, 0, 0, new byte[8]))];

    /// <summary>The model: a list of what is live, and arithmetic. It knows nothing of numbers, indexes and batches.</summary>
    sealed class Model
    {
        public readonly Dictionary<string, (Guid User, long AmountIdr, PlaceStage Stage)> Live = [];

        public UsageOutcome Reserve(string subject, Guid user, long amountIdr, UsageLimits limits)
        {
            if (Live.ContainsKey(subject)) return UsageOutcome.AlreadySo;
            if (limits.Total is { } total && Live.Count + 1 > total) return UsageOutcome.SoldOut;
            if (limits.BudgetIdr is { } budget && Live.Values.Sum(place => place.AmountIdr) + amountIdr > budget) return UsageOutcome.SoldOut;
            if (Live.Values.Count(place => place.User == user) + 1 > limits.PerUser) return UsageOutcome.UsedUpByUser;
            Live[subject] = (user, amountIdr, PlaceStage.Reserved);
            return UsageOutcome.Done;
        }

        public UsageOutcome Move(string subject, PlaceStage to)
        {
            if (!Live.TryGetValue(subject, out var place)) return UsageOutcome.NoPlace;
            if (to == PlaceStage.Released)
            {
                if (place.Stage != PlaceStage.Reserved) return UsageOutcome.AlreadySo;
                Live.Remove(subject);
                return UsageOutcome.Done;
            }

            if (place.Stage >= to) return UsageOutcome.AlreadySo;
            Live[subject] = place with { Stage = to };
            return UsageOutcome.Done;
        }
    }

    // Batches of any size over a stored table: what one batch wrote is what the next one reads, exactly as the database does it.
    [Fact]
    public void Random_wants_in_random_batches_agree_with_the_model_and_never_pass_a_limit() =>
        Gen.Select(
            Gen.Select(Gen.Int[1, 6], Gen.Int[1, 3], Gen.Long[0, 60]),
            Gen.Select(Gen.Int[0, 3], Gen.Int[0, 7], Gen.Int[0, 3], Gen.Long[1, 20]).List[1, 40],
            Gen.Int[1, 10]).Sample((rule, wants, batchSize) =>
        {
            var limits = new UsageLimits(rule.Item1, rule.Item2, rule.Item3 == 0 ? null : rule.Item3);
            var model = new Model();
            var table = new Dictionary<string, Place>();
            long used = 0, grantedIdr = 0;
            foreach (var batch in wants.Chunk(batchSize))
            {
                var subjects = batch.Select(want => $"s{want.Item2}").ToHashSet();
                var users = batch.Where(want => want.Item1 == 0).Select(want => Users[want.Item3]).ToHashSet();
                var loaded = table.Values.Where(place => subjects.Contains(place.SubjectId) || (users.Contains(place.UserId) && place.Number is not null));
                var book = new UsageBook(used, grantedIdr, loaded.ToList());
                foreach (var (kind, subjectNumber, userNumber, amountIdr) in batch)
                {
                    var (subject, user) = ($"s{subjectNumber}", Users[userNumber]);
                    var (want, expected) = kind switch
                    {
                        0 => ((UsageWant)new ReservePlace(subject, user, amountIdr, 1, limits), model.Reserve(subject, user, amountIdr, limits)),
                        1 => (new GivePlace(subject), model.Move(subject, PlaceStage.Given)),
                        2 => (new ReleasePlace(subject), model.Move(subject, PlaceStage.Released)),
                        _ => (new TakeBackPlace(subject), model.Move(subject, PlaceStage.TakenBack)),
                    };
                    if (book.Apply(want, Now).Outcome != expected) return false;
                }

                // The unique (promo, person, n) of the table, which is looked at when the batch is written whole.
                foreach (var place in book.Changed) table[place.SubjectId] = place;
                if (table.Values.Where(place => place.Number is not null).GroupBy(place => (place.UserId, place.Number)).Any(same => same.Count() > 1))
                    return false;

                (used, grantedIdr) = (book.Used, book.GrantedIdr);
            }

            var live = table.Values.Where(place => place.Number is not null).ToList();
            return used == live.Count && used == model.Live.Count && used <= limits.Total
                && grantedIdr == live.Sum(place => place.AmountIdr) && (limits.BudgetIdr is null || grantedIdr <= limits.BudgetIdr)
                && live.All(place => place.Number >= 1 && place.Number <= limits.PerUser);
        });

    [Fact]
    public void A_months_cap_counts_this_month_only()
    {
        var old = new Place("old", Users[0], 1, 5, PlaceStage.Given, 1, PromoMonth.Start(Now).AddTicks(-1));
        var book = new UsageBook(1, 5, [old]);
        var limits = new UsageLimits(null, int.MaxValue, null, Monthly: 1, PromoMonth.Start(Now));
        Assert.Equal(UsageOutcome.Done, book.Apply(new ReservePlace("a", Users[0], 5, 1, limits), Now).Outcome);
        Assert.Equal(UsageOutcome.UsedUpByUser, book.Apply(new ReservePlace("b", Users[0], 5, 1, limits), Now).Outcome);
        Assert.Equal(UsageOutcome.Done, book.Apply(new ReservePlace("b", Users[1], 5, 1, limits), Now).Outcome);
    }

    [Fact]
    public void What_an_inviter_got_for_having_been_invited_takes_nothing_of_the_month()
    {
        var terms = new PromoTerms { Kind = PromoKind.ReferralBonus, Value = 5, RefereeValue = 5, MonthlyCapPerReferrer = 1 };
        var book = new UsageBook(0, 0, []);
        UsageOutcome Ask(string subject) => book.Apply(new ReservePlace(subject, Users[0], 5, 1, UsageLimits.OfReferral(terms, subject, Now)), Now).Outcome;
        Assert.Equal(UsageOutcome.Done, Ask("referee:me"));
        Assert.Equal(UsageOutcome.Done, Ask("referral:friend"));
        Assert.Equal(UsageOutcome.UsedUpByUser, Ask("referral:another"));
        Assert.Equal(UsageOutcome.Done, Ask("referee:again"));
    }

    [Fact]
    public void A_month_begins_at_midnight_in_Jakarta() =>
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 17, 0, 0, TimeSpan.Zero), PromoMonth.Start(new DateTimeOffset(2026, 2, 28, 16, 59, 59, TimeSpan.Zero)));

    [Fact]
    public void The_first_promise_stands_and_asking_takes_nothing()
    {
        var book = new UsageBook(0, 0, []);
        var limits = new UsageLimits(null, 1, null);
        Assert.Equal(UsageOutcome.NoPlace, book.Apply(new ReservePlace("a", Users[0], 0, 1, limits), Now).Outcome);
        Assert.Empty(book.Changed);
        book.Apply(new ReservePlace("a", Users[0], 10, 1, limits), Now);
        Assert.Equal(new UsageAnswer(UsageOutcome.AlreadySo, 10), book.Apply(new ReservePlace("a", Users[0], 99, 1, limits), Now));
    }
}
