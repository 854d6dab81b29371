using Webrana.Contracts.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>One of two silos dies without a word while orders are in the middle of everything.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task Orders_in_flight_on_a_killed_silo_become_one_server_and_one_charge_each()
    {
        await using var cluster = await WebranaCluster.StartAsync(silos: 2);
        await cluster.SeedPlansAsync();
        await cluster.StartSweepersAsync();
        var owner = await cluster.CustomerAsync(10 * Servers.PriceIdr);
        var instances = Enumerable.Range(0, 10).Select(_ => Servers.NewInstance()).ToList();
        await Task.WhenAll(instances.Select(instance => cluster.Droplet(instance).Order(Servers.Order(owner))));

        await cluster.Orleans.KillSiloAsync(cluster.Orleans.Silos[1]);
        // What the host's keeper does every five seconds.
        await Eventually.Async(() => Answers(cluster.StartSweepersAsync), TimeSpan.FromSeconds(180), "the sweepers live on the other silo");

        foreach (var instance in instances)
        {
            await Eventually.Async(
                async () => await cluster.CountAsync(
                    $"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND status = 'RUNNING' AND payload->>'workAt' IS NULL") == 1,
                TimeSpan.FromSeconds(180),
                $"{instance} runs");
            Assert.Equal(1, await cluster.AtProviderAsync(instance));
            Assert.Equal(1, await cluster.PostingsAsync($"order:{instance}:capture"));
        }

        Assert.Equal(0, (await cluster.MoneyAsync(owner)).BalanceIdr);
        await cluster.AssertSoundAsync();
    }

    static async Task<bool> Answers(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            return false;
        }
    }
}
