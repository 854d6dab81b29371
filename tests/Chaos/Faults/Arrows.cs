using Webrana.Chaos.Cluster;
using Webrana.Chaos.Walks;

namespace Webrana.Chaos.Faults;

/// <summary>
/// Every fail point in the code, by name; a test reads the sources and fails when one is missing here. What the load of this kit does not pass is walked to on
/// purpose (<see cref="AllWalks"/>); the rest says why nobody does, and who strikes there instead.
/// </summary>
public static class Arrows
{
    /// <summary>What customers' everyday doings pass by.</summary>
    public static IReadOnlyList<string> Reached { get; } =
    [
        "account.notice_stored",
        "action.after_post", "action.done_stored", "action.id_stored", "action.intent_stored", "action.stored",
        "api.answer_kept", "api.key_claimed", "api.work_done",
        "courier.sent",
        "deposit.bonus_given", "deposit.create_answered", "deposit.credited", "deposit.intent_stored", "deposit.notice_stored",
        "deposit.paid_stored", "deposit.promo_moved", "deposit.promo_reserved", "deposit.promo_reserved_again", "deposit.reference_stored", "deposit.told", "deposit.verdict_stored",
        "ledger.before_commit", "ledger.after_commit",
        "order.active_stored", "order.after_post", "order.captured", "order.held", "order.hold_stored", "order.id_stored",
        "order.intent_stored", "order.name_claimed", "order.permitted", "order.place_asked", "order.ready_stored", "order.stock_taken", "order.stored",
        "outbox.told", "papers.before_commit", "papers.committed", "promo.before_commit", "promo.after_commit",
        "rebuild.access_prepared", "rebuild.entered", "rebuild.stored", "rename.claimed",
        "renew.after_debit", "renew.intent_stored", "renew.stored",
        "replace.after_post", "replace.id_stored", "replace.intent_stored", "replace.ready", "replace.swapped",
        "reset.accepted", "reset.offered", "reset.set",
        "terminate.after_delete", "terminate.before_delete", "terminate.done_stored", "terminate.gone_stored", "terminate.name_released",
        "terminate.snapshots_deleted", "terminate.stored", "upkeep.stored",
        "webhook.row_kept", "webhook.told",
    ];

    // Of requests, callbacks and the mails of strangers; all others are passed by grains.
    private static readonly string[] FlowsOfApis = ["api", "mail", "webhook"];

    /// <summary>Which processes come by an arrow.</summary>
    public static IReadOnlyList<Member> ProcessesAt(string arrow, ChaosCluster cluster) =>
        FlowsOfApis.Contains(FlowOf(arrow)) ? cluster.ApiProcesses : cluster.Silos;

    /// <summary>The flow an arrow lies in: the first part of its name.</summary>
    public static string FlowOf(string arrow) => arrow[..arrow.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Said plainly: nothing dies at these yet, neither here nor in another suite.</summary>
    public static IReadOnlyList<string> NotStruckYet { get; } = [];

    /// <summary>
    /// Those that neither the everyday load nor a walk (<see cref="AllWalks"/>) passes: why not, and which tests strike there instead. `--every-arrow` does not ask for
    /// them, and ends with a failure for any other that it did not strike.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Exempt { get; } = new Dictionary<string, string>
    {
        ["hibernate.put_off"] = "charging must be stopped for the whole shop while one image is taken: Grains.Tests Billing",
        ["reconcile.before_delete"] = "the provider must show a droplet again that it had deleted: Grains.Tests Droplets",
        ["rewards.forestalled"] = "the payment must be given back between a reward's place and its money: Grains.Tests Promos",
        ["rewards.withdrawn"] = "the payment must be given back between a reward's decision and its place: Grains.Tests Promos",
    };

    /// <summary>All there are.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Reached.Union(AllWalks.Arrows).Union(NotStruckYet).Union(Exempt.Keys).Order(StringComparer.Ordinal)];
}

/// <summary>Which arrow of those a run is about was really struck in which way: what was armed and never passed proves nothing.</summary>
public sealed class ArrowTally
{
    private readonly HashSet<(string Arrow, ArrowMode Mode)> _struck = [];
    private readonly bool _walked;

    public ArrowTally(ChaosOptions options)
    {
        // Walks turn the clock by months and take their time: for whoever wants them all.
        _walked = options.EveryArrow;
        Arrows =
        [
            .. Faults.Arrows.Reached.Union(_walked ? AllWalks.Arrows : [])
                .Where(arrow => options.Flows is not { Count: > 0 } flows || flows.Contains(Faults.Arrows.FlowOf(arrow))),
        ];
        Modes = options.Modes is { Count: > 0 } modes ? [.. modes.Distinct()] : Enum.GetValues<ArrowMode>();
    }

    public IReadOnlyList<string> Arrows { get; }

    public IReadOnlyList<ArrowMode> Modes { get; }

    public int Count => _struck.Count;

    public int All => Arrows.Count * Modes.Count;

    /// <summary>Who passes it on purpose in this run.</summary>
    public Walk? WalkOf(string arrow) => _walked ? AllWalks.Of(arrow) : null;

    public void Struck(string arrow, ArrowMode mode) => _struck.Add((arrow, mode));

    public IEnumerable<(string Arrow, ArrowMode Mode)> Missing =>
        Arrows.SelectMany(arrow => Modes.Select(mode => (arrow, mode))).Where(pair => !_struck.Contains(pair));
}
