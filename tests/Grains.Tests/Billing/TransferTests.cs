using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Monitoring;
using Webrana.Data.Faults;
using Webrana.Data.Wallets;
using Webrana.Domain.Monitoring;
using Webrana.Grains.Common;
using Webrana.Grains.Monitoring;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>Transfer beyond the quota: counted by the metrics, charged by the server. Its own cluster: the clock is turned.</summary>
public sealed class TransferTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    const long Quota = 1_000_000_000_000;

    WebranaCluster Cluster => shared.Cluster;

    /// <summary>A server that has used up its quota, as far as is counted.</summary>
    async Task<(UserId Owner, InstanceId Instance, IDropletGrain Droplet, IMetricsGrain Metrics)> UsedUpAsync()
    {
        await Cluster.TurnPastMonthEndAsync();
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        await Eventually.Async(
            async () => await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'metrics:{instance}'") == 1, WebranaCluster.Patience, "it is followed");
        // What nobody can send in a test: the record says so, and the next write finds that it was overtaken and reads it again.
        var quota = (await droplet.Get()).Value!.TransferTb * Quota;
        await Cluster.Database.ExecuteAsync(
            $"UPDATE grain_state SET version = version + 1, payload = jsonb_set(payload, '{{sentBytes}}', '{quota + 2_000_000_000}') WHERE key = 'metrics:{instance}'");
        return (owner, instance, droplet, Cluster.Grains.GetGrain<IMetricsGrain>(GrainKeys.Metrics(instance)));
    }

    async Task<long> OverMbAsync(InstanceId instance) => await Cluster.CountAsync(
        $"SELECT coalesce((payload#>>'{{meter,overMb}}')::bigint, 0) FROM grain_state WHERE key = 'droplet:{instance}'");

    async Task CountedAsync(InstanceId instance)
    {
        await Eventually.Async(
            async () =>
            {
                await Cluster.SweepAsync();
                return await OverMbAsync(instance) > 0 && await Cluster.CountAsync(
                    $"SELECT jsonb_array_length(payload->'owed')::bigint FROM grain_state WHERE key = 'metrics:{instance}'") == 0;
            }, WebranaCluster.Patience, "the server was told");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("transfer.counted")]
    [InlineData("transfer.told")]
    public async Task What_is_beyond_the_quota_is_counted_once_wherever_it_is_cut_and_charged_with_the_renewal(string? arrow)
    {
        var server = await UsedUpAsync();
        var fired = arrow is null ? Task.CompletedTask : Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Metrics(server.Instance));
        await Cluster.TurnAsync(TimeSpan.FromHours(7));
        await CountedAsync(server.Instance);
        await fired.WaitAsync(WebranaCluster.Patience);
        var over = await OverMbAsync(server.Instance);
        Assert.Equal(
            await Cluster.CountAsync($"SELECT (payload->>'overMb')::bigint FROM grain_state WHERE key = 'metrics:{server.Instance}'"), over);
        Assert.True(over >= 2_000);
        var shown = (await Cluster.Billing(server.Instance).Billing())!.Addons.Single();
        Assert.Equal((AddonType.Transfer, over), (shown.Type, shown.Quantity));

        await Cluster.TurnToAsync((await server.Droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromSeconds(1));
        await server.Droplet.WakeAllAsync();
        var charged = -await Cluster.CountAsync(
            $"SELECT coalesce(sum(amount), 0)::bigint FROM wallet_transactions WHERE reference_id = '{server.Instance}' AND reference_type = 'ADDON'");
        // 220 rupiah per GB; what was sent after it was first beyond may be told by now as well.
        Assert.True(charged >= over * 220 / 1_000 - 1, $"{charged} of {over}");
        Assert.Equal(1, await Cluster.PostingsAsync($"addon:{server.Instance}:2:Transfer"));
        Assert.Equal(0, (await new LedgerQueries(Cluster.Sources).TrialBalanceAsync(TestContext.Current.CancellationToken)).Accounts.Single(account => account.Account == "REVENUE").DifferenceIdr);
    }

    [Fact]
    public async Task What_was_sent_since_the_last_count_is_quoted_and_charged_with_the_end()
    {
        var server = await UsedUpAsync();
        await Cluster.Orleans.DeactivateAsync(server.Metrics);
        Assert.Equal(0, await OverMbAsync(server.Instance));
        // Nobody waits long for measurements: on a busy machine the first to ask may be told without them.
        var quote = await Eventually.Async(
            async () => (await server.Droplet.QuoteDeletion()).Value!, told => told.Addons is { Count: > 0 }, WebranaCluster.Patience, "it is quoted");
        var used = quote.Addons!.Single();
        Assert.Equal((AddonType.Transfer, true), (used.Type, used.Quantity >= 2_000));
        Assert.True(quote.AddonsIdr >= 2 * 220);

        await EndAsync(server.Droplet);
        Assert.True(await AddonsAsync(server.Instance) >= quote.AddonsIdr);
        Assert.Equal(1, await Cluster.PostingsAsync($"addon:{server.Instance}:end:Transfer"));
        Assert.Equal(0, (await new LedgerQueries(Cluster.Sources).TrialBalanceAsync(TestContext.Current.CancellationToken)).Accounts.Single(account => account.Account == "REVENUE").DifferenceIdr);
    }

    [Fact]
    public async Task What_was_quoted_holds_no_longer_once_the_server_has_another_plan()
    {
        var server = await UsedUpAsync();
        await Cluster.Orleans.DeactivateAsync(server.Metrics);
        var view = (await server.Droplet.Get()).Value!;
        var small = new MeteredServer(view.ProviderDropletId!.Value, view.AccountId, view.TransferTb);
        const string path = "/v2/monitoring/metrics/droplet/{metric}";
        var reads = Cluster.Cloud.CountRequests("GET", path);
        var quoted = (await Eventually.Async(() => server.Metrics.OverNow(small), over => over.Count > 0, WebranaCluster.Patience, "it is measured")).Single();
        Assert.True(quoted.Megabytes >= 2_000);
        // Upgraded a moment later: what was sent is within the larger quota. And asked with the smaller one again, nobody is told of the larger.
        Assert.Empty(await server.Metrics.OverNow(small with { TransferTb = view.TransferTb + 1 }));
        Assert.True(Assert.Single(await server.Metrics.OverNow(small)).Megabytes >= quoted.Megabytes);
        Assert.True(Cluster.Cloud.CountRequests("GET", path) >= reads + 3);
    }

    [Theory]
    [InlineData(FailMode.Hang)]
    [InlineData(FailMode.Throw)]
    [InlineData(FailMode.Cancel)]
    public async Task A_deletion_waits_for_no_measurement_and_then_charges_what_is_known(FailMode how)
    {
        var server = await UsedUpAsync();
        await Cluster.Orleans.DeactivateAsync(server.Metrics);
        await Cluster.Billing(server.Instance).TransferOver(24_000, 1_000);
        var asked = Cluster.FailPoints.Arm("transfer.asked", how, subject: GrainKeys.Metrics(server.Instance));

        await EndAsync(server.Droplet);
        await asked.WaitAsync(WebranaCluster.Patience);
        Assert.Equal(220, await AddonsAsync(server.Instance));
    }

    static async Task EndAsync(IDropletGrain droplet)
    {
        Assert.True((await droplet.Delete(new DeleteDroplet("end", (await droplet.Get()).Value!.Name, "user:test"))).IsOk);
        await droplet.Becomes(DropletStatus.Terminated);
    }

    Task<long> AddonsAsync(InstanceId instance) => Cluster.CountAsync(
        $"SELECT -coalesce(sum(amount), 0)::bigint FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = 'ADDON'");

    [Fact]
    public async Task Told_twice_late_or_of_an_older_month_it_counts_once()
    {
        var owner = await Cluster.CustomerAsync(1_000_000);
        var (instance, _) = await Cluster.RunningServerAsync(owner);
        var billing = Cluster.Billing(instance);
        await billing.TransferOver(24_000, 500);
        await billing.TransferOver(24_000, 700);
        await billing.TransferOver(24_000, 500);
        await billing.TransferOver(24_001, 10);
        await billing.TransferOver(24_000, 900);
        Assert.Equal(710, (await billing.Billing())!.Addons.Sum(addon => addon.Quantity));
    }

    [Theory]
    [InlineData("TransferMs", "0")]
    [InlineData("RetryMs", "-1")]
    [InlineData("TransferLagMs", "-1")]
    public void Spans_that_nobody_can_keep_to_are_refused(string setting, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [$"{MetricsOptions.Section}:{setting}"] = value }).Build();
        using var services = new ServiceCollection().AddGrainServices(configuration).BuildServiceProvider();
        Assert.Contains("TransferMs", Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<MetricsOptions>>().Value).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_month_that_ended_between_two_rounds_is_owed_with_its_last_hours_and_a_smaller_plan_changes_nothing()
    {
        var october = new TransferMeter(24_321, Quota + 5_000_000, 1_000 * 3_600);
        var state = new MetricsState().Counted([october], 2 * Quota, 1, 2);
        Assert.Equal((0, 0, 2L), (state.Owed.Count, state.OverMb, state.DueAt!.Value));

        // A smaller plan in the same month: the larger quota still counts for it.
        state = state.Counted([october with { Bytes = Quota + 9_000_000 }], Quota, 1, 2);
        Assert.Empty(state.Owed);
        // The next month has the smaller one, and both ends are told in their order.
        state = state.Counted([october with { Bytes = (2 * Quota) + 3_000_000 }, new TransferMeter(24_322, Quota + 7_999_999, 2)], Quota, 1, 2);
        Assert.Equal([new TransferOverPart(24_321, 3), new TransferOverPart(24_322, 7)], state.Owed);
        Assert.Equal(1, state.DueAt);
        state = state.Told(state.Owed[0], 9)!.Told(state.Owed[1], 9)!;
        Assert.Equal((0, 9L), (state.Owed.Count, state.DueAt!.Value));
        Assert.Null(state.Told(new TransferOverPart(24_322, 7), 9));
        // More of the same month is told as the sum; nothing new is not told again.
        Assert.Empty(state.Counted([new TransferMeter(24_322, Quota + 7_999_999, 3)], Quota, 1, 2).Owed);
        Assert.Equal([new TransferOverPart(24_322, 12)], state.Counted([new TransferMeter(24_322, Quota + 12_000_000, 3)], Quota, 1, 2).Owed);
    }
}
