using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Droplets;
using Webrana.Grains.Droplets;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>The pure half of a loss: what comes back, and when it is not decided yet.</summary>
public sealed class LossChangesTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 29, 5, 0, 0, TimeSpan.Zero);
    static readonly InstanceId Instance = new(new Guid("0b4e6b0e-6f0e-4b8e-8a59-0a8f6a3c8f11"));

    static DropletState Server() => new()
    {
        Phase = InstancePhase.Running,
        Name = "web-01",
        Order = new OrderPart { Owner = Guid.NewGuid(), PlanId = "kecil", PriceVersion = 3, PriceIdr = 100_000, Period = BillingPeriod.Monthly, ProviderSize = "s-1" },
        Subscription = new SubscriptionPart(Noon.AddDays(-10).ToUnixTimeMilliseconds(), 1, 1, true, null, null),
    };

    static string[] Told(DropletState state) => [.. state.Outbox.Select(item => item.Notice?.Id).OfType<string>()];

    [Fact]
    public void Every_second_that_is_ahead_comes_back()
    {
        var lost = Server().LostGivingBack(Instance, Noon)!;
        Assert.Equal(InstancePhase.Lost, lost.Phase);
        Assert.InRange(lost.Returning!.TotalIdr, 65_000, 70_000);
        Assert.Equal([$"droplet:{Instance}:lost", $"droplet:{Instance}:lost-refund"], Told(lost));
        Assert.Null(lost.LostGivingBack(Instance, Noon));
    }

    [Fact]
    public void It_is_not_decided_while_money_of_the_server_is_on_its_way()
    {
        var change = new PlanChangePart { Id = "c", PlanId = "besar", DifferenceIdr = 50_000, Hold = HoldState.Held };
        Assert.Null((Server() with { Renewing = new RenewingPart(2, 0) }).LostGivingBack(Instance, Noon));
        Assert.Null((Server() with { Returning = new ReturningPart("c", ReferenceType.PlanChange, "", [new ReturnPart("op", 1)], 1) }).LostGivingBack(Instance, Noon));
        Assert.Null((Server() with { PlanChange = change with { Applied = true } }).LostGivingBack(Instance, Noon));
        // One that was not made is called off behind the loss: its hold is released.
        Assert.Equal(InstancePhase.Lost, (Server() with { PlanChange = change }).LostGivingBack(Instance, Noon)?.Phase);
    }

    [Fact]
    public void It_is_missed_since_its_action_did_not_find_it_first_and_until_it_finds_it_again()
    {
        var acting = Server().Acting("reboot", ActionKind.Reboot, "user:test", now: 0);
        var missing = acting.ActionMisses(nowReal: 5)!;
        Assert.Equal(5, missing.Action!.MissingSinceReal);
        Assert.Null(missing.ActionMisses(nowReal: 6));
        Assert.Null(missing.ActionFinds()!.Action!.MissingSinceReal);
        Assert.Null(acting.ActionFinds());
        Assert.Null(Server().ActionMisses(nowReal: 5));
    }

    [Fact]
    public void What_was_to_take_its_place_is_one_too_many()
    {
        var making = new ReplacementPart { Stage = ReplacementStage.Building, Droplet = new ProviderPart(8, 1_400, null) };
        var lost = (Server() with { Droplet = new ProviderPart(7, 1_300, null), Replacement = making }).LostGivingBack(Instance, Noon)!;
        Assert.Null(lost.Replacement);
        Assert.Equal(new ExtraPart(8, 1_400), lost.NextExtra);
    }
}
