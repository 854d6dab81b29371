using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Webrana.Api.Hosting;
using Webrana.Api.Tests.Support;
using Webrana.Data.Faults;

namespace Webrana.Api.Tests.Hosting;

/// <summary>Who may break requests on purpose: the sandbox, and nobody where customers are.</summary>
[Collection(ApiCollection.Name)]
public sealed class FailPointTests(SharedApi api)
{
    [Fact]
    public async Task The_fault_kit_arms_those_of_a_running_API_and_asks_which_were_met()
    {
        var http = api.Host.Anonymous();
        await http.PostAsync(FailPoints.Address, new { name = "nobody.passes", mode = "Kill", nth = 1 }).ExpectAsync(HttpStatusCode.OK);
        var armed = await http.GetAsync(FailPoints.Address).ReadAsync<FailPointState>();
        Assert.Contains("nobody.passes", armed.Armed);
        Assert.DoesNotContain("nobody.passes", armed.Fired);

        await http.SendJsonAsync(HttpMethod.Delete, FailPoints.Address, null).ExpectAsync(HttpStatusCode.OK);
        Assert.Empty((await http.GetAsync(FailPoints.Address).ReadAsync<FailPointState>()).Armed);
    }

    [Theory]
    [InlineData("Production", 0)]
    [InlineData("Staging", 0)]
    [InlineData("Sandbox", 3)]
    public async Task Outside_the_sandbox_there_is_nothing_to_arm_them_by(string environment, int routes)
    {
        var builder = Builder(environment);
        builder.AddFailPoints();
        await using var app = builder.Build();
        app.MapFailPoints();
        Assert.Equal(routes, ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Count());
    }

    [Fact]
    public void An_armed_one_is_refused_in_production_at_the_start()
    {
        var (real, sandbox) = (Builder("Production"), Builder("Sandbox"));
        real.Configuration[FailPoints.ConfigurationKey] = sandbox.Configuration[FailPoints.ConfigurationKey] = "api.key_claimed:kill";

        Assert.Throws<InvalidOperationException>(() => real.AddFailPoints());
        sandbox.AddFailPoints();
    }

    static WebApplicationBuilder Builder(string environment) => WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
}
