namespace Webrana.Chaos.Faults;

/// <summary>
/// Every fail point in the code, by name; a test reads the sources and fails when one is missing here. Those that the load of this kit
/// cannot reach say who proves them instead, or that nobody does yet.
/// </summary>
public static class Arrows
{
    /// <summary>What customers' everyday doings pass by.</summary>
    public static IReadOnlyList<string> Reached { get; } =
    [
        "account.notice_stored",
        "action.after_post", "action.done_stored", "action.id_stored", "action.intent_stored", "action.stored",
        "courier.sent",
        "deposit.bonus_given", "deposit.create_answered", "deposit.credited", "deposit.intent_stored", "deposit.notice_stored",
        "deposit.paid_stored", "deposit.promo_reserved", "deposit.reference_stored", "deposit.told", "deposit.verdict_stored",
        "ledger.before_commit", "ledger.after_commit",
        "order.active_stored", "order.after_post", "order.captured", "order.held", "order.hold_stored", "order.id_stored",
        "order.intent_stored", "order.name_claimed", "order.place_asked", "order.ready_stored", "order.stored",
        "outbox.told", "papers.before_commit", "papers.committed", "promo.before_commit", "promo.after_commit",
        "rebuild.access_prepared", "rebuild.entered", "rebuild.stored", "rename.claimed",
        "renew.after_debit", "renew.intent_stored", "renew.stored",
        "replace.after_post", "replace.id_stored", "replace.intent_stored", "replace.ready", "replace.swapped",
        "reset.accepted", "reset.offered", "reset.set",
        "terminate.after_delete", "terminate.before_delete", "terminate.done_stored", "terminate.gone_stored", "terminate.name_released",
        "terminate.snapshots_deleted", "terminate.stored", "upkeep.stored",
    ];

    /// <summary>The flow an arrow lies in: the first part of its name.</summary>
    public static string FlowOf(string arrow) => arrow[..arrow.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Said plainly: nothing dies at these yet, neither here nor in another suite.</summary>
    public static IReadOnlyList<string> NotStruckYet { get; } = [];

    /// <summary>Those that only rare things pass, with the tests that kill there.</summary>
    public static IReadOnlyDictionary<string, string> ProvenElsewhere { get; } = new Dictionary<string, string>
    {
        ["deposit.reversed"] = "refunds come from the gateway's dashboard: Grains.Tests Deposits",
        ["deposit.refund_told"] = "refunds come from the gateway's dashboard: Grains.Tests Promos",
        ["deposit.promo_moved"] = "a promo is changed between the promise and the payment: Grains.Tests Promos",
        ["deposit.promo_reserved_again"] = "a payment with a promo, which the load does not name: Grains.Tests Promos",
        ["action.lost_stored"] = "an action meets a droplet deleted behind our back: Grains.Tests Droplets, Cluster.Tests ArrowKillTests",
        ["block.stored"] = "an admin suspends a server: Grains.Tests Droplets",
        ["order.cancelled"] = "a customer takes back an order that waits for the provider: Grains.Tests Droplets, Cluster.Tests ArrowKillTests",
        ["order.failed_stored"] = "an order that the provider refuses or gives up: Grains.Tests Droplets, Cluster.Tests ArrowKillTests",
        ["order.given_up"] = "an admin gives a stuck order up: Grains.Tests Droplets, Cluster.Tests ArrowKillTests",
        ["order.permitted"] = "an order is taken back in the moment before its create: Grains.Tests Droplets, Cluster.Tests ArrowKillTests",
        ["order.pushed"] = "an admin pushes a stuck order on: Grains.Tests Droplets, Cluster.Tests ArrowKillTests",
        ["order.released"] = "an order that the provider refuses: Grains.Tests Droplets, Cluster.Tests ArrowKillTests; met here when provider faults strike one",
        ["promo.version_noted"] = "an admin changes a promo: Grains.Tests Promos",
        ["reconcile.before_delete"] = "an extra droplet: Grains.Tests Droplets",
        ["reconcile.lost_stored"] = "a droplet deleted behind our back: Grains.Tests Droplets",
        ["rewards.committed"] = "welcome and referral: Grains.Tests Promos",
        ["rewards.given"] = "welcome and referral: Grains.Tests Promos",
        ["rewards.reserved"] = "welcome and referral: Grains.Tests Promos",
        ["rewards.check_told"] = "a welcome that waits for a person: Grains.Tests Promos",
        ["rewards.debt_told"] = "a referral whose deposit is refunded: Grains.Tests Promos",
        ["rewards.forestalled"] = "a referral whose deposit is refunded: Grains.Tests Promos",
        ["rewards.refund_noted"] = "a referral whose deposit is refunded: Grains.Tests Promos",
        ["rewards.taken_back"] = "a referral whose deposit is refunded: Grains.Tests Promos",
        ["rewards.usage_taken_back"] = "a referral whose deposit is refunded: Grains.Tests Promos",
        ["rewards.withdrawn"] = "a referral whose deposit is refunded: Grains.Tests Promos",
        ["ahead.charged"] = "periods paid ahead: Grains.Tests Billing",
        ["ahead.stored"] = "periods paid ahead: Grains.Tests Billing",
        ["firewall.after_post"] = "a customer edits rules: Grains.Tests Droplets",
        ["firewall.applied_stored"] = "a customer edits rules: Grains.Tests Droplets",
        ["firewall.intent_stored"] = "a customer edits rules: Grains.Tests Droplets",
        ["firewall.stored"] = "a customer edits rules: Grains.Tests Droplets",
        ["firewall.removed"] = "a server with rules is deleted: Grains.Tests Droplets",
        ["order.stock_taken"] = "Grains.Tests Droplets, Cluster.Tests ArrowKillTests",
        ["price.stored"] = "an admin changes a price: Grains.Tests Billing",
        ["renew.after_addon"] = "a renewal with add-ons: Grains.Tests Billing",
        ["rebuild.keys_placed"] = "keys are chosen at a rebuild: Grains.Tests Droplets, Cluster.Tests ArrowKillTests",
        ["resize.given_back"] = "a plan that the balance does not cover: Grains.Tests Droplets",
        ["resize.given_up"] = "the provider does not resize: Grains.Tests Droplets",
        ["end.addon_charged"] = "add-ons of a deleted server: Grains.Tests Billing",
        ["end.addon_stored"] = "add-ons of a deleted server: Grains.Tests Billing",
        ["transfer.asked"] = "what a server that is deleted sent last: Grains.Tests Billing",
        ["transfer.counted"] = "transfer beyond the quota: Grains.Tests Billing",
        ["transfer.told"] = "transfer beyond the quota: Grains.Tests Billing",
        ["hibernate.done"] = "after days of suspension: Grains.Tests Billing",
        ["hibernate.gone"] = "after days of suspension: Grains.Tests Billing",
        ["hibernate.image_stored"] = "after days of suspension: Grains.Tests Billing",
        ["hibernate.image_wanted"] = "after days of suspension: Grains.Tests Billing",
        ["hibernate.stored"] = "after days of suspension: Grains.Tests Billing",
        ["price.page_told"] = "an admin changes a price: Grains.Tests Billing",
        ["refund.after_posting"] = "what deleting and downgrading give back: Grains.Tests Droplets",
        ["refund.stored"] = "what deleting and downgrading give back: Grains.Tests Droplets",
        ["resize.applied_stored"] = "a customer changes the plan: Grains.Tests Droplets",
        ["resize.held"] = "a customer changes the plan: Grains.Tests Droplets",
        ["resize.hold_stored"] = "a customer changes the plan: Grains.Tests Droplets",
        ["resize.settled"] = "a customer changes the plan: Grains.Tests Droplets",
        ["resize.settled_stored"] = "a customer changes the plan: Grains.Tests Droplets",
        ["resize.stock_reserved"] = "a customer changes the plan: Grains.Tests Droplets",
        ["resize.stock_settled"] = "a customer changes the plan: Grains.Tests Droplets",
        ["resize.stored"] = "a customer changes the plan: Grains.Tests Droplets",
        ["restore.captured"] = "a hibernated server comes back: Grains.Tests Billing",
        ["restore.held"] = "a hibernated server comes back: Grains.Tests Billing",
        ["restore.hold_stored"] = "a hibernated server comes back: Grains.Tests Billing",
        ["restore.image_deleted"] = "a hibernated server comes back: Grains.Tests Billing",
        ["restore.running_stored"] = "a hibernated server comes back: Grains.Tests Billing",
        ["restore.stored"] = "a hibernated server comes back: Grains.Tests Billing",
        ["closing.asked"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.frozen"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.signed_out"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.calling_off"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.unfrozen"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.counted"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.lapsed"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.money_noted"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.money_taken"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.emptied"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.told"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.keys_erased"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.servers_erased"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.deposits_erased"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.rewards_erased"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.rows_erased"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.noted"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.contact_erased"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.notices_erased"] = "a customer closes the account: Grains.Tests Accounts",
        ["closing.door_opened"] = "a customer closes the account: Grains.Tests Accounts",
        ["order.turned_away"] = "an order meets its limit behind its hold: Grains.Tests Limits, Cluster.Tests ArrowKillTests",
        ["order.turned_away_released"] = "an order meets its limit behind its hold: Grains.Tests Limits, Cluster.Tests ArrowKillTests",
        ["resize.spend_noted"] = "a customer changes the plan: Grains.Tests Droplets",
        ["suspend.stored"] = "grace is over: Grains.Tests Billing",
        ["upkeep.snapshot_deleted"] = "a customer deletes one snapshot: Grains.Tests Droplets",
    };
}

/// <summary>Which arrow of those a run is about was really struck in which way: what was armed and never passed proves nothing.</summary>
public sealed class ArrowTally
{
    private readonly HashSet<(string Arrow, ArrowMode Mode)> _struck = [];

    public ArrowTally(ChaosOptions options)
    {
        Arrows = [.. Faults.Arrows.Reached.Where(arrow => options.Flows is not { Count: > 0 } flows || flows.Contains(Faults.Arrows.FlowOf(arrow)))];
        Modes = options.Modes is { Count: > 0 } modes ? [.. modes.Distinct()] : Enum.GetValues<ArrowMode>();
    }

    public IReadOnlyList<string> Arrows { get; }

    public IReadOnlyList<ArrowMode> Modes { get; }

    public int Count => _struck.Count;

    public int All => Arrows.Count * Modes.Count;

    public void Struck(string arrow, ArrowMode mode) => _struck.Add((arrow, mode));

    public IEnumerable<(string Arrow, ArrowMode Mode)> Missing =>
        Arrows.SelectMany(arrow => Modes.Select(mode => (arrow, mode))).Where(pair => !_struck.Contains(pair));
}
