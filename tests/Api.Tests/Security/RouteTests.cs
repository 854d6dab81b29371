using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Tests.Security;

/// <summary>Every route × who may ask: generated from the routes themselves, so that a new one cannot be forgotten.</summary>
[Collection(ApiCollection.Name)]
public sealed class RouteTests(SharedApi api)
{
    /// <summary>What needs no token, on purpose.</summary>
    static readonly string[] Public =
    [
        "/api/v1/auth/", "/api/v1/plans", "/api/v1/regions", "/api/v1/images", "/api/v1/notices", "/api/v1/addons", "/api/v1/legal", "/health/", "/webhooks/tripay",
        // Its key is the ticket.
        "/consoles/",
        // Of the Sandbox environment alone, as these tests' host is; it answers on loopback (FailPointTests).
        "/_sandbox/fail-points",
    ];

    IEnumerable<(string Method, string Path, RouteEndpoint Endpoint)> Routes() =>
        from endpoint in api.Host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        select (method, path.Replace("{id}", Guid.NewGuid().ToString()).Replace("{userId}", Guid.NewGuid().ToString()).Replace("{actionId}", "x"), endpoint);

    [Fact]
    public async Task Without_a_token_every_other_route_is_401_before_anything_else()
    {
        var http = api.Host.Anonymous();
        var seen = 0;
        foreach (var (method, path, _) in Routes().Where(route => !Public.Any(open => route.Path.StartsWith(open, StringComparison.Ordinal))))
        {
            var problem = await http.SendJsonAsync(new HttpMethod(method), path, method is "GET" ? null : "{").RefusedAsync(401, ProblemCodes.Unauthenticated);
            Assert.NotEmpty(problem.Detail!);
            seen++;
        }

        Assert.True(seen >= 35, $"Only {seen} protected routes were found.");
    }

    [Fact]
    public async Task A_customer_is_403_on_every_internal_route()
    {
        var customer = await api.Host.NewCustomerAsync();
        var seen = 0;
        foreach (var (method, path, _) in Routes().Where(route => route.Path.StartsWith("/internal", StringComparison.Ordinal)))
        {
            await customer.Http.SendJsonAsync(new HttpMethod(method), path, method is "GET" ? null : "{}").RefusedAsync(403, ProblemCodes.Forbidden);
            seen++;
        }

        Assert.True(seen >= 15);
    }

    [Fact]
    public void Only_the_public_list_is_open() => Assert.All(
        Routes().Where(route => route.Endpoint.Metadata.GetMetadata<IAuthorizeData>() is null || route.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null),
        route => Assert.Contains(Public, open => route.Path.StartsWith(open, StringComparison.Ordinal)));

    /// <summary>Owner routes with the id of somebody else's object, of none, and of nonsense: one and the same answer.</summary>
    [Fact]
    public async Task Anothers_server_order_and_deposit_do_not_exist()
    {
        var (owner, stranger) = (await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync());
        var deposit = await owner.Http.PostAsync("/api/v1/wallet/deposit", new { amount = 50_000, paymentMethod = "BRIVA" })
            .ReadAsync<Webrana.Wire.Deposits.Deposit>(HttpStatusCode.Created);
        var server = await Scenario.OrderAsync(api.Host, owner);
        foreach (var id in new[] { deposit.Id, server.InstanceId, Guid.NewGuid().ToString(), "nonsense", "00000000-0000-0000-0000-000000000000" })
        {
            await stranger.Http.GetAsync($"/api/v1/wallet/deposits/{id}").RefusedAsync(404, ProblemCodes.NotFound);
            await stranger.Http.GetAsync($"/api/v1/orders/{id}").RefusedAsync(404, ProblemCodes.NotFound);
            await stranger.Http.GetAsync($"/api/v1/instances/{id}").RefusedAsync(404, ProblemCodes.NotFound);
            await stranger.Http.GetAsync($"/api/v1/instances/{id}/activity").RefusedAsync(404, ProblemCodes.NotFound);
            await stranger.Http.GetAsync($"/api/v1/instances/{id}/actions/x").RefusedAsync(404, ProblemCodes.NotFound);
            await stranger.Http.SendJsonAsync(HttpMethod.Patch, $"/api/v1/instances/{id}", new UpdateInstanceRequest(AutoRenew: false)).RefusedAsync(404, ProblemCodes.NotFound);
            await stranger.Http.SendJsonAsync(HttpMethod.Delete, $"/api/v1/instances/{id}?confirm=x", null).RefusedAsync(404, ProblemCodes.NotFound);
            foreach (var action in new[] { "power-on", "power-off", "shutdown", "reboot" })
                await stranger.Http.PostAsync($"/api/v1/instances/{id}/{action}").RefusedAsync(404, ProblemCodes.NotFound);
        }

        Assert.Empty((await stranger.Http.GetAsync("/api/v1/instances").ReadAsync<Page<Instance>>()).Items);
        Assert.Empty((await stranger.Http.GetAsync("/api/v1/orders").ReadAsync<Page<Order>>()).Items);
        Assert.Empty((await stranger.Http.GetAsync("/api/v1/wallet/deposits").ReadAsync<Page<Webrana.Wire.Deposits.Deposit>>()).Items);
        Assert.True((await owner.Http.GetAsync($"/api/v1/instances/{server.InstanceId}").ReadAsync<Instance>()).AutoRenew);
    }

    [Fact]
    public async Task An_admin_has_no_customers_servers_under_the_customer_routes_but_sees_all_under_internal()
    {
        var (owner, admin) = (await api.Host.NewCustomerAsync(), await api.Host.NewAdminAsync());
        var server = await Scenario.OrderAsync(api.Host, owner);
        await admin.Http.GetAsync($"/api/v1/instances/{server.InstanceId}").RefusedAsync(404, ProblemCodes.NotFound);
        var all = await admin.Http.GetAsync($"/internal/instances?userId={owner.Id}").ReadAsync<Page<AdminInstance>>();
        Assert.Equal(server.InstanceId, Assert.Single(all.Items).Id);
    }

    [Fact]
    public async Task Every_answer_carries_the_headers_that_browsers_obey_and_none_that_tell_of_the_server()
    {
        foreach (var path in new[] { "/api/v1/plans", "/api/v1/wallet", "/nowhere", "/health/live" })
        {
            using var answer = await api.Host.Anonymous().GetAsync(path);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.False(answer.Headers.Contains("Server"));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.True(DateTimeOffset.TryParse(answer.Headers.GetValues(WireHeaders.Time).Single(), out _));
        }
    }

    [Fact]
    public async Task Unknown_addresses_and_methods_are_problems_too()
    {
        await api.Host.Anonymous().GetAsync("/nowhere").RefusedAsync(404, ProblemCodes.NotFound);
        await api.Host.Anonymous().GetAsync("/api/v1/auth/login").RefusedAsync(405, ProblemCodes.MethodNotAllowed);
    }

    [Fact]
    public async Task The_process_is_live_and_ready()
    {
        await api.Host.Anonymous().GetAsync("/health/live").ExpectAsync(HttpStatusCode.OK);
        await api.Host.Anonymous().GetAsync("/health/ready").ExpectAsync(HttpStatusCode.OK);
    }
}
