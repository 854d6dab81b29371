using System.Diagnostics;
using Webrana.Client;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;

namespace Webrana.Chaos.Driver;

/// <summary>Customers order servers, operate them in every way there is, and delete most of them again.</summary>
public sealed class ServerLife(Insistence insist, ClientLog log)
{
    // The seed's smallest plan; the simulator's two images of one family and one of another (a rebuild in place, and one by replacement).
    private const string Plan = "basic-1";
    private const int MostServers = 3;
    private static readonly string[] Images = ["ubuntu-24-04-x64", "ubuntu-22-04-x64", "debian-12-x64"];
    private static readonly TimeSpan Provisioning = TimeSpan.FromSeconds(25);

    public async Task GoOnAsync(Person person, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(400));
        var random = new Random(person.UserId.GetHashCode(StringComparison.Ordinal));
        while (!stop.IsCancellationRequested)
        {
            if (person.Servers.Count < MostServers && random.Next(3) > 0)
                await OrderAsync(person, random, stop);
            else if (person.Servers.Keys.OrderBy(_ => random.Next()).FirstOrDefault() is { } server)
                await OperateAsync(person, server, random, stop);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task OrderAsync(Person person, Random random, CancellationToken stop)
    {
        var intent = new Intent { Id = log.NextId(), Kind = "order", UserId = person.UserId };
        var name = $"web-{intent.Id}";
        var period = random.Next(2) == 0 ? BillingPeriod.Daily : BillingPeriod.Monthly;
        var order = await insist.AsyncOf(
            intent, key => person.Session.CreateOrderAsync(new CreateOrderRequest(Plan, "sgp1", Images[0], name, period), key), made => made.InstanceId,
            CancellationToken.None);
        if (order is null)
            return;
        person.Servers[order.InstanceId] = name;
        await SettledAsync(person, order.InstanceId, stop);
    }

    private async Task OperateAsync(Person person, string server, Random random, CancellationToken stop)
    {
        if (await SettledAsync(person, server, stop) is not { } now)
            return;
        var running = now.Status == InstanceStatus.Running;
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                if (await ActAsync(person, server, "destroy", key => person.Session.DestroyAsync(server, person.Servers[server], key)))
                    person.Servers.TryRemove(server, out _);
                break;
            case 3:
                var renamed = $"srv-{log.NextId()}";
                var intent = new Intent { Id = log.NextId(), Kind = "rename", UserId = person.UserId, Subject = server };
                if (await insist.AsyncOf(
                    intent, key => person.Session.UpdateInstanceAsync(server, new UpdateInstanceRequest(renamed), key), one => one.Name, CancellationToken.None) is not null)
                    person.Servers[server] = renamed;
                break;
            case 4:
                await ActAsync(person, server, "snapshot", key => person.Session.TakeSnapshotAsync(server, new TakeSnapshotRequest($"s{intent2()}"), key));
                break;
            case 5:
                await ActAsync(person, server, "rebuild", key => person.Session.RebuildAsync(server, new RebuildRequest(Images[random.Next(Images.Length)]), key));
                break;
            case 6:
                await ActAsync(person, server, "reset", key => person.Session.ResetPasswordAsync(server, key));
                break;
            case 7 or 8:
                await ActAsync(person, server, "reboot", key => person.Session.RebootAsync(server, key));
                break;
            default:
                await ActAsync(person, server, "power", key => running ? person.Session.PowerOffAsync(server, key) : person.Session.PowerOnAsync(server, key));
                break;
        }

        string intent2() => log.NextId();
    }

    private async Task<bool> ActAsync(Person person, string server, string what, Func<IdempotencyKey, Task<ApiResult<ActionAccepted>>> call)
    {
        var intent = new Intent { Id = log.NextId(), Kind = "action", UserId = person.UserId, Subject = server, Code = what };
        return await insist.AsyncOf(intent, call, made => made.ActionId, CancellationToken.None) is not null;
    }

    /// <summary>Waits a while until the server is at rest; null when it is not, or is no more.</summary>
    private static async Task<Instance?> SettledAsync(Person person, string server, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Provisioning && !stop.IsCancellationRequested)
        {
            var read = await person.Session.InstanceAsync(server, CancellationToken.None);
            if (read.IsOk && read.Value.Status is InstanceStatus.Terminated or InstanceStatus.Failed or InstanceStatus.Lost)
            {
                person.Servers.TryRemove(server, out _);
                return null;
            }

            if (read.IsOk && read.Value is { RunningAction: null, Status: InstanceStatus.Running or InstanceStatus.Off })
                return read.Value;
            if (read.IsOk && read.Value.Status is InstanceStatus.Suspended)
                return null;
            await Task.Delay(300, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }
}
