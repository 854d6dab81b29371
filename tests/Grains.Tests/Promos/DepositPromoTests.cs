using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Promos;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Deposits;
using Webrana.Sandbox.Tripay.Transactions;
using Webrana.Silo.Seeding;

namespace Webrana.Grains.Tests.Promos;

/// <summary>What a promo code does to a deposit, and what a crash in between does not.</summary>
[Collection(DepositCollection.Name)]
public sealed class DepositPromoTests(DepositCluster cluster)
{
    IPromoGrain Promo(string id) => cluster.Cluster.Grains.GetGrain<IPromoGrain>(GrainKeys.Promo(id));

    async Task<(string Id, string Code)> DefineAsync(PromoDefinition terms)
    {
        var id = Guid.NewGuid().ToString("N");
        var code = "P" + id[..12].ToUpperInvariant();
        Assert.True((await Promo(id).Create(new CreatePromo(terms with { Code = code }, "test"))).IsOk);
        return (id, code);
    }

    PromoDefinition Demo(string id) => SeedPromos.Demo(cluster.Cluster.Clock.GetUtcNow())[id];

    async Task<Opened> OpenAsync(string? code, UserId? customer = null, long amountIdr = 200_000)
    {
        var owner = customer ?? await cluster.CustomerAsync();
        var id = new DepositId(Guid.NewGuid());
        var created = await cluster.Deposit(id).Create(DepositCluster.Command(owner, amountIdr, promoCode: code));
        Assert.True(created.TryGet(out var view), $"{created.Error}: {created.Detail}");
        return new Opened(cluster, id, owner, view.PaymentRef!);
    }

    [Fact]
    public async Task A_bonus_arrives_as_a_lot_beside_the_money_and_is_used_up()
    {
        var (id, code) = await DefineAsync(Demo("deposit10"));
        var deposit = await OpenAsync(code.ToLowerInvariant());
        var promised = await deposit.ViewAsync();
        Assert.True(promised.CustomerFeeIdr > 0, "There is a fee, and no part of the bonus is computed on it.");
        Assert.Equal((20_000, 220_000), (promised.BonusAmountIdr, promised.TotalCreditIdr));

        deposit.Pay();
        await deposit.HearAsync();
        var wallet = await cluster.Cluster.Wallet(deposit.Owner).Get();
        Assert.Equal((220_000, 20_000), (wallet.BalanceIdr, wallet.BonusIdr));
        var rows = (await new Data.Wallets.LedgerQueries(cluster.Cluster.Sources).HistoryAsync(deposit.Owner.Value, 10)).Rows;
        Assert.Equal([("PROMO", 20_000, 220_000), ("DEPOSIT", 200_000, 200_000)], rows.Select(row => (row.ReferenceType, row.AmountIdr, row.BalanceAfterIdr)));
        Assert.Equal(($"promo:{id}:{deposit.Id}", "PROMO_EXPENSE"), (rows[0].OperationId, rows[0].ContraAccount));
        Assert.Equal(1, (await Promo(id).Get()).Value!.UsageCount);
        Assert.Null(await cluster.DueAtAsync(deposit.Id));

        var again = await cluster.Deposit(new DepositId(Guid.NewGuid())).Create(DepositCluster.Command(deposit.Owner, 200_000, promoCode: code));
        Assert.Equal(DepositError.PromoAlreadyUsed, again.Error); // Once per person.
    }

    [Fact]
    public async Task A_cashback_is_ordinary_money()
    {
        var (_, code) = await DefineAsync(Demo("akhirtahun5") with { StartsAt = null, EndsAt = null });
        var deposit = await OpenAsync(code);
        var promised = await deposit.ViewAsync();
        Assert.Equal((10_000, 210_000), (promised.BonusAmountIdr, promised.TotalCreditIdr));
        deposit.Pay();
        await deposit.HearAsync();
        var wallet = await cluster.Cluster.Wallet(deposit.Owner).Get();
        Assert.Equal((210_000, 0), (wallet.BalanceIdr, wallet.BonusIdr));
    }

    [Fact]
    public async Task A_welcome_bonus_is_for_the_first_deposit_only()
    {
        var (_, code) = await DefineAsync(Demo("welcome25"));
        var old = await cluster.OpenAsync();
        old.Pay();
        await old.HearAsync();
        var refused = await cluster.Deposit(new DepositId(Guid.NewGuid())).Create(DepositCluster.Command(old.Owner, 200_000, promoCode: code));
        Assert.Equal(DepositError.PromoCodeInvalid, refused.Error);

        var fresh = await OpenAsync(code);
        fresh.Pay();
        await fresh.HearAsync();
        Assert.Equal(225_000, await fresh.BalanceAsync());
    }

    // What the payment page said is what is credited: the question is asked when the place is taken, and not again while it is held.
    [Fact]
    public async Task A_newcomers_promise_stands_when_another_deposit_is_paid_before_it()
    {
        var (_, code) = await DefineAsync(Demo("welcome25"));
        var promised = await OpenAsync(code);
        var other = await OpenAsync(null, promised.Owner);
        other.Pay();
        await other.HearAsync();
        Assert.Equal(25_000, (await promised.ViewAsync()).BonusAmountIdr);

        promised.Pay();
        await promised.HearAsync();
        Assert.Equal(425_000, await promised.BalanceAsync());
    }

    [Fact]
    public async Task A_first_deposit_that_was_given_back_makes_nobody_new_again()
    {
        var (_, code) = await DefineAsync(Demo("welcome25"));
        var first = await cluster.OpenAsync();
        first.Pay();
        await first.HearAsync();
        Assert.True(cluster.Gateway.Apply(first.Reference, PaymentAction.Refund));
        await first.HearAsync();
        Assert.Equal(DepositStatus.Refund, (await first.ViewAsync()).Status);

        var refused = await cluster.Deposit(new DepositId(Guid.NewGuid())).Create(DepositCluster.Command(first.Owner, 200_000, promoCode: code));
        Assert.Equal(DepositError.PromoCodeInvalid, refused.Error);
    }

    [Fact]
    public async Task A_welcome_with_a_minimum_comes_with_the_first_deposit_that_reaches_it()
    {
        var (_, code) = await DefineAsync(Demo("welcome25") with { ForNewUsersOnly = false });
        var small = await cluster.OpenAsync(20_000);
        small.Pay();
        await small.HearAsync();
        var large = await OpenAsync(code, small.Owner);
        large.Pay();
        await large.HearAsync();
        Assert.Equal(20_000 + 200_000 + 25_000, await large.BalanceAsync());

        var again = await cluster.Deposit(new DepositId(Guid.NewGuid())).Create(DepositCluster.Command(small.Owner, 200_000, promoCode: code));
        Assert.Equal(DepositError.PromoCodeInvalid, again.Error);
    }

    [Fact]
    public async Task A_promo_that_has_not_started_refuses_the_deposit()
    {
        var (_, code) = await DefineAsync(Demo("akhirtahun5"));
        var id = new DepositId(Guid.NewGuid());
        Assert.Equal(DepositError.PromoCodeInvalid, (await cluster.Deposit(id).Create(DepositCluster.Command(await cluster.CustomerAsync(), promoCode: code))).Error);
        Assert.Empty(cluster.TransactionsOf(id));
    }

    [Fact]
    public async Task A_deposit_that_expires_gives_its_usage_back_and_late_money_takes_it_again()
    {
        var (id, code) = await DefineAsync(Demo("deposit10") with { MaxUsageTotal = 1 });
        var deposit = await OpenAsync(code);
        Assert.Equal(PromoStatus.SoldOut, (await Promo(id).Get()).Value!.Status);
        Assert.True(cluster.Gateway.Apply(deposit.Reference, PaymentAction.Expire));
        await deposit.HearAsync();
        Assert.Equal(0, (await Promo(id).Get()).Value!.UsageCount);

        deposit.Pay();
        await deposit.HearAsync();
        Assert.Equal(220_000, await deposit.BalanceAsync());
        Assert.Equal(1, (await Promo(id).Get()).Value!.UsageCount);
    }

    [Fact]
    public async Task Late_money_whose_promo_is_gone_is_credited_without_it()
    {
        var (_, code) = await DefineAsync(Demo("deposit10") with { MaxUsageTotal = 1 });
        var late = await OpenAsync(code);
        Assert.True(cluster.Gateway.Apply(late.Reference, PaymentAction.Expire));
        await late.HearAsync();
        await OpenAsync(code); // Somebody else takes the place.

        late.Pay();
        await late.HearAsync();
        Assert.Equal(200_000, await late.BalanceAsync());
        Assert.Equal(0, (await late.ViewAsync()).BonusAmountIdr);
    }

    [Fact]
    public async Task A_second_payment_of_the_same_deposit_brings_no_second_bonus()
    {
        var (_, code) = await DefineAsync(Demo("deposit10"));
        var deposit = await OpenAsync(code);
        var second = await cluster.DoubleAsync(deposit.Id, 200_000);
        deposit.Pay();
        Assert.True(cluster.Gateway.Apply(second, PaymentAction.Pay));
        await deposit.HearAsync();
        await deposit.Grain.PaymentNoticed(cluster.NoticeOf(second));
        await deposit.Grain.Wake();
        Assert.Equal(420_000, await deposit.BalanceAsync());
    }

    [Theory]
    [InlineData("deposit.intent_stored")]
    [InlineData("deposit.promo_reserved")]
    [InlineData("deposit.create_answered")]
    [InlineData("deposit.credited")]
    [InlineData("deposit.paid_stored")]
    [InlineData("deposit.bonus_given")]
    [InlineData("deposit.promo_moved")]
    [InlineData("deposit.told")]
    public async Task Dying_at_any_arrow_ends_in_one_bonus_and_one_usage(string arrow)
    {
        var (promo, code) = await DefineAsync(Demo("deposit10"));
        var owner = await cluster.CustomerAsync();
        var id = new DepositId(Guid.NewGuid());
        var grain = cluster.Deposit(id);
        var command = DepositCluster.Command(owner, 200_000, promoCode: code);
        var died = cluster.Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Deposit(id));

        await SurvivingAsync(grain, () => grain.Create(command));
        Assert.True((await grain.Create(command)).IsOk);
        var reference = Assert.Single(cluster.TransactionsOf(id)).Reference;
        Assert.True(cluster.Gateway.Apply(reference, PaymentAction.Pay));
        await SurvivingAsync(grain, () => grain.PaymentNoticed(cluster.NoticeOf(reference)));
        await SurvivingAsync(grain, () => grain.Wake());
        await died.WaitAsync(WebranaCluster.Patience);
        await cluster.Cluster.Orleans.DeactivateAsync(grain);
        await cluster.Cluster.SweepAsync();

        var wallet = await cluster.Cluster.Wallet(owner).Get();
        Assert.Equal((220_000, 20_000), (wallet.BalanceIdr, wallet.BonusIdr));
        Assert.Equal(1, (await Promo(promo).Get()).Value!.UsageCount);
        Assert.Null(await cluster.DueAtAsync(id));
    }

    /// <summary>Calls, and when the process "dies" under it, forgets the activation as a real death would.</summary>
    async Task SurvivingAsync<T>(IDepositGrain grain, Func<Task<T>> call)
    {
        try
        {
            await call();
        }
        catch (InfrastructureException)
        {
            await cluster.Cluster.Orleans.DeactivateAsync(grain);
        }
    }
}
