using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Promos;
using Webrana.Sandbox.DigitalOcean;
using Webrana.Sandbox.Postgres;
using Webrana.Silo.Hosting;
using Webrana.Silo.Seeding;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Common;

public sealed class SiloHostTests
{
    sealed class Place(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "silo";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }

    static void Check(string environment, string key, string value) => ProductionGuard.Check(
        new Place(environment), new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Promos:IdentityKey"] = new('k', 32), [key] = value }).Build());

    [Fact]
    public void A_silo_in_a_container_finds_the_address_that_others_can_reach()
    {
        Assert.Equal(IPAddress.Parse("172.18.0.5"), SiloSettings.Reachable([IPAddress.IPv6Loopback, IPAddress.Loopback, IPAddress.Parse("172.18.0.5")]));
        Assert.Throws<InvalidOperationException>(() => SiloSettings.Reachable([IPAddress.Loopback]));
        Assert.Equal(IPAddress.Parse("10.0.0.7"), new SiloSettings { AdvertisedIp = "10.0.0.7" }.AdvertisedAddress());
    }

    [Theory]
    [InlineData("Production", "Seed:Demo", "true")]
    [InlineData("Staging", "Seed:Demo", "true")]
    [InlineData("Production", "Sandbox:Clock", "true")]
    [InlineData("Production", "Tripay:ApiKey", "DEV-abc")]
    [InlineData("Production", "FailPoints", "order.after_post:kill")]
    [InlineData("Production", "Ssh:Directory", "http://127.0.0.1:5000")]
    [InlineData("Production", "Promos:IdentityKey", "too-short")]
    public void What_belongs_to_the_sandbox_is_refused_elsewhere(string environment, string key, string value) =>
        Assert.Throws<InvalidOperationException>(() => Check(environment, key, value));

    [Theory]
    [InlineData("Sandbox", "Seed:Demo", "true")]
    [InlineData("Sandbox", "FailPoints", "order.after_post:kill")]
    [InlineData("Production", "Tripay:ApiKey", "live-key")]
    public void What_belongs_there_is_not(string environment, string key, string value) => Check(environment, key, value);

    [Fact]
    public void The_demos_smallest_month_is_affordable_and_every_price_makes_sense()
    {
        Assert.Equal(7, PlanCatalogue.Demo.Count);
        Assert.InRange(PlanCatalogue.Demo.Min(plan => plan.Plan.Prices.MonthlyIdr), 100_000, 199_999);
        foreach (var (_, plan) in PlanCatalogue.Demo)
        {
            Assert.Equal("sgp1", plan.Regions[0]);
            Assert.True(plan.Prices.PriceOf(BillingPeriod.Daily) * 30 > plan.Prices.MonthlyIdr);
            Assert.True(plan.Prices.PriceOf(BillingPeriod.Yearly) < plan.Prices.MonthlyIdr * 12);
        }
    }

    [Fact]
    public async Task A_silo_migrates_becomes_ready_and_seeds_once()
    {
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("silohost");
        await using var cloud = await DigitalOceanSimulator.StartAsync();
        string[] args =
        [
            "--environment=Sandbox", "--urls=http://127.0.0.1:0", "--Seed:Demo=true", "--Sandbox:Clock=true",
            $"--Silo:SiloPort={FreePort.Next()}", $"--Silo:GatewayPort={FreePort.Next()}",
            $"--ConnectionStrings:Webrana={database.AppConnectionString}", $"--ConnectionStrings:WebranaOwner={database.OwnerConnectionString}",
            "--Tripay:ApiKey=DEV-x", "--Tripay:PrivateKey=y", "--Tripay:MerchantCode=T1",
            $"--DigitalOcean:BaseUrl={cloud.BaseUrl}", $"--DigitalOcean:Token={cloud.Token}", "--Webrana:Install=hosttest",
        ];
        await SiloHost.Migrate(args);
        await SiloHost.Migrate(args);
        await using var app = SiloHost.Build(args);
        await app.StartAsync();

        using var http = new HttpClient
        {
            BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/live")).StatusCode);
        await Eventually.Async(
            async () => (await http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK, WebranaCluster.Patience, "the silo is ready");
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        var plan = grains.GetGrain<IPlanGrain>(GrainKeys.Plan("basic-1"));
        await Eventually.Async(async () => (await plan.Get()).IsOk, WebranaCluster.Patience, "the demo's plans are there");
        // All with codes: who types none is credited exactly what was paid for.
        foreach (var (code, status) in new[] { ("WELCOME25", PromoStatus.On), ("DEPOSIT10", PromoStatus.On), ("AKHIRTAHUN5", PromoStatus.Soon) })
        {
            var promo = grains.GetGrain<IPromoGrain>(GrainKeys.Promo(code.ToLowerInvariant()));
            await Eventually.Async(
                async () => (await promo.Get()).Value is { } view && (view.Definition.Code, view.Status) == (code, status), WebranaCluster.Patience, $"{code} is {status}");
        }
        // The keeper has set the sweepers' reminders.
        await Eventually.Async(
            async () => await database.ScalarAsync<long>("SELECT count(*) FROM orleans_reminders WHERE grain_id LIKE 'sweeper/%'") == 16, WebranaCluster.Patience);

        // A clock that is turned is swept before this silo says that it has seen it.
        await database.ExecuteAsync("UPDATE business_clock SET offset_ms = 86400000, version = version + 1; NOTIFY webrana_clock, '1'");
        await Eventually.Async(
            async () => await database.ScalarAsync<long>("SELECT coalesce(max(version), 0) FROM business_clock_seen") == 1, WebranaCluster.Patience);
        await app.StopAsync();
    }
}
