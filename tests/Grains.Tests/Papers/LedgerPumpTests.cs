using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Wallets;
using Webrana.Data.Faults;
using Webrana.Data.Papers;
using Webrana.Data.Wallets;
using Webrana.Grains.Common;
using Webrana.Grains.Papers;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Papers;

public sealed class LedgerPumpTests : IAsyncLifetime
{
    WebranaCluster? _cluster;

    WebranaCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?>
    {
        ["Papers:SellerName"] = "PT Contoh", ["Papers:SellerTaxId"] = "01.234", ["Papers:Ppn"] = "true",
    }, configure: silo => silo.AddIncomingGrainCallFilter<UnreachableAccounts>());

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    [Fact]
    public async Task A_top_up_and_a_charge_get_their_papers_with_tax_on_the_sale_alone()
    {
        var user = await Cluster.CustomerAsync(0);
        await PayAsync(user, 200_000);
        await ChargeAsync(user, 111_000);
        await Cluster.CreditAsync(user, 5_000); // A correction gets none, nor does a gift, which is told of.
        Assert.True((await Cluster.Wallet(user).GrantBonus(new GrantBonusCommand(
            $"promo:hadiah:{user}", 20_000, null, new PostingReference(ReferenceType.Promo, "hadiah", ContraAccount.PromoExpense, "Hadiah")))).IsOk);
        await Cluster.SweepAsync();

        var papers = await PapersAsync(user, 2);
        Assert.Equal([(2, 111_000L), (1, 200_000L)], papers.Select(paper => ((int)paper.Kind, paper.AmountIdr)));
        Assert.Equal(new PaperTaxRow(100_000, 91_667, 11_000, 0, 1_200, "11/12"), papers[0].Tax);
        Assert.Null(papers[1].Tax);
        Assert.All(papers, paper => Assert.Equal(("PT Contoh", "01.234"), (paper.Seller.Name, paper.Seller.TaxId)));
        Assert.Empty(await new LedgerInvariants(Cluster.Sources).CheckAsync(TestContext.Current.CancellationToken));
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{user}' AND kind = 'PromoCredited' AND facts->>'amount' = '20000'"),
            told => told == 1, WebranaCluster.Patience, "the gift is told of");
    }

    [Fact]
    public async Task Dying_before_and_after_the_commit_costs_no_number_and_tells_of_a_low_balance_once()
    {
        var user = await Cluster.CustomerAsync(0);
        var account = Cluster.Grains.GetGrain<IAccountGrain>(GrainKeys.Account(user));
        await account.ChangePreferences(new ChangeNoticePreferences([], true, 50_000));
        await PayAsync(user, 100_000);
        await Cluster.SweepAsync();
        foreach (var point in new[] { "papers.before_commit", "papers.committed" })
        {
            var died = Cluster.FailPoints.Arm(point, FailMode.Throw);
            await ChargeAsync(user, 30_000);
            await died.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
            await Cluster.Services.GetRequiredService<LedgerPump>().Drain(TestContext.Current.CancellationToken);
        }

        Assert.Equal([3L, 2L, 1L], (await PapersAsync(user, 3)).Select(paper => paper.Number));
        // 70.000, then 40.000: below the line once. 10.000 below it is no news.
        await ChargeAsync(user, 30_000);
        await Cluster.SweepAsync();
        await PapersAsync(user, 4);
        await using var command = Cluster.Sources.Queries.CreateCommand($"SELECT facts->>'balance' FROM notices WHERE user_id = '{user}' AND kind = 'BalanceLow'");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal("40000", reader.GetString(0));
        Assert.False(await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_cannot_be_told_holds_up_their_own_papers_alone_and_both_follow_in_order_once_they_can()
    {
        var (broken, other) = (await Cluster.CustomerAsync(0), await Cluster.CustomerAsync(0));
        foreach (var user in new[] { broken, other })
        {
            await Cluster.Grains.GetGrain<IAccountGrain>(GrainKeys.Account(user)).ChangePreferences(new ChangeNoticePreferences([], true, 50_000));
            await PayAsync(user, 100_000);
            await PapersAsync(user, 1);
        }

        UnreachableAccounts.Break(broken);
        await ChargeAsync(broken, 60_000);
        await ChargeAsync(other, 70_000);
        Assert.Equal(70_000L, (await PapersAsync(other, 2))[0].AmountIdr);
        await Eventually.Async(
            () => Cluster.Database.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM paper_waits WHERE wallet_id = '{broken}')"),
            WebranaCluster.Patience, "the papers of the broken account wait");
        // It has no news of its own, and waits behind the one that has.
        await ChargeAsync(broken, 10_000);
        await ChargeAsync(other, 10_000);
        await PapersAsync(other, 3);
        Assert.Single(await PapersAsync(broken, 1));
        Assert.True(UnreachableAccounts.Refused(broken) > 0);

        UnreachableAccounts.Mend(broken);
        await Cluster.Database.ExecuteAsync("UPDATE paper_waits SET try_at = now()"); // It would come by itself, within a minute.
        Assert.Equal([10_000L, 60_000L, 100_000L], (await PapersAsync(broken, 3)).OrderByDescending(paper => paper.Number).Select(paper => paper.AmountIdr));
        Assert.Equal(1L, await Cluster.Database.ScalarAsync<long>($"SELECT count(*) FROM notices WHERE user_id = '{broken}' AND kind = 'BalanceLow'"));
        Assert.Equal(0L, await Cluster.Database.ScalarAsync<long>("SELECT count(*) FROM paper_waits"));
        Assert.Empty(await new LedgerInvariants(Cluster.Sources).CheckAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The silo's own pump has rows under its lock now and then: a sweep passes those by.</summary>
    Task<IReadOnlyList<PaperRow>> PapersAsync(UserId user, int count) => Eventually.Async(
        async () => (await new PaperQueries(Cluster.Sources).OfAsync(user.Value, null, 10, null, TestContext.Current.CancellationToken)).Rows,
        papers => papers.Count >= count, WebranaCluster.Patience, $"{count} papers are written");

    async Task PayAsync(UserId user, long amountIdr)
    {
        var id = $"tripay:{Guid.NewGuid():N}";
        Assert.True((await Cluster.Wallet(user).Credit(new CreditCommand(id, amountIdr, new PostingReference(ReferenceType.Deposit, id, ContraAccount.Gateway, "Isi saldo")))).IsOk);
    }

    async Task ChargeAsync(UserId user, long amountIdr)
    {
        var id = $"renew:{Guid.NewGuid():N}";
        Assert.True((await Cluster.Wallet(user).Debit(new DebitCommand(id, amountIdr, new PostingReference(ReferenceType.Renewal, id, ContraAccount.Revenue, "Perpanjangan")))).IsOk);
    }

    /// <summary>Accounts whose grain fails whatever they are to be told.</summary>
    sealed class UnreachableAccounts : IIncomingGrainCallFilter
    {
        static readonly ConcurrentDictionary<string, int> Broken = new();
        static readonly ConcurrentDictionary<string, int> Tried = new();

        public static void Break(UserId owner) => Broken[GrainKeys.Account(owner)] = 1;

        public static void Mend(UserId owner) => Broken.TryRemove(GrainKeys.Account(owner), out _);

        public static int Refused(UserId owner) => Tried.GetValueOrDefault(GrainKeys.Account(owner));

        public Task Invoke(IIncomingGrainCallContext context)
        {
            var key = context.TargetId.Key.ToString()!;
            if (context.Grain is not IAccountGrain || context.MethodName != nameof(IAccountGrain.Notify) || !Broken.ContainsKey(key))
                return context.Invoke();
            Tried.AddOrUpdate(key, 1, (_, tried) => tried + 1);
            throw new InvalidOperationException("This account is broken.");
        }
    }
}
