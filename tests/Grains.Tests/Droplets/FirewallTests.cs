using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.DigitalOcean;
using Webrana.Grains.Common;
using Webrana.Grains.Providers;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;
using DropletStatus = Webrana.Contracts.Droplets.DropletStatus;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Its own cluster: faults of the simulator strike whoever comes next.</summary>
public sealed class FirewallTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    static readonly FirewallEntry Ssh = new("tcp", "22", ["203.0.113.0/24"]);
    static readonly FirewallEntry Web = new("tcp", "443", []);

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    async Task<(InstanceId Instance, IDropletGrain Droplet, IDropletFirewallGrain Firewall)> ServerAsync()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(500_000));
        return (instance, droplet, Cluster.Grains.GetGrain<IDropletFirewallGrain>(GrainKeys.Droplet(instance)));
    }

    static SetFirewall On(params FirewallEntry[] rules) => new(true, rules, "user:test");

    async Task<Firewall?> AtProviderAsync(InstanceId instance)
    {
        var listed = await Cluster.Services.GetRequiredService<ProviderClients>().For("primary").ListFirewallsAsync(TestContext.Current.CancellationToken);
        Assert.True(listed.TryGetValue(out var all));
        return all.SingleOrDefault(firewall => firewall.Name == $"webrana-test-{instance}");
    }

    static Task<FirewallView> AppliedAsync(IDropletFirewallGrain firewall) =>
        Eventually.Async(async () => (await firewall.Firewall()).Value!, view => view.Applied, WebranaCluster.Patience, "the firewall is applied");

    [Fact]
    public async Task Rules_are_put_in_front_of_the_server_changed_and_taken_away_and_stand_in_the_log()
    {
        var server = await ServerAsync();
        Assert.Equal((false, true), ((await server.Firewall.Firewall()).Value!) is var none ? (none.On, none.Applied) : default);
        Assert.Null(await AtProviderAsync(server.Instance));

        Assert.True((await server.Firewall.SetFirewall(On(Ssh, Web))).IsOk);
        await AppliedAsync(server.Firewall);
        var made = (await AtProviderAsync(server.Instance))!;
        Assert.Equal(["22", "443"], made.InboundRules.Select(rule => rule.Ports));
        Assert.Equal(["0.0.0.0/0", "::/0"], made.InboundRules[1].Sources.Addresses);
        Assert.Equal([(await server.Droplet.Get()).Value!.ProviderDropletId!.Value], made.DropletIds);

        await server.Firewall.SetFirewall(On(Web));
        await AppliedAsync(server.Firewall);
        Assert.Equal(made.Id, (await AtProviderAsync(server.Instance))!.Id);
        await server.Firewall.SetFirewall(On(Web) with { On = false });
        await AppliedAsync(server.Firewall);
        Assert.Null(await AtProviderAsync(server.Instance));
        Assert.Equal(ActivityStatus.Completed, (await server.Droplet.Action("firewall-3")).Value!.Status);
    }

    [Fact]
    public async Task It_does_not_wait_for_an_action_and_holds_none_up()
    {
        var server = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Path = "/v2/firewalls", Count = 6 });
        await server.Firewall.SetFirewall(On(Ssh));
        Assert.True((await server.Droplet.Act(new StartAction("off", ActionKind.PowerOff, "user:test"))).IsOk);
        await server.Droplet.Settles(DropletStatus.Off);
        Cluster.Cloud.ClearFaults();
        await AppliedAsync(server.Firewall);
    }

    [Theory]
    [InlineData("firewall.stored")]
    [InlineData("firewall.intent_stored")]
    [InlineData("firewall.after_post")]
    [InlineData("firewall.applied_stored")]
    public async Task A_wish_cut_at_any_arrow_is_one_firewall(string arrow)
    {
        var server = await ServerAsync();
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Droplet(server.Instance));
        try
        {
            await server.Firewall.SetFirewall(On(Ssh));
        }
        catch (InfrastructureException)
        {
            // Stored already: the loop carries it on.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        await AppliedAsync(server.Firewall);
        Assert.Equal("22", (await AtProviderAsync(server.Instance))!.InboundRules.Single().Ports);
    }

    [Fact]
    public async Task A_create_whose_answer_is_lost_is_found_by_its_name()
    {
        var server = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/firewalls" });
        await server.Firewall.SetFirewall(On(Ssh));
        await AppliedAsync(server.Firewall);
        Assert.NotNull(await AtProviderAsync(server.Instance));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("firewall.removed")]
    public async Task It_goes_with_its_server_wherever_that_is_cut(string? arrow)
    {
        var server = await ServerAsync();
        await server.Firewall.SetFirewall(On(Ssh));
        await AppliedAsync(server.Firewall);
        var fired = arrow is null ? Task.CompletedTask : Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: GrainKeys.Droplet(server.Instance));
        await server.Droplet.Delete(new DeleteDroplet("end", (await server.Droplet.Get()).Value!.Name, "user:test"));
        await fired.WaitAsync(WebranaCluster.Patience);
        await server.Droplet.Becomes(DropletStatus.Terminated);
        Assert.Null(await AtProviderAsync(server.Instance));
        Assert.Equal(FirewallError.InvalidState, (await server.Firewall.SetFirewall(On(Web))).Error);
    }

    [Fact]
    public async Task What_is_no_rule_is_refused_before_anybody_is_asked()
    {
        var server = await ServerAsync();
        var refused = await server.Firewall.SetFirewall(On(Ssh, new FirewallEntry("tcp", "99999", [])));
        Assert.Equal((FirewallError.InvalidRule, "2"), (refused.Error!.Value, refused.Detail));
        Assert.Equal(FirewallError.TooManyRules, (await server.Firewall.SetFirewall(On([.. Enumerable.Range(1, 21).Select(port => new FirewallEntry("tcp", $"{port}", []))]))).Error);
        Assert.Equal(FirewallError.NotFound, (await Cluster.Grains.GetGrain<IDropletFirewallGrain>(GrainKeys.Droplet(Servers.NewInstance())).SetFirewall(On(Ssh))).Error);
        Assert.False((await server.Firewall.Firewall()).Value!.On);
    }
}
