using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Promos;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Deposits;

/// <summary>What if the process dies between two lines, or an answer never comes?</summary>
[Collection(DepositCollection.Name)]
public sealed class DepositFaultTests(DepositCluster cluster)
{
    [Theory]
    [InlineData("deposit.intent_stored")]
    [InlineData("deposit.create_answered")]
    [InlineData("deposit.reference_stored")]
    [InlineData("deposit.notice_stored")]
    [InlineData("deposit.verdict_stored")]
    [InlineData("deposit.credited")]
    [InlineData("deposit.paid_stored")]
    [InlineData("deposit.told")]
    public async Task Dying_at_any_arrow_ends_in_one_transaction_one_credit_and_one_mail(string arrow)
    {
        var owner = await cluster.CustomerAsync();
        var id = new DepositId(Guid.NewGuid());
        var grain = cluster.Deposit(id);
        var died = cluster.Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Deposit(id));

        var created = await SurvivingAsync(grain, () => grain.Create(DepositCluster.Command(owner)))
            ?? await grain.Create(DepositCluster.Command(owner));
        Assert.True(created.TryGet(out var view), $"{created.Error}");
        var reference = Assert.Single(cluster.TransactionsOf(id)).Reference;
        Assert.Equal(reference, view.PaymentRef);

        Assert.True(cluster.Gateway.Apply(reference, Sandbox.Tripay.Transactions.PaymentAction.Pay));
        await SurvivingAsync(grain, () => grain.PaymentNoticed(cluster.NoticeOf(reference)));
        await SurvivingAsync(grain, () => grain.Wake());
        await died.WaitAsync(WebranaCluster.Patience);
        await cluster.Cluster.Orleans.DeactivateAsync(grain);
        await cluster.Cluster.SweepAsync();

        Assert.Equal(DepositStatus.Paid, (await grain.Get()).Value!.Status);
        Assert.Equal(150_000, await cluster.BalanceAsync(owner));
        Assert.Equal(1, await cluster.RowsAsync(owner, reference));
        Assert.Null(await cluster.DueAtAsync(id));
        await cluster.Mails.NextToAsync(DepositCluster.MailOf(owner));
        Assert.Single(cluster.Mails.To(DepositCluster.MailOf(owner)));
    }

    /// <summary>Calls, and when the process "dies" under it, forgets the activation as a real death would.</summary>
    async Task<T?> SurvivingAsync<T>(IDepositGrain grain, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (InfrastructureException)
        {
            await cluster.Cluster.Orleans.DeactivateAsync(grain);
            return default;
        }
    }

    [Fact]
    public async Task A_callback_that_overtakes_the_answer_to_our_own_create_is_credited()
    {
        var owner = await cluster.CustomerAsync();
        var id = new DepositId(Guid.NewGuid());
        cluster.Gateway.Settings = cluster.Gateway.Settings with { Callbacks = true };
        try
        {
            cluster.Gateway.AddFault("callback_before_create", path: "transaction/create");
            Assert.True((await cluster.Deposit(id).Create(DepositCluster.Command(owner))).IsOk);
        }
        finally
        {
            cluster.Gateway.Settings = cluster.Gateway.Settings with { Callbacks = false };
        }
        await cluster.Deposit(id).Wake();
        Assert.Equal(150_000, await cluster.BalanceAsync(owner));
        Assert.Equal(DepositStatus.Paid, (await cluster.Deposit(id).Get()).Value!.Status);
        Assert.Equal(1, await cluster.RowsAsync(owner, Assert.Single(cluster.TransactionsOf(id)).Reference));
        var attempt = Assert.Single(cluster.Gateway.CallbackAttempts, attempt => attempt.Reference == cluster.TransactionsOf(id)[0].Reference);
        Assert.True(attempt.Succeeded);
    }

    [Fact]
    public async Task A_create_whose_answer_is_lost_is_found_and_not_made_twice()
    {
        var owner = await cluster.CustomerAsync();
        var id = new DepositId(Guid.NewGuid());
        cluster.Gateway.AddFault("drop_after_effect", path: "transaction/create");
        var created = await cluster.Deposit(id).Create(DepositCluster.Command(owner, method: "QRIS"));

        Assert.True(created.TryGet(out var view), $"{created.Error}: {created.Detail}");
        Assert.Equal(Assert.Single(cluster.TransactionsOf(id)).Reference, view.PaymentRef);
        Assert.NotNull(view.QrString);
        Assert.NotEmpty(view.Instructions);
    }

    [Fact]
    public async Task A_gateway_that_is_down_refuses_and_the_same_request_works_later()
    {
        var owner = await cluster.CustomerAsync();
        var id = new DepositId(Guid.NewGuid());
        Assert.True((await cluster.Account.Channels(150_000)).IsOk); // The channel list is known from before.
        cluster.Gateway.AddFault("drop_before_effect", path: "transaction/create");
        Assert.Equal(DepositError.GatewayUnavailable, (await cluster.Deposit(id).Create(DepositCluster.Command(owner))).Error);
        Assert.Empty(cluster.TransactionsOf(id));

        Assert.True((await cluster.Deposit(id).Create(DepositCluster.Command(owner))).IsOk);
        Assert.Single(cluster.TransactionsOf(id));
    }

    [Fact]
    public async Task A_deposit_that_never_reached_the_gateway_is_given_up_after_five_minutes()
    {
        var owner = await cluster.CustomerAsync();
        var id = new DepositId(Guid.NewGuid());
        cluster.Gateway.AddFault("drop_before_effect", path: "transaction/create");
        await cluster.Deposit(id).Create(DepositCluster.Command(owner));

        await cluster.TurnAsync(TimeSpan.FromMinutes(2));
        await cluster.Cluster.SweepAsync();
        Assert.Equal(DepositStatus.Pending, (await cluster.Deposit(id).Get()).Value!.Status);
        await cluster.TurnAsync(TimeSpan.FromMinutes(4));
        await cluster.Cluster.SweepAsync();
        Assert.Equal(DepositStatus.Failed, (await cluster.Deposit(id).Get()).Value!.Status);
        Assert.Null(await cluster.DueAtAsync(id));
        Assert.Equal(DepositError.GatewayUnavailable, (await cluster.Deposit(id).Create(DepositCluster.Command(owner))).Error);
    }

    [Fact]
    public async Task A_gateway_that_cannot_be_asked_delays_the_credit_and_does_not_lose_it()
    {
        var deposit = await cluster.OpenAsync();
        deposit.Pay();
        // For whoever asks: deposits of other tests are looked after too, and one of them would take a single failure away.
        cluster.Gateway.AddFault("status_500", count: 1_000, path: "transaction/detail");
        try
        {
            Assert.True((await deposit.Grain.PaymentNoticed(cluster.NoticeOf(deposit.Reference))).IsOk);
            await deposit.Grain.Wake();
            Assert.Equal(0, await deposit.BalanceAsync());
        }
        finally
        {
            using var http = new HttpClient();
            using var cleared = await http.DeleteAsync(new Uri(cluster.Gateway.Address, "/_sandbox/faults"), TestContext.Current.CancellationToken);
            cleared.EnsureSuccessStatusCode();
        }

        await cluster.TurnAsync(TimeSpan.FromMinutes(2));
        await cluster.Cluster.SweepAsync();
        await Eventually.Async(deposit.BalanceAsync, balance => balance == 150_000, WebranaCluster.Patience, "it is credited");
    }

    [Fact]
    public async Task A_wallet_that_does_not_say_is_asked_again_with_the_same_operation_id()
    {
        var deposit = await cluster.OpenAsync();
        deposit.Pay();
        WalletFaults.LoseAnswers(deposit.Owner, 2);
        Assert.True((await deposit.Grain.PaymentNoticed(cluster.NoticeOf(deposit.Reference))).IsOk);
        await deposit.Grain.Wake();
        Assert.Equal(DepositStatus.Pending, (await deposit.ViewAsync()).Status);
        Assert.Equal(150_000, await deposit.BalanceAsync()); // It had happened.

        await cluster.TurnAsync(TimeSpan.FromSeconds(6));
        // Whether it is this call or the sweeper's, which it joins: the second answer is lost as well.
        await deposit.Grain.Wake();
        Assert.Equal(0, WalletFaults.Left(deposit.Owner));
        await cluster.TurnAsync(TimeSpan.FromSeconds(11));
        await cluster.Cluster.SweepAsync();
        Assert.Equal(DepositStatus.Paid, (await deposit.ViewAsync()).Status);
        Assert.Equal(150_000, await deposit.BalanceAsync());
        Assert.Equal(1, await cluster.RowsAsync(deposit.Owner, deposit.Reference));
    }

    /// <summary>One that is switched off would not look at the balance by itself for days: whoever brought the money tells it until it hears.</summary>
    [Fact]
    public async Task Servers_that_could_not_be_told_of_the_money_are_told_again()
    {
        var deposit = await cluster.OpenAsync();
        deposit.Pay();
        RewardFaults.TurnOffersAway(deposit.Owner);
        try
        {
            await deposit.HearAsync();
            await cluster.Mails.NextToAsync(DepositCluster.MailOf(deposit.Owner));
            await cluster.Cluster.SweepAsync();
            // Credited, told to its owner, and not done with.
            Assert.Equal((DepositStatus.Paid, 150_000), ((await deposit.ViewAsync()).Status, await deposit.BalanceAsync()));
            Assert.NotNull(await cluster.DueAtAsync(deposit.Id));
        }
        finally
        {
            RewardFaults.Clear();
        }

        await cluster.TurnAsync(TimeSpan.FromMinutes(10));
        await cluster.Cluster.SweepAsync();
        await Eventually.Async(async () => await cluster.DueAtAsync(deposit.Id) is null, WebranaCluster.Patience, "nothing is left to tell");
        Assert.Single(cluster.Mails.To(DepositCluster.MailOf(deposit.Owner)));
    }

    [Fact]
    public async Task A_refund_is_taken_up_though_waiting_servers_still_cannot_be_told_of_the_money()
    {
        var deposit = await cluster.OpenAsync();
        deposit.Pay();
        RewardFaults.TurnOffersAway(deposit.Owner);
        try
        {
            await deposit.HearAsync();
            await Eventually.Async(async () => await deposit.BalanceAsync() == 150_000, WebranaCluster.Patience, "it is credited");
            Assert.True(cluster.Gateway.Apply(deposit.Reference, Sandbox.Tripay.Transactions.PaymentAction.Refund));
            await deposit.HearAsync();
            await Eventually.Async(
                async () => (await deposit.ViewAsync()).Status == DepositStatus.Refund && await deposit.BalanceAsync() == 0, WebranaCluster.Patience, "what went back is taken back");
        }
        finally
        {
            RewardFaults.Clear();
        }
    }
}
