using System.Globalization;
using Webrana.Domain.Billing;
using Webrana.Domain.Ledger;

namespace Webrana.Domain.Tests.Billing.TenYears;

/// <summary>
/// One customer played by the product's own pure core: <see cref="Subscription"/> says what to do, <see cref="Terms"/> what it costs,
/// <see cref="LedgerRules"/> whether there is the money. What the grains add (storage, retries, calls) is left out; every promise about
/// money is checked at every line.
/// </summary>
internal sealed class RealCustomer
{
    private static readonly PostingMemo Memo = new("RENEWAL", "x", "REVENUE", "x");

    private readonly Script _script;
    private readonly Server?[] _servers;
    private readonly List<(long At, RunwayEvent Event, int Server)> _events = [];
    private Wallet _wallet = Wallet.Empty;
    private PriceMove? _announced;
    private long _sum;
    private int _operations, _bonuses;

    public RealCustomer(Script script) => (_script, _servers) = (script, new Server?[script.Servers]);

    private RealCustomer(RealCustomer other, Script script)
    {
        (_script, _wallet, _announced, _sum, _operations) = (script, other._wallet, other._announced, other._sum, other._operations);
        _servers = [.. other._servers];
    }

    public List<Charge> Charges { get; } = [];

    /// <summary>Forecasts that were compared with what then happened.</summary>
    public int Forecasts { get; private set; }

    public Wallet Wallet => _wallet;

    public void Play()
    {
        foreach (var input in _script.Inputs)
        {
            WorkUntil(input.At);
            Take(input);
            if (input is Input.TopUp && _operations % 7 == 0) CompareForecast(input.At);
        }

        WorkUntil(Script.End);
    }

    public long PurseAt(long now) => _wallet.AvailableIdr - _wallet.Lots.Where(lot => lot.IsExpiredAt(now)).Sum(lot => lot.RemainingIdr);

    private void WorkUntil(long end)
    {
        while (Next() is { } next && next.At < end)
        {
            // As a sweeper does: woken again while more is due.
            while (_servers[next.Server] is { } server && server.WakesAt <= next.At) Wake(server, next.At);
        }
    }

    private (int Server, long At)? Next()
    {
        var next = _servers.OfType<Server>().MinBy(server => (Script.Down.Shift(server.WakesAt), server.Number));
        return next is null ? null : (next.Number, Script.Down.Shift(next.WakesAt));
    }

    private void Wake(Server server, long at)
    {
        var (subscription, now) = (server.Subscription, Time(at));
        var step = subscription.Next(server.Policy, now);
        switch (step.Kind)
        {
            case RenewalKind.Charge:
                TryCharge(server, at);
                break;
            case RenewalKind.Suspend:
                Suspend(server, at);
                break;
            case RenewalKind.Remind:
                Put(server with { Subscription = subscription with { Noticed = step.Notices } }, at);
                break;
            case RenewalKind.Warn:
                Put(server with { Subscription = subscription with { WarnedAt = now, DeliveredAt = now } }, at);
                break;
            case RenewalKind.Hibernate:
                Assert.True(subscription.WarnedAt <= now - server.Policy.LastWarning, "hibernated without a day's warning");
                _events.Add((at, RunwayEvent.Hibernated, server.Number));
                Put(server with { Subscription = subscription with { HibernatedAt = now, WarnedAt = null, DeliveredAt = null } }, at);
                break;
            case RenewalKind.Terminate:
                Assert.True(subscription.WarnedAt <= now - server.Policy.LastWarning, "destroyed without a day's warning");
                _events.Add((at, RunwayEvent.Terminated, server.Number));
                _servers[server.Number] = null;
                break;
            default:
                throw new InvalidOperationException($"Woken at {now:O} for {step.Kind} at {step.At:O}.");
        }
    }

    private void Suspend(Server server, long at)
    {
        var subscription = server.Subscription;
        if (Script.Down.Recovered(at) is { } back && at < back + Script.Day && Time(back) > subscription.StartOf(subscription.PaidPeriod))
        {
            Put(server with { Subscription = subscription with { SparedUntil = Time(back + Script.Day) } }, at);
            return;
        }

        _events.Add((at, RunwayEvent.Suspended, server.Number));
        Put(server with { Subscription = subscription with { SuspendedAt = Time(at) } }, at);
    }

    /// <summary>The next period, or the note that there was no money for it.</summary>
    private void TryCharge(Server server, long at)
    {
        var (subscription, now) = (server.Subscription, Time(at));
        var terms = server.Terms.For(subscription.NextStart(now));
        Assert.True(at >= subscription.DueAt.ToUnixTimeMilliseconds(), "charged before its time");
        if (!Post(new Debit(Operation($"renew:{server.Number}"), terms.PriceIdr, Memo), at))
        {
            if (subscription.TriedAt is null && subscription.SuspendedAt is null) _events.Add((at, RunwayEvent.NotPaid, server.Number));
            Put(server with { Subscription = subscription with { TriedAt = now } }, at);
            return;
        }

        var renewed = subscription.Renewed(now, terms.Cycle);
        Assert.Equal(subscription.PaidPeriod + 1, renewed.PaidPeriod);
        Assert.True(renewed.DueAt > subscription.DueAt, "the next due date does not come later");
        _events.Add((at, RunwayEvent.Renewed, server.Number));
        Charges.Add(new Charge(server.Number, renewed.PaidPeriod, at, terms.PriceIdr));
        Put(server with { Subscription = renewed, Terms = terms }, at);
    }

    private void Take(Input input)
    {
        switch (input)
        {
            case Input.TopUp money:
                Assert.True(Post(new Credit(Operation("top-up"), money.AmountIdr, Memo), money.At));
                Offer(money.At);
                break;
            case Input.Bonus bonus:
                var name = string.Create(CultureInfo.InvariantCulture, $"bonus:{_bonuses++:D4}");
                Assert.True(Post(new GrantBonus(name, bonus.AmountIdr, bonus.ExpiresAt, null, Memo), bonus.At));
                Offer(bonus.At);
                break;
            case Input.Order order when _servers[order.Server] is null:
                Place(order);
                break;
            case Input.NewPrices list:
                _announced = new PriceMove(list.Version, Time(list.From), list.DailyIdr, list.MonthlyIdr, list.YearlyIdr);
                foreach (var server in _servers.OfType<Server>()) Put(server with { Terms = server.Terms with { Move = _announced } }, list.At);
                break;
            case Input.Switch wish when _servers[wish.Server] is { } server:
                Put(server with { Terms = server.Terms with { Switch = new PeriodSwitch(wish.Cycle, wish.PriceIdr, wish.Version) } }, wish.At);
                break;
            case Input.Renewing change when _servers[change.Server] is { } server && server.Subscription.AutoRenew != change.On:
                server = Put(server with { Subscription = server.Subscription with { AutoRenew = change.On } }, change.At);
                if (change.On && server.Subscription is { SuspendedAt: not null, HibernatedAt: null }) TryCharge(server, change.At);
                break;
            case Input.Restore click when _servers[click.Server] is { Subscription.HibernatedAt: not null } server:
                TryCharge(server, click.At);
                break;
        }
    }

    private void Place(Input.Order order)
    {
        var hold = Operation("hold");
        if (!Post(new PlaceHold(hold, hold, order.PriceIdr, Memo), order.At)) return;
        Assert.True(Post(new CaptureHold(Operation("capture"), hold, Memo), order.At));
        Charges.Add(new Charge(order.Server, 1, order.At, order.PriceIdr));
        Put(new Server(
            order.Server,
            Subscription.Begin(order.Cycle, Time(order.At), order.AutoRenew),
            new Terms(order.Cycle, order.PriceIdr) { PriceVersion = order.Version, Move = _announced },
            0), order.At);
    }

    // Whoever was refused is asked again at once: by priority, then by who has waited longest.
    private void Offer(long at)
    {
        foreach (var server in _servers.OfType<Server>()
            .Where(server => server.Subscription is { AutoRenew: true, HibernatedAt: null } and ({ TriedAt: not null } or { SuspendedAt: not null }))
            .OrderBy(server => server.Number).ToList())
        {
            TryCharge(server, at);
        }
    }

    /// <summary>Posts a command; what has lapsed is booked before anything is spent, as the wallet does.</summary>
    private bool Post(LedgerCommand command, long now)
    {
        if (command is Debit or PlaceHold)
        {
            foreach (var expiry in LedgerRules.DueExpiries(_wallet, now).ToList()) Assert.True(Apply(expiry, now));
        }

        return Apply(command, now);
    }

    private bool Apply(LedgerCommand command, long now)
    {
        var decision = LedgerRules.Decide(_wallet, command, now);
        if (decision.Line is not { } line)
        {
            Assert.Equal(LedgerRefusal.InsufficientBalance, decision.Refusal);
            return false;
        }

        _sum += line.AmountIdr;
        Assert.Equal(_wallet.Version + 1, line.Sequence);
        Assert.Equal(_sum, line.BalanceAfterIdr);
        Assert.InRange(line.HeldAfterIdr, 0, line.BalanceAfterIdr);
        _wallet = decision.After;
        Assert.True(_wallet.Lots.Sum(lot => lot.RemainingIdr) <= _wallet.AvailableIdr, "more bonus than money");
        return true;
    }

    /// <summary>The forecast, and then the next two months without any further money, played by the rules themselves.</summary>
    private void CompareForecast(long at)
    {
        const long Ahead = 60 * Script.Day;
        var until = at + Ahead;
        if (Script.Down.Touch(at - Script.Day, until)) return; // no forecast foresees an outage
        var forecast = Runway.Forecast(
            RunwayPurse.Of(_wallet),
            _servers.OfType<Server>().Select(server => new RunwayServer($"{server.Number:D4}", server.Terms.PriceIdr, server.Subscription)
            {
                Priority = server.Number, Terms = server.Terms,
            }),
            Time(at), Time(until));
        var real = new RealCustomer(this, _script);
        real.WorkUntil(until);
        Assert.Equal(
            real._events.Select(one => (Time(one.At), one.Event, one.Server)),
            forecast.Steps.Where(step => step.ServerId is not null && step.At < Time(until))
                .Select(step => (step.At, step.Event, int.Parse(step.ServerId!, CultureInfo.InvariantCulture))));
        Forecasts++;
    }

    private Server Put(Server server, long now)
    {
        var step = server.Subscription.Next(server.Policy, Time(now));
        var next = server with { WakesAt = step.Kind == RenewalKind.Wait ? step.At.ToUnixTimeMilliseconds() : now };
        _servers[server.Number] = next;
        return next;
    }

    private string Operation(string what) => string.Create(CultureInfo.InvariantCulture, $"{what}:{++_operations}");

    private static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);

    private sealed record Server(int Number, Subscription Subscription, Terms Terms, long WakesAt)
    {
        public RenewalPolicy Policy => RenewalPolicy.For(Subscription.Cycle);
    }
}
