using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Wallets;
using Webrana.Data.Faults;
using Webrana.Data.Promos;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Deposits;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Grains.Tests.Promos;

/// <summary>The best promo by itself, places that lapse, and what a refund takes back.</summary>
[Collection(DepositCollection.Name)]
public sealed class DepositBonusTests(DepositCluster cluster)
{
    IPromoGrain Promo(string id) => cluster.Cluster.Grains.GetGrain<IPromoGrain>(GrainKeys.Promo(id));

    IPromoDeskGrain Desk => cluster.Cluster.Grains.GetGrain<IPromoDeskGrain>(GrainKeys.PromoDesk());

    static PromoDefinition Bonus(long value, string? code = null) =>
        new() { Name = "Bonus", Code = code, Type = PromoType.DepositBonus, ValueType = PromoValueType.Fixed, Value = value, BonusExpiryDays = 30 };

    async Task<string> CreateAsync(PromoDefinition rule)
    {
        var id = Guid.NewGuid().ToString("N");
        var created = await Promo(id).Create(new CreatePromo(rule, "test"));
        Assert.True(created.IsOk, created.Detail);
        return id;
    }

    async Task<(string Promo, string Code)> WithCodeAsync(Func<string, PromoDefinition> rule)
    {
        var code = "K" + Guid.NewGuid().ToString("N")[..12].ToUpperInvariant();
        return (await CreateAsync(rule(code)), code);
    }

    async Task<Opened> OpenAsync(string? code, long amountIdr = 200_000, UserId? customer = null)
    {
        var owner = customer ?? await cluster.CustomerAsync();
        var id = new DepositId(Guid.NewGuid());
        var created = await cluster.Deposit(id).Create(DepositCluster.Command(owner, amountIdr, promoCode: code));
        Assert.True(created.TryGet(out var view), $"{created.Error}: {created.Detail}");
        return new Opened(cluster, id, owner, view.PaymentRef!);
    }

    Task<WalletView> WalletAsync(UserId owner) => cluster.Cluster.Wallet(owner).Get();

    Task<Result<PostingReceipt, WalletError>> SpendAsync(UserId owner, string operation, long amountIdr) => cluster.Cluster.Wallet(owner).Debit(
        new DebitCommand(operation, amountIdr, new PostingReference(ReferenceType.VpsPayment, operation, ContraAccount.Revenue, "Server")));

    [Fact]
    public async Task Without_a_code_the_best_promo_applies_by_itself_and_is_what_was_shown()
    {
        var small = await CreateAsync(Bonus(5_000));
        var best = await CreateAsync(Bonus(0) with { Tiers = [new PromoTier(100_000, 10_000), new PromoTier(500_000, 75_000)], MaxUsageTotal = 1 });
        try
        {
            // A code, however much it gives, applies to whoever types it, and to them alone: nothing is added to it.
            var (coded, code) = await WithCodeAsync(code => Bonus(90_000, code));
            var typed = await (await OpenAsync(code, 450_000)).ViewAsync();
            Assert.Equal((coded, 90_000, 540_000), (typed.Bonus!.PromoId, typed.BonusAmountIdr, typed.TotalCreditIdr));

            var owner = await cluster.CustomerAsync();
            var offer = (await Desk.Evaluate(new PromoClaim(owner, 450_000, "BRIVA", null))).Value!;
            Assert.Equal((best, 10_000), (offer.Grant!.PromoId, offer.Grant.AmountIdr));
            Assert.Equal((50_000, 75_000), (offer.Next!.AddIdr, offer.Next.BonusIdr));

            var deposit = await OpenAsync(null, 450_000, owner);
            var shown = (await deposit.ViewAsync()).Bonus!;
            Assert.Equal((best, 10_000, DepositBonusState.Held), (shown.PromoId, shown.AmountIdr, shown.State));

            // Its one place is taken: the next deposit gets the next best.
            var other = await OpenAsync(null, 450_000);
            Assert.Equal(small, (await other.ViewAsync()).Bonus!.PromoId);
            deposit.Pay();
            await deposit.HearAsync();
            var wallet = await WalletAsync(owner);
            Assert.Equal((460_000, 10_000), (wallet.BalanceIdr, wallet.BonusIdr));
            Assert.Equal("Bonus Deposit · Bonus", Assert.Single(wallet.Lots!).Source);
            Assert.Equal(DepositBonusState.Given, (await deposit.ViewAsync()).Bonus!.State);
        }
        finally
        {
            await Promo(small).Archive("test");
            await Promo(best).Archive("test");
        }
        Assert.Null((await (await OpenAsync(null)).ViewAsync()).Bonus);
    }

    [Theory]
    [InlineData(PromoType.DepositBonus, 30, "Bonus Deposit · Bonus")]
    [InlineData(PromoType.DepositCashback, null, "Cashback · Bonus")]
    [InlineData(PromoType.NewUserBonus, 30, "Welcome Bonus · Bonus")]
    public async Task The_wallets_row_names_what_kind_of_gift_it_is(PromoType type, int? lotDays, string words)
    {
        var (_, code) = await WithCodeAsync(code => Bonus(20_000, code) with { Type = type, BonusExpiryDays = lotDays });
        var deposit = await PaidAsync(code);
        var rows = (await new Data.Wallets.LedgerQueries(cluster.Cluster.Sources).HistoryAsync(deposit.Owner.Value, 10)).Rows;
        Assert.Equal([words, "Isi saldo lewat BRI Virtual Account"], rows.Select(row => row.Description));
    }

    [Fact]
    public async Task A_place_lapses_after_an_hour_and_is_taken_again_at_payment_if_one_is_left()
    {
        var (promo, code) = await WithCodeAsync(code => Bonus(10_000, code) with { MaxUsageTotal = 1 });
        var deposit = await OpenAsync(code);
        Assert.Equal(PromoStatus.SoldOut, (await Promo(promo).Get()).Value!.Status);
        await cluster.TurnAsync(TimeSpan.FromMinutes(61));
        await cluster.Cluster.SweepAsync();
        Assert.Equal(DepositBonusState.IfLeft, (await deposit.ViewAsync()).Bonus!.State);
        Assert.Equal(0, (await Promo(promo).Get()).Value!.UsageCount);

        var second = await OpenAsync(code); // Somebody else takes it, and loses the deposit again.
        Assert.True(cluster.Gateway.Apply(second.Reference, PaymentAction.Expire));
        await second.HearAsync();
        deposit.Pay();
        await deposit.HearAsync();
        Assert.Equal(210_000, await deposit.BalanceAsync());
        Assert.Equal(1, (await Promo(promo).Get()).Value!.UsageCount);
    }

    [Fact]
    public async Task Ten_top_ups_at_once_leave_three_waiting()
    {
        var owner = await cluster.CustomerAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => cluster.Deposit(new DepositId(Guid.NewGuid())).Create(DepositCluster.Command(owner))));
        Assert.Equal(3, all.Count(one => one.IsOk));
        Assert.All(all.Where(one => !one.IsOk), one => Assert.Equal(DepositError.TooManyPendingDeposits, one.Error));

        var first = all.First(one => one.IsOk).Value!;
        Assert.True(cluster.Gateway.Apply(first.PaymentRef!, PaymentAction.Expire));
        await new Opened(cluster, first.DepositId, owner, first.PaymentRef!).HearAsync();
        await OpenAsync(null, customer: owner); // The place is free without anybody giving it back.
    }

    [Fact]
    public async Task A_refund_takes_the_unspent_bonus_back_and_owes_nothing()
    {
        var (promo, code) = await WithCodeAsync(code => Bonus(20_000, code));
        var deposit = await PaidAsync(code);
        await RefundAsync(deposit);
        var wallet = await WalletAsync(deposit.Owner);
        Assert.Equal((0, 0, 0), (wallet.BalanceIdr, wallet.BonusIdr, wallet.DebtIdr));
        Assert.Equal(DepositBonusState.TakenBack, (await deposit.ViewAsync()).Bonus!.State);
        var totals = await new PromoQueries(cluster.Cluster.Sources).TotalsAsync(promo);
        Assert.Equal((0, 1, 20_000), (totals.GivenCount, totals.TakenBackCount, totals.TakenBackIdr));
    }

    [Fact]
    public async Task What_was_spent_becomes_a_debt_that_stops_spending_until_the_next_money_has_paid_it()
    {
        var (_, code) = await WithCodeAsync(code => Bonus(20_000, code));
        var deposit = await PaidAsync(code);
        var mail = await cluster.Mails.NextToAsync(DepositCluster.MailOf(deposit.Owner)); // Before there is another: two at once have no order.
        Assert.Contains("Rp 200.000", mail.Subject, StringComparison.Ordinal);
        Assert.True((await SpendAsync(deposit.Owner, "server", 150_000)).IsOk);
        await RefundAsync(deposit);
        var wallet = await WalletAsync(deposit.Owner);
        Assert.Equal((0, 150_000), (wallet.BalanceIdr, wallet.DebtIdr));
        mail = await cluster.Mails.NextToAsync(DepositCluster.MailOf(deposit.Owner));
        Assert.Contains("Rp 150.000", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("/wallet/top-up", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal(WalletError.OutstandingDebt, (await SpendAsync(deposit.Owner, "again", 1)).Error);

        var next = await OpenAsync(null, 200_000, deposit.Owner);
        next.Pay();
        await next.HearAsync();
        wallet = await WalletAsync(deposit.Owner);
        Assert.Equal((50_000, 0), (wallet.BalanceIdr, wallet.DebtIdr));
        Assert.True((await SpendAsync(deposit.Owner, "again", 50_000)).IsOk);
        Assert.Empty(await new Data.Wallets.LedgerInvariants(cluster.Cluster.Sources).CheckAsync());
    }

    [Fact]
    public async Task Dying_after_the_wallet_gave_the_refund_up_takes_nothing_twice()
    {
        var (_, code) = await WithCodeAsync(code => Bonus(20_000, code));
        var deposit = await PaidAsync(code);
        var died = cluster.Cluster.FailPoints.Arm("deposit.reversed", FailMode.Throw, subject: GrainKeys.Deposit(deposit.Id));
        Assert.True(cluster.Gateway.Apply(deposit.Reference, PaymentAction.Refund));
        try
        {
            await deposit.HearAsync();
        }
        catch (InfrastructureException)
        {
            // Heard here, unless it died behind the notice before anybody asked.
        }

        await died.WaitAsync(WebranaCluster.Patience);
        await cluster.Cluster.Orleans.DeactivateAsync(deposit.Grain);
        await cluster.Cluster.SweepAsync();
        Assert.Equal((0, 0), ((await WalletAsync(deposit.Owner)).BalanceIdr, (await WalletAsync(deposit.Owner)).DebtIdr));
        Assert.Null(await cluster.DueAtAsync(deposit.Id));
    }

    [Fact]
    public async Task Bonus_money_lapses_by_a_row_without_its_owner_doing_anything()
    {
        var (_, code) = await WithCodeAsync(code => Bonus(20_000, code) with { BonusExpiryDays = 1 });
        var deposit = await PaidAsync(code);
        await cluster.TurnAsync(TimeSpan.FromHours(25));
        await cluster.Cluster.SweepAsync();
        var rows = await new Data.Wallets.LedgerQueries(cluster.Cluster.Sources).HistoryAsync(deposit.Owner.Value, 10);
        Assert.Equal(("BONUS_EXPIRY", -20_000L, 200_000L), (rows.Rows[0].ReferenceType, rows.Rows[0].AmountIdr, rows.Rows[0].BalanceAfterIdr));
        Assert.Equal(0, await cluster.Cluster.Wallet(deposit.Owner).BookExpiries());
    }

    [Fact]
    public async Task A_refunded_purchase_returns_to_its_lots_and_an_expired_one_lapses_at_once()
    {
        var (_, code) = await WithCodeAsync(code => Bonus(20_000, code) with { BonusExpiryDays = 1 });
        var deposit = await PaidAsync(code);
        Assert.True((await SpendAsync(deposit.Owner, "server", 50_000)).IsOk);
        var refund = new RefundCommand("server", 50_000, new PostingReference(ReferenceType.Refund, "server", ContraAccount.Revenue, "Refund"));
        await cluster.TurnAsync(TimeSpan.FromHours(25));
        var wallet = cluster.Cluster.Wallet(deposit.Owner);
        Assert.Equal(50_000, (await wallet.Refund(refund)).Value!.AmountIdr);
        Assert.True((await wallet.Refund(refund)).Value!.AlreadyDone);
        Assert.Equal(WalletError.HoldNotFound, (await wallet.Refund(refund with { SpentOperationId = "nothing" })).Error);
        Assert.Equal((200_000, 0), ((await wallet.Get()).BalanceIdr, (await wallet.Get()).BonusIdr));
        var rows = (await new Data.Wallets.LedgerQueries(cluster.Cluster.Sources).HistoryAsync(deposit.Owner.Value, 10)).Rows;
        Assert.Equal([("BONUS_EXPIRY", -20_000L), ("REFUND", 50_000L)], rows.Take(2).Select(row => (row.ReferenceType, row.AmountIdr)));
    }

    async Task<Opened> PaidAsync(string code)
    {
        var deposit = await OpenAsync(code);
        deposit.Pay();
        await deposit.HearAsync();
        Assert.Equal(220_000, await deposit.BalanceAsync());
        return deposit;
    }

    async Task RefundAsync(Opened deposit)
    {
        Assert.True(cluster.Gateway.Apply(deposit.Reference, PaymentAction.Refund));
        await deposit.HearAsync();
        Assert.Equal(DepositStatus.Refund, (await deposit.ViewAsync()).Status);
    }
}
