using Webrana.Contracts;
using Webrana.Contracts.Deposits;

namespace Webrana.Grains.Tests.Deposits;

/// <summary>Which top-ups are started at all. Whatever is refused leaves nothing behind.</summary>
[Collection(DepositCollection.Name)]
public sealed class DepositAdmissionTests(DepositCluster cluster)
{
    [Theory]
    [InlineData(0, "BRIVA", DepositError.InvalidAmount)]
    [InlineData(-150_000, "BRIVA", DepositError.InvalidAmount)]
    [InlineData(long.MaxValue, "BRIVA", DepositError.InvalidAmount)]
    [InlineData(9_999, "BRIVA", DepositError.AmountBelowMinimum)]
    [InlineData(10_000_001, "BRIVA", DepositError.AmountAboveMaximum)]
    [InlineData(150_000, "NOSUCHVA", DepositError.PaymentMethodUnavailable)]
    [InlineData(150_000, "", DepositError.PaymentMethodUnavailable)]
    public async Task What_a_channel_does_not_take_is_refused(long amountIdr, string method, DepositError error)
    {
        var id = new DepositId(Guid.NewGuid());
        var created = await cluster.Deposit(id).Create(DepositCluster.Command(new UserId(Guid.NewGuid()), amountIdr, method));
        Assert.Equal(error, created.Error);
        Assert.Equal(DepositError.NotFound, (await cluster.Deposit(id).Get()).Error);
        Assert.Empty(cluster.TransactionsOf(id));
    }

    [Fact]
    public async Task The_smallest_and_the_largest_amount_of_a_channel_are_taken()
    {
        Assert.Equal(10_000, (await (await cluster.OpenAsync(10_000)).ViewAsync()).AmountIdr);
        Assert.Equal(10_000_000, (await (await cluster.OpenAsync(10_000_000)).ViewAsync()).AmountIdr);
    }

    [Fact]
    public async Task A_promo_code_that_does_not_apply_refuses_the_deposit()
    {
        var id = new DepositId(Guid.NewGuid());
        var created = await cluster.Deposit(id).Create(DepositCluster.Command(new UserId(Guid.NewGuid()), promoCode: "NOSUCHCODE"));
        Assert.Equal(DepositError.PromoCodeInvalid, created.Error);
        Assert.Empty(cluster.TransactionsOf(id));
    }

    [Fact]
    public async Task The_same_request_again_answers_the_same_deposit()
    {
        var deposit = await cluster.OpenAsync();
        var again = await deposit.Grain.Create(DepositCluster.Command(deposit.Owner));
        Assert.Equal(deposit.Reference, again.Value!.PaymentRef);
        Assert.Single(cluster.TransactionsOf(deposit.Id));
    }

    [Fact]
    public async Task The_same_request_ten_times_at_once_makes_one_transaction()
    {
        var owner = await cluster.CustomerAsync();
        var id = new DepositId(Guid.NewGuid());
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => cluster.Deposit(id).Create(DepositCluster.Command(owner))));
        Assert.Single(answers.Select(answer => answer.Value!.PaymentRef).Distinct());
        Assert.Single(cluster.TransactionsOf(id));
    }

    [Fact]
    public async Task Another_request_under_the_same_id_is_a_conflict()
    {
        var deposit = await cluster.OpenAsync();
        Assert.Equal(DepositError.OperationConflict, (await deposit.Grain.Create(DepositCluster.Command(deposit.Owner, 160_000))).Error);
        Assert.Equal(DepositError.OperationConflict, (await deposit.Grain.Create(DepositCluster.Command(new UserId(Guid.NewGuid())))).Error);
    }

    [Fact]
    public async Task The_fourth_unpaid_deposit_is_refused()
    {
        var owner = await cluster.CustomerAsync();
        for (var i = 0; i < 3; i++)
            Assert.True((await cluster.Deposit(new DepositId(Guid.NewGuid())).Create(DepositCluster.Command(owner))).IsOk);
        var fourth = await cluster.Deposit(new DepositId(Guid.NewGuid())).Create(DepositCluster.Command(owner));
        Assert.Equal(DepositError.TooManyPendingDeposits, fourth.Error);
    }

    [Fact]
    public async Task A_QRIS_deposit_shows_a_QR_and_an_account_deposit_shows_its_number()
    {
        var qris = await (await cluster.OpenAsync(50_000, "QRIS")).ViewAsync();
        Assert.NotNull(qris.QrString);
        Assert.Null(qris.PayCode);
        Assert.InRange(qris.ExpiresAt - qris.CreatedAt, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(60));

        var account = await (await cluster.OpenAsync()).ViewAsync();
        Assert.Null(account.QrString);
        Assert.NotNull(account.PayCode);
        Assert.NotEmpty(account.Instructions);
        Assert.DoesNotContain(account.Instructions.SelectMany(instruction => instruction.Steps), step => step.Contains('<', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Channels_are_remembered_while_the_gateway_is_away()
    {
        var known = (await cluster.Account.Channels(100_000)).Value!;
        Assert.Contains(known.Items, channel => channel is { Code: "BRIVA", CustomerFeeIdr: > 0, Active: true });

        await cluster.TurnAsync(TimeSpan.FromMinutes(6));
        cluster.Gateway.AddFault("html_403", path: "payment-channel");
        var again = await cluster.Account.Channels(100_000);
        Assert.Equal(known.Items, again.Value!.Items);
    }
}
