using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Webrana.Data.Hosting;
using Webrana.Sandbox.Postgres;

namespace Webrana.Data.Tests.Hosting;

/// <summary>Real silos with real sockets find each other, and are found, through our membership SQL.</summary>
public sealed class ClusteringTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task Two_silos_form_a_cluster_a_client_finds_them_and_one_may_leave()
    {
        var cluster = $"c{Guid.NewGuid():n}";
        using var one = await StartSiloAsync(cluster);
        using var two = await StartSiloAsync(cluster);
        using var client = Host.CreateApplicationBuilder()
            .Quiet()
            .With(host => host.UseOrleansClient(orleans => orleans
                .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "webrana"))
                .UseWebranaClustering(database.Sources)))
            .Build();
        await client.StartAsync(TestContext.Current.CancellationToken);

        var management = client.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        await HostsAsync(2);

        await two.StopAsync(TestContext.Current.CancellationToken);
        await HostsAsync(1);
        await client.StopAsync(TestContext.Current.CancellationToken);
        await one.StopAsync(TestContext.Current.CancellationToken);

        var table = one.Services.GetService<IMembershipTable>()!;
        await table.CleanupDefunctSiloEntriesAsync(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Empty((await table.ReadAllAsync(TestContext.Current.CancellationToken)).Members);
        await table.DeleteMembershipTableEntriesAsync(cluster, TestContext.Current.CancellationToken);
        Assert.Equal(0, await database.Database.ScalarAsync<long>($"SELECT count(*) FROM orleans_membership_version WHERE deployment_id = '{cluster}'"));

        // A silo that is asked hears of the others a little behind them.
        Task HostsAsync(int active) => Testing.Eventually.Async(
            CountAsync, hosts => hosts == active, TimeSpan.FromSeconds(90), $"{active} silos", TestContext.Current.CancellationToken);

        async Task<int> CountAsync()
        {
            try
            {
                return (await management.GetHosts(onlyActive: true)).Count;
            }
            catch (Exception leaving) when (leaving is OrleansException or TimeoutException)
            {
                // The one that was asked is on its way out.
                return 0;
            }
        }
    }

    private async Task<IHost> StartSiloAsync(string cluster)
    {
        var host = Host.CreateApplicationBuilder()
            .Quiet()
            .With(builder => builder.UseOrleans(orleans => orleans
                .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "webrana"))
                .ConfigureEndpoints(IPAddress.Loopback, FreePort.Next(), FreePort.Next())
                .UseWebranaClustering(database.Sources)
                .UseWebranaStorage(database.Sources)))
            .Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}

internal static class HostSteps
{
    public static HostApplicationBuilder Quiet(this HostApplicationBuilder host)
    {
        host.Logging.ClearProviders();
        return host;
    }

    public static HostApplicationBuilder With(this HostApplicationBuilder host, Action<HostApplicationBuilder> configure)
    {
        configure(host);
        return host;
    }
}
