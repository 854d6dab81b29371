namespace Webrana.Chaos.Walks;

/// <summary>Every walk, those about money first. A walk leaves nothing behind that the checks would have to know of.</summary>
public static class AllWalks
{
    public static IReadOnlyList<Walk> All { get; } =
    [
        new("a day is renewed", ["renew.after_debit", "renew.intent_stored", "renew.stored"], RenewalWalks.RenewAsync),
        new("a server nobody pays for is suspended and put away, and comes back when its owner has money",
            [
                "suspend.stored", "hibernate.stored", "hibernate.image_wanted", "hibernate.image_seen", "hibernate.image_stored", "hibernate.gone", "hibernate.done",
                "restore.stored", "restore.held", "restore.hold_stored", "restore.captured", "restore.running_stored", "restore.image_deleted",
            ],
            RenewalWalks.LapseAsync),
        new("a payment that earned its owner's friend a reward is given back",
            [
                "rewards.reserved", "rewards.given", "rewards.announced", "rewards.committed",
                "deposit.reversed", "deposit.refund_told", "rewards.refund_noted", "rewards.taken_back", "rewards.usage_taken_back", "rewards.debt_told",
            ],
            RewardWalks.GiveBackAsync),
        new("a bigger plan, and back to the smaller one",
            [
                "resize.stored", "resize.stock_reserved", "resize.spend_noted", "resize.held", "resize.hold_stored", "resize.before_resize",
                "resize.applied_stored", "resize.before_settle", "resize.settled", "resize.stock_settled", "resize.settled_stored",
                "refund.after_posting", "refund.stored",
            ],
            ResizeWalks.ResizeAsync),
        new("a bigger plan that is not paid, and one that the provider does not give", ["resize.given_back", "resize.given_up"], ResizeWalks.ResizeInVainAsync),
        new("a bigger plan for a guest that does not obey", ["resize.before_poweroff"], ResizeWalks.ResizeDeafAsync),
        new("periods are paid ahead", ["ahead.stored", "ahead.charged"], RenewalWalks.PayAheadAsync),
        new("backups are paid with the next period and at the end", ["renew.after_addon", "end.addon_charged", "end.addon_stored"], RenewalWalks.BackUpAsync),
        new("a server sends more than its month holds, and is deleted", ["transfer.counted", "transfer.told", "transfer.asked"], RenewalWalks.SendAsync),
        new("an order that is taken and not built", ["order.failed_stored", "order.released"], OrderWalks.OrderInVainAsync),
        new("orders wait for a provider that is away: one is taken back, one is given up and one is pushed on",
            ["order.cancelled", "order.given_up", "order.pushed"], OrderWalks.WaitAsync),
        new("an order meets its limit behind its hold", ["order.turned_away", "order.turned_away_released"], OrderWalks.TurnAwayAsync),
        new("an action meets a droplet that was deleted behind our back", ["action.lost_stored"], LossWalks.MeetLossAsync),
        new("somebody registers and confirms the address", ["mail.taken", "mail.sent"], walker => walker.PersonAsync(0)),
        new("a price is raised", ["price.page_told", "price.stored"], ShopWalks.RaiseAsync),
        new("a promo is changed", ["promo.version_noted"], ShopWalks.ChangePromoAsync),
        new("a welcome waits for a person, because two people give one number", ["rewards.check_told"], RewardWalks.ShareNumberAsync),
        new("a droplet is deleted behind our back", ["reconcile.lost_stored"], LossWalks.LoseAsync),
        new("the desk suspends a server", ["block.stored"], ServerWalks.BlockAsync),
        new("rules in front of a server, which is deleted", ["firewall.stored", "firewall.intent_stored", "firewall.after_post", "firewall.applied_stored", "firewall.removed"], ServerWalks.GuardAsync),
        new("one snapshot is deleted", ["upkeep.snapshot_deleted"], ServerWalks.DeleteSnapshotAsync),
        new("a server is rebuilt with a key", ["rebuild.keys_placed"], ServerWalks.RebuildAsync),
        new("an account is closed, and its owner gives up what is left",
            [
                "closing.asked", "closing.frozen", "closing.signed_out", "closing.counted", "closing.money_noted", "closing.money_taken", "closing.lapsed",
                "closing.emptied", "closing.told", "closing.keys_erased", "closing.servers_erased", "closing.deposits_erased", "closing.rewards_erased",
                "closing.rows_erased", "closing.noted", "closing.contact_erased", "closing.notices_erased", "closing.door_opened",
            ],
            ClosingWalks.CloseAsync),
        new("money arrives while an account is being closed", ["closing.calling_off", "closing.unfrozen"], ClosingWalks.CallOffAsync),
    ];

    /// <summary>The arrows that are passed on purpose.</summary>
    public static IReadOnlyList<string> Arrows { get; } = [.. All.SelectMany(walk => walk.Arrows)];

    /// <summary>Who passes it on purpose; null for what customers' everyday doings pass.</summary>
    public static Walk? Of(string arrow) => All.FirstOrDefault(walk => walk.Arrows.Contains(arrow));
}
