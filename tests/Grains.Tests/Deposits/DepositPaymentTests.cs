using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Grains.Deposits;
using Webrana.Sandbox.Tripay.Transactions;

namespace Webrana.Grains.Tests.Deposits;

/// <summary>What arrives at the wallet, and what does not (invariant I5).</summary>
[Collection(DepositCollection.Name)]
public sealed class DepositPaymentTests(DepositCluster cluster)
{
    [Fact]
    public async Task A_paid_deposit_credits_what_was_asked_for_and_never_the_fee()
    {
        var deposit = await cluster.OpenAsync(150_000);
        deposit.Pay();
        await deposit.HearAsync();

        var view = await deposit.ViewAsync();
        Assert.Equal(DepositStatus.Paid, view.Status);
        Assert.NotNull(view.PaidAt);
        Assert.True(view.CustomerFeeIdr > 0);
        Assert.Equal(150_000 + view.CustomerFeeIdr, view.AmountToPayIdr);
        Assert.Equal(cluster.Transaction(deposit.Reference).Amount, view.AmountToPayIdr);
        Assert.Equal(150_000, await deposit.BalanceAsync());
        Assert.Equal(1, await cluster.RowsAsync(deposit.Owner, deposit.Reference));
        Assert.Null(await cluster.DueAtAsync(deposit.Id));

        var mail = await cluster.Mails.NextToAsync(DepositCluster.MailOf(deposit.Owner));
        Assert.Contains("Rp 150.000", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("https://webrana.example/wallet", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_callback_ten_times_at_once_credits_once()
    {
        var deposit = await cluster.OpenAsync();
        deposit.Pay();
        var notice = cluster.NoticeOf(deposit.Reference);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => deposit.Grain.PaymentNoticed(notice)));
        Assert.All(answers, answer => Assert.True(answer.IsOk));
        await deposit.Grain.Wake();
        await deposit.HearAsync();

        Assert.Equal(150_000, await deposit.BalanceAsync());
        Assert.Equal(1, await cluster.RowsAsync(deposit.Owner, deposit.Reference));
    }

    [Fact]
    public async Task A_callback_before_our_deposit_exists_asks_for_a_retry()
    {
        var unknown = new DepositId(Guid.NewGuid());
        var answer = await cluster.Deposit(unknown).PaymentNoticed(new PaymentNotice("R-1", MerchantRef.For(unknown), "PAID", 154_250));
        Assert.Equal(DepositError.NotFound, answer.Error);
        Assert.Equal(DepositError.NotFound, (await cluster.Deposit(unknown).Get()).Error);
    }

    [Fact]
    public async Task A_lost_callback_is_found_by_the_shared_scan()
    {
        var first = await cluster.OpenAsync();
        var second = await cluster.OpenAsync(75_000, "QRIS");
        var unpaid = await cluster.OpenAsync();
        first.Pay();
        second.Pay();

        await cluster.ScanAsync();
        await Task.WhenAll(first.Grain.Wake(), second.Grain.Wake());

        Assert.Equal(150_000, await first.BalanceAsync());
        Assert.Equal(75_000, await second.BalanceAsync());
        Assert.Equal(DepositStatus.Pending, (await unpaid.ViewAsync()).Status);
        await cluster.ScanAsync(); // Told once is enough; told again it changes nothing.
        Assert.Equal(1, await cluster.RowsAsync(first.Owner, first.Reference));
    }

    [Fact]
    public async Task A_lost_callback_is_healed_by_the_scans_reminder_before_the_deposits_first_poll()
    {
        await cluster.Account.EnsureRunning();
        await cluster.Account.EnsureRunning(); // Asked every few seconds: it must not push the tick away.
        await cluster.TurnAsync(TimeSpan.FromSeconds(20));
        var deposit = await cluster.OpenAsync();
        deposit.Pay();
        await cluster.TurnAsync(TimeSpan.FromSeconds(45)); // 65 s after the reminder was set, 45 s after the deposit was made.

        await cluster.Mails.NextToAsync(DepositCluster.MailOf(deposit.Owner));
        Assert.Equal(DepositStatus.Paid, (await deposit.ViewAsync()).Status);
        Assert.Equal(150_000, await deposit.BalanceAsync());
    }

    [Fact]
    public async Task With_callbacks_and_scans_gone_a_deposits_own_poll_credits()
    {
        var deposit = await cluster.OpenAsync();
        deposit.Pay();
        await cluster.TurnAsync(TimeSpan.FromSeconds(61));
        await cluster.Cluster.SweepAsync();
        Assert.Equal(DepositStatus.Paid, (await deposit.ViewAsync()).Status);
        Assert.Equal(150_000, await deposit.BalanceAsync());
    }

    [Fact]
    public async Task Signed_but_unpaid_credits_nothing()
    {
        var deposit = await cluster.OpenAsync();
        var forged = cluster.NoticeOf(deposit.Reference) with { Status = "PAID" };
        Assert.True((await deposit.Grain.PaymentNoticed(forged)).IsOk);
        await deposit.Grain.Wake();

        Assert.Equal(DepositStatus.Pending, (await deposit.ViewAsync()).Status);
        Assert.Equal(0, await deposit.BalanceAsync());
        deposit.Pay();
        await deposit.HearAsync();
        Assert.Equal(150_000, await deposit.BalanceAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)] // The gateway's own tester sends a real reference, PAID, and amounts of zero.
    [InlineData(1_000_000_000)]
    public async Task A_callback_of_another_sum_credits_nothing_and_stays_visible(long amountIdr)
    {
        var deposit = await cluster.OpenAsync();
        var wrong = cluster.NoticeOf(deposit.Reference) with { Status = "PAID", TotalAmountIdr = amountIdr };
        Assert.True((await deposit.Grain.PaymentNoticed(wrong)).IsOk);
        await deposit.Grain.Wake();

        Assert.Equal(0, await deposit.BalanceAsync());
        Assert.Equal(DepositReviews.WrongAmount, await deposit.ReviewAsync());
        Assert.Equal(DepositStatus.Pending, (await deposit.ViewAsync()).Status);
        Assert.Equal("WRONG_AMOUNT", await cluster.CasesAsync(deposit.Owner));
    }

    [Fact]
    public async Task A_transaction_of_another_sum_under_our_reference_credits_nothing()
    {
        var deposit = await cluster.OpenAsync();
        var other = await cluster.DoubleAsync(deposit.Id, 10_000);
        Assert.True(cluster.Gateway.Apply(other, PaymentAction.Pay));
        await deposit.Grain.PaymentNoticed(cluster.NoticeOf(other));
        await deposit.Grain.Wake();

        Assert.Equal(0, await deposit.BalanceAsync());
        Assert.Equal(DepositReviews.WrongAmount, await deposit.ReviewAsync());
        Assert.Equal("WRONG_AMOUNT", await cluster.CasesAsync(deposit.Owner));
    }

    [Fact]
    public async Task A_reference_the_gateway_does_not_know_credits_nothing_and_is_forgotten()
    {
        var deposit = await cluster.OpenAsync();
        var madeUp = cluster.NoticeOf(deposit.Reference) with { Reference = "DEV-T0001999999AAAAA", Status = "PAID" };
        Assert.True((await deposit.Grain.PaymentNoticed(madeUp)).IsOk);
        await deposit.Grain.Wake();

        Assert.Equal(0, await deposit.BalanceAsync());
        Assert.Equal(DepositReviews.UnknownReference, await deposit.ReviewAsync());
        Assert.DoesNotContain("999999AAAAA", await cluster.StoredAsync(deposit.Id, "payments"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_paid_reference_does_not_pay_my_deposit()
    {
        var mine = await cluster.OpenAsync();
        var other = await cluster.OpenAsync();
        other.Pay();
        var swapped = cluster.NoticeOf(other.Reference) with { MerchantRef = MerchantRef.For(mine.Id) };
        Assert.True((await mine.Grain.PaymentNoticed(swapped)).IsOk);
        await mine.Grain.Wake();

        Assert.Equal(0, await mine.BalanceAsync());
        Assert.Equal(DepositReviews.WrongReference, await mine.ReviewAsync());
        Assert.Equal(DepositError.NotFound, (await mine.Grain.PaymentNoticed(cluster.NoticeOf(other.Reference))).Error);
    }

    [Fact]
    public async Task Money_after_the_expiry_is_credited()
    {
        var deposit = await cluster.OpenAsync();
        Assert.True(cluster.Gateway.Apply(deposit.Reference, PaymentAction.Expire));
        await deposit.HearAsync();
        Assert.Equal(DepositStatus.Expired, (await deposit.ViewAsync()).Status);

        deposit.Pay();
        await deposit.HearAsync();
        Assert.Equal(DepositStatus.Paid, (await deposit.ViewAsync()).Status);
        Assert.Equal(150_000, await deposit.BalanceAsync());
    }

    [Fact]
    public async Task Nobody_pays_and_the_deposit_expires_by_itself_and_money_after_that_is_credited_and_shown_to_the_desk()
    {
        var deposit = await cluster.OpenAsync(20_000, "QRIS");
        await cluster.TurnAsync(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(6));
        await cluster.Cluster.SweepAsync();
        Assert.Equal(DepositStatus.Expired, (await deposit.ViewAsync()).Status);
        Assert.Equal(0, await deposit.BalanceAsync());
        Assert.NotNull(await cluster.DueAtAsync(deposit.Id)); // A late settlement is looked for.
        Assert.Null(await cluster.CasesAsync(deposit.Owner));

        deposit.Pay();
        await deposit.HearAsync();
        Assert.Equal(20_000, await deposit.BalanceAsync());
        Assert.Equal("LATE", await cluster.CasesAsync(deposit.Owner));
    }

    [Fact]
    public async Task A_failed_payment_fails_the_deposit()
    {
        var deposit = await cluster.OpenAsync();
        Assert.True(cluster.Gateway.Apply(deposit.Reference, PaymentAction.Fail));
        await deposit.HearAsync();
        Assert.Equal(DepositStatus.Failed, (await deposit.ViewAsync()).Status);
        Assert.Equal(0, await deposit.BalanceAsync());
    }

    [Fact]
    public async Task Two_paid_references_of_one_deposit_are_two_payments()
    {
        var deposit = await cluster.OpenAsync();
        var second = await cluster.DoubleAsync(deposit.Id, 150_000);
        deposit.Pay();
        Assert.True(cluster.Gateway.Apply(second, PaymentAction.Pay));
        await deposit.HearAsync();
        await deposit.Grain.PaymentNoticed(cluster.NoticeOf(second));
        await deposit.Grain.Wake();

        Assert.Equal(300_000, await deposit.BalanceAsync());
        Assert.Equal(1, await cluster.RowsAsync(deposit.Owner, deposit.Reference));
        Assert.Equal(1, await cluster.RowsAsync(deposit.Owner, second));
        Assert.Equal(DepositReviews.PaidTwice, await deposit.ReviewAsync());
        Assert.Equal("PAID_TWICE", await cluster.CasesAsync(deposit.Owner));
    }

    [Fact]
    public async Task A_refund_after_the_credit_leaves_the_wallet_once_whatever_is_heard_later()
    {
        var deposit = await cluster.OpenAsync();
        deposit.Pay();
        await deposit.HearAsync();
        Assert.True(cluster.Gateway.Apply(deposit.Reference, PaymentAction.Refund));
        await deposit.HearAsync();

        Assert.Equal(DepositStatus.Refund, (await deposit.ViewAsync()).Status);
        Assert.Equal(0, await deposit.BalanceAsync());
        Assert.Equal(DepositReviews.RefundAfterCredit, await deposit.ReviewAsync());
        await deposit.Grain.PaymentNoticed(cluster.NoticeOf(deposit.Reference) with { Status = "PAID" });
        await deposit.HearAsync();
        Assert.Equal(0, await deposit.BalanceAsync());
        Assert.Equal(0, (await cluster.Cluster.Wallet(deposit.Owner).Get()).DebtIdr);
    }
}
