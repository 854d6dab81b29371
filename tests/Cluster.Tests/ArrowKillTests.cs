using Webrana.Chaos.Checks;
using Webrana.Chaos.Cluster;
using Webrana.Chaos.Driver;
using Webrana.Client;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Testing;
using Webrana.Wire.Droplets;

namespace Webrana.Cluster.Tests;

/// <summary>
/// One server walks through order, action, rebuild and terminate, and at an arrow of each the silo process that carries it is ended by SIGKILL:
/// nothing is flushed, nothing is said, the other silo goes on from what was stored. All other arrows are struck by exceptions in Grains.Tests,
/// and by kills in `./webrana chaos --every-arrow`.
/// </summary>
[Collection(RunningSandbox.Collection)]
public sealed class ArrowKillTests
{
    const string Rebuilt = "ubuntu-22-04-x64";

    // Bounds against hanging: what must come, comes within seconds.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact(Timeout = 600_000), Trait("Category", "Chaos")]
    public async Task A_server_whose_silo_is_killed_at_an_arrow_of_each_flow_is_one_server_with_one_charge_and_in_the_end_none()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = NewFolder();
        await using (var cluster = await ChaosCluster.StartAsync(folder, FreeBlock.PortBase(), silos: 2, wiredSilos: false, cancellation))
        {
            await using var log = new ClientLog(Path.Combine(folder, "client-log.jsonl"));
            await using var load = await Load.PrepareAsync(cluster, customers: 1, log, new FrontDoor(() => [.. cluster.ApiProcesses]), cancellation);
            await cluster.SwitchAsync(cluster.DigitalOcean, "/_sandbox/settings", new { actionSeconds = 0.5 }, cancellation);
            var person = load.People[0];

            var order = new Intent { Id = log.NextId(), Kind = "order", UserId = person.UserId };
            var ordered = await KilledAtAsync("order.after_post", cluster, () => load.Insist.AsyncOf(
                order, key => person.Session.CreateOrderAsync(new CreateOrderRequest("basic-1", "sgp1", "ubuntu-24-04-x64", "sekali"), key), made => made.InstanceId, cancellation));
            Assert.NotNull(ordered);
            var server = ordered.InstanceId;
            await SoundAsync(cluster, log);
            Assert.Equal(InstanceStatus.Running, (await ReadAsync(person, server)).Status);

            await ActAsync("action.after_post", "reboot", key => person.Session.RebootAsync(server, key));
            Assert.Equal(InstanceStatus.Running, (await ReadAsync(person, server)).Status);

            await ActAsync("rebuild.entered", "rebuild", key => person.Session.RebuildAsync(server, new RebuildRequest(Rebuilt), key));
            var rebuilt = await ReadAsync(person, server);
            Assert.Equal((InstanceStatus.Running, Rebuilt), (rebuilt.Status, rebuilt.Image));
            Assert.Equal(1, await cluster.Database.ScalarAsync<long>($"select count(*) from wallet_transactions where operation_id = 'order:{server}:capture'", cancellation));

            await ActAsync("terminate.after_delete", "destroy", key => person.Session.DestroyAsync(server, "sekali", key));
            Assert.Equal("Terminated", await cluster.Database.ScalarAsync<string>($"select payload->>'phase' from grain_state where key = 'droplet:{server}'", cancellation));

            async Task ActAsync(string arrow, string what, Func<IdempotencyKey, Task<ApiResult<ActionAccepted>>> call)
            {
                var intent = new Intent { Id = log.NextId(), Kind = "action", UserId = person.UserId, Subject = server, Code = what };
                Assert.NotNull(await KilledAtAsync(arrow, cluster, () => load.Insist.AsyncOf(intent, call, made => made.ActionId, cancellation)));
                await SoundAsync(cluster, log);
            }
        }

        // Of a run that failed everything is kept: its logs say why.
        new DataFolder(folder).Delete();
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
        foreach (var survivor in cluster.Silos.Where(silo => silo.IsAlive))
        {
            using var disarmed = await cluster.Http.DeleteAsync(new Uri(survivor.Address, "/_sandbox/fail-points"), TestContext.Current.CancellationToken);
            disarmed.EnsureSuccessStatusCode();
        }

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
