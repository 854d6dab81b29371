using System.Globalization;
using Webrana.Chaos.Network;

namespace Webrana.Chaos.Faults;

/// <summary>
/// What is broken, in which order: one stream of draws from the seed. Arrows and other faults take turns, so that a short run meets both; once every arrow was
/// tried in every mode, arrows are drawn at random like the rest.
/// </summary>
public sealed class FaultPlan
{
    private const int ThrowsAtOnce = 9, KillsAtOnce = 3, StopsAtOnce = 1;

    // What nobody passed while it was armed is tried so often again; then it is named as missing.
    private const int TriesMore = 2;

    private static readonly SortedDictionary<string, Func<FaultPlan, IFault>> Kinds = new(StringComparer.Ordinal)
    {
        ["arrows"] = plan => plan.NextArrows(),
        ["kill_silo"] = plan => plan.KillSilo(),
        ["kill_api"] = plan => plan.KillApi(),
        ["kill_all_silos"] = plan => new KillFault("all silos", cluster => cluster.Silos, plan.Seconds(1, 3)),
        ["stop_silo"] = plan => plan.FreezeSilo(),
        ["stop_api"] = plan => plan.FreezeApi(),
        ["postgres_crash"] = plan => new DatabaseCrashFault(plan.Seconds(0.5, 3)),
        ["failover"] = plan => new FailoverFault(plan.Seconds(2, 5)),
        ["backends"] = plan => new BackendFault(plan._random.Next(6, 25)),
        ["connections"] = plan => new ConnectionsFault(plan.Seconds(5, 10)),
        ["storage"] = plan => new StorageFault(plan._random.Next(3, 7), plan._random.Next(5, 13), plan._random.Next(4, 10), plan.Seconds(3, plan._options.Short ? 4 : 12)),
        ["lock"] = plan => new LockFault(plan.Pick("grain_state", "wallets", "wallet_transactions", "idempotency_claims"), plan.Seconds(4, 14)),
        ["wire"] = plan => plan.BreakWire(),
        ["silo_wire"] = plan => plan.CutOffSilo(),
        ["provider"] = plan => plan.ProviderTrouble(),
        ["gateway"] = plan => plan.GatewayTrouble(),
        ["callbacks"] = plan => plan.CallbackTrouble(),
        ["clock"] = plan => new ClockFault([.. Enumerable.Range(0, plan._random.Next(1, 4)).Select(_ => plan.Pick("PT2H", "P1DT1H", "P3D", "P31D"))]),
        ["clock_of_one"] = plan => plan.MisleadSilo(),
        ["split_brain"] = plan => new SplitBrainFault(plan.Seconds(12, 20)),
        ["rolling_restart"] = _ => new RollingRestartFault(),
        ["grow"] = _ => new GrowFault(),
    };

    private readonly Random _random;
    private readonly ChaosOptions _options;
    private readonly Queue<(ArrowMode Mode, string[] Arrows)> _arrows;
    private readonly Queue<string> _kinds = [];
    private bool _begun;
    private int _triedMore;

    public FaultPlan(ChaosOptions options)
    {
        (_options, _random, Tally) = (options, new Random(options.Seed), new ArrowTally(options));
        _arrows = new(Batches(_ => Tally.Arrows).ToArray().OrderBy(_ => _random.Next()));
    }

    /// <summary>All kinds of faults.</summary>
    public static IReadOnlyCollection<string> Names => Kinds.Keys;

    /// <summary>What was struck so far.</summary>
    public ArrowTally Tally { get; }

    /// <summary>Whether arrows are left that were not tried yet; of a run that is to meet every one, also whether some were tried in vain.</summary>
    public bool ArrowsLeft()
    {
        if (_arrows.Count == 0 && _options.EveryArrow && _triedMore++ < TriesMore)
        {
            var missing = Tally.Missing.ToLookup(pair => pair.Mode, pair => pair.Arrow);
            foreach (var batch in Batches(mode => missing[mode]))
                _arrows.Enqueue(batch);
        }

        return _arrows.Count > 0 && Allowed.Contains("arrows");
    }

    /// <summary>Whether kinds of faults are left that were not met yet.</summary>
    public bool KindsLeft => !_begun || _kinds.Count > 0;

    /// <summary>Whether a kind of fault belongs to this run.</summary>
    public bool Meets(string kind) => Allowed.Contains(kind);

    private IReadOnlyList<string> Allowed => _options.Only is { Count: > 0 } only ? only : [.. Names];

    /// <summary>The next step.</summary>
    public (string Kind, IFault Fault) Next()
    {
        _begun = true;
        if (_kinds.Count == 0)
        {
            // Every kind once per round, in a new order; arrows between them as long as some are left.
            foreach (var kind in Allowed.OrderBy(_ => _random.Next()).ToArray())
            {
                if (_arrows.Count > 0 && !_options.EachOnce && Allowed.Contains("arrows") && kind != "arrows")
                    _kinds.Enqueue("arrows");
                _kinds.Enqueue(kind);
            }
        }

        var next = _kinds.Dequeue();
        return (next, Kinds[next](this));
    }

    private IEnumerable<(ArrowMode Mode, string[] Arrows)> Batches(Func<ArrowMode, IEnumerable<string>> arrows) =>
        from batch in new[] { (Mode: ArrowMode.Throw, AtOnce: ThrowsAtOnce), (Mode: ArrowMode.Kill, AtOnce: KillsAtOnce), (Mode: ArrowMode.Stop, AtOnce: StopsAtOnce) }
        where Tally.Modes.Contains(batch.Mode)
        // Those of one walk together, and those of none.
        from together in arrows(batch.Mode).OrderBy(_ => _random.Next()).ToArray().GroupBy(arrow => Tally.WalkOf(arrow)?.Name)
        from chunk in together.Chunk(together.Key is not null && batch.Mode == ArrowMode.Throw ? together.Count() : batch.AtOnce)
        select (batch.Mode, chunk);

    private IFault NextArrows()
    {
        var (mode, arrows) = _arrows.Count > 0 ? _arrows.Dequeue() : Random();
        var seconds = (mode, _options.Short) switch
        {
            (ArrowMode.Throw, true) => 4,
            (_, true) => 12,
            (ArrowMode.Throw, _) => 12,
            _ => 30,
        };
        return Tally.WalkOf(arrows[0]) is { } walk
            ? new WalkFault(mode, arrows, walk, Tally)
            : new ArrowFault(mode, arrows, TimeSpan.FromSeconds(seconds), Tally);

        (ArrowMode, string[]) Random()
        {
            // Of a run that is about walks alone, one of those.
            string[] everyday = [.. Tally.Arrows.Where(arrow => Tally.WalkOf(arrow) is null)];
            string[] some = everyday.Length > 0 ? [.. everyday.OrderBy(_ => _random.Next()).Take(3)] : [Tally.Arrows[_random.Next(Tally.Arrows.Count)]];
            return (Tally.Modes[_random.Next(Tally.Modes.Count)], some);
        }
    }

    private KillFault KillSilo()
    {
        var n = _random.Next(_options.Silos);
        return new KillFault($"silo-{n + 1}", cluster => [cluster.Silos[n]], Seconds(0.5, _options.Short ? 3 : 12));
    }

    private ClockOfOneFault MisleadSilo()
    {
        var n = _random.Next(_options.Silos);
        var wrong = TimeSpan.FromMinutes(_options.Short ? Pick(-10, 10) : Pick(-60, -10, 10, 60));
        return new ClockOfOneFault(n + 1, wrong, Seconds(3, _options.Short ? 4 : 15));
    }

    private KillFault KillApi()
    {
        var n = _random.Next(2);
        return new KillFault($"api-{n + 1}", cluster => [cluster.ApiProcesses[n]], Seconds(0.2, 3));
    }

    private FreezeFault FreezeSilo()
    {
        var n = _random.Next(_options.Silos);
        return new FreezeFault($"silo-{n + 1}", cluster => cluster.Silos[n], TimeSpan.FromSeconds(_options.Short ? 12 : 30));
    }

    private FreezeFault FreezeApi()
    {
        var n = _random.Next(2);
        return new FreezeFault($"api-{n + 1}", cluster => cluster.ApiProcesses[n], Seconds(5, 20));
    }

    private WireFault BreakWire()
    {
        var wires = Enumerable.Range(1, _options.Silos).Select(n => $"silo-{n} to postgres")
            .Concat(["api-1 to postgres", "api-2 to postgres", "digitalocean", "tripay"]).ToArray();
        return new WireFault(Pick(wires), Pick(WireState.Drop, WireState.HalfOpen, WireState.Delay, WireState.Reset), Seconds(4, 15), TimeSpan.FromMilliseconds(_random.Next(20, 400)));
    }

    private WireFault CutOffSilo()
    {
        var wire = $"{Pick("silos", "apis")} to silo-{_random.Next(_options.Silos) + 1}";
        return new WireFault(wire, Pick(WireState.Drop, WireState.HalfOpen, WireState.Delay, WireState.Reset), Seconds(4, 15), TimeSpan.FromMilliseconds(_random.Next(20, 400)));
    }

    private SimulatorFault ProviderTrouble()
    {
        var kinds = Enumerable.Range(0, 3).Select(_ => Pick(
            "drop_after_effect", "status_500", "status_429", "hide_from_lists", "active_without_network", "not_found_after_create", "action_errored",
            "pending_event_after_completion", "delay")).Distinct().ToArray();
        return new SimulatorFault(true, [.. kinds.Select(kind => Fault(kind, kind == "hide_from_lists" ? 20 : 2))], $"provider: {string.Join(", ", kinds)}");

        static object Fault(string kind, double seconds) => new { kind, count = 3, seconds, ms = 6_000, reads = 3 };
    }

    private SimulatorFault GatewayTrouble()
    {
        var kinds = Enumerable.Range(0, 3).Select(_ => Pick(
            "drop_after_effect", "drop_before_effect", "status_500", "status_500_after_effect", "html_403", "delay", "paid_at_null", "callback_before_create")).Distinct().ToArray();
        return new SimulatorFault(false, [.. kinds.Select(kind => (object)new { kind, count = 4, delayMs = 8_000 })], $"gateway: {string.Join(", ", kinds)}");
    }

    private CallbackFault CallbackTrouble() => _random.Next(4) switch
    {
        0 => new(new { callbacks = false }, "callbacks are lost"),
        1 => new(new { duplicates = 3, reorder = true }, "callbacks come four times, out of order"),
        2 => new(new { badSignature = true }, "callbacks carry a wrong signature"),
        _ => new(new { duplicates = 1 }, "callbacks come twice"),
    };

    private TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(Math.Round(least + (_random.NextDouble() * (most - least)), 1));

    private T Pick<T>(params IReadOnlyList<T> of) => of[_random.Next(of.Count)];
}
