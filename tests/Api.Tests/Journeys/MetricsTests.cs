using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Droplets;
using Webrana.Wire.Monitoring;

namespace Webrana.Api.Tests.Journeys;

[Collection(ApiCollection.Name)]
public sealed class MetricsTests(SharedApi api)
{
    [Fact]
    public async Task A_server_says_how_it_does_in_the_documented_shape_and_to_its_owner_only()
    {
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var path = $"/api/v1/instances/{order.InstanceId}/metrics";

        foreach (var (range, length) in new[] { ("", 1), ("?range=1h", 1), ("?range=6h", 6), ("?range=24h", 24), ("?range=7d", 168), ("?range=14d", 336) })
        {
            var metrics = await user.Http.GetAsync(path + range).ReadAsync<InstanceMetrics>();
            Assert.Equal(TimeSpan.FromHours(length), metrics.To - metrics.From);
            Assert.Equal(["cpu", "load1", "memory", "disk", "publicIn", "publicOut"], metrics.Series.Select(series => series.Name));
            Assert.Equal(["percent", "load", "percent", "percent", "Mbps", "Mbps"], metrics.Series.Select(series => series.Unit));
            Assert.All(metrics.Series.SelectMany(series => series.Points), point => Assert.Equal(2, point.Count));
            Assert.Equal(1_000, metrics.Current.TransferQuotaGb);
        }

        await user.Http.GetAsync(path + "?range=2h").RefusedAsync(422, ProblemCodes.ValidationFailed);
        await (await api.Host.NewCustomerAsync()).Http.GetAsync(path).RefusedAsync(404, ProblemCodes.NotFound);
        await user.Http.GetAsync($"/api/v1/instances/{Guid.NewGuid()}/metrics").RefusedAsync(404, ProblemCodes.NotFound);
    }
}
