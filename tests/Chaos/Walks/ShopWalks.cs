using Webrana.Wire.Admin;
using Webrana.Wire.Promos;
using static Webrana.Chaos.Walks.DemoShop;

namespace Webrana.Chaos.Walks;

/// <summary>What the shop changes about its plans and promos.</summary>
internal static class ShopWalks
{
    internal static async Task RaiseAsync(Walker walker)
    {
        // A plan of its own: nobody else pays more for it.
        var id = $"jarang-{walker.Load.Log.NextId()}";
        await walker.DeskAsync("plan", (desk, key) => desk.CreatePlanAsync(
            new CreatePlanRequest(id, $"Jarang {id}", "s-1vcpu-1gb", 1, 1024, 25, 1, ["sgp1"], AMonthIdr, Reason: "uji"), key, walker.Cancellation));
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person, plan: id);
        var from = new DateTimeOffset(await walker.Cluster.Database.ScalarAsync<DateTime>("select business_now()", walker.Cancellation), TimeSpan.Zero).AddDays(20);
        await walker.DeskAsync("price", (desk, key) => desk.UpdatePricingAsync(
            id, new PlanPricing(PriceMonthly: AMonthIdr + 1_000, MovesRunningAt: from, Reason: "uji"), key, walker.Cancellation));
        await walker.TurnUntilAsync(
            $"{Walker.Droplet(server)} and payload#>>'{{subscription,move}}' is not null and exists (select from grain_state where state = 'plan' and key = 'plan:{id}' and jsonb_typeof(payload->'announcing') is distinct from 'object')",
            "PT1M", 30, "its owner is told");
        await walker.DestroyAsync(person, server);
        await walker.DeskAsync("plan", (desk, key) => desk.UpdatePlanAsync(id, new UpdatePlanRequest(Hidden: true, Reason: "uji"), key, walker.Cancellation));
    }

    internal static async Task ChangePromoAsync(Walker walker)
    {
        var code = $"JARANG{walker.Load.Log.NextId()}";
        var promo = await walker.DeskAsync("promo", (desk, key) => desk.CreatePromoAsync(
            new PromoFields("Jarang", PromoType.DepositBonus, PromoValueType.Fixed, 1_000, code, BonusExpiryDays: 30), reason: null, key, walker.Cancellation));
        await walker.DeskAsync("promo", (desk, key) => desk.SwitchPromoAsync(promo.Id, isActive: false, reason: null, key, walker.Cancellation));
    }
}
