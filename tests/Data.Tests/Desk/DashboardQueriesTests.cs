using Webrana.Data.Desk;
using Webrana.Data.Providers;

namespace Webrana.Data.Tests.Desk;

/// <summary>What the desk's first page counts, on a database of its own: it counts everybody's.</summary>
public sealed class DashboardQueriesTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_that_its_customer_took_back_is_none_of_those_that_failed()
    {
        var (today, before) = (Noon.AddHours(-2).ToUnixTimeMilliseconds(), Noon.AddHours(-26).ToUnixTimeMilliseconds());
        await database.Database.ExecuteAsync(
            $$"""
            INSERT INTO grain_state (state, key, owner, status, sort_at, version, payload) VALUES
                ('droplet', 'droplet:failed', 'x', 'FAILED', {{today}}, 1, '{"order": {"status": "Failed"} }'),
                ('droplet', 'droplet:cancelled', 'x', 'FAILED', {{today}}, 1, '{"order": {"status": "Cancelled"} }'),
                ('droplet', 'droplet:unknown', 'x', 'FAILED', {{today}}, 1, '{"order": {} }'),
                ('droplet', 'droplet:earlier', 'x', 'FAILED', {{before}}, 1, '{"order": {"status": "Failed"} }');
            """, Cancellation);

        var figures = await new DashboardQueries(database.Sources).ReadAsync(Noon, Noon.AddHours(-5), Cancellation);

        // The one that failed, and the one that does not say: what is not known to be cancelled is looked at.
        Assert.Equal(2, figures.FailedOrders);
        Assert.Empty(figures.Servers);
    }

    [Fact]
    public async Task Calls_of_the_providers_hour_are_counted_by_account()
    {
        // One slot before the hour, which does not count, and two within it.
        var slot = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / ProviderBudget.SlotSeconds;
        await database.Database.ExecuteAsync(
            $"""
            INSERT INTO provider_permits (account, slot, share, taken) VALUES
                ('first', {slot - (2 * ProviderBudget.HourSlots)}, 0, 100), ('first', {slot - 10}, 0, 20), ('first', {slot}, 1, 3), ('second', {slot}, 0, 7);
            """, Cancellation);

        var figures = await new DashboardQueries(database.Sources).ReadAsync(Noon, Noon.AddHours(-5), Cancellation);

        Assert.Equal([("first", 23L), ("second", 7L)], figures.ProviderCallsHour.Select(one => (one.Key, one.Value)).Order());
    }
}
