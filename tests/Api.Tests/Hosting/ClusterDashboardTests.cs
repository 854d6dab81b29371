using System.Net;
using Webrana.Api.Tests.Support;

namespace Webrana.Api.Tests.Hosting;

/// <summary>The Orleans Dashboard shows grain state: admins only, and only where it was switched on.</summary>
[Collection(ApiCollection.Name)]
public sealed class ClusterDashboardTests(SharedApi shared)
{
    const string Page = "/internal/orleans/";

    [Fact]
    public async Task It_is_not_there_unless_it_was_switched_on()
    {
        var admin = await shared.Host.NewAdminAsync();
        using var answer = await admin.Http.GetAsync(Page, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Switched_on_it_opens_for_admins_alone()
    {
        await using var host = await ApiHost.StartAsync(new Dictionary<string, string?> { ["Dashboard:Enabled"] = "true" });
        foreach (var path in new[] { Page, Page + "DashboardCounters", Page + "GrainState", Page + "index.min.js", Page + "Trace" })
        {
            using var stranger = await host.Anonymous().GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
            using var customer = await (await host.NewCustomerAsync()).Http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, customer.StatusCode);
        }

        var admin = await host.NewAdminAsync();
        using var page = await admin.Http.GetAsync(Page, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("index.min.js", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var script = await admin.Http.GetAsync(Page + "index.min.js", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, script.StatusCode);

        // Its routes are not described, and must not keep ours from being so.
        foreach (var document in new[] { "v1", "internal" })
        {
            using var swagger = await host.Anonymous().GetAsync($"/swagger/{document}/swagger.json", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, swagger.StatusCode);
            Assert.DoesNotContain("orleans", await swagger.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
        }
    }
}
