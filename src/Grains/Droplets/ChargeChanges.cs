using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>Pure changes of a server's record around one charge: a period and the add-ons used until then.</summary>
public static class ChargeChanges
{
    /// <summary>The charge of the next period as it will be asked for, however often.</summary>
    public static RenewingPart Begin(
        this DropletState state, InstanceId instance, Terms terms, IReadOnlyList<AddonCharge> addons, AddonMeter? meter, long now)
    {
        var period = state.Subscribed()!.NextPeriod;
        return new RenewingPart(period, now)
        {
            PriceIdr = terms.PriceIdr,
            Length = BillingViews.Period(terms.Cycle),
            PriceVersion = terms.PriceVersion,
            Addons =
            [
                .. addons.Select(addon => new AddonPart(
                    addon.Kind,
                    // Not by the period alone: a refused period is asked for again, with what was used meanwhile.
                    string.Create(CultureInfo.InvariantCulture, $"addon:{instance}:{period}:{addon.Kind}:{now}"),
                    addon.AmountIdr,
                    addon.Quantity)),
            ],
            Metered = addons.Count > 0 && meter is not null ? state.Meter!.With(meter) : null,
        };
    }

    // A record that is told rarely grows; where a clock was turned over months of days, its grain tells in between.
    private const int MostUntold = 16;

    /// <summary>
    /// A running server whose period is due, and nothing else about it but what it has to tell: no add-on, no change, no other work behind it. Whether its
    /// owner can pay is not asked here.
    /// </summary>
    public static bool IsPlainCharge(this DropletState state, DateTimeOffset now) =>
        state.IsPlain() && state.Outbox.Count < MostUntold && !(state with { Outbox = [] }).HasWork()
        && state.Meter?.ToMeter() is null or { IsIdle: true }
        && state.BillingAt <= now.ToUnixTimeMilliseconds()
        && state.Subscribed() is { AutoRenew: true, SuspendedAt: null, TriedAt: null } subscription
        && subscription.Next(state.Policy(), now).Kind == RenewalKind.Charge;

    /// <summary>A running server that has something to tell, and nothing else to do.</summary>
    public static bool IsPlainWord(this DropletState state, DateTimeOffset now) =>
        state.IsPlain() && state.Outbox.Count > 0 && state.WorkAt <= now.ToUnixTimeMilliseconds()
        && !(state.BillingAt <= now.ToUnixTimeMilliseconds())
        && !(state with { Outbox = [] }).HasWork();

    private static bool IsPlain(this DropletState state) => state is
    {
        SchemaVersion: var schema, Phase: InstancePhase.Running or InstancePhase.Off, Renewing: null, PlanChange: null, Ahead: null, Block: null, Hibernation: null,
    } && schema == DropletState.CurrentSchemaVersion;

    /// <summary>What the wallet is asked for: one charge per (instance, period), ever.</summary>
    public static DebitCommand PeriodDebit(this DropletState state, InstanceId instance, RenewingPart begun)
    {
        var subscription = state.Subscribed()!;
        var at = DropletViews.Time(begun.StartedAt);
        return new DebitCommand(
            MoneyChanges.ChargeOf(instance, begun.Period),
            begun.PriceOf(state),
            new PostingReference(ReferenceType.Renewal, instance.ToString(), ContraAccount.Revenue, Sentences.Renewal(
                state.Name, begun.Period, subscription.NextStart(at), subscription.Renewed(at, begun.CycleOf(state)).DueAt)));
    }

    /// <summary>All that a begun charge debits.</summary>
    public static long TotalOf(this RenewingPart begun, DropletState state) =>
        checked(begun.PriceOf(state) + begun.Addons.Sum(addon => addon.AmountIdr));

    /// <summary>The charge is begun: its use is counted no more.</summary>
    public static DropletState Begun(this DropletState state, RenewingPart begun) => state with
    {
        Renewing = begun,
        Meter = begun.Metered is { } metered ? state.Meter!.With(metered.ToMeter().Cleared()) : state.Meter,
    };

    /// <summary>What was used since the last renewal and will not be renewed any more.</summary>
    public static IReadOnlyList<AddonCharge> OwedAtEnd(this DropletState state, AddonRates rates, long now) =>
        // A server that was lost is our failure, and comes back to the last second; what it used until then is not asked for.
        state.Meter is { } meter && state.Phase != InstancePhase.Lost && state.Subscribed() is { } subscription
            ? meter.ToMeter().Advance(now).Owed(rates, state.Order!.PriceIdr, subscription.PaidPeriodMs)
            : [];

    /// <summary>What was used is to be charged with the end, decided in the same write: nothing counts any further.</summary>
    /// <param name="before">As it was before the end.</param>
    public static DropletState ChargingAtEnd(this DropletState ending, DropletState before, InstanceId instance, AddonRates rates, long now)
    {
        var owed = before.OwedAtEnd(rates, now);
        return ending with
        {
            Meter = null,
            Termination = ending.Termination! with
            {
                AddonsIdr = owed.Sum(addon => addon.AmountIdr),
                // A server ends once, and each kind is charged once with it.
                Addons = [.. owed.Select(addon => new AddonPart(addon.Kind, $"addon:{instance}:end:{addon.Kind}", addon.AmountIdr, addon.Quantity))],
            },
        };
    }

    /// <summary>One of them is in the ledger; or the wallet will never take it, and it is dropped.</summary>
    public static DropletState? ChargedAtEnd(this DropletState state, AddonPart addon, bool done) =>
        state.Termination is not { } end || !end.Addons.Contains(addon) ? null : state with
        {
            ChargedIdr = done ? checked(state.ChargedSoFar + addon.AmountIdr) : state.ChargedIdr,
            Termination = end with { Addons = [.. end.Addons.Where(other => other != addon)] },
        };

    /// <summary>Nothing was asked for: the money for all of it is not there.</summary>
    public static DropletState? NotBegun(this DropletState state, RenewingPart begun, Notice notice, long now) =>
        state.NotPaid(state.Renewing!, [], notice, now) is { } next && begun.Period == state.Renewing!.Period ? next : null;

    /// <summary>Periods shall be paid until this one.</summary>
    public static DropletState? PayingAhead(this DropletState state, AheadPart ahead) =>
        state.Renewing is null && state.Ahead is null && state.PlanChange is null ? state with { Ahead = ahead } : null;

    /// <summary>A meter that runs, whatever was before.</summary>
    public static MeterPart MeterAt(this DropletState state, long now)
    {
        var part = state.Meter ?? new MeterPart(now, BackupsPlan.None, 0);
        return part.With(part.ToMeter().Advance(now));
    }

    /// <summary>From now on backups are taken so.</summary>
    public static DropletState MeteringBackups(this DropletState state, BackupsPlan backups, long now) =>
        state with { Meter = state.MeterAt(now) with { Backups = backups } };

    /// <summary>From now on this much is kept as images.</summary>
    public static DropletState MeteringImages(this DropletState state, long imageMb, long now) =>
        state.Meter is null && imageMb == 0 ? state : state with { Meter = state.MeterAt(now) with { ImageMb = imageMb } };

    /// <summary>So much was sent beyond a month's quota, in all; what is new of it is charged with the next renewal.</summary>
    public static DropletState? SentOver(this DropletState state, int month, long megabytes, long now)
    {
        var meter = state.MeterAt(now);
        var counted = meter.OverMonth == month ? meter.OverMb : 0;
        return month < meter.OverMonth || megabytes <= counted
            ? null
            : state with { Meter = meter with { OverMonth = month, OverMb = megabytes, TransferMb = meter.TransferMb + megabytes - counted } };
    }
}
