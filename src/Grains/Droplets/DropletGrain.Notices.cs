using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Sweeping;
using Webrana.Domain.Billing;

namespace Webrana.Grains.Droplets;

/// <summary>
/// What the owner hears of a renewal before it is due, and before anything happens to the server. The notice and the note that it was
/// given are one write: told twice it has one id, told never it is still due.
/// </summary>
public sealed partial class DropletGrain
{
    // What cannot be undone keeps its distance from the warning, however late the warning is.
    private DateTimeOffset LastDay => EndOfStay is var planned && planned > Now + Policy.LastWarning ? planned : Now + Policy.LastWarning;

    private DateTimeOffset EndOfStay => Subscribed is { HibernatedAt: { } asleep } ? asleep + Policy.Restorable : Subscribed.SuspendedAt!.Value + Policy.Suspended;

    private string WarningStage => Subscribed.HibernatedAt is null ? "last" : "gone";

    /// <summary>The id of the warning before what comes next.</summary>
    private string WarningId => NoticeId(WarningStage);

    private async Task<WakeOutcome> Remind(int notices)
    {
        // The shortfall counts what the owner's other servers take before: the sum that keeps this one running.
        var (due, late) = (Subscribed.DueAt, Now >= Subscribed.DueAt);
        var shortfallIdr = Subscribed.AutoRenew
            ? await GrainFactory.GetGrain<IRunwayGrain>(GrainKeys.Runway(Owner)).TopUpIdr(late ? Now : due)
            : 0;
        var rates = await RatesInUse();
        await Apply(state => state.Reminded(due, notices, ReminderOf(notices, late ? due + Policy.Grace : due, shortfallIdr, ChargeAt(due, rates))));
        Kick();
        return MoreOrSettled();
    }

    /// <summary>What that renewal will take: the terms it brings and its add-ons, as the forecast says, and not the price of the period that ends.</summary>
    private long ChargeAt(DateTimeOffset due, AddonRates rates) =>
        State.Forecastable(_instance)?.Server(rates).ChargeAt(due).TotalIdr ?? State.Order!.PriceIdr;

    /// <summary>What to tell, or null where there is nothing to worry about and it was said before.</summary>
    private Notice? ReminderOf(int notices, DateTimeOffset consequenceAt, long shortfallIdr, long chargeIdr)
    {
        var stage = string.Create(CultureInfo.InvariantCulture, $"notice-{notices}");
        if (!Subscribed.AutoRenew)
            return Notice.Expiring(NoticeId(stage), _instance, State.Name, consequenceAt);
        if (shortfallIdr > 0)
            return ShortNotice(stage, consequenceAt, shortfallIdr);
        // A day is too short to announce every renewal that needs nothing.
        return notices == 1 && Subscribed.Cycle != BillingCycle.Daily
            ? Notice.RenewalAhead(NoticeId(stage), _instance, State.Name, chargeIdr, consequenceAt)
            : null;
    }

    private string NoticeId(string stage) => string.Create(CultureInfo.InvariantCulture, $"droplet:{_instance}:short:{Subscribed.NextPeriod}:{stage}");
}
