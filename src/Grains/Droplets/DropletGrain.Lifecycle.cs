using System.Globalization;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Sweeping;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Between the due date and the end: what puts a suspension off, whether the warning was heard, and the suspensions that money does not
/// lift. The rules are in <see cref="Domain.Billing.Subscription"/>; here is what they have to ask others.
/// </summary>
public sealed partial class DropletGrain
{
    private async Task<WakeOutcome> Suspend()
    {
        if (await SparedUntil() is { } spared)
        {
            await Apply(state => state.Spared(spared.Until.ToUnixTimeMilliseconds(), spared.ForPayment));
            return MoreOrSettled();
        }

        await Apply(state => state.Suspended(Notice.Suspended(NoticeId("suspended"), _instance, state.Name, Now + Policy.Suspended), NowMs));
        await Hit("suspend.stored");
        Kick();
        return MoreOrSettled();
    }

    /// <summary>Until when it may not be suspended: we were away ourselves, or its owner is paying at this moment.</summary>
    private async Task<(DateTimeOffset Until, bool ForPayment)?> SparedUntil()
    {
        if (await _billing.RecoveredAtAsync() is { } recovered && Now < recovered + RenewalPolicy.AfterOutage && recovered > Subscribed.StartOf(Subscribed.PaidPeriod))
            return (recovered + RenewalPolicy.AfterOutage, false);
        if (Subscribed.AwaitsPayment && await _billing.IsPayingAsync(Owner))
            return (Now + RenewalPolicy.PaymentPatience, true);
        return null;
    }

    /// <summary>
    /// Whether its owner is paying at this moment: then what cannot be undone waits, once before it is put away and once before it is destroyed.
    /// </summary>
    private async Task<bool> SparedByPayment()
    {
        if (!Subscribed.AwaitsPayment || !await _billing.IsPayingAsync(Owner))
            return false;
        // Money wakes no image: its owner has to press when it is there, and gets the time for that, too.
        var patience = RenewalPolicy.PaymentPatience + (State.Phase == InstancePhase.Hibernated ? Policy.LastWarning : TimeSpan.Zero);
        var until = (Now + patience).ToUnixTimeMilliseconds();
        return await Apply(state => state.SparedFromItsEnd(until));
    }

    private async Task<WakeOutcome> Confirm()
    {
        // Or it was opened among the notices of the panel, where no row is written of it.
        var delivered = await _billing.DeliveredAtAsync(WarningId) ?? (await Account.DeliveryOf(WarningId)).DeliveredAt;
        await Apply(state => state.Confirmed(delivered?.ToUnixTimeMilliseconds(), NowMs));
        return MoreOrSettled();
    }

    /// <inheritdoc/>
    public async Task WarningSeen()
    {
        if (State.Subscription is not { WarnedAt: not null, DeliveredAt: null })
            return;
        await _billing.NoteDeliveredAsync(WarningId, Now);
        await Apply(state => state.Subscription is { WarnedAt: not null, DeliveredAt: null } ? state.Confirmed(NowMs, NowMs) : null);
    }

    /// <inheritdoc/>
    public async Task<bool> Block(BlockServer command)
    {
        if (State.Renewing is not null)
            await SettleRenewal();
        var block = new BlockPart(command.Reason, command.Actor, NowMs);
        var notice = Notice.Blocked(string.Create(CultureInfo.InvariantCulture, $"droplet:{_instance}:blocked:{block.At}"), _instance, State.Name, command.Reason);
        var blocked = await Apply(state => state.Blocked(block, notice));
        await Hit("block.stored");
        if (blocked)
        {
            await RevokeConsoles();
            Kick();
        }

        return blocked || State.Block is not null;
    }

    /// <inheritdoc/>
    public async Task<bool> Unblock(string actor)
    {
        var lifted = await Apply(state => state.Unblocked(_instance, actor, NowMs));
        if (lifted)
        {
            Kick();
            // What became due meanwhile is asked for now.
            if (State.Phase.IsLive() && State.WaitsForMoney())
                await Charge();
        }

        return lifted;
    }
}
