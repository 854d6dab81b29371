using CsCheck;
using Webrana.Domain.Billing;
using Webrana.Domain.Ledger;

namespace Webrana.Domain.Tests.Billing;

public sealed class RunwayTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 31, 2, 0, 0, TimeSpan.Zero);

    static RunwayServer Server(string id, long priceIdr, BillingCycle cycle = BillingCycle.Monthly, bool autoRenew = true, DateTimeOffset? since = null) =>
        new(id, priceIdr, Subscription.Begin(cycle, since ?? Start, autoRenew));

    static Lot Bonus(string id, long amountIdr, DateTimeOffset? expiresAt) => new(id, "Promo", amountIdr, expiresAt?.ToUnixTimeMilliseconds(), "p");

    static RunwayPurse Cash(long amountIdr) => new(amountIdr, []);

    static IEnumerable<(int, RunwayEvent)> DaysOf(Runway runway) => runway.Steps.Select(step => ((int)(step.At - Start).TotalDays, step.Event));

    [Fact]
    public void A_debt_stops_renewals_that_bonus_money_would_cover_and_is_part_of_the_top_up()
    {
        var purse = new RunwayPurse(0, [Bonus("b", 300_000, null)], DebtIdr: 70_000);
        var runway = Runway.Forecast(purse, [Server("a", 100_000)], Start, Start.AddDays(40));
        Assert.Equal((28, RunwayEvent.NotPaid), DaysOf(runway).First());
        Assert.All(runway.Steps, step => Assert.Equal(0, step.LeftIdr));
        Assert.Equal(70_000, Runway.TopUpIdr(purse, [Server("a", 100_000)], Start, Start.AddDays(40)));
        Assert.Equal(170_000, Runway.TopUpIdr(purse with { Lots = [] }, [Server("a", 100_000)], Start, Start.AddDays(40)));
        Assert.Equal(70_000, RunwayPurse.Of(Wallet.Empty with { DebtIdr = 70_000 }).DebtIdr);
    }

    [Fact]
    public void Each_renewal_is_a_step_down_on_its_calendar_day()
    {
        var runway = Runway.Forecast(Cash(250_000), [Server("a", 100_000)], Start, Start.AddDays(90));

        // 31 January → 28 February → 31 March, then 30 April is beyond the 50.000 that are left.
        Assert.Equal([(28, RunwayEvent.Renewed), (59, RunwayEvent.Renewed), (89, RunwayEvent.NotPaid)], DaysOf(runway));
        Assert.Equal([150_000L, 50_000L, 50_000L], runway.Steps.Select(step => step.LeftIdr));
        Assert.Equal(Start.AddDays(89), runway.EndsAt);
    }

    [Fact]
    public void What_is_not_paid_is_suspended_after_its_grace_and_destroyed_in_the_end()
    {
        var runway = Runway.Forecast(Cash(0), [Server("a", 6_500, BillingCycle.Daily)], Start, Start.AddDays(10));
        var policy = RenewalPolicy.For(BillingCycle.Daily);

        Assert.Equal([RunwayEvent.NotPaid, RunwayEvent.Suspended, RunwayEvent.Hibernated, RunwayEvent.Terminated], runway.Steps.Select(step => step.Event));
        var (due, put) = (Start.AddDays(1), Start.AddDays(1) + policy.Grace + policy.Suspended);
        Assert.Equal([due, due + policy.Grace, put, put + policy.Restorable], runway.Steps.Select(step => step.At));
    }

    [Fact]
    public void A_server_that_cannot_be_paid_leaves_the_money_to_those_after_it()
    {
        var runway = Runway.Forecast(
            Cash(50_000), [Server("dear", 100_000), Server("small", 40_000, since: Start.AddDays(1))], Start, Start.AddDays(30));

        Assert.Equal([("dear", RunwayEvent.NotPaid), ("small", RunwayEvent.Renewed)],
            runway.Steps.Where(step => step.Event is RunwayEvent.NotPaid or RunwayEvent.Renewed).Select(step => (step.ServerId!, step.Event)));
    }

    [Fact]
    public void Bonus_is_spent_first_and_what_lapses_is_no_longer_there()
    {
        var purse = new RunwayPurse(100_000, [Bonus("late", 50_000, Start.AddDays(40)), Bonus("never", 10_000, null)]);

        var runway = Runway.Forecast(purse, [Server("a", 30_000)], Start, Start.AddDays(60));

        Assert.Equal([RunwayEvent.Renewed, RunwayEvent.BonusExpired, RunwayEvent.Renewed], runway.Steps.Select(step => step.Event));
        Assert.Equal([130_000L, 110_000L, 80_000L], runway.Steps.Select(step => step.LeftIdr));
        Assert.Equal(20_000, runway.Steps[1].AmountIdr);
    }

    [Fact]
    public void Without_automatic_renewal_nothing_is_charged_and_the_server_is_suspended_at_its_date()
    {
        var runway = Runway.Forecast(Cash(1_000_000), [Server("a", 100_000, autoRenew: false)], Start, Start.AddDays(40));

        Assert.Equal([(28, RunwayEvent.Suspended)], DaysOf(runway).Take(1));
        Assert.Null(runway.EndsAt);
        Assert.Equal(0, Runway.TopUpIdr(Cash(0), [Server("a", 100_000, autoRenew: false)], Start, Start.AddDays(40)));
    }

    [Fact]
    public void A_suspended_server_is_part_of_what_a_top_up_must_cover()
    {
        var owed = Server("a", 100_000);
        owed = owed with { Subscription = owed.Subscription with { TriedAt = Start.AddDays(28), SuspendedAt = Start.AddDays(30) } };

        // It starts anew at the money's arrival less the two days it ran unpaid, so the next period falls a little less than a month later.
        Assert.Equal(100_000, Runway.TopUpIdr(Cash(0), [owed], Start.AddDays(31), Start.AddDays(31 + 25)));
        Assert.Equal(200_000, Runway.TopUpIdr(Cash(0), [owed], Start.AddDays(31), Start.AddDays(31 + 32)));
    }

    [Fact]
    public void Of_two_servers_due_at_once_the_one_that_comes_first_for_its_owner_is_paid()
    {
        var (toy, shop) = (Server("a-toy", 100_000) with { Priority = 2 }, Server("b-shop", 100_000) with { Priority = 0 });
        var runway = Runway.Forecast(Cash(100_000), [toy, shop], Start, Start.AddDays(30));
        Assert.Equal([("b-shop", RunwayEvent.Renewed), ("a-toy", RunwayEvent.NotPaid)], runway.Steps.Take(2).Select(step => (step.ServerId!, step.Event)));
    }

    [Fact]
    public void An_announced_price_and_another_length_are_charged_from_the_period_that_starts_with_them()
    {
        var server = Server("a", 100_000) with
        {
            Terms = new Terms(BillingCycle.Monthly, 100_000) { PriceVersion = 1, Move = new PriceMove(2, Start.AddDays(40), 5_000, 120_000, 1_000_000) },
        };
        var moved = Runway.Forecast(Cash(1_000_000), [server], Start, Start.AddDays(90));
        Assert.Equal([100_000L, 120_000, 120_000], moved.Steps.Select(step => step.AmountIdr));

        var yearly = server with { Terms = new Terms(BillingCycle.Monthly, 100_000) { PriceVersion = 2, Switch = new PeriodSwitch(BillingCycle.Yearly, 1_000_000, 2) } };
        Assert.Equal([1_000_000L], Runway.Forecast(Cash(5_000_000), [yearly], Start, Start.AddDays(300)).Steps.Select(step => step.AmountIdr));
    }

    [Fact]
    public void Add_ons_are_charged_with_the_renewal()
    {
        var server = Server("a", 100_000) with
        {
            Meter = new AddonMeter(Start.ToUnixTimeMilliseconds(), BackupsPlan.Weekly, 10 * 1024), Rates = new AddonRates(2_000, 3_000, 1_000, 100),
        };
        var step = Runway.Forecast(Cash(1_000_000), [server], Start, Start.AddDays(29)).Steps.Single();
        // A fifth of the price for backups, and ten GB for 28 of 30 days.
        Assert.Equal(100_000 + 20_000 + 9_333, step.AmountIdr);
    }

    [Fact]
    public void Held_money_is_not_counted()
    {
        var wallet = new Wallet(3, 100_000, 30_000, [Bonus("b", 20_000, null)], [new Hold("order", 30_000, [])]);

        Assert.Equal(new RunwayPurse(50_000, wallet.Lots), RunwayPurse.Of(wallet));
    }

    static readonly Gen<RunwayServer> Servers =
        Gen.Select(Gen.Int[0, 2], Gen.Long[1, 500_000], Gen.Int[0, 86_400 * 27], Gen.Guid).Select((cycle, priceIdr, ago, id) =>
            Server(id.ToString(), priceIdr, (BillingCycle)cycle, since: cycle == 0 ? Start.AddSeconds(-(ago % 86_000)) : Start.AddSeconds(-ago)));

    static readonly Gen<Lot> Lots = Gen.Select(Gen.Guid, Gen.Long[1, 300_000], Gen.Int[-5, 120]).Select((id, amountIdr, days) =>
        Bonus(id.ToString(), amountIdr, days > 100 ? null : Start.AddDays(days)));

    static readonly Gen<(RunwayPurse Purse, RunwayServer[] Servers)> Shops =
        Gen.Select(Gen.Long[0, 2_000_000], Lots.Array[0, 4], Servers.Array[0, 6]).Select((cash, lots, servers) => (new RunwayPurse(cash, [.. lots]), servers));

    [Fact]
    public void The_suggested_top_up_is_enough_and_one_rupiah_less_is_not() => Shops.Sample(shop =>
    {
        var until = Start.AddDays(90);
        var topUp = Runway.TopUpIdr(shop.Purse, shop.Servers, Start, until);

        Assert.Null(Runway.Forecast(shop.Purse with { CashIdr = shop.Purse.CashIdr + topUp }, shop.Servers, Start, until).EndsAt);
        if (topUp > 0)
            Assert.NotNull(Runway.Forecast(shop.Purse with { CashIdr = shop.Purse.CashIdr + topUp - 1 }, shop.Servers, Start, until).EndsAt);
    });

    [Fact]
    public void Time_runs_forward_and_every_step_explains_its_change_of_money() => Shops.Sample(shop =>
    {
        var left = shop.Purse.CashIdr + shop.Purse.Lots.Sum(lot => lot.RemainingIdr);
        var at = Start;
        foreach (var step in Runway.Forecast(shop.Purse, shop.Servers, Start, Start.AddDays(90)).Steps)
        {
            Assert.True(step.At >= at);
            Assert.True(step.LeftIdr >= 0);
            Assert.Equal(left - (step.Event is RunwayEvent.Renewed or RunwayEvent.BonusExpired ? step.AmountIdr : 0), step.LeftIdr);
            (at, left) = (step.At, step.LeftIdr);
        }
    });
}
