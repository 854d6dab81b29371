using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Grains.Tests.Deposits;

namespace Webrana.Grains.Tests.Promos;

[Collection(DepositCollection.Name)]
public sealed class PromoGrainTests(DepositCluster cluster)
{
    static CreatePromo Terms(string? code, long? maxTotal = null, int perUser = 1, long value = 10, bool active = true) => new(
        new PromoDefinition
        {
            Name = "Promo", Code = code, Type = PromoType.DepositBonus, ValueType = PromoValueType.Percentage, Value = value, MaxUsageTotal = maxTotal,
            MaxUsagePerUser = perUser, IsActive = active, BonusExpiryDays = 30,
            Channels = ["NOBODYS"], // Of a channel that no other test pays by: a promo without a code applies by itself, to everybody.
        },
        "test");

    static PromoClaim Claim(UserId? user = null, long amountIdr = 100_000) => new(user ?? new UserId(Guid.NewGuid()), amountIdr, null, null);

    IPromoGrain Promo(string id) => cluster.Cluster.Grains.GetGrain<IPromoGrain>(GrainKeys.Promo(id));

    static string NewId() => Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_promo_is_defined_once_and_its_code_belongs_to_it()
    {
        var (id, code) = (NewId(), "C" + NewId()[..10]);
        Assert.Equal(PromoError.NotFound, (await Promo(id).Get()).Error);
        Assert.True((await Promo(id).Create(Terms(code))).IsOk);
        Assert.Equal(PromoStatus.On, (await Promo(id).Create(Terms(code.ToUpperInvariant()))).Value!.Status);
        Assert.Equal(PromoError.OperationConflict, (await Promo(id).Create(Terms(code, value: 20))).Error);
        Assert.Equal(PromoError.CodeTaken, (await Promo(NewId()).Create(Terms(code))).Error);
    }

    [Theory]
    [InlineData("X", 10)]
    [InlineData("no blanks", 10)]
    [InlineData(null, 0)]
    [InlineData(null, 101)]
    public async Task A_definition_that_contradicts_itself_is_refused(string? code, long value) =>
        Assert.Equal(PromoError.InvalidDefinition, (await Promo(NewId()).Create(Terms(code, value: value))).Error);

    [Fact]
    public async Task Fifty_claims_for_ten_places_from_many_people_give_exactly_ten()
    {
        var id = NewId();
        await Promo(id).Create(Terms(null, maxTotal: 10));
        var claims = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Promo(id).Reserve(NewId(), Claim())));
        Assert.Equal(10, claims.Count(claim => claim.IsOk));
        Assert.All(claims.Where(claim => !claim.IsOk), claim => Assert.Equal(PromoError.SoldOut, claim.Error));

        var view = (await Promo(id).Get()).Value!;
        Assert.Equal((10, 100_000, PromoStatus.SoldOut), (view.UsageCount, view.GrantedIdr, view.Status));
    }

    [Fact]
    public async Task One_person_gets_one_usage_and_a_released_one_is_free_again()
    {
        var (id, user, first) = (NewId(), new UserId(Guid.NewGuid()), NewId());
        await Promo(id).Create(Terms(null));
        Assert.Equal(10_000, (await Promo(id).Reserve(first, Claim(user, 100_000))).Value!.AmountIdr);
        Assert.Equal(10_000, (await Promo(id).Reserve(first, Claim(user, 999_000))).Value!.AmountIdr); // The first promise stands.
        Assert.Equal(PromoError.UsedUpByUser, (await Promo(id).Reserve(NewId(), Claim(user, 100_000))).Error);

        await Promo(id).Release(first);
        await Promo(id).Release(first);
        Assert.Equal(0, (await Promo(id).Get()).Value!.UsageCount);
        var second = NewId();
        Assert.True((await Promo(id).Reserve(second, Claim(user, 100_000))).IsOk);
        Assert.True((await Promo(id).Commit(second)).IsOk);
        Assert.True((await Promo(id).Commit(second)).IsOk);
        await Promo(id).Release(second); // A committed usage stays.
        Assert.Equal(1, (await Promo(id).Get()).Value!.UsageCount);
        Assert.Equal(PromoError.UsedUpByUser, (await Promo(id).Reserve(NewId(), Claim(user, 100_000))).Error);
        Assert.Equal(PromoError.NotFound, (await Promo(id).Commit(NewId())).Error);
    }

    [Fact]
    public async Task What_is_off_gives_nothing()
    {
        var id = NewId();
        Assert.Equal(PromoStatus.Off, (await Promo(id).Create(Terms(null, active: false))).Value!.Status);
        Assert.Equal(PromoError.NotActive, (await Promo(id).Quote(Claim())).Error);
        Assert.Equal(PromoError.NotActive, (await Promo(id).Reserve(NewId(), Claim())).Error);
        Assert.Equal(PromoError.NotFound, (await Promo(NewId()).Reserve(NewId(), Claim())).Error);
    }
}
