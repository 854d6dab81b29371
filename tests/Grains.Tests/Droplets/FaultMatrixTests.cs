using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.SshKeys;
using Webrana.Grains.Droplets;
using Webrana.Grains.Providers;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Ssh;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>
/// Each call of each flow, struck by each thing that can happen to a call: no answer after the effect, none before it, too many requests.
/// Whatever it is, afterwards there is one server and one charge, or none of both. Each row waits until the simulator says that its fault
/// was met: a call that the flow does not make fails the row. Calls that only follow a trouble have it laid out before them (<see cref="Before"/>).
/// </summary>
public sealed class FaultMatrixTests(ImpatientCluster shared) : IClassFixture<ImpatientCluster>, IDisposable
{
    const string SameFamily = "ubuntu-22-04-x64";
    const string OtherFamily = "debian-12-x64";

    // Not the server's: no password of ours goes where another key is shown, and the reset is the provider's.
    const string AnotherHostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    const string Keys = "/v2/account/keys";
    const string Droplets = "/v2/droplets";
    const string OneDroplet = "/v2/droplets/{id}";
    const string Acts = "/v2/droplets/{id}/actions";
    const string AllActions = "/v2/actions";
    const string OneAction = "/v2/actions/{actionId}";
    const string OneSnapshot = "/v2/snapshots/{id}";
    const string Firewalls = "/v2/firewalls";
    const string OneFirewall = "/v2/firewalls/{id}";

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    public static TheoryData<string, string, string> OrderCalls => Matrix(
        ("POST", Keys), ("POST", Droplets), ("GET", Droplets), ("GET", AllActions), ("GET", OneDroplet));

    public static TheoryData<string, string, string> ActionCalls => Matrix(
        ("POST", Acts), ("GET", Acts), ("GET", AllActions), ("GET", OneAction), ("GET", OneDroplet));

    public static TheoryData<string, string, string> EndCalls => Matrix(("GET", OneDroplet), ("DELETE", OneDroplet), ("DELETE", OneSnapshot));

    public static TheoryData<string, string, string> FirewallCalls => Matrix(
        ("POST", Firewalls), ("GET", Firewalls), ("PUT", OneFirewall), ("DELETE", OneFirewall));

    // Of what goes the way of all actions the losses are enough: the refusals are above.
    public static TheoryData<string, string> ActionLosses => new()
    {
        { "POST", Acts }, { "GET", Acts }, { "GET", AllActions }, { "GET", OneAction }, { "GET", OneDroplet },
    };

    // Its create and how far that is, then the end of the droplet that it replaces.
    public static TheoryData<string, string> ReplacementLosses => new()
    {
        { "POST", Droplets }, { "GET", Droplets }, { "GET", OneDroplet }, { "DELETE", OneDroplet },
    };

    static TheoryData<string, string, string> Matrix(params (string Method, string Path)[] calls)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (method, path) in calls)
        {
            data.Add(method, path, LossOf(method));
            data.Add(method, path, FaultKinds.Status429);
            // Of a read it is the same to the flow as no answer.
            if (method != "GET")
                data.Add(method, path, FaultKinds.Status500);
        }

        return data;
    }

    static string LossOf(string method) => method == "GET" ? FaultKinds.DropRead : FaultKinds.DropAfterEffect;

    /// <summary>What must have gone wrong before a flow makes this call at all.</summary>
    static Fault? Before(string method, string path, bool exists) => (method, path) switch
    {
        // What became of a create is looked for by its tag, of an action among the droplet's, of a firewall by its name.
        ("GET", Droplets) => new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = Droplets },
        ("GET", Acts) => new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = Acts },
        ("GET", Firewalls) => new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = Firewalls },
        // A single read is the backstop behind the shared lists; of several droplets in the making the list may be read instead.
        ("GET", OneAction) => new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = AllActions, Count = -1 },
        ("GET", OneDroplet) when !exists => new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = Droplets, Count = -1 },
        _ => null,
    };

    /// <param name="droplet">Whose calls are meant; null where it has no id yet.</param>
    void Strike(string method, string path, string kind, long? droplet = null)
    {
        Cluster.Cloud.ClearFaults();
        if (Before(method, path, droplet is not null) is { } before)
            Cluster.Cloud.Inject(before);
        var only = droplet is { } id && path.StartsWith(OneDroplet, StringComparison.Ordinal) ? path.Replace("{id}", $"{id}", StringComparison.Ordinal) : path;
        Cluster.Cloud.Inject(new Fault { Kind = kind, Method = method, Path = only, Count = kind == FaultKinds.DropRead ? ImpatientCluster.LostRead : 1, Seconds = 0.2 });
    }

    /// <summary>Everything that was laid out was met, as often as it was to be; then the shop is as it must be.</summary>
    async Task StruckAndSoundAsync(string method, string path)
    {
        await StruckAsync(method, path);
        await Cluster.AssertConservedAsync();
    }

    async Task StruckAsync(string method, string path)
    {
        await Eventually.Async(
            () => Task.FromResult(string.Join(", ", Cluster.Cloud.Faults.Where(fault => fault.Count > 0))), left => left.Length == 0, WebranaCluster.Patience,
            $"{method} {path} was really struck");
        Cluster.Cloud.ClearFaults();
    }

    /// <summary>How many actions of a type the provider was made to do to a droplet.</summary>
    async Task<int> DoneThereAsync(long dropletId, string type)
    {
        using var http = new HttpClient { BaseAddress = Cluster.Cloud.BaseUrl };
        var all = await http.GetFromJsonAsync<JsonElement>("/_sandbox/actions");
        return all.EnumerateArray().Count(action => action.GetProperty("dropletId").GetInt64() == dropletId && action.GetProperty("type").GetString() == type);
    }

    async Task<(InstanceId Instance, IDropletGrain Droplet, DropletView View)> ServerAsync()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        return (instance, droplet, await droplet.Settles(DropletStatus.Running));
    }

    [Theory, MemberData(nameof(OrderCalls))]
    public async Task An_order_struck_at_any_call_is_one_server_and_one_charge(string method, string path, string kind)
    {
        var owner = await Cluster.CustomerAsync(200_000);
        // A key that the provider does not have yet: else it is not called with it.
        IReadOnlyList<string> keys = path == Keys ? [await NewKeyAsync(owner)] : [];
        var instance = Servers.NewInstance();
        Strike(method, path, kind);
        Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(owner) with { SshKeyIds = keys })).IsOk);
        await Cluster.Droplet(instance).Settles(DropletStatus.Running);
        await StruckAndSoundAsync(method, path);
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((200_000 - Servers.PriceIdr, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
    }

    async Task<string> NewKeyAsync(UserId owner)
    {
        var key = new AddSshKey(Guid.NewGuid().ToString(), "laptop", SshKeyPair.Generate("dewi@laptop").PublicLine);
        return (await Cluster.Grains.GetGrain<ISshKeysGrain>(GrainKeys.SshKeys(owner)).Add(key)).Value!.KeyId;
    }

    [Theory, MemberData(nameof(ActionCalls))]
    public async Task An_action_struck_at_any_call_is_done_once(string method, string path, string kind)
    {
        var (_, droplet, view) = await ServerAsync();
        var id = view.ProviderDropletId!.Value;
        Strike(method, path, kind, id);
        Assert.True((await droplet.Act(new StartAction("off", ActionKind.PowerOff, "user:test"))).IsOk);
        await droplet.Settles(DropletStatus.Off);
        await StruckAndSoundAsync(method, path);
        Assert.Equal(ActivityStatus.Completed, (await droplet.Action("off")).Value!.Status);
        Assert.Equal(1, await DoneThereAsync(id, "power_off"));
    }

    [Theory, MemberData(nameof(ActionLosses))]
    public async Task A_rebuild_in_place_that_loses_the_answer_of_any_call_is_done_once_and_the_server_opens(string method, string path)
    {
        var (instance, droplet, view) = await ServerAsync();
        var id = view.ProviderDropletId!.Value;
        // What may be chosen is read before, from another part of the provider.
        Assert.True((await Cluster.Rebuilds(instance).RebuildOptions()).IsOk);
        Strike(method, path, LossOf(method), id);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(new RebuildDroplet("again", SameFamily, "user:test"))).IsOk);
        Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync("again")).Status);
        var after = await droplet.Settles(DropletStatus.Running);
        await StruckAndSoundAsync(method, path);
        Assert.Equal((view.ProviderDropletId, SameFamily), (after.ProviderDropletId, after.Image));
        Assert.Equal(1, await DoneThereAsync(id, "rebuild"));
        Assert.Equal((await Cluster.Access(instance).Reveal("new")).Value!.Password, await Cluster.PasswordInsideAsync(instance));
    }

    [Theory, MemberData(nameof(ReplacementLosses))]
    public async Task A_replacement_that_loses_the_answer_of_any_call_is_one_new_server_and_the_old_one_goes(string method, string path)
    {
        var (instance, droplet, view) = await ServerAsync();
        Assert.True((await Cluster.Rebuilds(instance).RebuildOptions()).IsOk);
        Strike(method, path, LossOf(method), method == "DELETE" ? view.ProviderDropletId : null);
        Assert.True((await Cluster.Rebuilds(instance).Rebuild(new RebuildDroplet("again", OtherFamily, "user:test"))).IsOk);
        Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync("again")).Status);
        var after = await droplet.Settles(DropletStatus.Running);
        // First the faults: what was laid out before them would answer this list as well.
        await StruckAsync(method, path);
        await Eventually.Async(() => Cluster.AtProviderAsync(instance), there => there == 1, WebranaCluster.Patience, "the old one is gone");
        await Cluster.AssertConservedAsync();
        Assert.Equal(OtherFamily, after.Image);
        Assert.NotEqual(view.ProviderDropletId, after.ProviderDropletId);
        Assert.True((await Cluster.Access(instance).Reveal("new")).IsOk);
    }

    [Theory, MemberData(nameof(ActionLosses))]
    public async Task A_password_reset_that_loses_the_answer_of_any_call_is_done_once_and_what_we_knew_is_void(string method, string path)
    {
        var (instance, droplet, view) = await ServerAsync();
        var id = view.ProviderDropletId!.Value;
        await Cluster.Access(instance).Pin(new PinHostKey(AnotherHostKey, 1));
        Strike(method, path, LossOf(method), id);
        Assert.True((await droplet.Act(new StartAction("reset", ActionKind.ResetPassword, "user:test"))).IsOk);
        var line = await droplet.EndedAsync("reset");
        await StruckAndSoundAsync(method, path);
        Assert.Equal((ActivityStatus.Completed, "password_at_support"), (line.Status, line.Message));
        Assert.Equal(1, await DoneThereAsync(id, "password_reset"));
        Assert.Equal(CredentialsError.CredentialsTaken, (await Cluster.Access(instance).Reveal("x")).Error);
    }

    [Theory, MemberData(nameof(FirewallCalls))]
    public async Task A_firewall_struck_at_any_call_is_one_then_the_other_and_then_none(string method, string path, string kind)
    {
        var (instance, _, _) = await ServerAsync();
        var firewall = Cluster.Grains.GetGrain<IDropletFirewallGrain>(GrainKeys.Droplet(instance));
        Strike(method, path, kind);
        Assert.Equal("22", await AppliedAsync(firewall, instance, on: true, "22"));
        Assert.Equal("443", await AppliedAsync(firewall, instance, on: true, "443"));
        Assert.Equal("", await AppliedAsync(firewall, instance, on: false, "443"));
        await StruckAndSoundAsync(method, path);
    }

    /// <summary>The ports that the provider lets in once it has taken the wish, of all firewalls under the server's name.</summary>
    async Task<string> AppliedAsync(IDropletFirewallGrain firewall, InstanceId instance, bool on, string ports)
    {
        Assert.True((await firewall.SetFirewall(new SetFirewall(on, [new FirewallEntry("tcp", ports, [])], "user:test"))).IsOk);
        await Eventually.Async(async () => (await firewall.Firewall()).Value!, view => view.Applied, WebranaCluster.Patience, "the firewall is applied");
        var listed = await Cluster.Services.GetRequiredService<ProviderClients>().For("primary").ListFirewallsAsync(TestContext.Current.CancellationToken);
        Assert.True(listed.TryGetValue(out var all));
        return string.Join(' ', all.Where(there => there.Name == $"webrana-test-{instance}").SelectMany(there => there.InboundRules).Select(rule => rule.Ports));
    }

    [Theory, MemberData(nameof(EndCalls))]
    public async Task A_deletion_struck_at_any_call_leaves_nothing_and_gives_back_once(string method, string path, string kind)
    {
        var (instance, droplet, view) = await ServerAsync();
        if (path == OneSnapshot)
        {
            var taken = await Cluster.Grains.GetGrain<IDropletUpkeepGrain>(GrainKeys.Droplet(instance)).Upkeep(new StartUpkeep("copy", ActionKind.Snapshot, "user:test", "ikut"));
            Assert.True(taken.IsOk, taken.Error?.ToString());
            Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync("copy")).Status);
        }

        var quote = (await droplet.QuoteDeletion()).Value!;
        Strike(method, path, kind, view.ProviderDropletId);
        await DeletedAsync(instance, droplet, quote.RefundIdr);
        await StruckAndSoundAsync(method, path);
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
    }

    [Fact]
    public async Task A_deletion_that_loses_the_list_of_its_tag_leaves_nothing_of_a_create_whose_answer_was_lost()
    {
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = Droplets });
        var (instance, droplet, _) = await ServerAsync();
        // Its order looks for a second droplet until its very end: the list that is lost shall be the deletion's.
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload ->> 'workAt' IS NULL"), idle => idle == 1,
            WebranaCluster.Patience, "it is idle");
        Assert.Empty(Cluster.Cloud.Faults);
        var quote = (await droplet.QuoteDeletion()).Value!;
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropRead, Path = Droplets, Count = ImpatientCluster.LostRead });
        await DeletedAsync(instance, droplet, quote.RefundIdr);
        await StruckAndSoundAsync("GET", Droplets);
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));
    }

    async Task DeletedAsync(InstanceId instance, IDropletGrain droplet, long refundIdr)
    {
        Assert.True((await droplet.Delete(new DeleteDroplet("end", (await droplet.Get()).Value!.Name, "user:test"))).IsOk);
        await droplet.Becomes(DropletStatus.Terminated);
        Assert.Equal(refundIdr, await Cluster.CountAsync(
            $"SELECT coalesce(sum(amount), 0)::bigint FROM wallet_transactions WHERE reference_id = '{instance}' AND reference_type = 'REFUND'"));
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
        await acted.Becomes(view => view.RunningAction?.Step == DropletViews.WaitingStep, "its owner sees that it waits");
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
        await Cluster.AssertConservedAsync();
    }
}
