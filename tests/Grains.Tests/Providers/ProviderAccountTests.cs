using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.Data.Faults;
using Webrana.Data.Protection;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Droplets;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Providers;

/// <summary>Several provider accounts behind one shop.</summary>
public sealed class ProviderAccountTests
{
    const string SecondToken = "token-of-the-second-account";

    [Fact]
    public async Task Orders_spread_over_the_accounts_and_selling_stops_before_the_limits_do()
    {
        await using var cluster = await StartAsync(dropletLimit: 4);
        await AddAsync(cluster, "second");
        await Account(cluster, "primary").EnsureRunning();
        await KnownAsync(cluster, "primary");
        await KnownAsync(cluster, "second");
        // With its bill: what it is owed from before, and what it comes to with this month.
        await Eventually.Async(
            Account(cluster, "primary").View, view => view is { MonthToDateUsdCents: { } month, OwedUsdCents: 0, BalanceUsdCents: { } balance } && month == balance,
            WebranaCluster.Patience, "its bill was read");
        var owner = await cluster.CustomerAsync(10 * Servers.PriceIdr);

        // Room for four each; two are kept for replacements.
        var instances = Enumerable.Range(0, 4).Select(_ => Servers.NewInstance()).ToList();
        // Between two looks a server may count as placed and as seen: there is less room then than there is, never more, and asking again helps.
        foreach (var instance in instances)
            await Eventually.Async(() => cluster.Droplet(instance).Order(Servers.Order(owner)), ordered => ordered.IsOk, WebranaCluster.Patience, "there is room");

        var refused = await cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner));
        Assert.Equal(OrderError.NoCapacity, refused.Error);

        var views = new List<DropletView>();
        foreach (var instance in instances)
            views.Add(await cluster.Droplet(instance).Becomes(DropletStatus.Running));
        Assert.Equal(["primary", "primary", "second", "second"], views.Select(view => view.AccountId).Order());
        Assert.Equal(6 * Servers.PriceIdr, (await cluster.MoneyAsync(owner)).AvailableIdr);
        // What lives in the second account is worked with by its own token.
        var there = cluster.Droplet(views.First(view => view.AccountId == "second").Instance);
        await there.Act(new StartAction("off", ActionKind.PowerOff, "user:test"));
        await there.Settles(DropletStatus.Off);
        await cluster.AssertSoundAsync();
    }

    /// <summary>The fault: a place was forgotten after three minutes, and with every restart, while its order still waited for permits.</summary>
    [Fact]
    public async Task The_last_place_is_kept_for_an_order_that_waits_whatever_becomes_of_its_account()
    {
        // Room for three; two are kept for replacements. The count lags by a second here, so that nobody has to wait minutes.
        await using var cluster = await StartAsync(dropletLimit: 3, countLagMs: 1_000);
        var account = Account(cluster, "primary");
        await account.EnsureRunning();
        await KnownAsync(cluster, "primary");
        var owner = await cluster.CustomerAsync(5 * Servers.PriceIdr);

        // As one that gets no permit: its money is held, and nothing is sent.
        var waiting = Servers.NewInstance();
        var held = cluster.FailPoints.Arm("order.permitted", FailMode.Hold, subject: GrainKeys.Droplet(waiting));
        Assert.True((await cluster.Droplet(waiting).Order(Servers.Order(owner))).IsOk);
        await held.WaitAsync(WebranaCluster.Patience, TestContext.Current.CancellationToken);
        await LookedAtAsync(cluster, "primary");
        Assert.Equal(OrderError.NoCapacity, await OrderedAsync());

        // Neither a successor that has not looked yet sells it once more, nor one that has.
        await cluster.Orleans.DeactivateAsync(account);
        Assert.Equal(OrderError.NoCapacity, await OrderedAsync());
        await account.EnsureRunning();
        await LookedAtAsync(cluster, "primary");
        Assert.Equal(OrderError.NoCapacity, await OrderedAsync());

        // Nor one whose look heard how many there are, and not how many there may be.
        cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Status500, Method = "GET", Path = "/v2/account", Count = -1 });
        await cluster.Orleans.DeactivateAsync(account);
        var looks = Looks();
        await account.EnsureRunning();
        await Eventually.Async(() => Task.FromResult(Looks()), count => count > looks, WebranaCluster.Patience, "half a look was had");
        Assert.Equal(OrderError.NoCapacity, await OrderedAsync());
        cluster.Cloud.ClearFaults();

        cluster.FailPoints.Release("order.permitted");
        var server = await cluster.Droplet(waiting).Becomes(DropletStatus.Running);
        await LookedAtAsync(cluster, "primary");
        Assert.Equal(OrderError.NoCapacity, await OrderedAsync());
        Assert.True((await cluster.Droplet(waiting).Delete(new DeleteDroplet("end", server.Name, "user:test"))).IsOk);
        await cluster.Droplet(waiting).Becomes(DropletStatus.Terminated);
        var next = Servers.NewInstance();
        await Eventually.Async(() => cluster.Droplet(next).Order(Servers.Order(owner)), ordered => ordered.IsOk, WebranaCluster.Patience, "there is room again");
        await cluster.Droplet(next).Becomes(DropletStatus.Running);
        await cluster.AssertSoundAsync();

        async Task<OrderError?> OrderedAsync() => (await cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).Error;
        // The last of what a look asks.
        int Looks() => cluster.Cloud.CountRequests("GET", "/v2/customers/my/balance");
    }

    [Fact]
    public async Task A_token_is_tried_first_kept_unreadable_and_never_answered()
    {
        await using var cluster = await StartAsync();
        var wrong = await Account(cluster, "wrong").Add(new AddProviderAccount("Salah", Closed(cluster, "not-a-token")));
        Assert.Equal(ProviderAccountError.TokenRefused, wrong.Error);
        Assert.Equal(0, await cluster.CountAsync("SELECT count(*) FROM grain_state WHERE key = 'do-account:wrong'"));

        await AddAsync(cluster, "second");
        var row = await cluster.Database.ScalarAsync<string>("SELECT payload::text FROM grain_state WHERE key = 'do-account:second'");
        Assert.DoesNotContain(SecondToken, row, StringComparison.Ordinal);
        Assert.Equal(ProviderAccountError.AlreadyExists, (await Account(cluster, "second").Add(new AddProviderAccount("Dua", Closed(cluster, SecondToken)))).Error);
        Assert.Equal(ProviderAccountError.AlreadyExists, (await Account(cluster, "third").Add(new AddProviderAccount("Tiga", Closed(cluster, SecondToken)))).Error);
        // The token of one account is not taken for another.
        Assert.Equal(ProviderAccountError.TokenRefused, (await Account(cluster, "second").ReplaceToken(Closed(cluster, cluster.Cloud.Token))).Error);
        Assert.Equal(ProviderAccountError.NotFound, (await Account(cluster, "nobody").SetMode(ProviderAccountMode.Draining)).Error);
        Assert.Equal(PermitError.AccountDisabled, (await Account(cluster, "nobody").RequestPermit(CallShare.Lifecycle)).Error);
    }

    [Fact]
    public async Task A_drained_account_gets_no_orders_and_a_disabled_one_no_calls()
    {
        await using var cluster = await StartAsync();
        await AddAsync(cluster, "second");
        Assert.Equal(ProviderAccountMode.Draining, (await Account(cluster, "primary").SetMode(ProviderAccountMode.Draining)).Value!.Mode);
        var owner = await cluster.CustomerAsync(3 * Servers.PriceIdr);
        var (_, droplet) = await cluster.RunningServerAsync(owner);
        Assert.Equal("second", (await droplet.Get()).Value!.AccountId);

        await Account(cluster, "second").SetMode(ProviderAccountMode.Disabled);
        Assert.Equal(PermitError.AccountDisabled, (await Account(cluster, "second").RequestPermit(CallShare.Lifecycle)).Error);
        Assert.Equal(OrderError.NoCapacity, (await cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).Error);
        await droplet.Act(new StartAction("off", ActionKind.PowerOff, "user:test"));

        await Account(cluster, "second").SetMode(ProviderAccountMode.Active);
        await droplet.Settles(DropletStatus.Off);
    }

    [Fact]
    public async Task A_token_revoked_in_the_middle_pauses_everything_alarms_tells_the_customer_and_loses_nothing()
    {
        await using var cluster = await StartAsync();
        var account = Account(cluster, "primary");
        await account.EnsureRunning();
        await KnownAsync(cluster, "primary");
        var owner = await cluster.CustomerAsync(2 * Servers.PriceIdr);
        var (instance, droplet) = await cluster.RunningServerAsync(owner);

        // The order is taken before the token is gone: the account's own look may notice first, and sell nothing more.
        var ordered = Servers.NewInstance();
        var held = cluster.FailPoints.Arm("order.intent_stored", FailMode.Hold, subject: GrainKeys.Droplet(ordered));
        var order = cluster.Droplet(ordered).Order(Servers.Order(owner));
        await held.WaitAsync(WebranaCluster.Patience);
        cluster.Cloud.Inject(new Fault { Kind = FaultKinds.Unauthorized, Count = -1 });
        cluster.FailPoints.Release("order.intent_stored");
        Assert.True((await order).IsOk);
        await droplet.Act(new StartAction("off", ActionKind.PowerOff, "user:test"));
        await Eventually.Async(account.View, view => view is { Alarm: ProviderAlarm.TokenRefused, Selling: false }, WebranaCluster.Patience, "the alarm is raised");
        await Eventually.Async(
            async () => await cluster.CountAsync($"SELECT count(*) FROM notices WHERE user_id = '{owner}' AND notice_id LIKE 'droplet:{ordered}:delayed%'") == 1,
            WebranaCluster.Patience, "the customer is told");
        Assert.Equal(OrderError.NoCapacity, (await cluster.Droplet(Servers.NewInstance()).Order(Servers.Order(owner))).Error);
        // Also a successor calls nobody before it has looked.
        await cluster.Orleans.DeactivateAsync(account);
        Assert.Equal(PermitError.AccountDisabled, (await account.RequestPermit(CallShare.Lifecycle)).Error);
        // Longer than a busy droplet would be waited for: the action waits with everything else, and is seen to.
        await cluster.TurnAsync(TimeSpan.FromMinutes(11));
        Assert.Equal("off", (await droplet.Get()).Value!.RunningAction?.ActionId);
        // Their owner sees of both that they wait, and not that they are worked on.
        await droplet.Becomes(view => view.RunningAction?.Step == DropletViews.WaitingStep, "the action says that it waits");
        await cluster.Droplet(ordered).Becomes(view => view.RunningAction?.Step == DropletViews.WaitingStep, "the order says that it waits");

        cluster.Cloud.ClearFaults();
        await account.EnsureRunning();
        await cluster.Droplet(ordered).Becomes(DropletStatus.Running);
        await droplet.Settles(DropletStatus.Off);
        Assert.Equal((ActivityStatus.Completed, null), ((await droplet.Action("off")).Value!.Status, (await droplet.Action("off")).Value!.Step));
        Assert.Equal((1, 1), (await cluster.AtProviderAsync(instance), await cluster.AtProviderAsync(ordered)));
        Assert.Equal(ProviderAlarm.None, (await account.View()).Alarm);
        await cluster.AssertSoundAsync();
    }

    [Fact]
    public async Task A_token_that_opens_another_account_than_before_stops_everything()
    {
        await using var cluster = await StartAsync();
        var account = Account(cluster, "primary");
        await account.EnsureRunning();
        await KnownAsync(cluster, "primary");
        await cluster.Orleans.DeactivateAsync(account);
        await cluster.Database.ExecuteAsync("UPDATE grain_state SET payload = jsonb_set(payload, '{uuid}', '\"another\"') WHERE key = 'do-account:primary'");
        await account.EnsureRunning();
        await Eventually.Async(account.View, view => view.Alarm == ProviderAlarm.WrongAccount, WebranaCluster.Patience);
        Assert.Equal(PermitError.AccountDisabled, (await account.RequestPermit(CallShare.Poll)).Error);
    }

    static async Task<WebranaCluster> StartAsync(int dropletLimit = 100, int countLagMs = 180_000)
    {
        var cluster = await WebranaCluster.StartAsync(
            new Dictionary<string, string?>
            {
                ["DigitalOcean:HealthMs"] = "500",
                ["DigitalOcean:SweepMs"] = "500",
                ["DigitalOcean:CountLagMs"] = $"{countLagMs}",
                // What a provider's account holds is asked here, not how many servers a newcomer may have.
                ["Limits:Tiers:0:Servers"] = "1000",
                ["Limits:Tiers:0:Vcpus"] = "64",
                ["Limits:Tiers:0:SpendPerDayIdr"] = "1000000000",
            },
            simulator => (simulator.Tokens, simulator.DropletLimit) = (["sandbox-token", SecondToken], dropletLimit));
        await cluster.SeedPlansAsync();
        return cluster;
    }

    static async Task AddAsync(WebranaCluster cluster, string id) =>
        Assert.Null((await Account(cluster, id).Add(new AddProviderAccount("Akun kedua", Closed(cluster, SecondToken)))).Error);

    static string Closed(WebranaCluster cluster, string token) => cluster.Services.GetRequiredService<ProviderTokens>().Close(token);

    static Task<ProviderAccountView> KnownAsync(WebranaCluster cluster, string id) =>
        Eventually.Async(Account(cluster, id).View, view => view.DropletLimit > 0, WebranaCluster.Patience, "the account was looked at");

    /// <summary>Looked at again and again, for longer than the count lags there.</summary>
    static Task<ProviderAccountView> LookedAtAsync(WebranaCluster cluster, string id)
    {
        var since = cluster.Clock.GetUtcNow() + TimeSpan.FromSeconds(3);
        return Eventually.Async(Account(cluster, id).View, view => view.CheckedAt > since, WebranaCluster.Patience, "the account was looked at for a while");
    }

    static IDigitalOceanAccountGrain Account(WebranaCluster cluster, string id) =>
        cluster.Grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(id));
}
