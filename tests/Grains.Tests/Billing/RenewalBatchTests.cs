using Npgsql;
using Webrana.Contracts;
using Webrana.Contracts.Sweeping;
using Webrana.Data.States;
using Webrana.Data.Wallets;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;
using Webrana.WalletBench.Renewals;

namespace Webrana.Grains.Tests.Billing;

/// <summary>A storm of very small batches: what a large one meets once an hour, these meet at every look.</summary>
public sealed class RenewalBatchTests : IAsyncLifetime
{
    WebranaCluster? _cluster;

    WebranaCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?>
    {
        ["Sweeping:IntervalMs"] = "86400000", ["Sweeping:StormFrom"] = "1", ["Sweeping:Batch"] = "2",
    });

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    [Fact]
    public async Task An_owners_servers_are_paid_in_the_order_of_time_over_all_batches_and_a_clock_turned_before_anybody_was_told_ends_no_sweep()
    {
        await using var owner = NpgsqlDataSource.Create(Cluster.Database.OwnerConnectionString);
        await new RenewalSeed(Servers: 6, Customers: 1) { DaysBehind = 3 }.WriteAsync(owner, Cluster.Clock.GetUtcNow());
        var servers = (await DueAsync()).OrderBy(row => row.DueAt).Select(row => row.Key.Split(':')[1]).ToList();
        Assert.Equal(6, servers.Count);

        await Cluster.SweepAsync().WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(Charges(2, 4), await ChargesAsync());

        // Charged and not told, each is due for a word since then; a day later it is due to be charged as well.
        await Cluster.Database.ExecuteAsync("ALTER TABLE instance_activity RENAME TO instance_activity_away", TestContext.Current.CancellationToken);
        await Cluster.TurnAsync(TimeSpan.FromDays(1));
        await Cluster.SweepAsync().WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await Cluster.Database.ExecuteAsync("ALTER TABLE instance_activity_away RENAME TO instance_activity", TestContext.Current.CancellationToken);
        await Cluster.TurnAsync(TimeSpan.FromDays(1));
        await Cluster.SweepAsync().WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);

        Assert.Equal(Charges(2, 6).Order(StringComparer.Ordinal), (await ChargesAsync()).Order(StringComparer.Ordinal));
        await Eventually.Async(
            () => Cluster.CountAsync("SELECT count(DISTINCT notice_id) FROM notices WHERE kind = 'Renewed'"), told => told == 30, WebranaCluster.Patience,
            "each period is told once");
        Assert.Empty(await new LedgerInvariants(Cluster.Sources).CheckAsync(TestContext.Current.CancellationToken));

        IEnumerable<string> Charges(int from, int to) =>
            Enumerable.Range(from, to - from + 1).SelectMany(period => servers.Select(server => $"renew:{server}:{period}"));
    }

    async Task<IReadOnlyList<DueRow>> DueAsync()
    {
        var now = Cluster.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var shards = await Task.WhenAll(Enumerable.Range(0, ISweeperGrain.Shards).Select(shard =>
            new StateQueries(Cluster.Sources).DueAsync(StateNames.Droplet, now, shard, 256)));
        return [.. shards.SelectMany(rows => rows)];
    }

    async Task<IReadOnlyList<string>> ChargesAsync()
    {
        await using var command = Cluster.Sources.Queries.CreateCommand("SELECT operation_id FROM wallet_transactions WHERE reference_type = 'RENEWAL' ORDER BY wallet_id, seq");
        var charges = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            charges.Add(reader.GetString(0));
        return charges;
    }
}
