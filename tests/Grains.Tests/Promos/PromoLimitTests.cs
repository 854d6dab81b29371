using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Promos;
using Webrana.Data.Promos;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Deposits;

namespace Webrana.Grains.Tests.Promos;

/// <summary>Budgets, limits that move, and who counts as one person.</summary>
[Collection(DepositCollection.Name)]
public sealed class PromoLimitTests(DepositCluster cluster)
{
    static PromoDefinition Bonus(string code) => new()
    {
        Name = "Bonus", Code = code, Type = PromoType.DepositBonus, ValueType = PromoValueType.Fixed, Value = 10_000, BonusExpiryDays = 30,
    };

    static PromoClaim Claim(string code, UserId? user = null, long amountIdr = 100_000) => new(user ?? new UserId(Guid.NewGuid()), amountIdr, null, code);

    static string NewId() => Guid.NewGuid().ToString("N");

    IPromoDeskGrain Desk => cluster.Cluster.Grains.GetGrain<IPromoDeskGrain>(GrainKeys.PromoDesk());

    IPromoGrain Promo(string id) => cluster.Cluster.Grains.GetGrain<IPromoGrain>(GrainKeys.Promo(id));

    async Task<(IPromoGrain Promo, string Code)> CreateAsync(Func<PromoDefinition, PromoDefinition> rule)
    {
        var (id, code) = (NewId(), "L" + NewId()[..12].ToUpperInvariant());
        var created = await Promo(id).Create(new CreatePromo(rule(Bonus(code)), "test"));
        Assert.True(created.IsOk, created.Detail);
        return (Promo(id), code);
    }

    async Task<UserId> PersonAsync(string email, string? phone = null)
    {
        var user = new UserId(Guid.NewGuid());
        await PutAsync(user, email, phone);
        return user;
    }

    Task<Result<Done, AccountError>> PutAsync(UserId user, string email, string? phone) =>
        cluster.Cluster.Grains.GetGrain<IAccountGrain>(GrainKeys.Account(user)).PutContact(new AccountContact(user, email, "Budi", phone, "id"));

    // What is left of the budget is smaller than the smallest bonus: nobody can have anything any more, and it is said without a statement.
    [Fact]
    public async Task A_budget_is_never_passed_by_claims_at_once_and_its_useless_rest_is_sold_out_and_silent()
    {
        var (promo, code) = await CreateAsync(rule => rule with { BudgetIdr = 95_000 });
        var claims = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => promo.Reserve(NewId(), Claim(code))));
        Assert.Equal(9, claims.Count(claim => claim.IsOk));
        Assert.All(claims.Where(claim => !claim.IsOk), claim => Assert.Equal(PromoError.SoldOut, claim.Error));
        var view = (await promo.Get()).Value!;
        Assert.Equal((9, 90_000, PromoStatus.SoldOut), (view.UsageCount, view.GrantedIdr, view.Status));

        using var statements = new PromoStatements(cluster.Cluster);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => promo.Reserve(NewId(), Claim(code))));
        Assert.Equal(PromoError.SoldOut, (await promo.Quote(Claim(code))).Error);
        Assert.Equal(0, statements.Count);
        await promo.Release(NewId());
        Assert.True(statements.Count > 0, "What does ask the database is seen.");
    }

    [Fact]
    public async Task After_a_restart_the_first_question_learns_that_nothing_is_left_and_the_next_asks_nobody()
    {
        var (promo, code) = await CreateAsync(rule => rule with { MaxUsageTotal = 1 });
        Assert.True((await promo.Reserve(NewId(), Claim(code))).IsOk);
        await cluster.Cluster.Orleans.DeactivateAsync(promo);
        Assert.Equal(PromoError.SoldOut, (await promo.Quote(Claim(code))).Error);
        using var statements = new PromoStatements(cluster.Cluster);
        Assert.Equal(PromoError.SoldOut, (await promo.Quote(Claim(code))).Error);
        Assert.Equal(0, statements.Count);
    }

    // The code, the promo, the place: each of them could be a statement, for each of the thousands who come too late.
    [Fact]
    public async Task After_the_last_place_a_code_is_refused_without_a_statement_and_whoever_has_a_place_is_told_of_it()
    {
        var (promo, code) = await CreateAsync(rule => rule with { MaxUsageTotal = 1 });
        var held = new DepositId(Guid.NewGuid());
        Assert.True((await promo.Reserve(held.ToString(), Claim(code))).IsOk);
        Assert.Equal(PromoError.NotFound, (await Desk.Evaluate(Claim(code))).Error); // Which promo the code means is known from here on.

        using (var statements = new PromoStatements(cluster.Cluster))
        {
            for (var n = 0; n < 20; n++)
            {
                Assert.True(await Desk.IsGone($" {code.ToLowerInvariant()}", new DepositId(Guid.NewGuid())));
                Assert.Equal(PromoError.NotFound, (await Desk.Evaluate(Claim(code))).Error);
                Assert.Equal(PromoError.SoldOut, (await promo.Reserve(NewId(), Claim(code))).Error);
            }
            Assert.False(await Desk.IsGone(code, held));
            Assert.Equal(0, statements.Count);
            Assert.False(await Desk.IsGone("NOBODYS-" + code, held));
            Assert.True(statements.Count > 0, "What does ask the database is seen.");
        }

        await promo.Release(held.ToString());
        Assert.False(await Desk.IsGone(code, new DepositId(Guid.NewGuid())));
        Assert.True((await promo.Reserve(NewId(), Claim(code))).IsOk);
    }

    // The network goes just before, or just after, the database has written: whoever asks is answered once, and nothing happens twice.
    [Theory]
    [InlineData("before_commit")]
    [InlineData("after_commit")]
    public async Task Losing_the_databases_answer_takes_one_place_uses_it_once_and_gives_one_back(string at)
    {
        var (promo, code) = await CreateAsync(rule => rule with { MaxUsageTotal = 2 });
        var (used, released, lost) = (NewId(), NewId(), 0);
        var usages = cluster.Cluster.Services.GetRequiredService<PromoUsages>();
        async Task<T> LosingAsync<T>(Func<Task<T>> call)
        {
            var armed = 1;
            usages.FailPoint = place =>
            {
                if (place != at || Interlocked.Exchange(ref armed, 0) == 0) return Task.CompletedTask;
                lost++;
                throw new NpgsqlException("the network is gone");
            };
            try
            {
                return await call();
            }
            finally
            {
                usages.FailPoint = null;
            }
        }

        Assert.True((await LosingAsync(() => promo.Reserve(used, Claim(code)))).IsOk);
        Assert.True((await LosingAsync(() => promo.Commit(used))).IsOk);
        Assert.True((await LosingAsync(() => promo.Reserve(released, Claim(code)))).IsOk);
        Assert.True((await LosingAsync(() => promo.Release(released))).IsOk);
        Assert.Equal(4, lost);
        var view = (await promo.Get()).Value!;
        Assert.Equal((1, 10_000), (view.UsageCount, view.GrantedIdr));
        Assert.Equal("Given", await StageAsync(used));
        Assert.Equal("Released", await StageAsync(released));

        async Task<string> StageAsync(string subject) =>
            ((UsageStage)await cluster.Cluster.Database.ScalarAsync<short>($"SELECT stage FROM promo_usages WHERE subject_id = '{subject}'")).ToString();
    }

    // A bonus without a usage behind it would be one that no limit counts.
    [Fact]
    public async Task A_place_given_back_after_an_admin_lowered_the_limit_is_not_answered_from_memory()
    {
        var (promo, code) = await CreateAsync(rule => rule with { MaxUsageTotal = 10 });
        var (first, owner) = (NewId(), new UserId(Guid.NewGuid()));
        Assert.True((await promo.Reserve(first, Claim(code, owner))).IsOk);
        for (var n = 0; n < 2; n++) Assert.True((await promo.Reserve(NewId(), Claim(code))).IsOk);
        var before = (await promo.Get()).Value!;
        Assert.True((await promo.Change(new ChangePromo(before.Version, before.Definition with { MaxUsageTotal = 1 }, "test"))).IsOk);
        Assert.Equal(PromoError.SoldOut, (await promo.Reserve(NewId(), Claim(code))).Error);
        Assert.True((await promo.Reserve(first, Claim(code, owner))).IsOk, "Who has a place keeps it.");

        await promo.Release(first);
        Assert.Equal(PromoError.SoldOut, (await promo.Reserve(first, Claim(code, owner))).Error);
        Assert.Equal(PromoError.NotFound, (await promo.Commit(first)).Error);
        Assert.Equal(2, (await promo.Get()).Value!.UsageCount);
    }

    [Fact]
    public async Task Whoever_came_too_late_for_one_newcomers_promo_is_still_new_for_the_next()
    {
        var (gone, goneCode) = await CreateAsync(rule => rule with { MaxUsageTotal = 1, ForNewUsersOnly = true });
        var (next, nextCode) = await CreateAsync(rule => rule with { ForNewUsersOnly = true });
        var (early, late) = (await PersonAsync($"{NewId()}@gmail.com"), await PersonAsync($"{NewId()}@gmail.com"));
        // Both at the same moment: one of them claims a person and finds no place.
        var answers = await Task.WhenAll(gone.Reserve(NewId(), Claim(goneCode, early)), gone.Reserve(NewId(), Claim(goneCode, late)));
        Assert.Single(answers, answer => answer.IsOk);
        var loser = answers[0].IsOk ? late : early;
        Assert.True((await next.Reserve(NewId(), Claim(nextCode, loser))).IsOk);
        Assert.Equal(PromoError.UsedUpByUser, (await next.Reserve(NewId(), Claim(nextCode, loser == late ? early : late))).Error);
    }

    [Fact]
    public async Task One_mailbox_uses_a_promo_by_one_account_and_a_place_given_back_frees_it()
    {
        var (promo, code) = await CreateAsync(rule => rule with { MaxUsagePerUser = 2 });
        var name = NewId();
        var (one, other) = (await PersonAsync($"{name}@gmail.com"), await PersonAsync($"{name[..4]}.{name[4..]}+promo@googlemail.com"));
        var first = NewId();
        Assert.True((await promo.Reserve(first, Claim(code, one))).IsOk);
        Assert.Equal(PromoError.UsedUpByUser, (await promo.Quote(Claim(code, other))).Error);
        Assert.Equal(PromoError.UsedUpByUser, (await promo.Reserve(NewId(), Claim(code, other))).Error);
        Assert.True((await promo.Reserve(NewId(), Claim(code, await PersonAsync($"{NewId()}@gmail.com")))).IsOk, "Somebody else is somebody else.");

        await promo.Release(first);
        var second = NewId();
        Assert.True((await promo.Reserve(second, Claim(code, other))).IsOk);
        Assert.Equal(PromoError.UsedUpByUser, (await promo.Reserve(NewId(), Claim(code, one))).Error);
        Assert.True((await promo.Reserve(NewId(), Claim(code, other))).IsOk, "An account may use it as often as the promo says.");
        await promo.Release(second);
        Assert.Equal(PromoError.UsedUpByUser, (await promo.Reserve(NewId(), Claim(code, one))).Error);
    }

    // The number is not proven: the other account is not told that somebody with it was here.
    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    public async Task One_phone_number_uses_a_promo_by_one_account_as_often_as_the_promo_says(bool newOnly, int perPerson)
    {
        var (promo, code) = await CreateAsync(rule => rule with { MaxUsagePerUser = perPerson, ForNewUsersOnly = newOnly });
        var number = $"0811{Random.Shared.Next(10_000_000, 99_999_999)}";
        var (one, other) = (await PersonAsync($"{NewId()}@gmail.com", number), await PersonAsync($"{NewId()}@gmail.com", $"+62 {number[1..]}"));
        var subjects = Enumerable.Range(0, perPerson).Select(_ => NewId()).ToList();
        foreach (var subject in subjects) Assert.True((await promo.Reserve(subject, Claim(code, one))).IsOk);
        Assert.Equal(PromoError.UsedUpByUser, (await promo.Reserve(NewId(), Claim(code, one))).Error);
        Assert.Equal(PromoError.SharedNumber, (await promo.Quote(Claim(code, other))).Error);
        Assert.Equal(PromoError.SharedNumber, (await promo.Reserve(NewId(), Claim(code, other))).Error);
        Assert.True((await promo.Reserve(NewId(), Claim(code, await PersonAsync($"{NewId()}@gmail.com")))).IsOk, "Who gave no number shares none.");

        // For ever: what was given, not the account, is what counts; and a place that was given back frees the number.
        foreach (var subject in subjects.Skip(1)) await promo.Release(subject);
        Assert.Equal(PromoError.SharedNumber, (await promo.Reserve(NewId(), Claim(code, other))).Error);
        await promo.Release(subjects[0]);
        Assert.True((await promo.Reserve(NewId(), Claim(code, other))).IsOk);
        Assert.Equal(PromoError.SharedNumber, (await promo.Reserve(NewId(), Claim(code, one))).Error);
    }

    // A deposit whose process died after its place was held asks again: it must not be refused for a number that was given in between.
    [Fact]
    public async Task What_was_promised_stands_whatever_number_is_given_afterwards()
    {
        var (promo, code) = await CreateAsync(rule => rule);
        var (email, number, subject) = ($"{NewId()}@gmail.com", $"0811{Random.Shared.Next(10_000_000, 99_999_999)}", NewId());
        var (one, other) = (await PersonAsync(email), await PersonAsync($"{NewId()}@gmail.com", number));
        var promised = await promo.Reserve(subject, Claim(code, one));
        Assert.True(promised.IsOk);
        Assert.True((await promo.Reserve(NewId(), Claim(code, other))).IsOk);
        await PutAsync(one, email, number);
        Assert.Equal(PromoError.SharedNumber, (await promo.Reserve(NewId(), Claim(code, one))).Error);
        Assert.Equal(promised.Value, (await promo.Reserve(subject, Claim(code, one))).Value);
    }

    [Fact]
    public async Task Two_accounts_of_one_mailbox_at_once_get_one()
    {
        var (promo, code) = await CreateAsync(rule => rule);
        var name = NewId();
        var accounts = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => PersonAsync($"{name}+{n}@gmail.com")));
        var answers = await Task.WhenAll(accounts.Select(account => promo.Reserve(NewId(), Claim(code, account))));
        Assert.Single(answers, answer => answer.IsOk);
        Assert.Equal(1, (await promo.Get()).Value!.UsageCount);
    }

    // The account goes, its keyed hashes stay; neither address nor number is anywhere in them.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_had_it_is_remembered_after_the_account_is_gone(bool newOnly)
    {
        var (promo, code) = await CreateAsync(rule => rule with { ForNewUsersOnly = newOnly });
        var (email, number) = ($"{NewId()}@gmail.com", $"0811{Random.Shared.Next(10_000_000, 99_999_999)}");
        var (first, subject) = (await PersonAsync(email, number), NewId());
        Assert.True((await promo.Reserve(subject, Claim(code, first))).IsOk);
        Assert.True((await promo.Commit(subject)).IsOk);
        await cluster.Cluster.Database.ExecuteAsync($"DELETE FROM identity.users WHERE id = '{first}'");
        await cluster.Cluster.Database.ExecuteAsync($"UPDATE grain_state SET payload = NULL WHERE key = '{GrainKeys.Account(first)}'");

        Assert.Equal(PromoError.UsedUpByUser, (await promo.Reserve(NewId(), Claim(code, await PersonAsync(email)))).Error);
        Assert.Equal(PromoError.SharedNumber, (await promo.Reserve(NewId(), Claim(code, await PersonAsync($"{NewId()}@gmail.com", number)))).Error);
        foreach (var plain in new[] { email, number[1..] })
        {
            Assert.Equal(0, await cluster.Cluster.Database.ScalarAsync<long>(
                $"SELECT count(*) FROM promo_identities i WHERE i::text ILIKE '%{plain}%' OR position('{plain}' IN encode(hash, 'escape')) > 0"));
        }
    }
}
