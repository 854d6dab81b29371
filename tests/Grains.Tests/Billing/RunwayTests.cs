using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Billing;

/// <summary>Its own cluster, because the clock is turned.</summary>
public sealed class RunwayTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    WebranaCluster Cluster => shared.Cluster;

    Task<RunwayView> ForecastAsync(UserId owner, int days) => Cluster.Grains.GetGrain<IRunwayGrain>(GrainKeys.Runway(owner)).Forecast(days);

    [Fact]
    public async Task What_is_foretold_is_what_the_clock_then_does()
    {
        // From the middle of a month: a daily server that runs a whole one sends more than its days' share, which no forecast knows, and pays for it with
        // its first renewal some hours behind that month.
        var next = Cluster.Clock.GetUtcNow().AddMonths(1);
        await Cluster.TurnToAsync(new DateTimeOffset(next.Year, next.Month, 10, 3, 0, 0, TimeSpan.Zero));
        var owner = await Cluster.CustomerAsync(500_000);
        await Cluster.Wallet(owner).GrantBonus(new GrantBonusCommand(
            "bonus", 100_000, Cluster.Clock.GetUtcNow().AddDays(20), new PostingReference(ReferenceType.Promo, "p", ContraAccount.PromoExpense, "Bonus")));
        var (first, _) = await Cluster.RunningServerAsync(owner);
        await Cluster.TurnAsync(TimeSpan.FromHours(2));
        var (second, _) = await Cluster.RunningServerAsync(owner);
        await Cluster.TurnAsync(TimeSpan.FromHours(2));
        var (daily, _) = await Cluster.RunningServerAsync(owner, BillingPeriod.Daily);
        InstanceId[] servers = [first, second, daily];

        var foretold = await ForecastAsync(owner, 60);
        Assert.Contains(foretold.Steps, step => step.Kind == RunwayStepKind.Renewed && step.Server == first);
        Assert.Contains(foretold.Steps, step => step.Kind == RunwayStepKind.NotPaid);
        foreach (var step in foretold.Steps)
        {
            // Each begins up to a minute late, and a stay in suspension counts from there; its last warning is no step of money.
            // The second stay counts from the end of the first, which was late itself.
            var late = step.Kind switch { RunwayStepKind.Hibernated => 8, RunwayStepKind.Terminated => 16, _ => 1 };
            if (late > 1 && step.At.AddDays(-1) > Cluster.Clock.GetUtcNow())
                await TurnAndWakeAsync(step.At.AddDays(-1).AddMinutes(late - 4), servers);
            foreach (var warned in servers) await Cluster.DeliverWarningsAsync(warned, 40);
            await TurnAndWakeAsync(step.At + TimeSpan.FromMinutes(late), servers);
            if (step.Server is { } server && Expected(step.Kind) is { } status)
                await Cluster.Droplet(server).Becomes(status);
            if (step is { Kind: RunwayStepKind.Hibernated, Server: { } asleep })
                await Cluster.IsHibernatedAsync(asleep);
        }

        var told = foretold.Steps.Where(step => step.Kind == RunwayStepKind.Renewed).Select(step => $"{step.Server} {step.AmountIdr} {step.LeftIdr}");
        Assert.Equal(told, await RenewalsAsync(owner));
        await Cluster.AssertSoundAsync();
    }

    [Fact]
    public async Task The_suggested_top_up_keeps_every_server_running()
    {
        var owner = await Cluster.CustomerAsync(2 * Servers.PriceIdr);
        var (first, _) = await Cluster.RunningServerAsync(owner);
        var (second, _) = await Cluster.RunningServerAsync(owner);

        var foretold = await ForecastAsync(owner, 70);
        Assert.Equal(4 * Servers.PriceIdr, foretold.TopUpIdr);
        Assert.NotNull(foretold.EndsAt);
        await Cluster.CreditAsync(owner, foretold.TopUpIdr);

        Assert.Null((await ForecastAsync(owner, 70)).EndsAt);
        await Cluster.TurnAsync(TimeSpan.FromDays(70) - TimeSpan.FromMinutes(5));
        await WakeAllAsync([first, second]);

        Assert.Equal(0, (await Cluster.MoneyAsync(owner)).BalanceIdr);
        await Cluster.Droplet(first).Becomes(DropletStatus.Running);
        await Cluster.Droplet(second).Becomes(DropletStatus.Running);
    }

    [Fact]
    public async Task A_customer_without_servers_has_nothing_ahead()
    {
        var owner = await Cluster.CustomerAsync(10_000);

        var foretold = await ForecastAsync(owner, 90);

        Assert.Equal((10_000, null, 0, 0), (foretold.AvailableIdr, foretold.EndsAt, foretold.TopUpIdr, foretold.Steps.Count));
    }

    async Task TurnAndWakeAsync(DateTimeOffset to, InstanceId[] servers)
    {
        await Cluster.TurnToAsync(to);
        await WakeAllAsync(servers);
    }

    async Task WakeAllAsync(InstanceId[] servers)
    {
        foreach (var server in servers)
        {
            for (var i = 0; await Cluster.Droplet(server).Wake() == WakeOutcome.MoreDue; i++)
                Assert.True(i < 50);
        }
    }

    static DropletStatus? Expected(RunwayStepKind kind) => kind switch
    {
        RunwayStepKind.NotPaid => DropletStatus.Running,
        RunwayStepKind.Suspended => DropletStatus.Suspended,
        RunwayStepKind.Terminated => DropletStatus.Terminated,
        RunwayStepKind.Hibernated => DropletStatus.Hibernated,
        _ => null,
    };

    async Task<List<string>> RenewalsAsync(UserId owner)
    {
        var rows = new List<string>();
        await using var command = Cluster.Sources.Queries.CreateCommand(
            "SELECT reference_id, amount, balance_after FROM wallet_transactions WHERE wallet_id = $1 AND reference_type = 'RENEWAL' ORDER BY seq");
        command.Parameters.Add(new() { Value = owner.Value });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            rows.Add($"{reader.GetString(0)} {-reader.GetInt64(1)} {reader.GetInt64(2)}");
        return rows;
    }
}
