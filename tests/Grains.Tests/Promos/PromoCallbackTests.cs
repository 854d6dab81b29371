using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Promos;
using Webrana.Data.Faults;
using Webrana.Data.Promos;
using Webrana.Data.Wallets;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Deposits;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Grains.Tests.Promos;

/// <summary>What the gateway says arrives twice, late, in the wrong order or not at all: the promise is kept once or not made.</summary>
[Collection(DepositCollection.Name)]
public sealed class PromoCallbackTests(DepositCluster cluster)
{
    IPromoGrain Promo(string id) => cluster.Cluster.Grains.GetGrain<IPromoGrain>(GrainKeys.Promo(id));

    async Task<(string Id, string Code)> CreateAsync(Func<PromoDefinition, PromoDefinition>? rule = null)
    {
        var (id, code) = (Guid.NewGuid().ToString("N"), "C" + Guid.NewGuid().ToString("N")[..12].ToUpperInvariant());
        var bonus = new PromoDefinition
        {
            Name = "Bonus", Code = code, Type = PromoType.DepositBonus, ValueType = PromoValueType.Fixed, Value = 20_000, BonusExpiryDays = 30, MaxUsageTotal = 1,
        };
        Assert.True((await Promo(id).Create(new CreatePromo(rule?.Invoke(bonus) ?? bonus, "test"))).IsOk);
        return (id, code);
    }

    async Task<Opened> OpenAsync(string code)
    {
        var (owner, id) = (await cluster.CustomerAsync(), new DepositId(Guid.NewGuid()));
        var created = await cluster.Deposit(id).Create(DepositCluster.Command(owner, 200_000, promoCode: code));
        Assert.True(created.TryGet(out var view), $"{created.Error}: {created.Detail}");
        return new Opened(cluster, id, owner, view.PaymentRef!);
    }

    async Task NoticeAsync(Opened deposit, string status)
    {
        Assert.True((await deposit.Grain.PaymentNoticed(cluster.NoticeOf(deposit.Reference) with { Status = status })).IsOk);
        await deposit.Grain.Wake();
    }

    Task<long> BonusRowsAsync(Opened deposit) => cluster.Cluster.Database.ScalarAsync<long>(
        $"SELECT count(*) FROM wallet_transactions WHERE wallet_id = '{deposit.Owner}' AND operation_id LIKE 'promo:%'");

    async Task AssertBooksAsync(string promo, long givenIdr)
    {
        Assert.Equal(givenIdr, (await new PromoQueries(cluster.Cluster.Sources).TotalsAsync(promo)).GivenIdr);
        Assert.Empty(await new LedgerInvariants(cluster.Cluster.Sources).CheckAsync());
    }

    [Fact]
    public async Task Paid_ten_times_at_once_is_one_bonus()
    {
        var (promo, code) = await CreateAsync();
        var deposit = await OpenAsync(code);
        deposit.Pay();
        var notice = cluster.NoticeOf(deposit.Reference);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => deposit.Grain.PaymentNoticed(notice)));
        await deposit.Grain.Wake();
        await deposit.HearAsync();
        Assert.Equal((220_000, 1), (await deposit.BalanceAsync(), await BonusRowsAsync(deposit)));
        await AssertBooksAsync(promo, 20_000);
    }

    [Fact]
    public async Task Expired_heard_after_paid_changes_nothing()
    {
        var (promo, code) = await CreateAsync();
        var deposit = await OpenAsync(code);
        deposit.Pay();
        await deposit.HearAsync();
        await NoticeAsync(deposit, "EXPIRED");
        Assert.Equal((220_000, DepositStatus.Paid), (await deposit.BalanceAsync(), (await deposit.ViewAsync()).Status));
        await AssertBooksAsync(promo, 20_000);
    }

    // The deposit that lapsed is the customer's first; that it is paid by now does not make it the second.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Expired_then_paid_still_brings_a_newcomers_bonus(bool byTheGateway)
    {
        var (promo, code) = await CreateAsync(rule => rule with { ForNewUsersOnly = true });
        var deposit = await OpenAsync(code);
        if (byTheGateway)
        {
            Assert.True(cluster.Gateway.Apply(deposit.Reference, PaymentAction.Expire));
            await deposit.HearAsync();
        }
        else
        {
            await cluster.TurnAsync(TimeSpan.FromMinutes(61));
            await cluster.Cluster.SweepAsync();
        }

        Assert.Equal(DepositBonusState.IfLeft, (await deposit.ViewAsync()).Bonus!.State);
        Assert.Equal(0, (await Promo(promo).Get()).Value!.UsageCount);
        deposit.Pay();
        await deposit.HearAsync();
        Assert.Equal((220_000, 1), (await deposit.BalanceAsync(), await BonusRowsAsync(deposit)));
        await AssertBooksAsync(promo, 20_000);
    }

    [Fact]
    public async Task Refunded_then_paid_brings_nothing_and_leaves_the_place_to_others()
    {
        var (promo, code) = await CreateAsync();
        var deposit = await OpenAsync(code);
        deposit.Pay();
        Assert.True(cluster.Gateway.Apply(deposit.Reference, PaymentAction.Refund));
        await NoticeAsync(deposit, "REFUND");
        await NoticeAsync(deposit, "PAID"); // The older of the two callbacks, overtaken by the newer.
        var wallet = await cluster.Cluster.Wallet(deposit.Owner).Get();
        Assert.Equal((0, 0, DepositStatus.Refund), (wallet.BalanceIdr, wallet.DebtIdr, (await deposit.ViewAsync()).Status));
        Assert.Equal(0, await BonusRowsAsync(deposit));
        await AssertBooksAsync(promo, 0);
        await OpenAsync(code);
    }

    [Fact]
    public async Task Paid_heard_again_after_the_refund_gives_nothing_back()
    {
        var (promo, code) = await CreateAsync();
        var deposit = await OpenAsync(code);
        deposit.Pay();
        await deposit.HearAsync();
        Assert.True(cluster.Gateway.Apply(deposit.Reference, PaymentAction.Refund));
        await deposit.HearAsync();
        await NoticeAsync(deposit, "PAID");
        await NoticeAsync(deposit, "REFUND");
        var wallet = await cluster.Cluster.Wallet(deposit.Owner).Get();
        Assert.Equal((0, 0, 0), (wallet.BalanceIdr, wallet.BonusIdr, wallet.DebtIdr));
        Assert.Equal(DepositBonusState.TakenBack, (await deposit.ViewAsync()).Bonus!.State);
        await AssertBooksAsync(promo, 0);
    }

    // The callback is lost, the place's time passes: whoever paid within it keeps the very place that was held.
    [Fact]
    public async Task Who_paid_in_time_keeps_the_place_although_nobody_said_so()
    {
        var (promo, code) = await CreateAsync();
        var deposit = await OpenAsync(code);
        var reservedAt = Assert.Single((await new PromoQueries(cluster.Cluster.Sources).UsagesAsync(promo, 10)).Rows).ReservedAt;
        await cluster.TurnAsync(TimeSpan.FromMinutes(53));
        deposit.Pay();
        await cluster.TurnAsync(TimeSpan.FromMinutes(2));
        await cluster.Cluster.SweepAsync();
        Assert.Equal(220_000, await deposit.BalanceAsync());
        var usage = Assert.Single((await new PromoQueries(cluster.Cluster.Sources).UsagesAsync(promo, 10)).Rows);
        Assert.Equal((UsageStage.Given, reservedAt), (usage.Stage, usage.ReservedAt));
    }

    // Given back at the promo, and dead before that was written at the deposit; then somebody else takes the place, and the payment comes.
    [Fact]
    public async Task A_place_whose_return_was_cut_off_is_no_place_any_more()
    {
        var (promo, code) = await CreateAsync();
        var deposit = await OpenAsync(code);
        var died = cluster.Cluster.FailPoints.Arm("deposit.promo_moved", FailMode.Throw, subject: GrainKeys.Deposit(deposit.Id));
        await cluster.TurnAsync(TimeSpan.FromMinutes(55));
        await cluster.Cluster.SweepAsync();
        await died.WaitAsync(WebranaCluster.Patience);
        var other = await OpenAsync(code);
        deposit.Pay();
        await deposit.HearAsync();
        Assert.Equal((200_000, 0), (await deposit.BalanceAsync(), await BonusRowsAsync(deposit)));

        other.Pay();
        await other.HearAsync();
        Assert.Equal((220_000, 1), (await other.BalanceAsync(), await BonusRowsAsync(other)));
        await AssertBooksAsync(promo, 20_000);
    }

    [Theory]
    [InlineData("deposit.promo_moved")]
    [InlineData("deposit.promo_reserved_again")]
    public async Task Dying_while_a_place_lapses_or_is_taken_again_ends_in_one_bonus_and_one_usage(string arrow)
    {
        var (promo, code) = await CreateAsync();
        var deposit = await OpenAsync(code);
        var died = cluster.Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Deposit(deposit.Id));
        await cluster.TurnAsync(TimeSpan.FromMinutes(61));
        await cluster.Cluster.SweepAsync();
        deposit.Pay();
        try
        {
            await deposit.HearAsync();
        }
        catch (InfrastructureException)
        {
            await cluster.Cluster.Orleans.DeactivateAsync(deposit.Grain);
        }

        await died.WaitAsync(WebranaCluster.Patience);
        await cluster.Cluster.Orleans.DeactivateAsync(deposit.Grain);
        await cluster.TurnAsync(TimeSpan.FromMinutes(1));
        await cluster.Cluster.SweepAsync();
        Assert.Equal((220_000, 1), (await deposit.BalanceAsync(), await BonusRowsAsync(deposit)));
        Assert.Null(await cluster.DueAtAsync(deposit.Id));
        await AssertBooksAsync(promo, 20_000);
    }
}
