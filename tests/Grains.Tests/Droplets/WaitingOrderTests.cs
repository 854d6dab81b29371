using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Feeds;
using Webrana.Data.Faults;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Orders that wait for the provider say so, and since when.</summary>
[Collection(StuckOrderCollection.Name)]
public sealed class WaitingOrderTests(SharedCluster shared) : IDisposable
{
    sealed class Heard : IFeedObserver
    {
        int _actionChanges;

        public int ActionChanges => Volatile.Read(ref _actionChanges);

        public Task OnEvent(UserEvent userEvent)
        {
            if (userEvent.Kind == UserEventKind.ActionChanged)
                Interlocked.Increment(ref _actionChanges);
            return Task.CompletedTask;
        }
    }

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    [Fact]
    public async Task An_order_that_the_provider_keeps_turning_away_says_that_it_waits_and_since_when_and_goes_on_afterwards()
    {
        await Cluster.WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var heard = new Heard();
        await Cluster.Grains.GetGrain<IFeedGrain>(GrainKeys.Feed(owner)).Subscribe(Cluster.Grains.CreateObjectReference<IFeedObserver>(heard));
        var (before, ordered) = (Cluster.Cloud.CountRequests("POST", "/v2/droplets"), Cluster.Clock.GetUtcNow());
        var instance = await Cluster.StuckAsync(owner);
        var droplet = Cluster.Droplet(instance);
        await Eventually.Async(() => Cluster.Cloud.CountRequests("POST", "/v2/droplets") >= before + 2, WebranaCluster.Patience, "it was tried in vain");
        var tried = Cluster.Clock.GetUtcNow();
        var told = heard.ActionChanges;

        await Cluster.TurnAsync(TimeSpan.FromMinutes(1));
        var waiting = (await droplet.Becomes(view => view.RunningAction?.Step == DropletViews.WaitingStep, "the order says that it waits")).RunningAction!;
        Assert.Equal((ActionKind.Create, ActivityStatus.InProgress), (waiting.Kind, waiting.Status));
        // Since it was first turned away, and not since that was told.
        Assert.InRange(waiting.WaitingSince!.Value, ordered.AddMilliseconds(-1), tried);
        Assert.Equal(Servers.PriceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr);
        await Eventually.Async(() => heard.ActionChanges > told, WebranaCluster.Patience, "open pages hear of it");
        // Its line by itself says the same.
        Assert.Equal(waiting, (await droplet.Action(DropletViews.CreateActionId)).Value);

        Cluster.Cloud.ClearFaults();
        var running = await droplet.Settles(DropletStatus.Running);
        // Paid for from when it ran, and not from the click.
        Assert.True(running.NextRenewalAt >= BillingCalendar.PeriodStart(ordered.AddMinutes(1).AddMilliseconds(-1), BillingCycle.Monthly, 1));
        var done = (await droplet.Action(DropletViews.CreateActionId)).Value!;
        Assert.Equal((ActivityStatus.Completed, null, null), (done.Status, done.Step, done.WaitingSince));
        Assert.Equal((1, 1), (await Cluster.AtProviderAsync(instance), (int)await Cluster.PostingsAsync($"order:{instance}:capture")));
    }

    [Fact]
    public async Task An_order_whose_create_is_in_doubt_says_that_it_waits_and_cannot_be_cancelled()
    {
        await Cluster.WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = await Cluster.DoubtedAsync(owner);
        var droplet = Cluster.Droplet(instance);
        Assert.Equal(CancelError.AlreadySent, (await droplet.Cancel()).Error);

        await Cluster.TurnAsync(TimeSpan.FromMinutes(1));
        var waiting = await droplet.Becomes(view => view.RunningAction is { Step: DropletViews.WaitingStep, WaitingSince: not null }, "the order says that it waits");
        Assert.False(waiting.Cancellable);
        Assert.Equal(CancelError.AlreadySent, (await droplet.Cancel()).Error);
        Cluster.Cloud.ClearFaults();
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal((1, 1), (await Cluster.AtProviderAsync(instance), (int)await Cluster.PostingsAsync($"order:{instance}:capture")));
        Assert.Equal(CancelError.InvalidState, (await droplet.Cancel()).Error);
        Assert.Equal(CancelError.NotFound, (await Cluster.Droplet(Servers.NewInstance()).Cancel()).Error);
    }

    [Fact]
    public async Task A_server_in_the_making_of_which_the_provider_says_nothing_any_more_says_that_it_waits_and_goes_on_afterwards()
    {
        await Cluster.WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);
        var held = Cluster.FailPoints.Arm("order.id_stored", FailMode.Hold, subject: GrainKeys.Droplet(instance));
        Assert.True((await droplet.Order(Servers.Order(owner))).IsOk);
        await held.WaitAsync(WebranaCluster.Patience);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = "/v2/*", Count = -1 });
        var looks = Cluster.Cloud.CountRequests("GET", "/v2/droplets/{id}");
        Cluster.FailPoints.Release("order.id_stored");
        // A look is tried four times: the fifth is of the next one.
        await Eventually.Async(() => Cluster.Cloud.CountRequests("GET", "/v2/droplets/{id}") >= looks + 5, WebranaCluster.Patience, "it looked in vain");

        await Cluster.TurnAsync(TimeSpan.FromMinutes(1));
        var waiting = await droplet.Becomes(view => view.RunningAction is { Step: DropletViews.WaitingStep, WaitingSince: not null }, "the server says that it waits");
        Assert.False(waiting.Cancellable);
        Assert.Equal(Servers.PriceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr);
        Cluster.Cloud.ClearFaults();
        await droplet.Settles(DropletStatus.Running);
        Assert.Equal((1, 1), (await Cluster.AtProviderAsync(instance), (int)await Cluster.PostingsAsync($"order:{instance}:capture")));
    }

    [Fact]
    public void A_wait_is_told_after_ten_seconds_and_once_until_the_provider_has_it_or_says_how_far_it_is()
    {
        var held = new DropletState { Phase = InstancePhase.Held, Order = new OrderPart() };
        Assert.Null(held.CreateWaiting(since: 0, now: 9_999));
        var waiting = held.CreateWaiting(since: 0, now: 10_000)!;
        var shown = waiting.RunningActivity()!;
        Assert.Equal(DropletViews.WaitingStep, shown.Step);
        Assert.Equal(0, shown.WaitingSince);
        Assert.Null(waiting.CreateWaiting(since: 5_000, now: 60_000));
        Assert.NotNull((held with { Phase = InstancePhase.Sending }).CreateWaiting(since: 0, now: 10_000));
        // Once the provider has it, it is built.
        var built = waiting.Sending(quietAtReal: 1)!.Adopted(new ProviderPart(7, 1, null), [])!;
        Assert.Equal((null, null), (built.RunningActivity()!.Step, built.Creation.WaitingSince));
        // Unless nothing is heard of that any more, until something is or it runs.
        Assert.Null(built.BuildAnswered());
        var unheard = built.CreateWaiting(since: 20_000, now: 30_000)!;
        Assert.Equal(DropletViews.WaitingStep, unheard.RunningActivity()!.Step);
        Assert.Equal(20_000, unheard.RunningActivity()!.WaitingSince);
        Assert.Null(unheard.BuildAnswered()!.RunningActivity()!.Step);
        Assert.Null(unheard.Ready("192.0.2.1", null, now: 40_000)!.Creation.WaitingSince);
        Assert.Null((built with { Phase = InstancePhase.Capturing }).CreateWaiting(since: 0, now: 10_000));
        // An action of which the provider does not say whether it began waits as one that it does not take.
        foreach (var stage in new[] { ActionStage.Requested, ActionStage.Sending })
            Assert.True(new DropletState { Action = new ActionPart { Id = "a", Stage = stage } }.ActionWaiting(now: 10_000)!.Action!.Waiting);
        Assert.Null(new DropletState { Action = new ActionPart { Id = "a", Stage = ActionStage.Running } }.ActionWaiting(now: 10_000));
    }
}
