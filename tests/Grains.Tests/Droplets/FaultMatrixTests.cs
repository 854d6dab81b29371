using Webrana.Contracts.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>
/// Each call of each flow, struck by each thing that can happen to a call: no answer after the effect, none before it, too many requests.
/// Whatever it is, afterwards there is one server and one charge, or none of both.
/// </summary>
public sealed class FaultMatrixTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    public static TheoryData<string, string, string> OrderCalls => Matrix(
        ("POST", "/v2/droplets"), ("GET", "/v2/droplets/{id}"), ("GET", "/v2/droplets"), ("GET", "/v2/actions"), ("POST", "/v2/account/keys"));

    public static TheoryData<string, string, string> EndCalls => Matrix(("GET", "/v2/droplets/{id}"), ("DELETE", "/v2/droplets/{id}"), ("DELETE", "/v2/snapshots/{id}"));

    public static TheoryData<string, string, string> ActionCalls => Matrix(
        ("POST", "/v2/droplets/{id}/actions"), ("GET", "/v2/droplets/{id}"), ("GET", "/v2/actions"), ("GET", "/v2/actions/{actionId}"), ("GET", "/v2/droplets/{id}/actions"));

    static TheoryData<string, string, string> Matrix(params (string Method, string Path)[] calls)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (method, path) in calls)
        {
            data.Add(method, path, FaultKinds.Status500);
            data.Add(method, path, FaultKinds.Status429);
            if (method != "GET")
                data.Add(method, path, FaultKinds.DropAfterEffect);
        }

        return data;
    }

    void Strike(string method, string path, string kind)
    {
        Cluster.Cloud.ClearFaults();
        Cluster.Cloud.Inject(new Fault { Kind = kind, Method = method, Path = path, Count = 1, Seconds = 0.2 });
    }

    [Theory, MemberData(nameof(OrderCalls))]
    public async Task An_order_struck_at_any_call_is_one_server_and_one_charge(string method, string path, string kind)
    {
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        Strike(method, path, kind);
        Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(owner))).IsOk);
        await Cluster.Droplet(instance).Settles(DropletStatus.Running);
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((200_000 - Servers.PriceIdr, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
        Cluster.Cloud.ClearFaults();
    }

    [Theory, MemberData(nameof(ActionCalls))]
    public async Task An_action_struck_at_any_call_is_done_once(string method, string path, string kind)
    {
        var (_, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        Strike(method, path, kind);
        Assert.True((await droplet.Act(new StartAction("off", ActionKind.PowerOff, "user:test"))).IsOk);
        await droplet.Settles(DropletStatus.Off);
        Assert.Equal(ActivityStatus.Completed, (await droplet.Action("off")).Value!.Status);
        Cluster.Cloud.ClearFaults();
    }

    [Theory, MemberData(nameof(EndCalls))]
    public async Task A_deletion_struck_at_any_call_leaves_nothing_and_gives_back_once(string method, string path, string kind)
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var quote = (await droplet.QuoteDeletion()).Value!;
        Strike(method, path, kind);
        Assert.True((await droplet.Delete(new DeleteDroplet("end", (await droplet.Get()).Value!.Name, "user:test"))).IsOk);
        await droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
        Assert.Equal(quote.RefundIdr, await Cluster.CountAsync(
            $"SELECT coalesce(sum(amount), 0)::bigint FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = 'REFUND'"));
        Cluster.Cloud.ClearFaults();
    }

    [Fact]
    public async Task An_outage_of_429s_loses_nothing_and_all_that_waited_is_done_afterwards()
    {
        var owner = await Cluster.CustomerAsync(2_000_000);
        var (_, acted) = await Cluster.RunningServerAsync(owner);
        var (gone, deleted) = await Cluster.RunningServerAsync(owner);
        var before = await Cluster.MoneyAsync(owner);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status429, Path = "/v2/*", Count = -1, Seconds = 0.3 });

        var instance = Servers.NewInstance();
        Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(owner))).IsOk);
        Assert.True((await acted.Act(new StartAction("off", ActionKind.PowerOff, "user:test"))).IsOk);
        // An action that waits for the provider holds up no deletion.
        Assert.True((await deleted.Act(new StartAction("reboot", ActionKind.Reboot, "user:test"))).IsOk);
        Assert.True((await deleted.Delete(new DeleteDroplet("end", (await deleted.Get()).Value!.Name, "user:test"))).IsOk);
        // Several Retry-Afters of the provider, and more minutes of the shop than a busy droplet would be waited for.
        var refused = Cluster.Cloud.CountRequests("GET", "/v2/droplets/{id}");
        await Eventually.Async(() => Cluster.Cloud.CountRequests("GET", "/v2/droplets/{id}") >= refused + 2, WebranaCluster.Patience, "it was tried in vain");
        await Cluster.TurnAsync(TimeSpan.FromMinutes(11));
        Assert.Equal("off", (await acted.Get()).Value!.RunningAction?.ActionId);
        var cut = (await deleted.Action("reboot")).Value!;
        Assert.Equal((ActivityStatus.Errored, "deleted_meanwhile"), (cut.Status, cut.Message));
        Assert.Equal(Servers.PriceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr);
        Assert.Equal(DropletStatus.Provisioning, (await Cluster.Droplet(instance).Get()).Value!.Status);
        Cluster.Cloud.ClearFaults();

        await Cluster.Droplet(instance).Settles(DropletStatus.Running);
        await acted.Settles(DropletStatus.Off);
        Assert.Equal(ActivityStatus.Completed, (await acted.Action("off")).Value!.Status);
        await deleted.Becomes(DropletStatus.Terminated);
        Assert.Equal((1, 0), (await Cluster.AtProviderAsync(instance), await Cluster.AtProviderAsync(gone)));
        var after = await Cluster.MoneyAsync(owner);
        Assert.Equal(0, after.HeldIdr);
        Assert.True(after.BalanceIdr >= before.BalanceIdr - Servers.PriceIdr);
    }
}
