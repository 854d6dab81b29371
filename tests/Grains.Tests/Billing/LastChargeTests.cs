using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Wallets;
using Webrana.Data.Faults;
using Webrana.Data.Wallets;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>Add-ons used since the last renewal, when a server ends. Its own cluster: the clock is turned.</summary>
public sealed class LastChargeTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    const long TransferIdr = 22_000;

    WebranaCluster Cluster => shared.Cluster;

    async Task<(UserId Owner, InstanceId Instance, IDropletGrain Droplet, string Name)> ServerAsync(long balanceIdr, BillingPeriod period)
    {
        var owner = await Cluster.CustomerAsync(balanceIdr);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner, period);
        // A hundred GB beyond the quota.
        await Cluster.Billing(instance).TransferOver(24_000, 100_000);
        return (owner, instance, droplet, (await droplet.Get()).Value!.Name);
    }

    async Task DeleteAsync((UserId, InstanceId, IDropletGrain Droplet, string Name) server)
    {
        try
        {
            Assert.True((await server.Droplet.Delete(new DeleteDroplet("end", server.Name, "user:test"))).IsOk);
        }
        catch (InfrastructureException)
        {
            // Cut after it was stored: the loop carries it on.
        }

        await server.Droplet.Becomes(DropletStatus.Terminated);
    }

    Task<long> AddonsAsync(InstanceId instance) => Cluster.CountAsync(
        $"SELECT -coalesce(sum(amount), 0)::bigint FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = 'ADDON'");

    async Task AssertBooksAsync()
    {
        var trial = await new LedgerQueries(Cluster.Sources).TrialBalanceAsync(TestContext.Current.CancellationToken);
        Assert.All(
            trial.Accounts.Where(account => account.Account is "REVENUE" or "RECEIVABLE" or "WALLETS" or "HOLDS"), account => Assert.Equal((account.Account, 0L), (account.Account, account.DifferenceIdr)));
        await Cluster.FindNothingAsync("server_agrees_with_ledger");
    }

    [Fact]
    public async Task What_comes_back_pays_for_what_was_used_as_quoted()
    {
        var server = await ServerAsync(Servers.PriceIdr, BillingPeriod.Monthly);
        await Cluster.TurnAsync(TimeSpan.FromDays(3.5));
        var quote = (await server.Droplet.QuoteDeletion()).Value!;
        Assert.Equal((TransferIdr, 0L, AddonType.Transfer), (quote.AddonsIdr, quote.OwedIdr, quote.Addons!.Single().Type));
        Assert.True(quote.RefundIdr > TransferIdr);
        await DeleteAsync(server);
        Assert.Equal(TransferIdr, await AddonsAsync(server.Instance));
        Assert.Equal((quote.RefundIdr - TransferIdr, 0L), ((await Cluster.MoneyAsync(server.Owner)) is var money ? (money.BalanceIdr, money.DebtIdr) : default));
        await AssertBooksAsync();
    }

    [Fact]
    public async Task What_nothing_pays_is_a_debt_that_was_told_and_that_the_next_money_pays_first()
    {
        // By day nothing comes back, and the balance is nearly spent.
        var server = await ServerAsync(10_000, BillingPeriod.Daily);
        var left = (await Cluster.MoneyAsync(server.Owner)).BalanceIdr;
        var quote = (await server.Droplet.QuoteDeletion()).Value!;
        Assert.Equal((TransferIdr, TransferIdr - left), (quote.AddonsIdr, quote.OwedIdr));
        await DeleteAsync(server);
        var owing = await Cluster.MoneyAsync(server.Owner);
        Assert.Equal((0L, quote.OwedIdr), (owing.BalanceIdr, owing.DebtIdr));
        Assert.Equal(OrderError.OutstandingDebt, (await Cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(server.Owner))).Error);
        await AssertBooksAsync();

        await Cluster.CreditAsync(server.Owner, quote.OwedIdr + 1_000);
        var paid = await Cluster.MoneyAsync(server.Owner);
        Assert.Equal((1_000L, 0L), (paid.BalanceIdr, paid.DebtIdr));
        await AssertBooksAsync();
    }

    [Theory]
    [InlineData("terminate.stored")]
    [InlineData("end.addon_charged")]
    [InlineData("end.addon_stored")]
    [InlineData("terminate.gone_stored")]
    public async Task It_is_charged_once_wherever_the_deletion_is_cut(string arrow)
    {
        var server = await ServerAsync(10_000, BillingPeriod.Daily);
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Droplet(server.Instance));
        await DeleteAsync(server);
        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.Equal(TransferIdr, await AddonsAsync(server.Instance));
        Assert.Equal(1, await Cluster.PostingsAsync($"addon:{server.Instance}:end:Transfer:owed"));
        Assert.Equal(0, (await Cluster.MoneyAsync(server.Owner)).BalanceIdr);
        await AssertBooksAsync();
    }

    [Fact]
    public async Task A_lost_server_is_not_charged_for_what_it_used()
    {
        var server = await ServerAsync(1_000_000, BillingPeriod.Monthly);
        await Cluster.DestroyBehindOurBackAsync((await server.Droplet.Get()).Value!.ProviderDropletId!.Value);
        await server.Droplet.Act(new StartAction("reboot", ActionKind.Reboot, "user:test"));
        await server.Droplet.Becomes(DropletStatus.Lost);
        Assert.Equal(0, (await server.Droplet.QuoteDeletion()).Value!.AddonsIdr);
        await DeleteAsync(server);
        Assert.Equal(0, await AddonsAsync(server.Instance));
        await AssertBooksAsync();
    }
}
