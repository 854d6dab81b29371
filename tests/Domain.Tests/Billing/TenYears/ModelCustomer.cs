using Webrana.Domain.Billing;

namespace Webrana.Domain.Tests.Billing.TenYears;

/// <summary>
/// The same shop in other words: plain integers, a calendar worked out by hand, one purse of cash and bonuses. It shares no rule, no number
/// and no code with the product: what is written here was taken from the promises to customers.
/// </summary>
internal sealed class ModelCustomer(Script script)
{
    private enum Is
    {
        Absent,
        Running,
        Owing,
        SwitchedOff,
        Frozen,
    }

    private readonly Server[] _servers = [.. Enumerable.Range(0, script.Servers).Select(number => new Server { Number = number })];
    private readonly List<Gift> _gifts = [];
    private (int Version, long From, long Daily, long Monthly, long Yearly)? _list;
    private long _cash;

    public List<Charge> Charges { get; } = [];

    public void Play()
    {
        foreach (var input in script.Inputs)
        {
            WorkUntil(input.At);
            Take(input);
        }

        WorkUntil(Script.End);
    }

    public long PurseAt(long now) => _cash + _gifts.Where(gift => gift.Ends is null || gift.Ends > now).Sum(gift => gift.Left);

    // Everything that is due before a moment, in the order of time.
    private void WorkUntil(long end)
    {
        while (_servers.Where(server => server.State != Is.Absent).MinBy(server => (Script.Down.Shift(server.Looks), server.Number)) is { } next
            && Script.Down.Shift(next.Looks) is var at && at < end)
        {
            while (next.State != Is.Absent && next.Looks <= at) Look(next, at);
        }
    }

    private void Look(Server server, long now)
    {
        switch (server.State)
        {
            case Is.Running when server.Renews:
                server.Patience = server.Due + Grace(server.Length);
                if (!Pay(server, now)) Owe(server, now);
                break;
            case Is.Running:
                SwitchOff(server, now);
                break;
            case Is.Owing when Pay(server, now):
                break;
            case Is.Owing when now >= server.Patience:
                SwitchOff(server, now);
                break;
            case Is.Owing:
                Owe(server, now);
                break;
            case Is.SwitchedOff when !server.Warned:
            case Is.Frozen when !server.Warned:
                server.Warned = true;
                server.Looks = Math.Max(server.Ends, now + Script.Day);
                break;
            case Is.SwitchedOff when server.Renews && server.Asked < server.Looks && Pay(server, now):
                break; // The purse is looked into once more before the machine is given up.
            case Is.SwitchedOff:
                (server.State, server.Warned) = (Is.Frozen, false);
                Until(server, now + (server.Length switch { BillingCycle.Daily => 7, BillingCycle.Monthly => 14, _ => 30 } * Script.Day));
                break;
            default:
                server.State = Is.Absent;
                break;
        }
    }

    private static void Owe(Server server, long now)
    {
        server.State = Is.Owing;
        var again = now + (server.Length switch { BillingCycle.Daily => 2, BillingCycle.Monthly => 6, _ => 12 } * Script.Hour);
        server.Looks = Math.Min(again, Math.Max(server.Patience, now));
        if (server.Looks == now) SwitchOff(server, now);
    }

    private static void SwitchOff(Server server, long now)
    {
        // Nobody is switched off within a day after an outage of ours, if it fell into what he had paid for or later.
        if (Script.Down.Recovered(now) is { } back && now < back + Script.Day && back > server.Began)
        {
            server.Patience = back + Script.Day;
            if (server.Renews) Owe(server, now);
            else server.Looks = server.Patience;
            return;
        }

        (server.State, server.OffSince, server.Warned) = (Is.SwitchedOff, now, false);
        Until(server, now + (server.Length switch { BillingCycle.Daily => 1, BillingCycle.Monthly => 5, _ => 14 } * Script.Day));
    }

    // A day's warning before anything that cannot be undone.
    private static void Until(Server server, long ends) => (server.Ends, server.Looks) = (ends, ends - Script.Day);

    private static long Grace(BillingCycle length) => length switch { BillingCycle.Daily => 6, BillingCycle.Monthly => 48, _ => 5 * 24 } * Script.Hour;

    private bool Pay(Server server, long now)
    {
        var off = server.State is Is.SwitchedOff or Is.Frozen;
        // What was off is not paid for; the hours it ran on credit are.
        var start = !off ? server.Due : server.OffSince > server.Due ? now - (server.OffSince - server.Due) : now;
        var (length, price, version) = server.Wish ?? (server.Length, server.Price, server.Version);
        var meets = server.List is { } list && list.From <= start;
        if (meets && version < server.List!.Value.Version)
        {
            version = server.List.Value.Version;
            price = length switch { BillingCycle.Daily => server.List.Value.Daily, BillingCycle.Monthly => server.List.Value.Monthly, _ => server.List.Value.Yearly };
        }

        if (!Spend(price, now))
        {
            server.Asked = now;
            return false;
        }

        if (meets) server.List = null;
        if (off || length != server.Length) (server.Anchor, server.Count) = (start, 0);
        (server.Length, server.Price, server.Version, server.Wish) = (length, price, version, null);
        server.Began = start;
        server.Paid(Is.Running);
        Charges.Add(new Charge(server.Number, server.Period, now, price));
        return true;
    }

    private bool Spend(long amount, long now)
    {
        if (PurseAt(now) < amount) return false;
        foreach (var gift in _gifts.Where(gift => gift.Ends is null || gift.Ends > now).OrderBy(gift => gift.Ends ?? long.MaxValue).ThenBy(gift => gift.Name, StringComparer.Ordinal))
        {
            var part = Math.Min(gift.Left, amount);
            gift.Left -= part;
            amount -= part;
        }

        _cash -= amount;
        return true;
    }

    private void Take(Input input)
    {
        switch (input)
        {
            case Input.TopUp money:
                _cash += money.AmountIdr;
                Offer(money.At);
                break;
            case Input.Bonus bonus:
                _gifts.Add(new Gift { Name = $"bonus:{_gifts.Count:D4}", Left = bonus.AmountIdr, Ends = bonus.ExpiresAt });
                Offer(bonus.At);
                break;
            case Input.Order order when _servers[order.Server] is { State: Is.Absent } server && Spend(order.PriceIdr, order.At):
                (server.Length, server.Price, server.Version, server.Renews) = (order.Cycle, order.PriceIdr, order.Version, order.AutoRenew);
                (server.Anchor, server.Count, server.Began, server.Wish) = (order.At, 0, order.At, null);
                (server.List, server.Period) = (_list, 0); // another server in the place of the lost one
                server.Paid(Is.Running);
                Charges.Add(new Charge(server.Number, server.Period, order.At, order.PriceIdr));
                break;
            case Input.NewPrices list:
                _list = (list.Version, list.From, list.DailyIdr, list.MonthlyIdr, list.YearlyIdr);
                foreach (var server in _servers) server.List = _list;
                break;
            case Input.Switch wish when _servers[wish.Server] is { State: not Is.Absent } server:
                server.Wish = (wish.Cycle, wish.PriceIdr, wish.Version);
                break;
            case Input.Renewing change when _servers[change.Server] is { State: not Is.Absent } server && server.Renews != change.On:
                server.Renews = change.On;
                Changed(server, change.At);
                break;
            case Input.Restore click when _servers[click.Server] is { State: Is.Frozen } server:
                Pay(server, click.At);
                break;
        }
    }

    private void Changed(Server server, long now)
    {
        if (server.State == Is.SwitchedOff && server.Renews) Pay(server, now);
        else if (server.State == Is.Owing && !server.Renews) (server.State, server.Looks) = (Is.Running, server.Spared(now) ? server.Patience : now);
        else if (server.State == Is.Running && now >= server.Due) server.Looks = server.Renews ? now : Math.Max(now, server.Patience);
    }

    private void Offer(long now)
    {
        foreach (var server in _servers.Where(server => server.Renews && server.State is (Is.Owing or Is.SwitchedOff))
            .OrderBy(server => server.Number).ThenBy(server => server.Due).ToList())
        {
            if (!Pay(server, now) && server.State == Is.Owing) Owe(server, now);
        }
    }

    private sealed class Gift
    {
        public required string Name { get; init; }

        public long Left { get; set; }

        public long? Ends { get; init; }
    }

    private sealed class Server
    {
        public int Number { get; init; }

        public Is State { get; set; }

        public BillingCycle Length { get; set; }

        public long Price { get; set; }

        public int Version { get; set; }

        public bool Renews { get; set; }

        public (BillingCycle, long, int)? Wish { get; set; }

        public (int Version, long From, long Daily, long Monthly, long Yearly)? List { get; set; }

        /// <summary>Since when the days are counted, and how many periods ago that was.</summary>
        public long Anchor { get; set; }

        public int Count { get; set; }

        public int Period { get; set; }

        public long Began { get; set; }

        public long Due { get; private set; }

        public long Patience { get; set; }

        public long OffSince { get; set; }

        public long Ends { get; set; }

        public bool Warned { get; set; }

        /// <summary>When the purse had too little for it last.</summary>
        public long Asked { get; set; }

        /// <summary>When it is looked at next.</summary>
        public long Looks { get; set; }

        public bool Spared(long now) => Patience > now && Patience > Due + Grace(Length);

        public void Paid(Is state)
        {
            (State, Warned, Patience) = (state, false, 0);
            Period++;
            Count++;
            Due = Looks = HandCalendar.Later(Anchor, Length, Count);
        }
    }
}
