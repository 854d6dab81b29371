using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Wallets;
using Webrana.Data.Faults;
using Webrana.Data.Promos;
using Webrana.Data.Reconciliation;
using Webrana.Data.Shop;
using Webrana.Data.Wallets;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Deposits;
using Webrana.Grains.Tests.Droplets;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Promos;

/// <summary>The deposit that earned a referral's reward is given back: so is the reward, once, whenever it is heard and whatever dies (ADR 48).</summary>
[Collection(DepositCollection.Name)]
public sealed class RewardReturnTests(DepositCluster cluster) : IAsyncLifetime
{
    static readonly string[] Accounts = ["PROMO_EXPENSE", "RECEIVABLE"];

    readonly RewardPeople _people = new(cluster);
    string _books = "";

    // Wallets of other tests of this cluster are moved without records; what these tests move must be explained to the rupiah.
    public async ValueTask InitializeAsync() => _books = await BooksAsync();

    public ValueTask DisposeAsync()
    {
        cluster.Cluster.FailPoints.Clear();
        RewardFaults.Clear();
        return ValueTask.CompletedTask;
    }

    async Task<string> BooksAsync() => string.Join(' ', (await new LedgerQueries(cluster.Cluster.Sources).TrialBalanceAsync(TestContext.Current.CancellationToken))
        .Accounts.Where(account => Accounts.Contains(account.Account)).Select(account => $"{account.Account}:{account.DifferenceIdr}"));

    async Task AssertExplainedAsync() => Assert.Equal(_books, await BooksAsync());

    async Task AssertSoundAsync(string promo)
    {
        await AssertExplainedAsync();
        var findings = await new BooksCheck(cluster.Cluster.Sources).RunAsync(cluster.Cluster.Clock.GetUtcNow().AddDays(1), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(
            findings.Where(finding => finding.Name is "promo_limits_are_kept" or "promo_usages_are_credited" or "taken_back_rewards_cost_what_was_left"),
            finding => finding.Examples.Any(example => example.StartsWith(promo, StringComparison.Ordinal)));
        Assert.Equal(0, findings.Single(finding => finding.Name == "refunded_deposits_earn_no_reward").Broken);
        Assert.Empty(await new LedgerInvariants(cluster.Cluster.Sources).CheckAsync(TestContext.Current.CancellationToken));
    }

    Task<WalletView> WalletAsync(UserId user) => cluster.Cluster.Wallet(user).Get();

    async Task SpendAsync(UserId user, long amountIdr) => Assert.True((await cluster.Cluster.Wallet(user).Debit(new DebitCommand(
        $"spend-{Guid.NewGuid():N}", amountIdr, new PostingReference(ReferenceType.VpsPayment, "server", ContraAccount.Revenue, "Server")))).IsOk);

    async Task RefundAsync(Opened deposit, string? reference = null)
    {
        Assert.True(cluster.Gateway.Apply(reference ?? deposit.Reference, PaymentAction.Refund));
        await deposit.Grain.PaymentNoticed(cluster.NoticeOf(reference ?? deposit.Reference));
        await deposit.Grain.Wake();
    }

    /// <summary>What died comes back: another activation, some time later, woken by the sweepers.</summary>
    async Task ComeBackAsync(UserId user, Opened deposit)
    {
        await cluster.Cluster.Orleans.DeactivateAsync(_people.Rewards(user));
        await cluster.Cluster.Orleans.DeactivateAsync(deposit.Grain);
        await cluster.TurnAsync(TimeSpan.FromMinutes(2));
        await cluster.Cluster.SweepAsync();
        await _people.SettledAsync(user);
        Assert.Null(await cluster.DueAtAsync(deposit.Id));
    }

    Task<string> StageAsync(UserId user) => cluster.Cluster.Database.ScalarAsync<string>(
        $"SELECT coalesce(payload #>> '{{referral,stage}}', 'none') FROM grain_state WHERE key = '{GrainKeys.Rewards(user)}'");

    async Task<(UserId Inviter, UserId Invited)> PairAsync()
    {
        var inviter = await _people.PersonAsync();
        return (inviter, await _people.PersonAsync(referredBy: inviter));
    }

    async Task<IReadOnlyList<PromoUsageRow>> UsagesAsync(string promo) => (await new PromoQueries(cluster.Cluster.Sources).UsagesAsync(promo, 10)).Rows;

    /// <summary>A top-up whose reward gets as far as that and no farther.</summary>
    async Task<Opened> PayAndWaitAsync(UserId invited, string stage)
    {
        var deposit = await _people.OpenAsync(invited);
        deposit.Pay();
        await deposit.HearAsync();
        await Eventually.Async(
            async () => await cluster.Cluster.CountAsync(
                $"SELECT count(*) FROM grain_state WHERE key = '{GrainKeys.Rewards(invited)}' AND payload #>> '{{referral,referrer,stage}}' = '{stage}' AND (payload->>'failures')::int > 0") == 1,
            WebranaCluster.Patience, "the reward waits");
        return deposit;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // The promo was archived meanwhile: what was given under it is taken back all the same.
    public Task Unspent_rewards_of_both_go_with_the_deposit_and_say_why(bool isArchived) => _people.WhileOnAsync(RewardPeople.Invite, async promo =>
    {
        var (inviter, invited) = await PairAsync();
        var deposit = await _people.PayAsync(invited);
        Assert.Equal((10_000, 155_000), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited)));
        if (isArchived) await _people.Promo(promo).Archive("test");

        await RefundAsync(deposit);
        await _people.SettledAsync(invited);

        foreach (var user in new[] { inviter, invited })
        {
            var wallet = await WalletAsync(user);
            Assert.Equal((0, 0, 0), (wallet.BalanceIdr, wallet.BonusIdr, wallet.DebtIdr));
        }
        var row = (await new LedgerQueries(cluster.Cluster.Sources).HistoryAsync(inviter.Value, 10)).Rows[0];
        Assert.Equal(("PROMO", -10_000L, $"take-back:promo:{promo}:referral:{invited}"), (row.ReferenceType, row.AmountIdr, row.OperationId));
        Assert.Equal("Bonus undangan · Invite: isi saldo yang mendapatkannya dikembalikan", row.Description);
        Assert.All(await UsagesAsync(promo), usage => Assert.Equal((UsageStage.TakenBack, 0), (usage.Stage, usage.KeptIdr)));
        Assert.Equal(2, (await _people.Promo(promo).Get()).Value!.UsageCount); // Once per person is once.

        var summary = await _people.Rewards(inviter).GetReferrals(10, null);
        Assert.Equal((0, 0, 0), (summary.EarnedIdr, summary.PaidCount, summary.PaidThisMonth));
        var entry = Assert.Single(summary.Entries);
        Assert.Equal((ReferralStage.TakenBack, 0), (entry.Stage, entry.EarnedIdr));

        await _people.PayAsync(invited);
        Assert.Equal(0, await cluster.BalanceAsync(inviter));
        await AssertSoundAsync(promo);
    });

    [Fact]
    public Task What_the_inviter_spent_is_left_and_what_the_invited_spent_is_owed() => _people.WhileOnAsync(RewardPeople.Invite, async promo =>
    {
        var (inviter, invited) = await PairAsync();
        var deposit = await _people.PayAsync(invited);
        await SpendAsync(inviter, 4_000);
        await SpendAsync(invited, 155_000);

        await RefundAsync(deposit);
        await _people.SettledAsync(invited);

        var (theirs, own) = (await WalletAsync(inviter), await WalletAsync(invited));
        Assert.Equal((0, 0), (theirs.BalanceIdr, theirs.DebtIdr));
        Assert.Equal((0, 155_000), (own.BalanceIdr, own.DebtIdr));
        await Eventually.Async(
            async () => await cluster.Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{invited}' AND notice_id LIKE '%reward-owed-%'") == 1,
            WebranaCluster.Patience, "the debt is told");
        var usages = (await UsagesAsync(promo)).ToDictionary(usage => usage.UserId, usage => (usage.Stage, usage.KeptIdr));
        Assert.Equal((UsageStage.TakenBack, 4_000), usages[inviter.Value]);
        Assert.Equal((UsageStage.TakenBack, 0), usages[invited.Value]);
        var summary = await _people.Rewards(inviter).GetReferrals(10, null);
        Assert.Equal((4_000, 0), (summary.EarnedIdr, summary.PaidCount));
        Assert.Equal(4_000, Assert.Single(summary.Entries).EarnedIdr);
        await AssertSoundAsync(promo);

        // Who kept one is looked at before the next.
        var next = await _people.PersonAsync(referredBy: inviter);
        await _people.PayAsync(next);
        Assert.Equal([ReferralDoubt.KeptBefore], (await _people.Rewards(next).GetReview()).Value!.Doubts);
    });

    [Fact]
    public Task A_reward_stays_until_the_last_payment_of_its_deposit_is_given_back() => _people.WhileOnAsync(RewardPeople.Invite, async promo =>
    {
        var (inviter, invited) = await PairAsync();
        var deposit = await _people.PayAsync(invited);
        var twin = await cluster.DoubleAsync(deposit.Id, 150_000);
        Assert.True(cluster.Gateway.Apply(twin, PaymentAction.Pay));
        await deposit.Grain.PaymentNoticed(cluster.NoticeOf(twin));
        await deposit.Grain.Wake();

        await RefundAsync(deposit);
        await _people.SettledAsync(invited);
        Assert.Equal((10_000, 155_000, "Paid"), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited), await StageAsync(invited)));

        await RefundAsync(deposit, twin);
        await _people.SettledAsync(invited);
        Assert.Equal((0, 0, "TakenBack"), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited), await StageAsync(invited)));
        await AssertSoundAsync(promo);
    });

    [Theory]
    [InlineData("deposit.refund_told", false)]
    [InlineData("rewards.refund_noted", true)]
    [InlineData("rewards.taken_back", true)]
    [InlineData("rewards.usage_taken_back", true)]
    [InlineData("rewards.debt_told", true)]
    public Task Dying_at_any_arrow_takes_back_once_and_the_books_are_explained_meanwhile(string arrow, bool isOfRewards) =>
        _people.WhileOnAsync(RewardPeople.Invite, async promo =>
        {
            var (inviter, invited) = await PairAsync();
            var deposit = await _people.PayAsync(invited);
            await SpendAsync(inviter, 4_000);
            await SpendAsync(invited, 155_000);
            var died = cluster.Cluster.FailPoints.Arm(
                arrow, FailMode.Throw, subject: isOfRewards ? GrainKeys.Rewards(invited) : GrainKeys.Deposit(deposit.Id));
            Assert.True(cluster.Gateway.Apply(deposit.Reference, PaymentAction.Refund));
            try
            {
                await deposit.HearAsync();
            }
            catch (InfrastructureException)
            {
                // The deposit itself died.
            }

            await died.WaitAsync(WebranaCluster.Patience);
            await AssertExplainedAsync();
            await ComeBackAsync(invited, deposit);

            Assert.Equal("TakenBack", await StageAsync(invited));
            Assert.Equal((0, 155_000), (await cluster.BalanceAsync(inviter), (await WalletAsync(invited)).DebtIdr));
            Assert.Equal(4_000, (await UsagesAsync(promo)).Sum(usage => usage.KeptIdr));
            await Eventually.Async(
                () => cluster.Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{invited}' AND notice_id LIKE '%reward-owed-%'"),
                told => told == 1, WebranaCluster.Patience, "the debt is told once");
            await AssertSoundAsync(promo);
        });

    // Its place may be held or not; nothing was given, and another deposit may still earn it.
    [Theory]
    [InlineData("")]
    [InlineData("rewards.withdrawn")]
    public Task A_refund_before_anything_was_given_is_as_if_nothing_had_been_earned(string arrow) => _people.WhileOnAsync(RewardPeople.Invite, async promo =>
    {
        var (inviter, invited) = await PairAsync();
        RewardFaults.LoseReservations(promo);
        var deposit = await PayAndWaitAsync(invited, "Intended");
        Assert.Equal(UsageStage.Reserved, Assert.Single(await UsagesAsync(promo)).Stage);
        var died = arrow.Length == 0 ? Task.CompletedTask : cluster.Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Rewards(invited));

        await RefundAsync(deposit);
        await died.WaitAsync(WebranaCluster.Patience);
        await ComeBackAsync(invited, deposit);

        Assert.Equal((0, 0, "none"), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited), await StageAsync(invited)));
        Assert.DoesNotContain(await UsagesAsync(promo), usage => usage.Stage != UsageStage.Released);
        await AssertSoundAsync(promo);
        RewardFaults.Clear();
        await _people.PayAsync(invited);
        Assert.Equal((10_000, 155_000), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited)));
    });

    // The wallet has not got it, but it may be on its way: its operation is used up, so that whoever comes late with it is turned away.
    [Theory]
    [InlineData("")]
    [InlineData("rewards.forestalled")]
    [InlineData("rewards.withdrawn")]
    public Task A_reward_that_was_on_its_way_is_never_given(string arrow) => _people.WhileOnAsync(RewardPeople.Invite, async promo =>
    {
        var (inviter, invited) = await PairAsync();
        RewardFaults.TurnBonusesAway(inviter);
        var deposit = await PayAndWaitAsync(invited, "Reserved");
        var died = arrow.Length == 0 ? Task.CompletedTask : cluster.Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Rewards(invited));

        await RefundAsync(deposit);
        await died.WaitAsync(WebranaCluster.Patience);
        await AssertExplainedAsync();
        await ComeBackAsync(invited, deposit);

        RewardFaults.Clear();
        var late = await cluster.Cluster.Wallet(inviter).GrantBonus(new GrantBonusCommand(
            $"promo:{promo}:referral:{invited}", 10_000, null, new PostingReference(ReferenceType.Promo, promo, ContraAccount.PromoExpense, "Promo Invite")));
        Assert.Equal(WalletError.OperationConflict, late.Error);
        Assert.Equal((0, 0, "TakenBack"), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited), await StageAsync(invited)));
        Assert.Empty((await new LedgerQueries(cluster.Cluster.Sources).HistoryAsync(inviter.Value, 10)).Rows);
        Assert.DoesNotContain(await UsagesAsync(promo), usage => usage.Stage != UsageStage.Released);
        await AssertSoundAsync(promo);
    });

    [Fact]
    public Task A_reward_that_was_given_and_not_noted_is_taken_back() => _people.WhileOnAsync(RewardPeople.Invite, async promo =>
    {
        var (inviter, invited) = await PairAsync();
        RewardFaults.LoseBonuses(inviter);
        var deposit = await PayAndWaitAsync(invited, "Reserved");
        await Eventually.Async(async () => await cluster.BalanceAsync(inviter) == 10_000, WebranaCluster.Patience, "the wallet has it");

        await RefundAsync(deposit);
        await ComeBackAsync(invited, deposit);

        Assert.Equal((0, 0, "TakenBack"), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited), await StageAsync(invited)));
        Assert.Equal((UsageStage.TakenBack, inviter.Value), (await UsagesAsync(promo)).Where(usage => usage.Stage != UsageStage.Released).Select(usage => (usage.Stage, usage.UserId)).Single());
        await AssertSoundAsync(promo);
    });

    [Fact]
    public Task Heard_before_the_payment_and_again_and_again_it_is_never_paid() => _people.WhileOnAsync(RewardPeople.Invite, async promo =>
    {
        var (inviter, invited) = await PairAsync();
        await _people.SettledAsync(invited);
        var refunded = new DepositId(Guid.NewGuid());
        await _people.Rewards(invited).DepositRefunded(refunded);
        await Task.WhenAll(Enumerable.Range(0, 5).SelectMany(_ => new Task[]
        {
            _people.Rewards(invited).DepositPaid(refunded, 150_000), _people.Rewards(invited).DepositRefunded(refunded),
        }));
        await _people.SettledAsync(invited);
        Assert.Equal((0, "none"), (await cluster.BalanceAsync(inviter), await StageAsync(invited)));
        Assert.Empty(await UsagesAsync(promo));

        // It counts against that deposit only.
        var deposit = await _people.PayAsync(invited);
        Assert.Equal(10_000, await cluster.BalanceAsync(inviter));
        await RefundAsync(deposit);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _people.Rewards(invited).DepositRefunded(deposit.Id)));
        await _people.SettledAsync(invited);
        Assert.Equal((0, 0), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited)));
        await AssertSoundAsync(promo);
    });

    [Fact]
    public Task A_refund_while_a_person_looks_ends_the_question() => _people.WhileOnAsync(RewardPeople.Invite, async promo =>
    {
        var phone = $"0813{Random.Shared.Next(10_000_000, 99_999_999)}";
        var inviter = await _people.PersonAsync(phone: phone);
        await _people.SettledAsync(inviter);
        var invited = await _people.PersonAsync(phone: phone, referredBy: inviter);
        var deposit = await _people.PayAsync(invited);
        Assert.True((await _people.Rewards(invited).GetReview()).IsOk);

        await RefundAsync(deposit);
        await _people.SettledAsync(invited);

        Assert.Equal(RewardsError.NotFound, (await _people.Rewards(invited).DecideReview(new DecideReview(true, "admin:test", "Too late."))).Error);
        Assert.Equal(0, await cluster.BalanceAsync(inviter));
        await AssertSoundAsync(promo);
    });

    // A freeze stops what a customer does, not what is put right; a closed account's lots have lapsed, and nothing of them is there or owed.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task An_inviter_who_is_frozen_or_gone_owes_nothing(bool isGone) => _people.WhileOnAsync(RewardPeople.Invite, async promo =>
    {
        var (inviter, invited) = await PairAsync();
        var deposit = await _people.PayAsync(invited);
        await SpendAsync(inviter, 3_000);
        var shop = cluster.Cluster.Services.GetRequiredService<ShopState>();
        if (isGone)
        {
            Assert.True(await cluster.Cluster.Wallet(inviter).LapseBonus());
            await _people.Rewards(inviter).Forget();
        }
        else
        {
            await shop.FreezeAsync(new FrozenCustomer(inviter.Value, "test", inviter.Value, cluster.Cluster.Clock.GetUtcNow()), TestContext.Current.CancellationToken);
        }

        await RefundAsync(deposit);
        await _people.SettledAsync(invited);

        var wallet = await WalletAsync(inviter);
        Assert.Equal((0, 0, "TakenBack"), (wallet.BalanceIdr, wallet.DebtIdr, await StageAsync(invited)));
        Assert.Equal(3_000, (await UsagesAsync(promo)).Single(usage => usage.UserId == inviter.Value).KeptIdr);
        await AssertSoundAsync(promo);
    });

    [Fact]
    public Task A_refund_after_the_reward_lapsed_takes_nothing() => _people.WhileOnAsync(RewardPeople.Invite with { BonusExpiryDays = 1 }, async promo =>
    {
        var (inviter, invited) = await PairAsync();
        var deposit = await _people.PayAsync(invited);
        await SpendAsync(inviter, 4_000);
        await cluster.TurnAsync(TimeSpan.FromHours(25));
        await cluster.Cluster.Wallet(inviter).BookExpiries();
        await cluster.Cluster.Wallet(invited).BookExpiries();

        await RefundAsync(deposit);
        await _people.SettledAsync(invited);

        Assert.Equal((0, 0, 0), (await cluster.BalanceAsync(inviter), await cluster.BalanceAsync(invited), (await WalletAsync(invited)).DebtIdr));
        Assert.Equal(4_000, (await UsagesAsync(promo)).Sum(usage => usage.KeptIdr));
        await AssertSoundAsync(promo);
    });
}
