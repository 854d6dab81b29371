using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Plans;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>A change of plan and what the two plans have to say about it: their stock and their prices. Its own cluster, for the same reason.</summary>
public sealed class ResizeStockTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    const string Old = "basic-1";

    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    sealed record Server(UserId Owner, InstanceId Instance, IDropletGrain Droplet, IDropletResizeGrain Resize)
    {
        public string Key => GrainKeys.Droplet(Instance);
    }

    async Task<Server> ServerAsync(long balanceIdr = 1_000_000)
    {
        var owner = await Cluster.CustomerAsync(balanceIdr);
        var (instance, droplet) = await Cluster.RunningServerAsync(owner);
        return new Server(owner, instance, droplet, Cluster.Grains.GetGrain<IDropletResizeGrain>(GrainKeys.Droplet(instance)));
    }

    async Task<IPlanGrain> PlanAsync(string id, int? stock)
    {
        var plan = Cluster.Plan(id);
        Assert.True((await plan.Create(new DefinePlan(
            "Uji", "s-2vcpu-4gb", 2, 4096, 80, 4, new PlanPrices(null, null, 300_000, null, false, true, false), ["sgp1"], false, 1, 600, stock))).IsOk);
        return plan;
    }

    static ResizeDroplet To(string plan, string id = "resize") => new(id, plan, false, "user:test");

    static SetPricing Monthly(long priceIdr, DateTimeOffset movesAt) => new(null, null, priceIdr, null, null, null, null, movesAt);

    /// <summary>A name for each case: a plan is made once.</summary>
    static string NameOf(string prefix, string? arrow) => $"{prefix}-{arrow ?? "utuh"}".Replace('.', '-').Replace('_', '-');

    Task CutAsync(string arrow, Server server) => Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: server.Key);

    /// <summary>Asks, and does not mind being cut off: what was stored is carried on.</summary>
    static async Task AskAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (InfrastructureException)
        {
            // The caller does not know; neither does the test.
        }
    }

    static async Task<ActivityEntry> EndAsync(Server server, string id = "resize") => (await Eventually.Async(
        async () => (await server.Droplet.Action(id)).Value, line => line is { Status: not ActivityStatus.InProgress }, WebranaCluster.Patience, "the resize ended"))!;

    /// <summary>The plans whose stock a server takes.</summary>
    Task<string> PiecesAsync(Server server) => Cluster.Database.ScalarAsync<string>(
        $"SELECT coalesce(string_agg(plan_id || coalesce(' and ' || moving_to, ''), ', '), 'none') FROM plan_stock WHERE instance = '{server.Instance}'");

    /// <summary>Nothing of the change is left, and nobody's stock is counted wrongly.</summary>
    async Task ForgottenAsync(Server server)
    {
        await Eventually.Async(
            async () => await Cluster.CountAsync($"SELECT count(*) FROM grain_state WHERE key = '{server.Key}' AND jsonb_typeof(payload->'planChange') = 'object'") == 0,
            WebranaCluster.Patience, "the change is forgotten");
        Assert.Equal(0, (await Cluster.MoneyAsync(server.Owner)).HeldIdr);
        await Cluster.FindNothingAsync("plan_stock_agrees_with_servers", "hold_has_an_open_order");
    }

    async Task AssertRoomAsync(string plan) => Assert.True((await (await ServerAsync()).Resize.QuoteResize(plan, false)).IsOk);

    [Fact]
    public async Task The_last_piece_of_a_plan_goes_to_one_server_and_comes_free_when_that_leaves_it()
    {
        await PlanAsync("langka", stock: 1);
        var (one, two) = (await ServerAsync(), await ServerAsync());
        var asked = await Task.WhenAll(one.Resize.Resize(To("langka")), two.Resize.Resize(To("langka")));
        Assert.Equal(ResizeError.SoldOut, asked.Single(result => !result.IsOk).Error);
        var (winner, loser) = asked[0].IsOk ? (one, two) : (two, one);
        Assert.Equal(ActivityStatus.Completed, (await EndAsync(winner)).Status);
        Assert.Equal(("langka", Old), (await PiecesAsync(winner), await PiecesAsync(loser)));
        Assert.Equal(ResizeError.SoldOut, (await loser.Resize.QuoteResize("langka", false)).Error);
        await ForgottenAsync(loser);

        Assert.True((await winner.Resize.Resize(To(Old, "down"))).IsOk);
        await EndAsync(winner, "down");
        Assert.Equal(Old, await PiecesAsync(winner));
        Assert.True((await loser.Resize.QuoteResize("langka", false)).IsOk);
        await ForgottenAsync(winner);
    }

    [Fact]
    public async Task An_order_and_a_resize_that_race_for_the_last_piece_are_one_server_of_the_plan()
    {
        await PlanAsync("rebutan", stock: 1);
        var server = await ServerAsync();
        var order = Servers.Order(await Cluster.CustomerAsync(1_000_000)) with { PlanId = "rebutan" };
        var ordered = Cluster.Droplet(Servers.NewInstance());
        var ordering = ordered.Order(order);
        var resizing = server.Resize.Resize(To("rebutan"));
        await Task.WhenAll(ordering, resizing);
        Assert.True((await ordering).IsOk != (await resizing).IsOk, $"{(await ordering).Error} {(await resizing).Error}");
        Assert.Equal(1, await Cluster.CountAsync("SELECT count(*) FROM plan_stock WHERE plan_id = 'rebutan' OR moving_to = 'rebutan'"));
        // Whichever won comes to its end here: the next test's faults are not for it.
        if ((await resizing).IsOk)
            await EndAsync(server);
        else
            await ordered.Becomes(DropletStatus.Running);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("resize.stock_reserved")]
    [InlineData("resize.given_up")]
    [InlineData("resize.stock_settled")]
    public async Task A_resize_that_the_provider_gives_up_gives_the_other_plans_piece_back_and_keeps_its_own(string? arrow)
    {
        var plan = NameOf("gagal", arrow);
        await PlanAsync(plan, stock: 1);
        var server = await ServerAsync();
        var fired = arrow is null ? Task.CompletedTask : CutAsync(arrow, server);
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "resize" });
        await AskAsync(() => server.Resize.Resize(To(plan)));
        Assert.Equal(ActivityStatus.Errored, (await EndAsync(server)).Status);
        await fired.WaitAsync(WebranaCluster.Patience);
        await ForgottenAsync(server);
        Assert.Equal(Old, await PiecesAsync(server));
        await AssertRoomAsync(plan);
    }

    [Fact]
    public async Task While_it_is_under_way_it_counts_in_both_plans()
    {
        await PlanAsync("berdua", stock: 1);
        var server = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.PendingEventAfterCompletion, Count = -1 });
        Assert.True((await server.Resize.Resize(To("berdua"))).IsOk);
        Assert.Equal($"{Old} and berdua", await PiecesAsync(server));
        Assert.Equal(OrderError.SoldOut, (await Cluster.Droplet(Servers.NewInstance()).Order(
            Servers.Order(await Cluster.CustomerAsync(1_000_000)) with { PlanId = "berdua" })).Error);
        Cluster.Cloud.ClearFaults();
        Assert.Equal(ActivityStatus.Completed, (await EndAsync(server)).Status);
        Assert.Equal("berdua", await PiecesAsync(server));
    }

    [Fact]
    public async Task What_cannot_be_paid_takes_no_piece_also_where_giving_it_back_is_cut()
    {
        await PlanAsync("mahal", stock: 1);
        var poor = await ServerAsync(balanceIdr: Servers.PriceIdr);
        var fired = CutAsync("resize.given_back", poor);
        await Assert.ThrowsAsync<InfrastructureException>(() => poor.Resize.Resize(To("mahal")));
        await fired.WaitAsync(WebranaCluster.Patience);
        await ForgottenAsync(poor);
        Assert.Equal(Old, await PiecesAsync(poor));
        await AssertRoomAsync("mahal");

        // Asked again under the same id it is judged anew: refused now, made once the money is there.
        Assert.Equal(ResizeError.InsufficientBalance, (await poor.Resize.Resize(To("mahal"))).Error);
        Assert.Equal(Old, await PiecesAsync(poor));
        await Cluster.CreditAsync(poor.Owner, 500_000);
        Assert.True((await poor.Resize.Resize(To("mahal"))).IsOk);
        await EndAsync(poor);
        Assert.Equal("mahal", await PiecesAsync(poor));
    }

    [Theory]
    [InlineData("resize.stored")]
    [InlineData("resize.stock_reserved")]
    [InlineData("resize.held")]
    public async Task A_server_suspended_before_its_resize_began_keeps_its_plan_and_nothing_stays_taken(string arrow)
    {
        var plan = NameOf("blokir", arrow);
        await PlanAsync(plan, stock: 1);
        var server = await ServerAsync();
        var fired = CutAsync(arrow, server);
        await Assert.ThrowsAsync<InfrastructureException>(() => server.Resize.Resize(To(plan)));
        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True(await Cluster.Billing(server.Instance).Block(new BlockServer("Spam", "admin:x")));

        await ForgottenAsync(server);
        Assert.Equal(Old, await PiecesAsync(server));
        var view = await server.Droplet.Settles(DropletStatus.Suspended);
        Assert.Equal((Old, Servers.PriceIdr), (view.PlanId, view.PriceIdr));
        Assert.Equal(ResizeError.InvalidState, (await server.Resize.Resize(To(plan))).Error);
        Assert.Equal(ResizeError.InvalidState, (await server.Resize.QuoteResize(plan, false)).Error);
        await AssertRoomAsync(plan);
    }

    [Theory]
    [InlineData("terminate.stored")]
    [InlineData("resize.settled")]
    [InlineData("resize.stock_settled")]
    [InlineData("resize.settled_stored")]
    public async Task A_server_deleted_in_the_middle_gives_both_pieces_back_wherever_it_is_cut(string arrow)
    {
        var plan = NameOf("hapus", arrow);
        await PlanAsync(plan, stock: 1);
        var server = await ServerAsync();
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.PendingEventAfterCompletion, Count = -1 });
        Assert.True((await server.Resize.Resize(To(plan))).IsOk);
        var name = (await server.Droplet.Get()).Value!.Name;
        var fired = CutAsync(arrow, server);
        await AskAsync(() => server.Droplet.Delete(new DeleteDroplet("end", name, "user:test")));
        Cluster.Cloud.ClearFaults();
        await fired.WaitAsync(WebranaCluster.Patience);
        await server.Droplet.Becomes(DropletStatus.Terminated);
        await ForgottenAsync(server);
        Assert.Equal("none", await PiecesAsync(server));
        Assert.Equal(0, await Cluster.CountAsync($"SELECT count(*) FROM wallet_transactions WHERE reference_id = '{server.Instance}' AND reference_type = 'PLAN_CHANGE' AND amount <> 0"));
        await AssertRoomAsync(plan);
    }

    [Fact]
    public async Task A_limit_that_is_lowered_turns_nobody_away_who_is_on_the_way()
    {
        var plan = await PlanAsync("menyusut", stock: 1);
        var server = await ServerAsync();
        var fired = CutAsync("resize.held", server);
        await Assert.ThrowsAsync<InfrastructureException>(() => server.Resize.Resize(To("menyusut")));
        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True((await plan.Change(new ChangePlan(null, null, null, null, StockLimit: 0))).IsOk);

        Assert.True((await server.Resize.Resize(To("menyusut"))).IsOk);
        Assert.Equal(ActivityStatus.Completed, (await EndAsync(server)).Status);
        await ForgottenAsync(server);
        Assert.Equal("menyusut", await PiecesAsync(server));
        Assert.Equal(ResizeError.SoldOut, (await (await ServerAsync()).Resize.Resize(To("menyusut"))).Error);
    }

    [Fact]
    public async Task A_price_of_the_other_plan_announced_meanwhile_holds_and_one_of_the_plan_it_left_does_not()
    {
        await PlanAsync("berubah", stock: null);
        var server = await ServerAsync();
        var from = Cluster.Clock.GetUtcNow().AddDays(20);
        // Told of a price of its old plan, version 2: what it is told of its new plan's version 2 is another thing.
        await Cluster.Billing(server.Instance).PriceAnnounced(new AnnouncedPrice(2, from, null, 140_000, null, Old));
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.PendingEventAfterCompletion, Count = -1 });
        Assert.True((await server.Resize.Resize(To("berubah"))).IsOk);
        await Cluster.Billing(server.Instance).PriceAnnounced(new AnnouncedPrice(2, from, null, 350_000, null, "berubah"));
        Cluster.Cloud.ClearFaults();
        Assert.Equal(ActivityStatus.Completed, (await EndAsync(server)).Status);
        var billing = (await Cluster.Billing(server.Instance).Billing())!;
        Assert.Equal((300_000L, 350_000L), (billing.PriceIdr, billing.NextPriceIdr));
        await Eventually.Async(
            async () => await Cluster.CountAsync($"SELECT count(*) FROM notices WHERE notice_id IN ('{server.Key}:price:{Old}:2', '{server.Key}:price:berubah:2')") == 2,
            WebranaCluster.Patience, "its owner was told of both");

        // What its old plan says late is not for it.
        await Cluster.Billing(server.Instance).PriceAnnounced(new AnnouncedPrice(9, from, null, 1, null, Old));
        Assert.Equal(350_000, (await Cluster.Billing(server.Instance).Billing())!.NextPriceIdr);
        await Cluster.TurnToAsync((await server.Droplet.Get()).Value!.NextRenewalAt!.Value + TimeSpan.FromSeconds(1));
        await server.Droplet.WakeAllAsync();
        Assert.Equal(350_000, (await server.Droplet.Get()).Value!.PriceIdr);
    }

    [Fact]
    public async Task A_price_announced_between_the_agreement_and_the_piece_is_not_missed()
    {
        var plan = await PlanAsync("terselip", stock: null);
        var server = await ServerAsync();
        var fired = CutAsync("resize.stored", server);
        await Assert.ThrowsAsync<InfrastructureException>(() => server.Resize.Resize(To("terselip")));
        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True((await plan.SetPricing(Monthly(360_000, Cluster.Clock.GetUtcNow().AddDays(20)))).IsOk);
        Assert.True((await server.Resize.Resize(To("terselip"))).IsOk);
        await EndAsync(server);
        // Where the loop took the piece before the price was set, the announcement finds it, a minute after the change (AnnouncingPart.DelayMs).
        await Cluster.TurnAsync(TimeSpan.FromMinutes(2));
        var billing = (await Eventually.Async(
            () => Cluster.Billing(server.Instance).Billing(), found => found?.NextPriceIdr == 360_000, WebranaCluster.Patience, "the price reached the server on its way"))!;
        Assert.Equal(300_000, billing.PriceIdr);

        // A resize to a plan whose price was announced before costs what a new order of it costs, and no less.
        Assert.Equal(360_000, (await (await ServerAsync()).Resize.QuoteResize("terselip", false)).Value!.PriceIdr);
    }
}
