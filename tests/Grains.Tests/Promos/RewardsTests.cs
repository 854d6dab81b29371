using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Deposits;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Promos;

/// <summary>What is given once per person: the welcome, and the reward for an invitation.</summary>
[Collection(DepositCollection.Name)]
public sealed class RewardsTests(DepositCluster cluster)
{
    readonly RewardPeople _people = new(cluster);

    static PromoDefinition Welcome => new()
    {
        Name = "Welcome", Type = PromoType.NewUserBonus, ValueType = PromoValueType.Fixed, Value = 25_000, BonusExpiryDays = 30,
    };

    static PromoDefinition Invite => RewardPeople.Invite;

    IPromoGrain Promo(string id) => _people.Promo(id);

    IRewardsGrain Rewards(UserId user) => _people.Rewards(user);

    Task WhileOnAsync(PromoDefinition rule, Func<string, Task> act) => _people.WhileOnAsync(rule, act);

    Task<UserId> PersonAsync(string email, string? phone = null, UserId? referredBy = null) => _people.PersonAsync(email, phone, referredBy);

    static string Address() => RewardPeople.Address();

    Task SettledAsync(UserId user) => _people.SettledAsync(user);

    async Task PayAsync(UserId user, long amountIdr = 150_000) => await _people.PayAsync(user, amountIdr);

    [Fact]
    public Task A_welcome_comes_with_the_confirmed_address_once_per_person() => WhileOnAsync(Welcome, async promo =>
    {
        var name = Guid.NewGuid().ToString("N");
        var first = await PersonAsync($"{name}@gmail.com", Number());
        await SettledAsync(first);
        Assert.Equal(25_000, await cluster.BalanceAsync(first));
        Assert.Equal("Welcome Bonus · Welcome", Assert.Single((await cluster.Cluster.Wallet(first).Get()).Lots!).Source);

        var again = await PersonAsync($"{name[..3]}.{name[3..]}+2@googlemail.com");
        await SettledAsync(again);
        Assert.Equal(0, await cluster.BalanceAsync(again));
        Assert.Equal(1, (await Promo(promo).Get()).Value!.UsageCount);
    });

    [Theory]
    [InlineData(true, 25_000)]
    [InlineData(false, 0)]
    public Task A_welcome_whose_number_another_account_gave_waits_for_a_person_and_its_owner_is_told(bool pay, long givenIdr) => WhileOnAsync(Welcome, async promo =>
    {
        var number = Number();
        var first = await PersonAsync(Address(), number);
        await SettledAsync(first);
        var second = await PersonAsync(Address(), "+62 " + number[1..]);
        await SettledAsync(second);
        Assert.Equal((25_000, 0), (await cluster.BalanceAsync(first), await cluster.BalanceAsync(second)));
        var review = (await Rewards(second).GetWelcomeReview()).Value!;
        Assert.Equal((second, (UserId?)first, promo, 25_000L), (review.User, review.Other, review.PromoId, review.AmountIdr));
        Assert.Equal([ReferralDoubt.SharedPhone], review.Doubts);
        Assert.Equal(1, await cluster.Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = '{GrainKeys.Rewards(second)}' AND status = 'REVIEW'"));
        Assert.Equal(RewardsError.NotFound, (await Rewards(second).GetReview()).Error);
        // That it is looked at, and nothing of why.
        var facts = await FactsAsync(second, "BonusInReview");
        Assert.Contains("25000", facts, StringComparison.Ordinal);
        Assert.DoesNotContain(number[1..], facts, StringComparison.Ordinal);

        var decision = new DecideReview(pay, "admin:test", "A family shares it.");
        Assert.True((await Rewards(second).DecideWelcome(decision)).IsOk);
        Assert.True((await Rewards(second).DecideWelcome(decision)).IsOk);
        Assert.Equal(RewardsError.AlreadyDecided, (await Rewards(second).DecideWelcome(decision with { Pay = !pay })).Error);
        await SettledAsync(second);
        Assert.Equal(givenIdr, await cluster.BalanceAsync(second));
        Assert.Equal(pay ? 2 : 1, (await Promo(promo).Get()).Value!.UsageCount);
        Assert.Equal(RewardsError.NotFound, (await Rewards(second).GetWelcomeReview()).Error);
        Assert.Equal(pay ? 0 : 1, await cluster.Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{second}' AND kind = 'BonusRefused'"));

        // Whatever was decided, the mailbox had its turn.
        Assert.Equal(1, await cluster.Cluster.CountAsync($"SELECT count(DISTINCT subject_id) FROM promo_identities WHERE subject_id = 'welcome:{second}'"));
    });

    [Fact]
    public Task Dying_after_a_doubt_was_told_tells_it_once_and_a_closed_account_waits_for_nobody() => WhileOnAsync(Welcome, async promo =>
    {
        var (number, user) = (Number(), new UserId(Guid.NewGuid()));
        await SettledAsync(await PersonAsync(Address(), number));
        var died = cluster.Cluster.FailPoints.Arm("rewards.check_told", FailMode.Throw, subject: GrainKeys.Rewards(user));
        await _people.PersonAsync(Address(), number, id: user);
        await died.WaitAsync(WebranaCluster.Patience);
        await cluster.Cluster.Orleans.DeactivateAsync(Rewards(user));
        await cluster.Cluster.SweepAsync();
        await SettledAsync(user);
        Assert.Equal(1, await cluster.Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{user}' AND kind = 'BonusInReview'"));

        await Rewards(user).Forget();
        Assert.Equal(RewardsError.NotFound, (await Rewards(user).GetWelcomeReview()).Error);
        Assert.Equal(RewardsError.AlreadyDecided, (await Rewards(user).DecideWelcome(new DecideReview(true, "admin:test", "Too late."))).Error);
        Assert.Equal(0, await cluster.Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = '{GrainKeys.Rewards(user)}' AND status = 'REVIEW'"));
        Assert.Equal(1, (await Promo(promo).Get()).Value!.UsageCount);
    });

    [Fact]
    public Task A_number_that_changed_since_the_confirmation_is_shown_with_the_account_that_gave_it_first() => WhileOnAsync(Welcome, async promo =>
    {
        var (number, address) = (Number(), Address());
        var first = await PersonAsync(Address(), number);
        await SettledAsync(first);
        // Told of the confirmation with another number than the one the account has by then.
        var second = await _people.PersonAsync(address, number, isConfirmed: false);
        await Rewards(second).EmailConfirmed(new PersonFacts(second, address, Number(), null));
        await SettledAsync(second);
        Assert.Equal(0, await cluster.BalanceAsync(second));
        Assert.Equal((UserId?)first, (await Rewards(second).GetWelcomeReview()).Value!.Other);
        Assert.Equal(1, (await Promo(promo).Get()).Value!.UsageCount);
    });

    [Fact]
    public async Task Whose_number_it_is_is_known_too_when_it_was_given_with_a_top_up()
    {
        var (number, code) = (Number(), "N" + Guid.NewGuid().ToString("N")[..12].ToUpperInvariant());
        var first = await _people.PersonAsync(Address(), number, isConfirmed: false);
        await WhileOnAsync(Welcome with { Code = code, MinDepositIdr = 50_000 }, async promo =>
        {
            Assert.True((await Promo(promo).Reserve(Guid.NewGuid().ToString(), new PromoClaim(first, 100_000, null, code))).IsOk);
            await WhileOnAsync(Welcome, async _ =>
            {
                var second = await PersonAsync(Address(), number);
                await SettledAsync(second);
                Assert.Equal((UserId?)first, (await Rewards(second).GetWelcomeReview()).Value!.Other);
            });
        });
    }

    [Fact]
    public Task A_word_that_cannot_be_written_holds_up_no_money() => WhileOnAsync(Welcome, _ => WhileOnAsync(Invite, async _ =>
    {
        var (number, invited) = (Number(), new UserId(Guid.NewGuid()));
        await SettledAsync(await PersonAsync(Address(), number));
        var inviter = await PersonAsync(Address());
        await SettledAsync(inviter);
        RewardFaults.TurnNoticesAway(invited);
        try
        {
            await _people.PersonAsync(Address(), number, inviter, invited);
            await TurnedAwayAsync(invited, "welcome,stage", "InReview");
            await Rewards(invited).DepositPaid(new DepositId(Guid.NewGuid()), 150_000);
            await SweepPastAsync();
            await TurnedAwayAsync(invited, "referral,stage", "InReview");
            Assert.True((await Rewards(invited).DecideReview(new DecideReview(true, "admin:test", "A family shares it."))).IsOk);
            await SweepPastAsync();
            await TurnedAwayAsync(invited, "referral,stage", "Paid");
            Assert.Equal((35_000, 5_000), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited)));
            Assert.Equal("", await FactsAsync(invited, "BonusInReview"));
        }
        finally
        {
            RewardFaults.Clear();
        }

        await cluster.TurnAsync(TimeSpan.FromMinutes(2));
        await cluster.Cluster.SweepAsync();
        await SettledAsync(invited);
        Assert.Contains("25000", await FactsAsync(invited, "BonusInReview"), StringComparison.Ordinal);
    }));

    /// <summary>A sweep that may meet the paper of a bonus whose owner nobody can reach, and says so; the next one prints it.</summary>
    async Task SweepPastAsync()
    {
        try
        {
            await cluster.Cluster.SweepAsync();
        }
        catch (InfrastructureException)
        {
            // What is asked for here went its way all the same: the test waits for it.
        }
    }

    /// <summary>The rewards are so far, and the word was tried since and turned away.</summary>
    Task TurnedAwayAsync(UserId user, string path, string value) => Eventually.Async(
        async () => await cluster.Cluster.CountAsync(
            $"SELECT count(*) FROM grain_state WHERE key = '{GrainKeys.Rewards(user)}' AND payload #>> '{{{path}}}' = '{value}' AND (payload->>'failures')::int > 0") == 1,
        WebranaCluster.Patience, $"{value} and a word turned away");

    static string Number() => $"0812{Random.Shared.Next(10_000_000, 99_999_999)}";

    async Task<string> FactsAsync(UserId user, string kind) =>
        await cluster.Cluster.Database.ScalarAsync<string>($"SELECT facts::text FROM notices WHERE user_id = '{user}' AND kind = '{kind}'") ?? "";

    [Theory]
    [InlineData("rewards.reserved")]
    [InlineData("rewards.given")]
    [InlineData("rewards.announced")]
    [InlineData("rewards.committed")]
    public Task Dying_at_any_arrow_ends_in_one_welcome_and_one_usage(string arrow) => WhileOnAsync(Welcome, async promo =>
    {
        var user = new UserId(Guid.NewGuid());
        var died = cluster.Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Rewards(user));
        await _people.PersonAsync(Address(), id: user);
        await died.WaitAsync(WebranaCluster.Patience);
        await cluster.Cluster.Orleans.DeactivateAsync(Rewards(user));
        await cluster.Cluster.SweepAsync();
        await SettledAsync(user);
        Assert.Equal(25_000, await cluster.BalanceAsync(user));
        Assert.Equal(1, (await Promo(promo).Get()).Value!.UsageCount);
    });

    [Fact]
    public Task An_invitation_is_rewarded_after_the_first_large_enough_deposit_and_shown_masked() => WhileOnAsync(Invite, async _ =>
    {
        var inviter = await PersonAsync(Address());
        var invited = await PersonAsync(Address(), referredBy: inviter);
        await PayAsync(invited, 50_000);
        Assert.Equal(0, await cluster.BalanceAsync(inviter));
        await PayAsync(invited);
        await PayAsync(invited);
        Assert.Equal(10_000, await cluster.BalanceAsync(inviter));
        Assert.Equal(50_000 + 300_000 + 5_000, await cluster.BalanceAsync(invited));
        Assert.Equal("Bonus undangan · Invite", Assert.Single((await cluster.Cluster.Wallet(inviter).Get()).Lots!).Source);

        var summary = await Rewards(inviter).GetReferrals(10, null);
        Assert.Equal((10_000, 1, 1, 1), (summary.EarnedIdr, summary.JoinedCount, summary.PaidCount, summary.PaidThisMonth));
        var entry = Assert.Single(summary.Entries);
        Assert.Equal(("B•••", ReferralStage.Paid, 10_000), (entry.MaskedName, entry.Stage, entry.EarnedIdr));
        Assert.Equal((10_000, 5_000), (summary.Offer!.ReferrerValue, summary.Offer.RefereeValue));
    });

    [Fact]
    public async Task Friends_are_those_who_confirmed_and_one_who_left_stays_a_friend_without_a_name()
    {
        var inviter = await PersonAsync(Address());
        await _people.PersonAsync(Address(), referredBy: inviter, isConfirmed: false);
        await PersonAsync(Address(), referredBy: inviter);
        var leaves = await PersonAsync(Address(), referredBy: inviter);
        await cluster.Cluster.Database.ExecuteAsync($"""
            UPDATE identity.users SET name = '–', email = 'closed-' || id || '@closed.invalid', email_confirmed = false, closed_at = now() WHERE id = '{leaves}'
            """);

        var summary = await Rewards(inviter).GetReferrals(10, null);
        Assert.Equal((2, 2), (summary.JoinedCount, summary.Entries.Count));
        Assert.Equal("•••", Assert.Single(summary.Entries, entry => entry.MaskedName == "•••").MaskedEmail);
        Assert.EndsWith("•••@gmail.com", Assert.Single(summary.Entries, entry => entry.MaskedName == "B•••").MaskedEmail, StringComparison.Ordinal);
    }

    [Fact]
    public Task An_invitation_may_be_worth_a_part_of_the_deposit_and_no_more_than_the_cap() => WhileOnAsync(
        Invite with { ValueType = PromoValueType.Percentage, Value = 10, RefereeValue = 5, MaxDiscountIdr = 12_000 },
        async _ =>
        {
            var inviter = await PersonAsync(Address());
            var invited = await PersonAsync(Address(), referredBy: inviter);
            var offer = (await Rewards(inviter).GetReferrals(10, null)).Offer!;
            Assert.Equal((PromoValueType.Percentage, 10L, 5L, (long?)12_000), (offer.ValueType, offer.ReferrerValue, offer.RefereeValue, offer.MaxDiscountIdr));
            await PayAsync(invited);
            Assert.Equal((12_000, 150_000 + 7_500), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited)));
        });

    [Fact]
    public async Task Who_paid_a_large_enough_deposit_before_the_promo_was_on_came_without_it()
    {
        var inviter = await PersonAsync(Address());
        var invited = await PersonAsync(Address(), referredBy: inviter);
        await PayAsync(invited);
        await WhileOnAsync(Invite, async promo =>
        {
            await PayAsync(invited);
            Assert.Equal((0, 300_000), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited)));
            Assert.Equal("Refused paid_before", await cluster.Cluster.Database.ScalarAsync<string>(
                $"SELECT concat(payload #>> '{{referral,stage}}', ' ', payload #>> '{{referral,reason}}') FROM grain_state WHERE key = '{GrainKeys.Rewards(invited)}'"));
            Assert.Equal(0, (await Promo(promo).Get()).Value!.UsageCount);
        });
    }

    [Fact]
    public Task Nobody_invites_oneself_and_a_month_has_an_end() => WhileOnAsync(Invite with { MonthlyCapPerReferrer = 1 }, async _ =>
    {
        var name = Guid.NewGuid().ToString("N");
        var inviter = await PersonAsync($"{name}@gmail.com");
        await PayAsync(await PersonAsync($"{name}+friend@gmail.com", referredBy: inviter));
        Assert.Equal(0, await cluster.BalanceAsync(inviter));
        await PayAsync(await PersonAsync(Address(), referredBy: inviter));
        await PayAsync(await PersonAsync(Address(), referredBy: inviter));
        Assert.Equal(10_000, await cluster.BalanceAsync(inviter));
        var stages = (await Rewards(inviter).GetReferrals(10, null)).Entries.Select(entry => entry.Stage).Order();
        Assert.Equal([ReferralStage.Paid, ReferralStage.Refused, ReferralStage.Refused], stages);
    });

    [Theory]
    [InlineData(true, 10_000)]
    [InlineData(false, 0)]
    public Task A_shared_phone_waits_for_a_person(bool pay, long earnedIdr) => WhileOnAsync(Invite, async promo =>
    {
        var phone = $"0813{Random.Shared.Next(10_000_000, 99_999_999)}";
        var inviter = await PersonAsync(Address(), phone);
        var invited = await PersonAsync(Address(), "62" + phone[1..], inviter);
        await PayAsync(invited);
        Assert.Equal(0, await cluster.BalanceAsync(inviter));
        var review = (await Rewards(invited).GetReview()).Value!;
        Assert.Equal((inviter, promo, 10_000, 5_000), (review.Referrer, review.PromoId, review.ReferrerIdr, review.RefereeIdr));
        Assert.Equal([ReferralDoubt.SharedPhone], review.Doubts);
        Assert.Equal(1, await cluster.Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = '{GrainKeys.Rewards(invited)}' AND status = 'REVIEW'"));

        var decision = new DecideReview(pay, "admin:test", "A family shares it.");
        Assert.True((await Rewards(invited).DecideReview(decision)).IsOk);
        Assert.True((await Rewards(invited).DecideReview(decision)).IsOk);
        Assert.Equal(RewardsError.AlreadyDecided, (await Rewards(invited).DecideReview(decision with { Pay = !pay })).Error);
        await SettledAsync(invited);
        Assert.Equal(earnedIdr, await cluster.BalanceAsync(inviter));
        Assert.Equal(RewardsError.NotFound, (await Rewards(invited).GetReview()).Error);
    });

    [Fact]
    public Task A_shared_device_waits_for_a_person_and_a_shared_address_alone_does_not() => WhileOnAsync(Invite, async _ =>
    {
        var (browser, address) = ($"Peramban {Guid.NewGuid():N}", "198.51.100.7");
        var inviter = await PersonAsync(Address());
        var (same, neighbour) = (await PersonAsync(Address(), referredBy: inviter), await PersonAsync(Address(), referredBy: inviter));
        await SignInAsync(inviter, browser, address);
        await SignInAsync(same, browser, address);
        await SignInAsync(neighbour, browser + " lain", address);

        await PayAsync(same);
        Assert.Equal(0, await cluster.BalanceAsync(inviter));
        Assert.Equal([ReferralDoubt.SharedDevice], (await Rewards(same).GetReview()).Value!.Doubts);
        await PayAsync(neighbour);
        Assert.Equal(10_000, await cluster.BalanceAsync(inviter));
    });

    Task<int> SignInAsync(UserId user, string browser, string address) => cluster.Cluster.Database.ExecuteAsync($"""
        INSERT INTO identity.sessions (id, user_id, kind, token_hash, family, created_at, expires_at, user_agent, ip)
        VALUES (gen_random_uuid(), '{user}', 'web', sha256('{user}'), gen_random_uuid(), now(), now() + interval '1 day', '{browser}', '{address}')
        """);

    [Fact]
    public Task People_who_invited_each_other_wait_for_a_person() => WhileOnAsync(Invite, async _ =>
    {
        var one = await PersonAsync(Address());
        var two = await PersonAsync(Address(), referredBy: one);
        await cluster.Cluster.Database.ExecuteAsync($"UPDATE identity.users SET referred_by = '{two}' WHERE id = '{one}'");
        await PayAsync(two);
        Assert.Equal([ReferralDoubt.Ring], (await Rewards(two).GetReview()).Value!.Doubts);
        Assert.Equal(RewardsError.NotFound, (await Rewards(one).DecideReview(new DecideReview(true, "admin:test", ""))).Error);
    });
}
