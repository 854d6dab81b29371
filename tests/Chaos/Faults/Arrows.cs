namespace Webrana.Chaos.Faults;

/// <summary>
/// Every fail point in the code, by name; a test reads the sources and fails when one is missing here. Those that the load of this kit
/// cannot reach say who proves them instead.
/// </summary>
public static class Arrows
{
    /// <summary>What customers' everyday doings pass by.</summary>
    public static IReadOnlyList<string> Reached { get; } =
    [
        "account.mail_stored", "account.mail_sent",
        "action.after_post", "action.done_stored", "action.id_stored", "action.intent_stored", "action.stored",
        "deposit.bonus_given", "deposit.create_answered", "deposit.credited", "deposit.intent_stored", "deposit.notice_stored",
        "deposit.paid_stored", "deposit.promo_reserved", "deposit.reference_stored", "deposit.told", "deposit.verdict_stored",
        "ledger.before_commit", "ledger.after_commit",
        "order.active_stored", "order.after_post", "order.captured", "order.held", "order.hold_stored", "order.id_stored",
        "order.intent_stored", "order.name_claimed", "order.ready_stored", "order.stored",
        "outbox.told", "promo.before_commit", "promo.after_commit",
        "rebuild.access_prepared", "rebuild.entered", "rebuild.stored", "rename.claimed",
        "renew.after_debit", "renew.intent_stored", "renew.stored",
        "replace.after_post", "replace.id_stored", "replace.intent_stored", "replace.ready", "replace.swapped",
        "reset.accepted", "reset.offered", "reset.set",
        "terminate.after_delete", "terminate.before_delete", "terminate.gone_stored", "terminate.name_released",
        "terminate.snapshots_deleted", "terminate.stored", "upkeep.stored",
    ];

    /// <summary>Those that only rare things pass, with the tests that kill there.</summary>
    public static IReadOnlyDictionary<string, string> ProvenElsewhere { get; } = new Dictionary<string, string>
    {
        ["deposit.reversed"] = "refunds come from the gateway's dashboard: Grains.Tests Deposits",
        ["deposit.promo_moved"] = "a promo is changed between the promise and the payment: Grains.Tests Promos",
        ["deposit.promo_reserved_again"] = "a payment that comes after the promise lapsed: Grains.Tests Promos",
        ["order.released"] = "an order that the provider refuses: Grains.Tests Droplets; met here when provider faults strike one",
        ["promo.version_noted"] = "an admin changes a promo: Grains.Tests Promos",
        ["reconcile.before_delete"] = "an extra droplet: Grains.Tests Droplets",
        ["reconcile.lost_stored"] = "a droplet deleted behind our back: Grains.Tests Droplets",
        ["rewards.committed"] = "welcome and referral: Grains.Tests Promos",
        ["rewards.given"] = "welcome and referral: Grains.Tests Promos",
        ["rewards.reserved"] = "welcome and referral: Grains.Tests Promos",
        ["upkeep.snapshot_deleted"] = "a customer deletes one snapshot: Grains.Tests Droplets",
    };
}

/// <summary>Which arrow was really struck in which way: what was armed and never passed proves nothing.</summary>
public sealed class ArrowTally
{
    private readonly HashSet<(string Arrow, ArrowMode Mode)> _struck = [];

    public int Count => _struck.Count;

    public static int All => Arrows.Reached.Count * Enum.GetValues<ArrowMode>().Length;

    public void Struck(string arrow, ArrowMode mode) => _struck.Add((arrow, mode));

    public IEnumerable<(string Arrow, ArrowMode Mode)> Missing =>
        Arrows.Reached.SelectMany(arrow => Enum.GetValues<ArrowMode>().Select(mode => (arrow, mode))).Where(pair => !_struck.Contains(pair));
}
