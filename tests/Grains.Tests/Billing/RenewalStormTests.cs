using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Webrana.Contracts;
using Webrana.Data.Wallets;
using Webrana.Grains.Notifications;
using Webrana.Grains.Tests.Common;
using Webrana.WalletBench.Renewals;

namespace Webrana.Grains.Tests.Billing;

/// <summary>More renewals than can be done at once, on two silos, one of which dies half-way. The full size is <c>./webrana bench renewals</c>.</summary>
public sealed class RenewalStormTests
{
    const int ServerCount = 2_000;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(400);

    [Fact]
    public async Task Each_period_is_charged_exactly_once_and_told_once_though_a_silo_dies_in_the_middle()
    {
        await using var cluster = await WebranaCluster.StartAsync(configure: silo => silo.Services.AddSingleton<IMailSender, Letterbox>(), silos: 2);
        await using var owner = NpgsqlDataSource.Create(cluster.Database.OwnerConnectionString);
        var books = new RenewalBooks(owner, cluster.Sources);
        await new RenewalSeed(ServerCount, ServerCount / 2).WriteAsync(owner, cluster.Clock.GetUtcNow());

        var killing = KillAmidAsync(cluster, books);
        await WorkedOffAsync(cluster, books, ServerCount);

        Assert.True(await killing < ServerCount, "the storm was over before the silo could die");
        Assert.Empty(await books.BrokenAsync(ServerCount, told: true));
        Assert.Empty(await new LedgerInvariants(cluster.Sources).CheckAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>What <c>./webrana bench renewals --days-behind 3</c> counts, in small: these go through their own grains.</summary>
    [Fact]
    public async Task After_three_days_away_each_server_pays_each_day_once_and_its_owner_hears_of_each_once()
    {
        const int servers = 60, days = 3;
        await using var cluster = await WebranaCluster.StartAsync(configure: silo => silo.Services.AddSingleton<IMailSender, Letterbox>());
        await using var owner = NpgsqlDataSource.Create(cluster.Database.OwnerConnectionString);
        var books = new RenewalBooks(owner, cluster.Sources);
        await new RenewalSeed(servers, servers / 2) { DaysBehind = days }.WriteAsync(owner, cluster.Clock.GetUtcNow());

        await WorkedOffAsync(cluster, books, servers * days);

        Assert.Empty(await books.BrokenAsync(servers, told: true, periods: days));
    }

    static async Task WorkedOffAsync(WebranaCluster cluster, RenewalBooks books, long charges)
    {
        var began = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await books.ChargesAsync() < charges || await books.OpenAsync() > 0)
        {
            await KeepSweepingAsync(cluster);
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, $"{await books.ChargesAsync()} charged, {await books.OpenAsync()} open");
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    // The death must meet intents, debits and notes of them; beside the sweep, which answers only once all is worked off.
    static async Task<long> KillAmidAsync(WebranaCluster cluster, RenewalBooks books)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            if (await books.ChargesAsync() is >= ServerCount / 8 and var charged)
            {
                await cluster.Orleans.KillSiloAsync(cluster.Orleans.Silos[1]);
                return charged;
            }
        }
    }

    // What a mail server does with a mail is another test's; that each is handed over once is this one's.
    sealed class Letterbox : IMailSender
    {
        public Task<MailDelivery> Send(OutgoingMail mail) => Task.FromResult(new MailDelivery(MailOutcome.Sent, ""));
    }

    // As the host's keeper does; what has just died with its silo is asked again.
    static async Task KeepSweepingAsync(WebranaCluster cluster)
    {
        try
        {
            await cluster.StartSweepersAsync();
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or InfrastructureException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(exception.Message);
        }
    }
}
