using System.Globalization;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Billing;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Snapshots, backups, IPv6, the name at the provider: actions of the provider that go the way of all actions. What names an image of the
/// account is looked up among this droplet's own first: an id that a customer made up must not reach another's disk.
/// </summary>
public sealed partial class DropletGrain : IDropletUpkeepGrain
{
    /// <inheritdoc/>
    public async Task<Result<ActionReceipt, ActionError>> Upkeep(StartUpkeep command)
    {
        if (!IsOrdered)
            return ActionError.NotFound;
        if (await Known(new StartAction(command.OperationId, command.Kind, command.Actor)) is { } kind)
            return kind == command.Kind ? new ActionReceipt(command.OperationId) : ActionError.OperationConflict;
        if (!State.Phase.AllowsUpkeep(command.Kind))
            return Result<ActionReceipt, ActionError>.Refused(ActionError.InvalidState, DropletViews.StatusOf(State.Phase).ToString());
        if (State.Action is { } running)
            return Result<ActionReceipt, ActionError>.Refused(ActionError.ActionInProgress, running.Kind.ToString());
        if (!await Apply(state => state.Keeping(command, NowMs)))
            return Result<ActionReceipt, ActionError>.Refused(ActionError.ActionInProgress, State.Action?.Kind.ToString());
        await Hit("upkeep.stored");
        Kick();
        return new ActionReceipt(command.OperationId);
    }

    /// <inheritdoc/>
    public async Task<Result<ServerCopies, UpkeepError>> Copies()
    {
        if (!IsOrdered)
            return UpkeepError.NotFound;
        if (!State.Phase.IsLive() || State.Droplet is not { } droplet)
            return UpkeepError.InvalidState;
        var account = State.Order!.AccountId;
        if (await _cloud.Snapshots(droplet.Id, account, CallShare.Metrics) is not { } snapshots
            || await _cloud.Backups(droplet.Id, account, CallShare.Metrics) is not { } backups
            || await _cloud.BackupSetup(droplet.Id, account, CallShare.Metrics) is not ProviderResult<BackupSetup>.Ok { Value: var setup })
        {
            return UpkeepError.TemporarilyUnavailable;
        }

        return new ServerCopies(
            [.. snapshots.Select(Copy)], _options.MostSnapshots, [.. backups.Select(Copy)], setup.BackupEnabled ? setup.BackupPolicy?.Plan ?? "daily" : null,
            setup.BackupEnabled ? new BackupTimes(DayOf(setup.BackupPolicy), setup.BackupPolicy?.Hour, setup.NextBackupWindow?.Start, setup.NextBackupWindow?.End) : null);
    }

    /// <inheritdoc/>
    public async Task<Result<ServerNetwork, UpkeepError>> Network()
    {
        if (!IsOrdered)
            return UpkeepError.NotFound;
        if (!State.Phase.IsLive() || State.Droplet is not { } known)
            return UpkeepError.InvalidState;
        if (await _cloud.Get(known.Id, State.Order!.AccountId, CallShare.Metrics, CancellationToken.None) is not ProviderResult<Droplet>.Ok { Value: var droplet })
            return UpkeepError.TemporarilyUnavailable;
        return new ServerNetwork(
            droplet.Name,
            [
                .. droplet.Networks.V4.OrderByDescending(network => network.IsPublic)
                    .Select(network => new ServerAddress(4, network.IsPublic, network.IpAddress, network.Netmask, network.Gateway)),
                .. droplet.Networks.V6.Select(network =>
                    new ServerAddress(6, network.IsPublic, network.IpAddress, network.Netmask.ToString(CultureInfo.InvariantCulture), network.Gateway)),
            ]);
    }

    private int _renameFailures;
    private DateTimeOffset _renameAt;

    /// <summary>The pause before a name is told once more that the provider did not take; null when it may be told now.</summary>
    private Next? RenameWait()
    {
        if (_renameFailures != State.RenameFailures)
        {
            (_renameFailures, _renameAt) = (State.RenameFailures, RealTime.GetUtcNow() + Retry(State.RenameFailures));
            if (_renameFailures > 0)
                LogNotRenamed(_log, _instance, _renameFailures);
        }

        return _renameFailures > 0 && _renameAt - RealTime.GetUtcNow() is { Ticks: > 0 } wait ? Next.In(wait) : null;
    }

    /// <summary>What has to be looked at before anything is sent, and what is no action of the provider at all; null: go the way of all actions.</summary>
    private Task<Next>? UpkeepStep(ActionPart action, CancellationToken cancellation) => (action.Kind, action.Stage) switch
    {
        (ActionKind.Snapshot, ActionStage.Requested) => TakeSnapshot(action),
        (ActionKind.DeleteSnapshot, ActionStage.Requested) => DeleteSnapshot(action, cancellation),
        (ActionKind.RestoreSnapshot or ActionKind.RestoreBackup, ActionStage.Requested) => Restore(action),
        (ActionKind.ChangeBackupPolicy, ActionStage.Requested) => ChangeBackups(action, cancellation),
        _ => null,
    };

    private async Task<Next> TakeSnapshot(ActionPart action)
    {
        if (await _cloud.Snapshots(State.Droplet!.Id, State.Order!.AccountId, CallShare.Action) is not { } snapshots)
            return Poll;
        // The image that stands for a server is not the customer's to count.
        return snapshots.Count >= _options.MostSnapshots && State.Hibernation is null
            ? await EndAction(ActivityStatus.Errored, Reasons.SnapshotLimit)
            : await SendAction(action);
    }

    /// <summary>What an action that succeeded changes about add-ons. False: not now, and the action is not over before it is done.</summary>
    private async Task<bool> Meter(ActionPart action)
    {
        switch (action.Kind)
        {
            case ActionKind.Snapshot:
                return await MeterImages(action);
            case ActionKind.EnableBackups or ActionKind.ChangeBackupPolicy:
                await Apply(state => state.MeteringBackups(action.Weekly ? BackupsPlan.Weekly : BackupsPlan.Daily, NowMs));
                return true;
            case ActionKind.DisableBackups:
                await Apply(state => state.Meter is null ? null : state.MeteringBackups(BackupsPlan.None, NowMs));
                return true;
            default:
                return true;
        }
    }

    /// <summary>
    /// What is kept as snapshots from now on. Asked of the provider, who knows their sizes. False where it cannot be asked now: nothing else
    /// would ask before the next snapshot, and until then a new one would be free, or one that is gone charged. The list may be as it was before
    /// the action: the one that was deleted is left out of it, and the one that was taken is waited for, as long as lists may lag.
    /// </summary>
    private async Task<bool> MeterImages(ActionPart action)
    {
        if (State.Hibernation is not null)
            return true;
        if (await _cloud.Snapshots(State.Droplet!.Id, State.Order!.AccountId, CallShare.Action) is not { } listed)
            return false;
        if (action is { Kind: ActionKind.Snapshot, Name: { } name } && listed.All(snapshot => snapshot.Name != name) && NowMs - action.EndedAt < _options.ListLagMs)
            return false;
        var kept = action.Kind == ActionKind.DeleteSnapshot ? listed.Where(snapshot => snapshot.Id != action.ImageId) : listed;
        var megabytes = (long)Math.Ceiling(kept.Sum(snapshot => snapshot.SizeGigabytes) * MbPerGb);
        await Apply(state => state.MeteringImages(megabytes, NowMs));
        return true;
    }

    private async Task<Next> Restore(ActionPart action)
    {
        var (droplet, account) = (State.Droplet!.Id, State.Order!.AccountId);
        var copies = action.Kind == ActionKind.RestoreBackup
            ? await _cloud.Backups(droplet, account, CallShare.Action)
            : await _cloud.Snapshots(droplet, account, CallShare.Action);
        if (copies is null)
            return Poll;
        return copies.Any(copy => copy.Id == action.ImageId)
            ? await SendAction(action)
            : await EndAction(ActivityStatus.Errored, Reasons.ImageGone);
    }

    /// <summary>Where none are taken there is nothing to change, and nothing that would be charged from now on.</summary>
    private async Task<Next> ChangeBackups(ActionPart action, CancellationToken cancellation)
    {
        var asked = await _cloud.BackupSetup(State.Droplet!.Id, State.Order!.AccountId, CallShare.Action);
        if (asked is ProviderResult<BackupSetup>.Refused { Refusal.IsNotFound: true })
        {
            // A server is not given up for what is said about its backups: where it is there itself, it has none.
            return await _cloud.Get(State.Droplet!.Id, State.Order!.AccountId, CallShare.Action, cancellation) switch
            {
                ProviderResult<Droplet>.Refused { Refusal.IsNotFound: true } => await LoseIt(),
                ProviderResult<Droplet>.Ok => await EndAction(ActivityStatus.Errored, Reasons.BackupsOff),
                _ => Poll,
            };
        }

        if (asked is not ProviderResult<BackupSetup>.Ok { Value: var setup })
            return Poll;
        return setup.BackupEnabled ? await SendAction(action) : await EndAction(ActivityStatus.Errored, Reasons.BackupsOff);
    }

    /// <summary>Asked twice, or after a lost answer, it is gone all the same.</summary>
    private async Task<Next> DeleteSnapshot(ActionPart action, CancellationToken cancellation)
    {
        var account = State.Order!.AccountId;
        if (await _cloud.Snapshots(State.Droplet!.Id, account, CallShare.Action) is not { } snapshots)
            return Poll;
        if (snapshots.Any(snapshot => snapshot.Id == action.ImageId) && !await _cloud.DeleteSnapshot(action.ImageId!, account))
            return Next.In(Retry(++_failures));
        cancellation.ThrowIfCancellationRequested();
        await Hit("upkeep.snapshot_deleted");
        return await MeterImages(action) ? await EndAction(ActivityStatus.Completed, null) : Poll;
    }

    /// <summary>Before the droplet goes: afterwards nobody could find them, and they would be billed for ever.</summary>
    private async Task<Next> DeleteSnapshots(IReadOnlyList<long> ids)
    {
        foreach (var id in ids)
        {
            if (!await _cloud.DeleteSnapshot(id.ToString(CultureInfo.InvariantCulture), State.Order!.AccountId))
                return Next.In(Retry(++_failures));
        }

        await Hit("terminate.snapshots_deleted");
        return Next.Now;
    }

    /// <summary>The provider's request of an action.</summary>
    private DropletActionRequest Request(ActionPart action) => action.Kind switch
    {
        ActionKind.Resize => ResizeRequest(action),
        ActionKind.Rename => DropletActionRequest.Rename(action.Name!),
        ActionKind.Snapshot => DropletActionRequest.Snapshot(action.Name),
        // A droplet is rebuilt from its snapshot; only backups are restored.
        ActionKind.RestoreSnapshot => DropletActionRequest.Rebuild(ImageId(action)),
        ActionKind.RestoreBackup => DropletActionRequest.Restore(ImageId(action)),
        ActionKind.EnableBackups => DropletActionRequest.EnableBackupsBy(PolicyOf(action)),
        ActionKind.ChangeBackupPolicy => DropletActionRequest.ChangeBackupPolicy(PolicyOf(action)),
        ActionKind.DisableBackups => DropletActionRequest.DisableBackups,
        ActionKind.EnableIpv6 => DropletActionRequest.EnableIPv6,
        ActionKind.ResetPassword => DropletActionRequest.PasswordReset,
        ActionKind.Rebuild => DropletActionRequest.Rebuild(action.Image!),
        _ => Powers.Request(action.Kind),
    };

    private static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private static BackupPolicy PolicyOf(ActionPart action) => new(
        action.Weekly ? "weekly" : "daily", action.Weekly ? Weekdays[(int)(action.Day ?? BackupDay.Sunday)] : null, action.Hour ?? BackupSchedule.DefaultHour);

    private static BackupDay? DayOf(BackupPolicy? policy) => policy is { Plan: "weekly", Weekday: { } weekday } && Array.IndexOf(Weekdays, weekday) is >= 0 and var day
        ? (BackupDay)day
        : null;

    private static long ImageId(ActionPart action) => long.Parse(action.ImageId!, NumberStyles.None, CultureInfo.InvariantCulture);

    private static DiskCopy Copy(Snapshot copy) => new(copy.Id, copy.Name, copy.CreatedAt, copy.SizeGigabytes, copy.MinDiskSize);
}
