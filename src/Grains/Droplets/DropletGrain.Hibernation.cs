using System.Globalization;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Providers;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Shop;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// A server that is not paid for costs as much as one that is: image taken → image seen → wallet asked once more → server destroyed →
/// hibernated. Until the image was seen at the provider nothing is destroyed, and until then paying brings the server back as it was.
/// </summary>
public sealed partial class DropletGrain
{
    private const long MbPerGb = 1024;

    private async Task<WakeOutcome> BeginHibernation()
    {
        await Apply(state => state.Imaging(_instance, NowMs));
        await Hit("hibernate.stored");
        Kick();
        return WakeOutcome.Settled;
    }

    /// <summary>The image of a suspended server; nothing else runs now. Null: there is nothing to do about one.</summary>
    private Task<Next>? ImageStep() => State.Hibernation switch
    {
        { Stage: HibernationStage.Imaging } image when State.Phase == InstancePhase.Suspended => TakeImage(image),
        { Stage: HibernationStage.Imaging or HibernationStage.Discarding } image => DiscardImage(image),
        _ => null,
    };

    private async Task<Next> TakeImage(HibernationPart image)
    {
        // A stop holds for those that were begun before it, too; and who waits for a payment asks the provider nothing meanwhile.
        if (Subscribed.SparedUntil > Now || (await _shop.ReadAsync()).IsStopped(ShopSwitch.Terminations))
            return ALittleLater;
        // Looked for first: a try whose outcome was never stored is not repeated.
        if (await _cloud.Snapshots(State.Droplet!.Id, State.Order!.AccountId, CallShare.Action) is not { } snapshots)
            return Poll;
        if (snapshots.FirstOrDefault(snapshot => snapshot.Name == image.Name) is { } taken)
        {
            await Hit("hibernate.image_seen");
            if (await AskOnceMore() is { } unasked)
                return unasked;
            var going = await Apply(state => state.PuttingAway(taken.Id, (long)Math.Ceiling(taken.SizeGigabytes * MbPerGb), NowMs));
            await Hit("hibernate.image_stored");
            // Something of its money is under way: it is looked at again.
            return going ? Next.Now : Poll;
        }

        if (image.Tries > 0 && _imageFailures < image.Tries)
        {
            // The last try failed at the provider, or was never sent: not at once again.
            _imageFailures = image.Tries;
            return Next.In(Retry(image.Tries));
        }

        await Apply(state => state.TakingImage(NowMs));
        await Hit("hibernate.image_wanted");
        return Next.Now;
    }

    private int _imageFailures;

    /// <summary>
    /// The last moment at which money keeps the server, right before it goes: the image took its time since the last question, and a top-up may
    /// have come through a door that told nobody, or be on its way. Null when the wallet has answered; paid for, it is suspended no more, and nothing
    /// is put away.
    /// </summary>
    private async Task<Next?> AskOnceMore()
    {
        if (Subscribed.SparedUntil > Now)
            return ALittleLater;
        if (State.Renewing is not null || State.WaitsForMoney())
        {
            if (State.Renewing is null && await ChargingStopped())
            {
                // Whoever cannot be asked is not put away.
                await Hit("hibernate.put_off");
                return ALittleLater;
            }

            if (!await Charge())
                return Poll;
        }

        return State.Phase == InstancePhase.Suspended && await SparedByPayment() ? ALittleLater : null;
    }

    private static Next ALittleLater => Next.In(TimeSpan.FromMinutes(1));

    /// <summary>The server came back before or after it was put away: its image is no longer needed.</summary>
    private async Task<Next> DiscardImage(HibernationPart image)
    {
        var (droplet, account) = (State.Droplet, State.Order!.AccountId);
        var id = image.ImageId;
        if (id is null && droplet is not null)
        {
            if (await _cloud.Snapshots(droplet.Id, account, CallShare.Action) is not { } snapshots)
                return Poll;
            id = snapshots.FirstOrDefault(snapshot => snapshot.Name == image.Name)?.Id;
        }

        if (id is not null && !await _cloud.DeleteSnapshot(id, account))
            return Next.In(Retry(++_failures));
        await Hit("restore.image_deleted");
        await Apply(state => (state.Hibernation is { Stage: HibernationStage.Imaging } ? state with { Hibernation = state.Hibernation with { Stage = HibernationStage.Discarding } } : state).Discarded(NowMs));
        return Next.Now;
    }

    /// <summary>The image is kept; everything else goes: held money back, droplets destroyed, the tag empty. The name stays its owner's.</summary>
    private async Task<Next> PutAway(CancellationToken cancellation)
    {
        if (State.Hold == HoldState.Held && await Release() is { } heldUp)
            return heldUp;
        if (State.Droplet is { Gone: false } droplet)
            return await Destroy(droplet, cancellation);
        if (State.NextExtra is { } extra)
            return await DestroyExtra(extra, cancellation);
        if (await SweepTag(cancellation) is { } wait)
            return wait;
        await _doors.Rows.DeleteAsync(_instance.Value, keep: null, cancellation);
        await Hit("hibernate.gone");
        var notice = Subscribed.HibernatedAt is null ? Notice.Hibernated(NoticeId("hibernated"), _instance, State.Name, Now + Policy.Restorable) : null;
        await Apply(state => state.Hibernated(notice, NowMs));
        await Hit("hibernate.done");
        return Next.Now;
    }

    /// <summary>Snapshots that go with their droplet: all but the image that stands for it.</summary>
    private IReadOnlyList<long> Doomed(Droplet droplet) => State is { Phase: InstancePhase.Hibernating, Hibernation.ImageId: { } kept }
        ? [.. droplet.SnapshotIds.Where(id => id.ToString(CultureInfo.InvariantCulture) != kept)]
        : droplet.SnapshotIds;

    /// <summary>The image goes with the rest of a server that ends. True when it is gone, or never was.</summary>
    private async Task<bool> DeleteImage() =>
        State.Hibernation is not { ImageId: { } image } || await _cloud.DeleteSnapshot(image, State.Order!.AccountId);
}
