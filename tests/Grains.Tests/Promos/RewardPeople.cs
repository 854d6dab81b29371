using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Promos;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Deposits;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Promos;

/// <summary>People who register, invite each other and top up, and the promos that reward them.</summary>
sealed class RewardPeople(DepositCluster cluster)
{
    public static PromoDefinition Invite => new()
    {
        Name = "Invite", Type = PromoType.ReferralBonus, ValueType = PromoValueType.Fixed, Value = 10_000, RefereeValue = 5_000, MinDepositIdr = 100_000,
    };

    public IPromoGrain Promo(string id) => cluster.Cluster.Grains.GetGrain<IPromoGrain>(GrainKeys.Promo(id));

    public IRewardsGrain Rewards(UserId user) => cluster.Cluster.Grains.GetGrain<IRewardsGrain>(GrainKeys.Rewards(user));

    /// <summary>Does something while a promo is on: one of a test must not reward the people of the next.</summary>
    public async Task WhileOnAsync(PromoDefinition rule, Func<string, Task> act)
    {
        var id = Guid.NewGuid().ToString("N");
        Assert.True((await Promo(id).Create(new CreatePromo(rule, "test"))).IsOk);
        try
        {
            await act(id);
        }
        finally
        {
            await Promo(id).Archive("test");
        }
    }

    public async Task<UserId> PersonAsync(string? email = null, string? phone = null, UserId? referredBy = null, UserId? id = null, bool isConfirmed = true)
    {
        var user = id ?? new UserId(Guid.NewGuid());
        email ??= Address();
        await cluster.Cluster.Database.ExecuteAsync($"""
            INSERT INTO identity.users (id, email, email_confirmed, phone, name, referred_by, created_at)
            VALUES ('{user}', '{email}', {isConfirmed}, {(phone is null ? "NULL" : $"'{phone}'")}, 'Budi', {(referredBy is { } by ? $"'{by}'" : "NULL")}, business_now())
            """);
        await cluster.Cluster.Grains.GetGrain<IAccountGrain>(GrainKeys.Account(user))
            .PutContact(new AccountContact(user, email, "Budi", phone, "id", isConfirmed, referredBy));
        return user;
    }

    public static string Address() => $"{Guid.NewGuid():N}@gmail.com";

    public Task SettledAsync(UserId user) => Eventually.Async(
        async () => await cluster.Cluster.CountAsync(
            $"SELECT count(*) FROM grain_state WHERE key = '{GrainKeys.Rewards(user)}' AND (payload->>'welcomed')::boolean AND due_at IS NULL") == 1,
        WebranaCluster.Patience,
        "the rewards are settled");

    /// <summary>An open top-up of a person.</summary>
    public async Task<Opened> OpenAsync(UserId user, long amountIdr = 150_000)
    {
        var id = new DepositId(Guid.NewGuid());
        var created = await cluster.Deposit(id).Create(DepositCluster.Command(user, amountIdr));
        return new Opened(cluster, id, user, created.Value!.PaymentRef!);
    }

    /// <summary>A top-up that is paid, with all that follows from it.</summary>
    public async Task<Opened> PayAsync(UserId user, long amountIdr = 150_000)
    {
        var deposit = await OpenAsync(user, amountIdr);
        deposit.Pay();
        await deposit.HearAsync();
        await SettledAsync(user);
        return deposit;
    }
}
