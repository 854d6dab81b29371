using Webrana.Domain.Billing;

namespace Webrana.Domain.Tests.Billing.TenYears;

/// <summary>Something that happens to a customer from outside. Times in unix ms; the same list is played to the product's rules and to the model.</summary>
internal abstract record Input(long At)
{
    public sealed record TopUp(long At, long AmountIdr) : Input(At);

    public sealed record Bonus(long At, long AmountIdr, long? ExpiresAt) : Input(At);

    /// <summary>An order, sold at the price that the list shows then; without the money nothing comes of it.</summary>
    public sealed record Order(long At, int Server, BillingCycle Cycle, long PriceIdr, int Version, bool AutoRenew) : Input(At);

    public sealed record Renewing(long At, int Server, bool On) : Input(At);

    public sealed record Switch(long At, int Server, BillingCycle Cycle, long PriceIdr, int Version) : Input(At);

    /// <summary>A new price list, told to everybody, in force for periods that start from <paramref name="From"/> on.</summary>
    public sealed record NewPrices(long At, int Version, long From, long DailyIdr, long MonthlyIdr, long YearlyIdr) : Input(At);

    /// <summary>The one click that brings a hibernated server back.</summary>
    public sealed record Restore(long At, int Server) : Input(At);
}

/// <summary>A charge as both sides report it.</summary>
internal readonly record struct Charge(int Server, int Period, long At, long AmountIdr);

/// <summary>When nothing of ours runs: what is due then is done at the end, by priority.</summary>
internal sealed class Outages(IReadOnlyList<(long From, long Until)> all)
{
    /// <summary>When that which is due then is done.</summary>
    public long Shift(long at)
    {
        foreach (var (from, until) in all)
        {
            if (at >= from && at < until) return until;
        }

        return at;
    }

    /// <summary>Whether one lies in between.</summary>
    public bool Touch(long from, long until) => all.Any(outage => outage.From < until && outage.Until > from);

    /// <summary>The last end of an outage up to now; null when there was none.</summary>
    public long? Recovered(long now)
    {
        long? last = null;
        foreach (var (_, until) in all)
        {
            if (until <= now) last = until;
        }

        return last;
    }
}

/// <summary>Ten years of one customer: seeded, so that a failure plays again.</summary>
internal sealed class Script
{
    public const long Day = 86_400_000, Hour = 3_600_000;

    public static readonly long Start = Utc(2026, 1, 1), End = Utc(2036, 1, 1);

    /// <summary>Six outages of hours to days, one of them over a month's end and one over 29 February.</summary>
    public static readonly Outages Down = new(
    [
        (Utc(2026, 5, 30) + (20 * Hour), Utc(2026, 6, 2) + (20 * Hour)), (Utc(2027, 11, 3), Utc(2027, 11, 4)),
        (Utc(2028, 2, 28) + (12 * Hour), Utc(2028, 3, 1) + Hour), (Utc(2030, 8, 17), Utc(2030, 8, 20)),
        (Utc(2032, 2, 29) - (2 * Hour), Utc(2032, 2, 29) + (22 * Hour)), (Utc(2034, 12, 31), Utc(2035, 1, 3)),
    ]);

    // Version n is announced a month before it is in force; two years apart, so that the longest period meets each of them.
    private static readonly (long From, long Daily, long Monthly, long Yearly)[] Lists =
    [
        (0, 6_500, 129_000, 1_290_000), (Utc(2027, 7, 1), 7_000, 139_000, 1_390_000), (Utc(2030, 2, 15), 5_900, 119_000, 1_150_000),
        (Utc(2033, 1, 31), 8_100, 155_000, 1_500_000),
    ];

    private Script(int servers, IReadOnlyList<Input> inputs) => (Servers, Inputs) = (servers, inputs);

    public int Servers { get; }

    public IReadOnlyList<Input> Inputs { get; }

    public static Script Of(int seed, int servers)
    {
        var random = new Random(seed);
        var inputs = new List<Input>();
        for (var version = 1; version < Lists.Length; version++)
        {
            var (from, daily, monthly, yearly) = Lists[version];
            inputs.Add(new Input.NewPrices(from - (30 * Day), version + 1, from, daily, monthly, yearly));
        }

        // Rich, poor and careless customers: the last top up so seldom that servers are lost.
        var wealth = random.Next(3);
        inputs.Add(new Input.TopUp(Start, 3_000_000));
        for (var at = Start + random.NextInt64(30 * Day); at < End; at += random.NextInt64(2 * Day, (wealth == 2 ? 150 : 50) * Day))
            inputs.Add(new Input.TopUp(at, servers * random.NextInt64(20_000, wealth == 0 ? 900_000 : 320_000)));
        for (var at = Start + random.NextInt64(200 * Day); at < End; at += random.NextInt64(60 * Day, 400 * Day))
            inputs.Add(new Input.Bonus(at, random.NextInt64(5_000, 400_000), random.Next(4) == 0 ? null : at + random.NextInt64(Day, 120 * Day)));
        for (var server = 0; server < servers; server++) Live(random, server, inputs);
        return new Script(servers, [.. inputs.Select(input => input with { At = Down.Shift(input.At) }).Where(input => input.At < End).OrderBy(input => input.At)]);
    }

    private static void Live(Random random, int server, List<Input> inputs)
    {
        var cycle = (BillingCycle)random.Next(3);
        var ordered = OrderedAt(random);
        inputs.Add(Order(random, ordered, server, cycle));
        // Who lost it, or had no money for it then, orders again some day; while it lives the second order is of no consequence.
        inputs.Add(Order(random, ordered + random.NextInt64(400 * Day, 1500 * Day), server, cycle));
        for (var at = ordered + random.NextInt64(300 * Day); at < End; at += random.NextInt64(100 * Day, 900 * Day))
        {
            inputs.Add(new Input.Renewing(at, server, false));
            inputs.Add(new Input.Renewing(at + random.NextInt64(Hour, 40 * Day), server, true));
        }

        for (var at = ordered + random.NextInt64(500 * Day); at < End; at += random.NextInt64(200 * Day, 1200 * Day))
        {
            var (to, list) = ((BillingCycle)random.Next(3), ListAt(at));
            inputs.Add(new Input.Switch(at, server, to, PriceOf(list, to), list + 1));
        }

        for (var at = ordered + random.NextInt64(100 * Day); at < End; at += random.NextInt64(5 * Day, 60 * Day)) inputs.Add(new Input.Restore(at, server));
    }

    private static Input.Order Order(Random random, long at, int server, BillingCycle cycle) =>
        new(at, server, cycle, PriceOf(ListAt(at), cycle), ListAt(at) + 1, random.Next(8) != 0);

    // Month ends, leap days and the hours in which Jakarta and UTC have different dates, more often than chance would have them.
    private static long OrderedAt(Random random) => random.Next(6) switch
    {
        0 => Utc(2026, 1, 31) + (10 * Hour) + random.NextInt64(Hour),
        1 => Utc(2026, 3, 31) + random.NextInt64(7 * Hour),
        2 => Utc(2028, 2, 29) - (7 * Hour) + random.NextInt64(24 * Hour),
        3 => Utc(2026, 8, 30) + (17 * Hour) + random.NextInt64(7 * Hour),
        _ => Start + random.NextInt64(600 * Day),
    };

    // What is sold once a new list is announced is sold at it.
    private static int ListAt(long at) => Array.FindLastIndex(Lists, list => list.From == 0 || list.From - (30 * Day) <= at);

    private static long PriceOf(int list, BillingCycle cycle) => cycle switch
    {
        BillingCycle.Daily => Lists[list].Daily,
        BillingCycle.Monthly => Lists[list].Monthly,
        _ => Lists[list].Yearly,
    };

    private static long Utc(int year, int month, int day) => new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
