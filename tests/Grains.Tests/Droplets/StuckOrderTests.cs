using System.Diagnostics;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>
/// Orders that wait for the provider, that their customer takes back or that the desk pushes on or gives up, and servers that a person suspends.
/// A cluster of its own: the provider is away for everybody.
/// </summary>
public sealed class StuckOrderTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    static readonly TimeSpan TooLong = TimeSpan.FromMinutes(11);

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

    IDropletDeskGrain Desk(InstanceId instance) => Cluster.Grains.GetGrain<IDropletDeskGrain>(GrainKeys.Droplet(instance));

    async Task<OrderTrouble> TroubleAsync(InstanceId instance) => (await Desk(instance).Trouble()).Value!.Kind;

    /// <summary>The provider answers, and what it sells is known: an order is priced before it is stuck.</summary>
    async Task WarmAsync()
    {
        Cluster.Cloud.ClearFaults();
        await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
    }

    /// <summary>An order whose money is held and for which the provider does not answer.</summary>
    async Task<InstanceId> StuckAsync(UserId owner)
    {
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status429, Path = "/v2/*", Count = -1, Seconds = 0.3 });
        var instance = Servers.NewInstance();
        Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(owner))).IsOk);
        return instance;
    }

    [Theory]
    [InlineData("order.given_up")]
    [InlineData("order.released")]
    [InlineData("outbox.told")]
    public async Task A_stuck_order_given_up_releases_its_own_hold_once_wherever_it_is_cut(string arrow)
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(300_000);
        var (given, other) = (await StuckAsync(owner), await StuckAsync(owner));
        Assert.Equal(OrderDeskError.NotStuck, (await Desk(given).GiveUp()).Error);
        await Cluster.TurnAsync(TooLong);
        Assert.Equal(OrderTrouble.Late, await TroubleAsync(given));
        Assert.Equal(Servers.PriceIdr, (await Desk(given).Trouble()).Value!.HeldIdr);
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{given}");
        try
        {
            await Desk(given).GiveUp();
        }
        catch (InfrastructureException)
        {
            // The caller does not know, and presses again.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True((await Desk(given).GiveUp()).IsOk);
        // One hold of the two is gone, although the provider is still away; released twice it would be both.
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money.HeldIdr == Servers.PriceIdr, WebranaCluster.Patience, "one hold is released");
        Cluster.Cloud.ClearFaults();
        await Cluster.Droplet(other).Settles(DropletStatus.Running);
        await Eventually.Async(() => TroubleAsync(given), trouble => trouble == OrderTrouble.Failed, WebranaCluster.Patience, "nothing is left of it");
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((300_000 - Servers.PriceIdr, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal((0, 1), (await Cluster.AtProviderAsync(given), await Cluster.AtProviderAsync(other)));
        Assert.Equal("given_up", (await Cluster.Droplet(given).Get()).Value!.FailureReason);
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{given}:failed'"));
    }

    [Fact]
    public async Task A_press_that_is_asked_again_under_its_id_is_answered_as_the_first_time_and_another_one_as_things_stand()
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(400_000);
        var given = await StuckAsync(owner);
        await Cluster.TurnAsync(TooLong);
        // Somebody pushed it on, before somebody else gives it up.
        Assert.True((await Desk(given).Push("press-0")).IsOk);
        var (pushed, other) = (await StuckAsync(owner), await StuckAsync(owner));
        await Cluster.TurnAsync(TooLong);
        foreach (var _ in (int[])[1, 2])
        {
            // The first time it gets its time anew, and is stuck no more.
            Assert.True((await Desk(pushed).Push("press-a")).IsOk);
            Assert.Equal(OrderTrouble.None, await TroubleAsync(pushed));
            Assert.True((await Desk(given).GiveUp("press-b")).IsOk);
        }

        Assert.Equal((true, true, true), (await WasDoneAsync(pushed, "press-a"), await WasDoneAsync(given, "press-b"), await WasDoneAsync(given, "press-0")));
        Assert.Equal((false, false, false), (await WasDoneAsync(pushed, "press-b"), await WasDoneAsync(other, "press-a"), await WasDoneAsync(given, null)));
        Assert.Equal((OrderDeskError.NotStuck, OrderDeskError.NotStuck), ((await Desk(pushed).Push("press-c")).Error, (await Desk(pushed).GiveUp("press-d")).Error));
        Cluster.Cloud.ClearFaults();
        await Cluster.Droplet(pushed).Settles(DropletStatus.Running);
        await Eventually.Async(() => TroubleAsync(given), trouble => trouble == OrderTrouble.Failed, WebranaCluster.Patience, "nothing is left of it");
        Assert.True((await Desk(pushed).Push("press-a")).IsOk);
        Assert.True((await Desk(given).GiveUp("press-b")).IsOk);
        Assert.True((await Desk(given).Push("press-0")).IsOk);
        Assert.Equal(OrderTrouble.Failed, await TroubleAsync(given));
        Assert.Equal(OrderDeskError.NotStuck, (await Desk(pushed).Push("press-c")).Error);
        Assert.Equal(DropletStatus.Running, (await Cluster.Droplet(pushed).Get()).Value!.Status);

        async Task<bool> WasDoneAsync(InstanceId instance, string? press) => (await Desk(instance).Trouble(press)).Value!.WasDone;
    }

    [Fact]
    public async Task An_order_given_up_while_its_create_is_in_doubt_leaves_no_droplet_behind()
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets" });
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = "/v2/*", Count = -1 });
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
        var instance = Servers.NewInstance();
        Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(owner))).IsOk);
        await Eventually.Async(() => Cluster.Cloud.CountRequests("POST", "/v2/droplets") > before, WebranaCluster.Patience, "the create was sent");
        await Cluster.TurnAsync(TooLong);

        Assert.True((await Desk(instance).GiveUp()).IsOk);
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money is { BalanceIdr: 200_000, HeldIdr: 0 }, WebranaCluster.Patience, "the hold is released");
        Assert.Equal(OrderTrouble.Unsettled, await TroubleAsync(instance));
        Cluster.Cloud.ClearFaults();
        await SweptAsync();
        Assert.Equal(0, await Cluster.AtProviderAsync(instance));

        // What shows only now is found by the sweep of the account. Made at another time than that saw, it is nobody's to destroy.
        var (droplet, other) = (Cluster.Droplet(instance), await Cluster.MakeAnotherAsync(instance));
        var began = Stopwatch.GetTimestamp();
        Assert.Equal(ReconcileOutcome.Destroying, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Tombstoned, other.Id, other.CreatedAt.AddSeconds(-1))));
        await SweptAsync();
        // One empty list is not enough: the next one is read when lists have had the time that they lag, half a second here.
        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(490));
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{instance}' AND payload -> 'extras' -> 0 ->> 'left' = 'true'"));

        var late = await Cluster.MakeAnotherAsync(instance);
        Assert.Equal(ReconcileOutcome.Destroying, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Tombstoned, late.Id, late.CreatedAt)));
        await SweptAsync();
        Assert.Equal(1, await Cluster.AtProviderAsync(instance));
        Assert.Equal(ReconcileOutcome.NotOurs, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Tombstoned, other.Id, other.CreatedAt)));

        // Nor is anything destroyed for an order of which no create is in doubt.
        await Cluster.RewriteAsync(instance, "jsonb_set(payload, '{creation,attempts}', '0')");
        var stranger = await Cluster.MakeAnotherAsync(instance);
        Assert.Equal(ReconcileOutcome.NotOurs, await droplet.Reconcile(new ReconcileHint(ReconcileKind.Tombstoned, stranger.Id, stranger.CreatedAt)));
        Assert.Equal((2, OrderTrouble.Failed), (await Cluster.AtProviderAsync(instance), await TroubleAsync(instance)));
        Assert.Equal((200_000, 0), ((await Cluster.MoneyAsync(owner)).BalanceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr));

        Task<OrderTrouble> SweptAsync() => Eventually.Async(
            () => TroubleAsync(instance), trouble => trouble == OrderTrouble.Failed, WebranaCluster.Patience, "nothing is left of it");
    }

    [Theory]
    [InlineData(false, "timed_out")]
    [InlineData(true, "not_confirmed")]
    public async Task An_order_not_paid_for_within_twenty_minutes_fails_and_its_money_is_free_also_while_the_provider_is_away(bool inDoubt, string reason)
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = inDoubt ? await DoubtedAsync(owner) : await StuckAsync(owner);
        await Cluster.TurnAsync(TimeSpan.FromMinutes(15));
        Assert.Equal(Servers.PriceIdr, (await Cluster.MoneyAsync(owner)).HeldIdr);

        await Cluster.TurnAsync(TimeSpan.FromMinutes(6));
        var view = await Cluster.Droplet(instance).Becomes(DropletStatus.Failed);
        Assert.Equal((OrderStatus.Failed, reason), (view.OrderStatus, view.FailureReason));
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money is { BalanceIdr: 200_000, HeldIdr: 0 }, WebranaCluster.Patience, "the hold is released");
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{instance}:failed'"), told => told == 1, WebranaCluster.Patience, "its owner is told");
        Cluster.Cloud.ClearFaults();
        await Eventually.Async(() => TroubleAsync(instance), trouble => trouble == OrderTrouble.Failed, WebranaCluster.Patience, "nothing is left of it");
        Assert.Equal((0, 0), (await Cluster.AtProviderAsync(instance), (int)await Cluster.PostingsAsync($"order:{instance}:capture")));
    }

    /// <summary>An order whose create was sent and not answered; since then the provider answers nothing.</summary>
    async Task<InstanceId> DoubtedAsync(UserId owner)
    {
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets" });
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = "/v2/*", Count = -1 });
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
        var instance = Servers.NewInstance();
        Assert.True((await Cluster.Droplet(instance).Order(Servers.Order(owner))).IsOk);
        await Eventually.Async(() => Cluster.Cloud.CountRequests("POST", "/v2/droplets") > before, WebranaCluster.Patience, "the create was sent");
        return instance;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("order.pushed")]
    public async Task A_stuck_order_pushed_on_has_its_time_anew_and_becomes_one_server(string? arrow)
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = await StuckAsync(owner);
        Assert.Equal(OrderDeskError.NotStuck, (await Desk(instance).Push()).Error);
        await Cluster.TurnAsync(TimeSpan.FromMinutes(15));
        var fired = arrow is null ? Task.CompletedTask : Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            Assert.True((await Desk(instance).Push()).IsOk);
        }
        catch (InfrastructureException) when (arrow is not null)
        {
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.Equal(OrderTrouble.None, await TroubleAsync(instance));
        // Past the time that it had at first.
        await Cluster.TurnAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(DropletStatus.Provisioning, (await Cluster.Droplet(instance).Get()).Value!.Status);
        Cluster.Cloud.ClearFaults();
        await Cluster.Droplet(instance).Settles(DropletStatus.Running);
        Assert.Equal((1, 1), (await Cluster.AtProviderAsync(instance), (int)await Cluster.PostingsAsync($"order:{instance}:capture")));
    }

    [Fact]
    public async Task An_order_that_the_provider_keeps_turning_away_says_that_it_waits_and_since_when_and_goes_on_afterwards()
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var heard = new Heard();
        await Cluster.Grains.GetGrain<IFeedGrain>(GrainKeys.Feed(owner)).Subscribe(Cluster.Grains.CreateObjectReference<IFeedObserver>(heard));
        var (before, ordered) = (Cluster.Cloud.CountRequests("POST", "/v2/droplets"), Cluster.Clock.GetUtcNow());
        var instance = await StuckAsync(owner);
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
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.DropAfterEffect, Method = "POST", Path = "/v2/droplets" });
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = "/v2/*", Count = -1 });
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);
        Assert.True((await droplet.Order(Servers.Order(owner))).IsOk);
        await Eventually.Async(() => Cluster.Cloud.CountRequests("POST", "/v2/droplets") > before, WebranaCluster.Patience, "the create was sent");
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
        await WarmAsync();
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

    /// <summary>At the moment of a try the create may be on its way; between two it is not.</summary>
    Task<Result<DropletView, CancelError>> CancelledAsync(InstanceId instance) => Eventually.Async(
        () => Cluster.Droplet(instance).Cancel(), answer => answer.Error != CancelError.AlreadySent, WebranaCluster.Patience, "it is cancelled between two tries");

    [Theory]
    [InlineData("order.cancelled")]
    [InlineData("order.released")]
    [InlineData("outbox.told")]
    public async Task A_waiting_order_that_is_cancelled_twice_gives_its_own_hold_back_once_wherever_it_is_cut(string arrow)
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(300_000);
        var (taken, other) = (await StuckAsync(owner), await StuckAsync(owner));
        // What was told of the order before must not be what the arrow meets.
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{taken}' AND payload -> 'outbox' = '[]'"), told => told == 1, WebranaCluster.Patience,
            "its order was told");
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{taken}");
        try
        {
            await CancelledAsync(taken);
        }
        catch (InfrastructureException)
        {
            // The caller does not know, and presses again.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        var answers = await Task.WhenAll(CancelledAsync(taken), CancelledAsync(taken));
        Assert.All(answers, answer => Assert.Equal((OrderStatus.Cancelled, "cancelled", false), (answer.Value!.OrderStatus, answer.Value.FailureReason, answer.Value.Cancellable)));
        // One hold of the two is gone; released twice it would be both. Nothing had to be asked of the provider, which is still away.
        await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money.HeldIdr == Servers.PriceIdr, WebranaCluster.Patience, "one hold is released");
        await Eventually.Async(
            () => Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = 'droplet:{taken}' AND payload ->> 'workAt' IS NULL"), idle => idle == 1, WebranaCluster.Patience,
            "nothing is left to do");
        Assert.Equal(OrderTrouble.None, await TroubleAsync(taken));
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM server_names WHERE instance = '{taken}'"));
        // So the desk's figure of failed orders knows it (DashboardQueries).
        Assert.Equal(1, await Cluster.CountAsync(
            $"SELECT count(*) FROM grain_state WHERE key = 'droplet:{taken}' AND status = 'FAILED' AND payload -> 'order' ->> 'status' = 'Cancelled'"));
        var line = (await Cluster.Droplet(taken).Action(DropletViews.CreateActionId)).Value!;
        Assert.Equal((ActivityStatus.Errored, "cancelled", null), (line.Status, line.Message, line.Step));
        // Its owner is told of what they did, once, and of no failure.
        Assert.Equal(1, await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{taken}:cancelled' AND kind = 'OrderCancelled'"));
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id = 'droplet:{taken}:failed'"));

        Cluster.Cloud.ClearFaults();
        await Cluster.Droplet(other).Settles(DropletStatus.Running);
        var money = await Cluster.MoneyAsync(owner);
        Assert.Equal((300_000 - Servers.PriceIdr, 0), (money.BalanceIdr, money.HeldIdr));
        Assert.Equal((0, 1), (await Cluster.AtProviderAsync(taken), await Cluster.AtProviderAsync(other)));
    }

    [Theory]
    [InlineData("order.permitted", true)]
    [InlineData("order.intent_stored", false)]
    public async Task An_order_cancelled_around_the_moment_in_which_it_is_sent_is_either_taken_back_or_one_server(string arrow, bool taken)
    {
        await WarmAsync();
        var owner = await Cluster.CustomerAsync(200_000);
        var instance = Servers.NewInstance();
        var droplet = Cluster.Droplet(instance);
        var before = Cluster.Cloud.CountRequests("POST", "/v2/droplets");
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Hold, subject: $"droplet:{instance}");
        Assert.True((await droplet.Order(Servers.Order(owner))).IsOk);
        await fired.WaitAsync(WebranaCluster.Patience);

        // It stands at the arrow with its permit taken, and in the second case with its intent stored.
        Assert.Equal(taken, (await droplet.Get()).Value!.Cancellable);
        Assert.Equal(taken ? default(CancelError?) : CancelError.AlreadySent, (await droplet.Cancel()).Error);
        Cluster.FailPoints.Release(arrow);
        if (taken)
            await Eventually.Async(() => Cluster.MoneyAsync(owner), money => money is { BalanceIdr: 200_000, HeldIdr: 0 }, WebranaCluster.Patience, "the hold is released");
        else
            await droplet.Settles(DropletStatus.Running);
        Assert.Equal(before + (taken ? 0 : 1), Cluster.Cloud.CountRequests("POST", "/v2/droplets"));
        Assert.Equal(taken ? DropletStatus.Failed : DropletStatus.Running, (await droplet.Get()).Value!.Status);
        Assert.Equal((taken ? 0 : 1, taken ? 0 : 1), (await Cluster.AtProviderAsync(instance), (int)await Cluster.PostingsAsync($"order:{instance}:capture")));
    }

    [Fact]
    public void Only_an_order_of_which_the_provider_certainly_knows_nothing_is_cancelled()
    {
        var notice = Notice.OrderCancelled("n", Servers.NewInstance(), "web-1", 1);
        var unsent = new DropletState { Phase = InstancePhase.Held, Order = new OrderPart { Owner = Guid.NewGuid(), Name = "web-1", PriceIdr = 1 }, Hold = HoldState.Held };
        var cancelled = unsent.Cancelled(notice, 0)!;
        Assert.Equal((InstancePhase.Failed, OrderStatus.Cancelled, HoldState.Held), (cancelled.Phase, cancelled.Order!.Status, cancelled.Hold));
        // A create that was turned away counts no more; one of unknown outcome does, also when it may be sent again.
        Assert.NotNull(unsent.Sending(quietAtReal: 1)!.NotSent()!.Cancelled(notice, 0));
        Assert.Null((unsent.Sending(quietAtReal: 1)! with { Phase = InstancePhase.Held }).Cancelled(notice, 0));
        foreach (var phase in Enum.GetValues<InstancePhase>().Where(phase => phase != InstancePhase.Held))
            Assert.Null((unsent with { Phase = phase }).Cancelled(notice, 0));
        // The way back of a server from its image is no order.
        Assert.Null((unsent with { Hibernation = new HibernationPart("image", 0) { Restore = new RestorePart("r", "user:1", 0, 2) } }).Cancelled(notice, 0));
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

    [Fact]
    public async Task What_runs_or_was_never_ordered_is_not_stuck()
    {
        Cluster.Cloud.ClearFaults();
        var (running, _) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        await Cluster.TurnAsync(TooLong);
        Assert.Equal(OrderTrouble.None, await TroubleAsync(running));
        Assert.Equal((OrderDeskError.NotStuck, OrderDeskError.NotStuck), ((await Desk(running).Push()).Error, (await Desk(running).GiveUp()).Error));
        var nobody = Servers.NewInstance();
        Assert.Equal(DropletError.NotFound, (await Desk(nobody).Trouble()).Error);
        Assert.Equal((OrderDeskError.NotFound, OrderDeskError.NotFound), ((await Desk(nobody).Push()).Error, (await Desk(nobody).GiveUp()).Error));
    }

    [Fact]
    public void An_order_that_may_be_paid_for_at_this_moment_is_not_given_up()
    {
        var notice = Notice.OrderFailed("n", Servers.NewInstance(), "web-1", Reasons.GivenUp, 1);
        var order = new OrderPart { Owner = Guid.NewGuid(), Name = "web-1", PriceIdr = 1 };
        foreach (var phase in new[] { InstancePhase.Held, InstancePhase.Sending, InstancePhase.Building })
            Assert.Equal(InstancePhase.Failed, new DropletState { Phase = phase, Order = order, Hold = HoldState.Held }.GivenUp(notice, 0)!.Phase);
        foreach (var phase in new[] { InstancePhase.Capturing, InstancePhase.Running, InstancePhase.Terminating, InstancePhase.Failed })
            Assert.Null(new DropletState { Phase = phase, Order = order }.GivenUp(notice, 0));
    }

    [Fact]
    public async Task A_server_suspended_by_an_admin_is_off_and_its_owner_told_once_although_the_silo_died_there()
    {
        Cluster.Cloud.ClearFaults();
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var fired = Cluster.FailPoints.Arm("block.stored", FailMode.Throw, subject: $"droplet:{instance}");
        try
        {
            await Cluster.Billing(instance).Block(new BlockServer("abuse", "admin:x"));
        }
        catch (InfrastructureException)
        {
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True(await Cluster.Billing(instance).Block(new BlockServer("abuse", "admin:x")));
        await Eventually.Async(async () => (await Cluster.ProviderDropletAsync(droplet)).Status.ToString(), status => status == "Off", WebranaCluster.Patience, "it is off");
        await Eventually.Async(
            async () => await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id LIKE 'droplet:{instance}:blocked:%'") == 1, WebranaCluster.Patience, "its owner is told");
    }
}
