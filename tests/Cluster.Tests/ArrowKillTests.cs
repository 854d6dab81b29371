using System.Net.Http.Json;
using System.Text.Json;
using Webrana.Chaos.Checks;
using Webrana.Chaos.Cluster;
using Webrana.Chaos.Driver;
using Webrana.Chaos.Faults;
using Webrana.Client;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Testing;
using Webrana.Wire.Droplets;
using Webrana.Wire.SshKeys;

namespace Webrana.Cluster.Tests;

/// <summary>
/// Silo processes are ended by SIGKILL at the arrows of order, action, rebuild and terminate: nothing is flushed, nothing is said, others go on from
/// what was stored. At one arrow a single silo dies and the other goes on; then servers stand still at one arrow each, at all of them at the same
/// time, and both silos die: also where a customer, the desk, a limit or a loss steps into a flow.
/// </summary>
[Collection(RunningSandbox.Collection)]
public sealed partial class ArrowKillTests
{
    const string Ordered = "ubuntu-24-04-x64", Rebuilt = "ubuntu-22-04-x64", OtherFamily = "debian-12-x64";

    const string Laptop = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2";

    // Passed only where keys were chosen, and only where snapshots go with their server.
    const string KeysPlaced = "rebuild.keys_placed", SnapshotsDeleted = "terminate.snapshots_deleted";

    // Passed only where a droplet was deleted behind our back.
    const string MetALoss = "action.lost_stored";

    // What a newcomer may have (Limits).
    const int ServersEach = 3;

    // Those behind the answer first: whoever waits for an answer shall not wait for all the others.
    static readonly string[] OrderArrows =
    [
        "order.permitted", "order.intent_stored", "order.after_post", "order.id_stored", "order.captured", "order.active_stored", "outbox.told",
        "order.stored", "order.name_claimed", "order.stock_taken", "order.held", "order.place_asked", "order.hold_stored",
        // Met in a call of the provider account's grain, which looks for nobody else meanwhile.
        "order.ready_stored",
    ];

    static readonly string[] ActionArrows = ["action.intent_stored", "action.after_post", "action.id_stored", "action.done_stored", "action.stored"];

    // Of orders that the provider takes and then does not build.
    static readonly string[] FailedOrderArrows = ["order.failed_stored", "order.released"];

    static readonly string[] RebuildArrows = [KeysPlaced, "rebuild.access_prepared", "rebuild.entered", "rebuild.stored"];

    // Of a rebuild to another family.
    static readonly string[] ReplaceArrows = ["replace.intent_stored", "replace.after_post", "replace.id_stored", "replace.ready", "replace.swapped"];

    static readonly string[] EndArrows =
    [
        SnapshotsDeleted, "terminate.before_delete", "terminate.after_delete", "terminate.gone_stored", "terminate.name_released", "terminate.done_stored",
        "terminate.stored",
    ];

    // An action meets a droplet deleted behind our back, and a person or a limit steps into an order (SteppedIn). The loss first: for its sake the
    // provider's lists fail for a moment.
    static readonly string[] SteppedInto =
    [
        MetALoss, "order.cancelled", "order.given_up", "order.pushed", "order.turned_away", "order.turned_away_released",
    ];

    static int Servers => ActionArrows.Length + RebuildArrows.Length + ReplaceArrows.Length + EndArrows.Length;

    // Bounds against hanging: what must come, comes within seconds.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact(Timeout = 600_000), Trait("Category", "Chaos")]
    public async Task Servers_whose_silos_are_killed_at_every_arrow_of_their_flows_are_one_each_with_one_charge_and_in_the_end_none()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = NewFolder();
        await using (var cluster = await ChaosCluster.StartAsync(folder, FreeBlock.PortBase(), silos: 2, wiredSilos: false, cancellation))
        {
            await using var log = new ClientLog(Path.Combine(folder, "client-log.jsonl"));
            var customers = 1 + ((Servers + ServersEach - 1) / ServersEach);
            // And one whose orders wait, and one whose orders are turned away: what they were charged is counted by their wallets.
            await using var load = await Load.PrepareAsync(cluster, customers + 2, log, new FrontDoor(() => [.. cluster.ApiProcesses]), cancellation);
            await cluster.SwitchAsync(cluster.DigitalOcean, "/_sandbox/settings", new { actionSeconds = 0.5 }, cancellation);

            var first = await KilledAtAsync("order.after_post", cluster, () => OrderAsync(load.People[0], "sekali"));
            Assert.NotNull(first);
            await SoundAsync(cluster, log);
            Assert.Equal(InstanceStatus.Running, (await ReadAsync(load.People[0], first.InstanceId)).Status);

            var stepped = new SteppedIn(cluster, load, (load.People[0], first.InstanceId), load.People[customers], load.People[customers + 1], OrderAsync);
            await stepped.BeginAsync();
            var accepted = await KilledTogetherAsync(
                cluster,
                [
                    .. FailedOrderArrows.Select((arrow, i) => (arrow, Begin(() => UnbuiltOrderAsync(load.People[0], $"gagal-{i}")))),
                    .. OrderArrows.Select((arrow, i) => (arrow, Begin(() => OrderAsync(Owner(i), $"panah-{i}")))),
                ],
                stepped.StandStillAsync);
            var orders = accepted.Select(order => Assert.IsType<OrderAccepted>(order).InstanceId).ToList();
            Assert.Equal(accepted.Count, orders.Distinct().Count());
            var (failed, servers) = (orders.Take(FailedOrderArrows.Length).ToList(), orders.Skip(FailedOrderArrows.Length).ToList());
            // Nothing is armed now: as many more as the next round has arrows.
            while (servers.Count < Servers)
                servers.Add(Assert.IsType<OrderAccepted>(await OrderAsync(Owner(servers.Count), $"panah-{servers.Count}")).InstanceId);
            await SettlesAsync("Running", Servers);

            // Who passes which arrow in the second round: first those of replacements, then of rebuilds, ends and actions.
            var replaced = Enumerable.Range(0, ReplaceArrows.Length).ToList();
            var rebuilt = Enumerable.Range(replaced.Count, RebuildArrows.Length).ToList();
            var ended = Enumerable.Range(replaced.Count + rebuilt.Count, EndArrows.Length).ToList();
            var operated = Enumerable.Range(replaced.Count + rebuilt.Count + ended.Count, ActionArrows.Length).ToList();
            var keyed = rebuilt[Array.IndexOf(RebuildArrows, KeysPlaced)];
            var copied = ended[Array.IndexOf(EndArrows, SnapshotsDeleted)];
            var copy = new TakeSnapshotRequest("ikut");
            Assert.NotNull(await ActAsync(Owner(copied), servers[copied], "snapshot", (session, server, key) => session.TakeSnapshotAsync(server, copy, key)));
            await SettlesAsync("Running", Servers);
            await stepped.HaveEndedAsync();
            await SoundAsync(cluster, log);
            foreach (var order in failed)
                Assert.Equal(InstanceStatus.Failed, (await ReadAsync(load.People[0], order)).Status);
            var captures = string.Join(',', servers.Select(server => $"'order:{server}:capture'"));
            Assert.Equal(Servers, await cluster.Database.ScalarAsync<long>($"select count(*) from wallet_transactions where operation_id in ({captures})", cancellation));

            var once = IdempotencyKey.New();
            var laptop = await Person.MustAsync(
                () => Owner(keyed).Session.AddSshKeyAsync(new CreateSshKeyRequest("laptop", Laptop), once, cancellation), "key", cancellation);
            List<(string Arrow, Func<Task<object?>> Begin)> acts =
            [
                .. ReplaceArrows.Zip(replaced, (arrow, i) => (arrow, Begin(() => RebuildAsync(i, new RebuildRequest(OtherFamily))))),
                .. RebuildArrows.Zip(rebuilt, (arrow, i) => (arrow, Begin(() => RebuildAsync(
                    i, i == keyed ? new RebuildRequest(Rebuilt, [laptop.Id]) : new RebuildRequest(Rebuilt))))),
                .. EndArrows.Zip(ended, (arrow, i) => (arrow, Begin(() => ActAsync(
                    Owner(i), servers[i], "destroy", (session, server, key) => session.DestroyAsync(server, $"panah-{i}", key))))),
                .. ActionArrows.Zip(operated, (arrow, i) => (arrow, Begin(() => ActAsync(
                    Owner(i), servers[i], "reboot", (session, server, key) => session.RebootAsync(server, key))))),
            ];
            Assert.All(
                await KilledTogetherAsync(cluster, [.. acts.OrderBy(act => IsBeforeAnswer(act.Arrow))]), answer => Assert.IsType<ActionAccepted>(answer));
            await SettlesAsync("Terminated", ended.Count);
            await SettlesAsync("Running", Servers - ended.Count);
            await SoundAsync(cluster, log);
            foreach (var i in rebuilt)
                Assert.Equal(Rebuilt, (await ReadAsync(Owner(i), servers[i])).Image);
            foreach (var i in replaced)
                Assert.Equal(OtherFamily, (await ReadAsync(Owner(i), servers[i])).Image);
            var access = await Person.MustAsync(() => Owner(keyed).Session.AccessAsync(servers[keyed], cancellation), "access", cancellation);
            Assert.False(access.PasswordLogin, "the key that was chosen is the way in");

            Person Owner(int server) => load.People[1 + (server / ServersEach)];

            Task<OrderAccepted?> OrderAsync(Person person, string name) => load.Insist.AsyncOf(
                new Intent { Id = log.NextId(), Kind = "order", UserId = person.UserId },
                key => person.Session.CreateOrderAsync(new CreateOrderRequest("basic-1", "sgp1", Ordered, name), key), made => made.InstanceId, cancellation);

            async Task<OrderAccepted?> UnbuiltOrderAsync(Person person, string name)
            {
                await cluster.SwitchAsync(cluster.DigitalOcean, "/_sandbox/faults", new { kind = "action_errored", type = "create" }, cancellation);
                return await OrderAsync(person, name);
            }

            Task<ActionAccepted?> ActAsync(Person owner, string server, string what, Func<WebranaSession, string, IdempotencyKey, Task<ApiResult<ActionAccepted>>> call) =>
                load.Insist.AsyncOf(
                    new Intent { Id = log.NextId(), Kind = "action", UserId = owner.UserId, Subject = server, Code = what },
                    key => call(owner.Session, server, key), made => made.ActionId, cancellation);

            Task<ActionAccepted?> RebuildAsync(int i, RebuildRequest request) =>
                ActAsync(Owner(i), servers[i], "rebuild", (session, server, key) => session.RebuildAsync(server, request, key));

            // Before the clock is turned for what only waits for time: an order has minutes of it, and no more.
            Task SettlesAsync(string phase, int count) => Eventually.Async(
                () => cluster.Database.ScalarAsync<long>(
                    $$"""
                    select count(*) from grain_state where state = 'droplet' and payload#>>'{order,name}' like 'panah-%'
                    and payload->>'phase' = '{{phase}}' and jsonb_typeof(payload->'action') is distinct from 'object'
                    """, cancellation),
                there => there == count, Patience, $"{count} servers are {phase} and idle", cancellation);
        }

        // Of a run that failed everything is kept: its logs say why.
        new DataFolder(folder).Delete();
    }

    [Fact]
    public void Every_arrow_of_order_action_rebuild_and_terminate_is_struck_by_a_kill()
    {
        string[] flows = ["order", "action", "rebuild", "replace", "terminate"];
        string[] struck = [.. SteppedInto, .. OrderArrows, .. FailedOrderArrows, .. ActionArrows, .. RebuildArrows, .. ReplaceArrows, .. EndArrows];

        // The lists of the kit name every fail point in the code; another test compares them.
        Assert.Equal(
            Arrows.All.Where(arrow => flows.Contains(Arrows.FlowOf(arrow))),
            struck.Where(arrow => flows.Contains(Arrows.FlowOf(arrow))).Order(StringComparer.Ordinal));
    }

    // Whoever waits for an answer shall not wait for all the others.
    static bool IsBeforeAnswer(string arrow) => arrow is "action.stored" or "rebuild.stored" or "terminate.stored";

    static Func<Task<object?>> Begin<T>(Func<Task<T?>> begin)
        where T : class => async () => await begin();

    /// <summary>
    /// Begins one thing after the other, and each stands still at an arrow of its own, wherever its grain lives. Then all silos are killed at once,
    /// every one of them at its arrow, and started anew.
    /// </summary>
    /// <param name="beforeTheKill">Looks at what stands.</param>
    static async Task<IReadOnlyList<object?>> KilledTogetherAsync(
        ChaosCluster cluster, IReadOnlyList<(string Arrow, Func<Task<object?>> Begin)> begins, Func<Task>? beforeTheKill = null)
    {
        var begun = new List<Task<object?>>();
        foreach (var (arrow, begin) in begins)
            await StandsAtAsync(cluster, arrow, () => begun.Add(begin()));
        if (beforeTheKill is not null)
            await beforeTheKill();
        await Task.WhenAll(cluster.Silos.Select(silo => silo.KillAsync()));
        await cluster.HealAsync(TestContext.Current.CancellationToken);
        return await Task.WhenAll(begun);
    }

    /// <summary>Begins one thing, and it stands still at this arrow, wherever its grain lives.</summary>
    static async Task StandsAtAsync(ChaosCluster cluster, string arrow, Action begin)
    {
        var cancellation = TestContext.Current.CancellationToken;
        foreach (var silo in cluster.Silos)
            await cluster.SwitchAsync(silo.Address, "/_sandbox/fail-points", new { name = arrow, mode = "Hang", nth = 1 }, cancellation);
        begin();
        await Eventually.Async(() => IsStoodAtAsync(cluster, arrow), Patience, $"something stands at {arrow}", cancellation);
        // What stands goes on standing; nothing else shall stand there, on the other silo.
        await DisarmAsync(cluster.Silos, cluster);
    }

    static async Task<bool> IsStoodAtAsync(ChaosCluster cluster, string arrow)
    {
        foreach (var silo in cluster.Silos)
        {
            var points = await cluster.Http.GetFromJsonAsync<JsonElement>(new Uri(silo.Address, "/_sandbox/fail-points"), TestContext.Current.CancellationToken);
            if (points.GetProperty("fired").EnumerateArray().Any(name => name.GetString() == arrow))
                return true;
        }

        return false;
    }

    static async Task DisarmAsync(IEnumerable<Member> silos, ChaosCluster cluster)
    {
        foreach (var silo in silos)
        {
            using var disarmed = await cluster.Http.DeleteAsync(new Uri(silo.Address, "/_sandbox/fail-points"), TestContext.Current.CancellationToken);
            disarmed.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Does something while both silos wait to die at an arrow. The one that came there is dead, and was started anew.</summary>
    static async Task<T?> KilledAtAsync<T>(string arrow, ChaosCluster cluster, Func<Task<T?>> act)
        where T : class
    {
        foreach (var silo in cluster.Silos)
            await cluster.SwitchAsync(silo.Address, "/_sandbox/fail-points", new { name = arrow, mode = "Kill", nth = 1 }, TestContext.Current.CancellationToken);
        var acting = act();
        await Eventually.Async(() => cluster.Silos.Any(silo => !silo.IsAlive), Patience, $"a silo died at {arrow}", TestContext.Current.CancellationToken);
        // The other takes over once it has missed this one, which takes seconds; it shall not die there as well.
        await DisarmAsync(cluster.Silos.Where(silo => silo.IsAlive), cluster);
        await cluster.HealAsync(TestContext.Current.CancellationToken);
        return await acting;
    }

    /// <summary>Everything that began has ended by itself, and every promise of the fault kit holds, the provider's droplets among them.</summary>
    static async Task SoundAsync(ChaosCluster cluster, ClientLog log)
    {
        var (_, findings) = await AllChecks.RunAsync(cluster, log, TestContext.Current.CancellationToken);
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
    }

    static async Task<Instance> ReadAsync(Person person, string server) =>
        await Person.MustAsync(() => person.Session.InstanceAsync(server, TestContext.Current.CancellationToken), "read", TestContext.Current.CancellationToken);

    static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("webrana-arrows-").FullName;
        if (!OperatingSystem.IsWindows()) // PostgreSQL runs as another account and must be able to walk through.
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return folder;
    }
}
