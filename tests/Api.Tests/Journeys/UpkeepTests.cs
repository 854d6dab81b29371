using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Tests.Journeys;

[Collection(ApiCollection.Name)]
public sealed class UpkeepTests(SharedApi api)
{
    [Fact]
    public async Task Copies_addresses_lock_and_tags_by_the_REST_API()
    {
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        var server = await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var path = $"/api/v1/instances/{order.InstanceId}";

        async Task RunAsync(string act, object? body = null, HttpMethod? method = null)
        {
            var accepted = await user.Http.SendJsonAsync(method ?? HttpMethod.Post, path + act, body).ReadAsync<ActionAccepted>(HttpStatusCode.Accepted);
            var ended = await Eventually.Async(
                () => user.Http.GetAsync($"{path}/actions/{accepted.ActionId}").ReadAsync<InstanceAction>(),
                action => action.Status != ActionStatus.InProgress, ApiHost.Patience, act, TestContext.Current.CancellationToken);
            Assert.True(ended.Status == ActionStatus.Completed, $"{act}: {ended.Message}");
        }

        await RunAsync("/snapshots", new TakeSnapshotRequest("sebelum"));
        var snapshot = Assert.Single((await user.Http.GetAsync(path + "/snapshots").ReadAsync<InstanceSnapshots>()).Items);
        await RunAsync($"/snapshots/{snapshot.Id}/restore");
        await RunAsync($"/snapshots/{snapshot.Id}", method: HttpMethod.Delete);
        Assert.Empty((await user.Http.GetAsync(path + "/snapshots").ReadAsync<InstanceSnapshots>()).Items);
        await RunAsync("/backups/enable", new BackupPolicyRequest(BackupPlan.Weekly, BackupWeekday.Saturday, 16));
        var weekly = await user.Http.GetAsync(path + "/backups").ReadAsync<InstanceBackups>();
        Assert.Equal((BackupPlan.Weekly, BackupWeekday.Saturday, 16), (weekly.Plan, weekly.Weekday, weekly.Hour));
        Assert.Equal((DayOfWeek.Saturday, 16, TimeSpan.FromHours(4)), (weekly.Next!.From.UtcDateTime.DayOfWeek, weekly.Next.From.UtcDateTime.Hour, weekly.Next.To - weekly.Next.From));
        await RunAsync("/backups/policy", new BackupPolicyRequest(BackupPlan.Daily, Hour: 4), HttpMethod.Put);
        var daily = await user.Http.GetAsync(path + "/backups").ReadAsync<InstanceBackups>();
        Assert.Equal((BackupPlan.Daily, (BackupWeekday?)null, 4), (daily.Plan, daily.Weekday, daily.Hour));
        await user.Http.SendJsonAsync(HttpMethod.Put, path + "/backups/policy", new BackupPolicyRequest(BackupPlan.Daily, BackupWeekday.Monday)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await user.Http.PostAsync(path + "/backups/enable", new BackupPolicyRequest(BackupPlan.Daily, Hour: 3)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await RunAsync("/backups/disable");
        await RunAsync("/ipv6");
        var network = await user.Http.GetAsync(path + "/network").ReadAsync<InstanceNetwork>();
        Assert.Equal((server.Name, server.Ipv4), (network.HostName, network.Addresses[0].Address));
        Assert.Contains(network.Addresses, address => address.Version == 6);

        await user.Http.PostAsync(path + "/snapshots", new TakeSnapshotRequest(" ")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await user.Http.PostAsync(path + "/snapshots/abc/restore").RefusedAsync(404, ProblemCodes.NotFound);
        await (await api.Host.NewCustomerAsync()).Http.GetAsync(path + "/network").RefusedAsync(404, ProblemCodes.NotFound);

        var locked = await user.Http.SendJsonAsync(HttpMethod.Patch, path, new UpdateInstanceRequest(Protected: true, Tags: ["Produksi", "produksi"])).ReadAsync<Instance>();
        Assert.True(locked.Protected);
        Assert.Equal(["produksi"], locked.Tags);
        await user.Http.SendJsonAsync(HttpMethod.Patch, path, new UpdateInstanceRequest(Tags: ["a b"])).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await user.Http.SendJsonAsync(HttpMethod.Delete, $"{path}?confirm={server.Name}", null).RefusedAsync(409, ProblemCodes.DeleteProtected);
    }
}
