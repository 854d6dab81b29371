using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Webrana.Data.Promos;
using Webrana.Domain.Promos;

namespace Webrana.Data.Tests.Promos;

/// <summary>Usages as rows: what one statement may do to them, and what none may.</summary>
public sealed class PromoUsagesTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly PromoUsages _usages = new(database.Sources, NullLogger<PromoUsages>.Instance);

    public ValueTask DisposeAsync() => _usages.DisposeAsync();

    private static Place Held(string subject, Guid user, int number) => new(subject, user, number, 5_000, PlaceStage.Reserved, 1, Noon);

    private Task<UsageCommit> WriteAsync(string promo, long version, params Place[] places) =>
        _usages.CommitAsync(new UsageStep(promo, version, places.Length, places.Sum(place => place.AmountIdr), places, IsFirst: version == 0));

    [Fact]
    public async Task Places_of_one_person_change_numbers_within_a_statement()
    {
        var (promo, user) = (Guid.NewGuid().ToString(), Guid.NewGuid());
        Assert.Equal(UsageCommit.Committed, await WriteAsync(promo, 0, Held("deposit-a", user, 1), Held("deposit-b", user, 2)));

        // Row by row, the first of them would meet the other, whichever is written first.
        Assert.Equal(UsageCommit.Committed, await WriteAsync(promo, 1, Held("deposit-a", user, 2), Held("deposit-b", user, 1)));

        var live = (await _usages.LiveAsync(promo)).Places.ToDictionary(place => place.SubjectId, place => place.Number);
        Assert.Equal((2, 1), (live["deposit-a"], live["deposit-b"]));
    }

    [Fact]
    public async Task No_two_places_of_one_person_have_the_same_number_after_it()
    {
        var (promo, user) = (Guid.NewGuid().ToString(), Guid.NewGuid());
        Assert.Equal(UsageCommit.Committed, await WriteAsync(promo, 0, Held("deposit-a", user, 1)));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => WriteAsync(promo, 1, Held("deposit-b", user, 1)));

        Assert.Equal((PostgresErrorCodes.UniqueViolation, "promo_usages_place"), (refused.SqlState, refused.ConstraintName));
        Assert.Equal(1, (await _usages.LiveAsync(promo)).Version);
    }
}
