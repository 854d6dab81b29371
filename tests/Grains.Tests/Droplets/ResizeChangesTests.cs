using System.Text.Json;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Hosting;
using Webrana.Domain.Droplets;
using Webrana.Grains.Droplets;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>The pure half: whose price it is, and when a change of plan may begin. What cannot be timed in a cluster is decided here.</summary>
public sealed class ResizeChangesTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 29, 5, 0, 0, TimeSpan.Zero);
    static readonly InstanceId Instance = new(new Guid("0b4e6b0e-6f0e-4b8e-8a59-0a8f6a3c8f11"));

    static DropletState Server(InstancePhase phase = InstancePhase.Running) => new()
    {
        Phase = phase,
        Name = "web-01",
        Order = new OrderPart { Owner = Guid.NewGuid(), PlanId = "kecil", PriceVersion = 3, PriceIdr = 100_000, Period = BillingPeriod.Monthly, ProviderSize = "s-1" },
        Subscription = new SubscriptionPart(Noon.AddDays(-10).ToUnixTimeMilliseconds(), 1, 1, true, null, null),
    };

    static PlanChangePart Change() => new() { Id = "c", PlanId = "besar", PriceVersion = 1, PriceIdr = 300_000, ProviderSize = "s-2", DifferenceIdr = 50_000 };

    static DropletState OnItsWay() => Server().PlanChangeAgreed(Change())!.Resizing("c", 0)!;

    static DropletState Moved() => OnItsWay().PlanApplied(Instance, "c", "Ubah", Noon)!;

    static AnnouncedPrice Price(string? plan, int version, long monthlyIdr) => new(version, Noon.AddDays(40), null, monthlyIdr, null, plan);

    static string[] Told(DropletState state) => [.. state.Outbox.Select(item => item.Notice?.Id).OfType<string>()];

    [Fact]
    public void A_price_of_its_own_plan_is_planned_and_told()
    {
        var state = Server().PriceAnnounced(Instance, Price("kecil", 4, 120_000))!;
        Assert.Equal((4, 120_000L), (state.Subscription!.Move!.Version, state.Subscription.Move.MonthlyIdr));
        Assert.Equal([$"droplet:{Instance}:price:kecil:4"], Told(state));
        Assert.Null(state.PriceAnnounced(Instance, Price("kecil", 4, 120_000)));
        // From a silo of before, which named none.
        Assert.Equal(5, state.PriceAnnounced(Instance, Price(null, 5, 130_000))!.Subscription!.Move!.Version);
    }

    [Theory]
    [InlineData("kecil")]
    [InlineData("lain")]
    public void A_price_of_a_plan_it_has_left_or_never_had_never_reaches_it_however_new(string plan) =>
        Assert.Null(Moved().PriceAnnounced(Instance, Price(plan, 99, 1)));

    [Fact]
    public void On_its_way_it_hears_of_both_plans_and_keeps_what_belongs_to_the_one_it_ends_up_with()
    {
        var state = OnItsWay().PriceAnnounced(Instance, Price("kecil", 4, 120_000))!.PriceAnnounced(Instance, Price("besar", 2, 350_000))!;
        Assert.Equal((120_000L, 350_000L), (state.Subscription!.Move!.MonthlyIdr, state.PlanChange!.Announced!.MonthlyIdr));
        Assert.Null(state.PriceAnnounced(Instance, Price("besar", 2, 350_000)));
        Assert.Null(OnItsWay().PriceAnnounced(Instance, Price("besar", 1, 300_000)));

        var moved = state.PlanApplied(Instance, "c", "Ubah", Noon)!;
        Assert.Equal(("besar", 2, 350_000L), (moved.Order!.PlanId, moved.Subscription!.Move!.Version, moved.Subscription.Move.MonthlyIdr));
        Assert.Contains($"droplet:{Instance}:price:besar:2", Told(moved));

        var stayed = state.ResizeGivenUp("c", "x", 0)!.PlanChangeSettled("c", null, Noon)!;
        Assert.Equal(("kecil", 120_000L), (stayed.Order!.PlanId, stayed.Subscription!.Move!.MonthlyIdr));
        Assert.DoesNotContain($"droplet:{Instance}:price:besar:2", Told(stayed));
    }

    [Fact]
    public void A_length_wished_for_at_the_old_plans_price_is_void_once_the_plan_has_changed()
    {
        var wish = new SwitchPart(BillingPeriod.Yearly, 900_000, 3);
        Assert.Equal(wish, Server().Switching("kecil", wish)!.Subscription!.Switch);
        Assert.Null(Moved().Switching("kecil", wish));
        Assert.Null((OnItsWay().Switching("kecil", wish)!.PlanApplied(Instance, "c", "Ubah", Noon))!.Subscription!.Switch);
    }

    [Fact]
    public void Only_a_server_that_runs_or_is_off_begins_a_change_of_plan()
    {
        foreach (var phase in Enum.GetValues<InstancePhase>())
        {
            var may = phase is InstancePhase.Running or InstancePhase.Off;
            Assert.Equal(may, Server(phase).PlanChangeAgreed(Change()) is not null);
            Assert.Equal(may, (Server(phase) with { PlanChange = Change() }).Resizing("c", 0) is not null);
        }
    }

    [Fact]
    public void A_change_that_an_earlier_release_stored_half_way_is_carried_on()
    {
        // As it was stored before prices could be announced to it. Never edit.
        const string Stored = """
            { "schemaVersion": 1, "phase": "Running", "name": "web-01", "hold": "Captured",
              "order": { "planId": "kecil", "priceVersion": 3, "priceIdr": 100000, "size": "s-1", "period": "Monthly", "status": "Active" },
              "subscription": { "anchorAt": 1500, "anchorPeriod": 1, "paidPeriod": 1, "autoRenew": true, "triedAt": null, "suspendedAt": null },
              "planChange": { "id": "c", "actor": "user:1", "startedAt": 5, "planId": "besar", "priceVersion": 1, "priceIdr": 300000, "size": "s-2", "vcpus": 2,
                "memoryMb": 4096, "diskGb": 25, "transferTb": 4, "growDisk": false, "differenceIdr": 50000, "hold": "Held", "applied": false },
              "action": { "id": "c", "kind": "Resize", "actor": "user:1", "startedAt": 5, "stage": "Ended", "step": "Resize", "wasOn": true, "succeeded": true } }
            """;
        var options = new JsonSerializerOptions { IncludeFields = true };
        StorageJson.Configure(options);
        var state = JsonSerializer.Deserialize<DropletState>(Stored, options)!;
        Assert.Null(state.PlanChange!.Announced);
        var moved = state.PlanApplied(Instance, "c", "Ubah", Noon)!;
        Assert.Equal(("besar", 300_000L, null), (moved.Order!.PlanId, moved.Order.PriceIdr, moved.Subscription!.Move));
    }
}
