using System.Diagnostics;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Wallets;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;

namespace Webrana.Grains.Tests.Promos;

/// <summary>More people than places, on two silos, one of which dies half-way. The full size is <c>./webrana bench promo</c>.</summary>
public sealed class StampedeTests
{
    const int Places = 200;
    const int Claims = 3_000;
    const int People = 500;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    [Fact]
    public async Task Exactly_as_many_usages_as_places_each_with_exactly_one_credit_and_then_silence()
    {
        await using var cluster = await WebranaCluster.StartAsync(silos: 2);
        var promoId = Guid.NewGuid().ToString("N");
        var promo = cluster.Grains.GetGrain<IPromoGrain>(GrainKeys.Promo(promoId));
        Assert.True((await promo.Create(new CreatePromo(
            new PromoDefinition { Name = "Rush", Type = PromoType.DepositBonus, ValueType = PromoValueType.Fixed, Value = 1_000, MaxUsageTotal = Places }, "test"))).IsOk);
        var people = Enumerable.Range(0, People).Select(_ => new UserId(Guid.NewGuid())).ToArray();
        var claims = Enumerable.Range(0, Claims).Select(n => (Subject: Guid.NewGuid().ToString(), User: people[n % People])).ToArray();

        // Half-way is half of the places, not of the claims: the death must meet reservations, credits and commits.
        var won = 0;
        var halfWay = new TaskCompletionSource();
        var death = Task.Run(async () =>
        {
            await halfWay.Task;
            await cluster.Orleans.KillSiloAsync(cluster.Orleans.Silos[1]);
        });
        await Parallel.ForEachAsync(claims, new ParallelOptions { MaxDegreeOfParallelism = 48 }, async (claim, _) =>
        {
            if (await ClaimAsync(cluster, promo, promoId, claim.Subject, claim.User) && Interlocked.Increment(ref won) == Places / 2) halfWay.TrySetResult();
        });
        await death.WaitAsync(Patience);

        Assert.Equal(Places, won);
        Assert.Equal(Places, await cluster.CountAsync($"SELECT count(*) FROM promo_usages WHERE promo_id = '{promoId}' AND stage = 2"));
        Assert.Equal(0, await cluster.CountAsync($"""
            SELECT count(*) FROM promo_usages u WHERE u.promo_id = '{promoId}' AND u.stage <> 3 AND 1 <> (
                SELECT count(*) FROM wallet_transactions t
                WHERE t.wallet_id = u.user_id AND t.operation_id = 'promo:{promoId}:' || u.subject_id AND t.amount = u.amount)
            """));
        Assert.Equal(Places, await cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE operation_id LIKE 'promo:{promoId}:%'"));
        await RefusalsAskNobodyAsync(cluster, promo, people);
    }

    // Sold out is said out of memory: counted by the driver's own traces of the statements that know promos.
    static async Task RefusalsAskNobodyAsync(WebranaCluster cluster, IPromoGrain promo, UserId[] people)
    {
        await promo.Reserve("warm", Claim(people[0])); // The activation that survived learns that nothing is left.
        using var statements = new PromoStatements(cluster);
        var refused = await Task.WhenAll(Enumerable.Range(0, 500).Select(n => promo.Reserve($"late-{n}", Claim(people[n % People]))));
        Assert.All(refused, one => Assert.Equal(PromoError.SoldOut, one.Error));
        Assert.Equal(0, statements.Count);

        await promo.Release("warm"); // What does ask the database is seen, so the zero above is one.
        Assert.True(statements.Count > 0);
    }

    static PromoClaim Claim(UserId user) => new(user, 100_000, null, null);

    /// <summary>One customer's way: reserve, credit, commit; whatever breaks is asked again under the same ids.</summary>
    static async Task<bool> ClaimAsync(WebranaCluster cluster, IPromoGrain promo, string promoId, string subject, UserId user)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                var reserved = await promo.Reserve(subject, Claim(user));
                if (!reserved.TryGet(out var grant)) return false;
                var credited = await cluster.Wallet(user).GrantBonus(new GrantBonusCommand(
                    $"promo:{promoId}:{subject}", grant.AmountIdr, null,
                    new PostingReference(ReferenceType.Promo, promoId, ContraAccount.PromoExpense, "Promo Rush")));
                if (!credited.IsOk) continue;
                if ((await promo.Commit(subject)).IsOk) return true;
            }
            catch (Exception exception) when (exception is InfrastructureException or OrleansException or TimeoutException)
            {
                Assert.True(Stopwatch.GetElapsedTime(began) < Patience, exception.Message);
                await Task.Yield();
            }
        }
    }
}
