using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Billing;
using Webrana.Wire.Plans;

namespace Webrana.Web.Tests.Fakes;

static class FakeBilling
{
    public const long UsdRateIdr = 16_600;

    public static void MapShop(IEndpointRouteBuilder app) => app.MapGet("/api/v1/addons", () => new AddonPrices(27, 40, 1_350, 220));

    public static void Map(IEndpointRouteBuilder mine, FakeWorld world)
    {
        mine.MapGet("/instances/{id}/billing", (string id) => world.Instances.FirstOrDefault(server => server.Id == id) is { } server ? Results.Json(Of(server, world), WireJson.Options) : Results.NotFound());
        mine.MapPost("/instances/{id}/renew", (string id, RenewRequest asked) =>
        {
            var at = world.Instances.FindIndex(one => one.Id == id);
            world.Instances[at] = world.Instances[at] with { NextRenewalAt = world.Instances[at].NextRenewalAt?.AddMonths(asked.Periods) };
            return Results.Json(Of(world.Instances[at], world), WireJson.Options);
        });
        mine.MapPatch("/instances/{id}/billing", (string id, ChangeBillingRequest asked) =>
        {
            world.NextPeriods[id] = asked.BillingPeriod;
            return Results.Json(Of(world.Instances.First(one => one.Id == id), world), WireJson.Options);
        });
    }

    public static void MapAdmin(IEndpointRouteBuilder admin, FakeWorld world)
    {
        world.Settings = new BillingSettings(
            3, UsdRateIdr, new AddonPrices(27, 40, 1_350, 220), new PeriodPolicy(360, 1_440, 10_080, [-720, -180, 180]),
            new PeriodPolicy(2_880, 7_200, 20_160, [-10_080, -4_320, -1_440, 1_440]), new PeriodPolicy(7_200, 20_160, 43_200, [-43_200, -20_160, -10_080]), world.Now.AddDays(-9), "admin");
        admin.MapGet("/billing-settings", () => world.Settings);
        admin.MapPatch("/billing-settings", (ChangeBillingSettingsRequest asked) =>
        {
            world.Reasons.Enqueue(asked.Reason);
            return world.Settings = world.Settings with
            {
                Version = world.Settings.Version + 1, UsdRate = asked.UsdRate ?? world.Settings.UsdRate,
                Daily = asked.Daily ?? world.Settings.Daily, Monthly = asked.Monthly ?? world.Settings.Monthly, Yearly = asked.Yearly ?? world.Settings.Yearly,
            };
        });
        admin.MapGet("/undelivered", () => new Page<UndeliveredWarning>([new UndeliveredWarning("i-db-01", "db-01", world.Now.AddDays(-4), world.Now.AddHours(-5), false)]));
    }

    static InstanceBilling Of(Wire.Droplets.Instance server, FakeWorld world)
    {
        var next = world.NextPeriods.GetValueOrDefault(server.Id, server.BillingPeriod);
        var price = next == BillingPeriod.Yearly ? server.Price * 10 : server.Price;
        return new InstanceBilling(
            server.BillingPeriod, server.Price, world.Now.AddDays(-12), server.NextRenewalAt ?? world.Now.AddDays(18), server.AutoRenew, server.Priority,
            next, price, null, [new AddonUse(AddonType.Backups, 14_200, 0.4m)], 14_200,
            server.SuspensionReason, null, null, null, null,
            [new PeriodOffer(BillingPeriod.Monthly, server.Price), new PeriodOffer(BillingPeriod.Yearly, server.Price * 10)],
            // From the fifth period on an announced price holds.
            [.. Enumerable.Range(1, 12).Select(count => (price * count) + (20_000 * Math.Max(0, count - 4)) + 14_200)]);
    }
}
