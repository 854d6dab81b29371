using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Notifications;
using Webrana.Domain.Billing;

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

    /// <summary>All that a begun charge debits.</summary>
    public static long TotalOf(this RenewingPart begun, DropletState state) =>
        checked(begun.PriceOf(state) + begun.Addons.Sum(addon => addon.AmountIdr));

    /// <summary>The charge is begun: its use is counted no more.</summary>
    public static DropletState Begun(this DropletState state, RenewingPart begun) => state with
    {
        Renewing = begun,
        Meter = begun.Metered is { } metered ? state.Meter!.With(metered.ToMeter().Cleared()) : state.Meter,
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
