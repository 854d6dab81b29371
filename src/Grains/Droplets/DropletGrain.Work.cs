using Webrana.Contracts.Accounts;
using Webrana.Data.Faults;
using Webrana.Domain.Droplets;
using Webrana.Grains.Common;

namespace Webrana.Grains.Droplets;

/// <summary>
/// The background loop. It runs interleaved with calls, because a step may wait for the provider for half a minute and a turn must not;
/// therefore every change it makes is decided again over the committed record (<see cref="DurableState{T}.Update"/>).
/// </summary>
public sealed partial class DropletGrain
{
    // A step is bounded by the provider's timeouts; longer than this means that it hangs, and the activation must go.
    private static readonly TimeSpan Hung = TimeSpan.FromMinutes(2);

    private IGrainTimer? _timer;
    private bool _kicked;
    private int _failures;
    private DateTimeOffset? _workingSince;
    private DateTimeOffset? _nextWorkAt;

    private void StartWork()
    {
        _timer = this.RegisterGrainTimer(
            Work, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        if (_state.Exists && State.HasWork())
            Kick();
    }

    /// <summary>Work at once, or again after the running pass.</summary>
    private void Kick()
    {
        _kicked = true;
        _timer?.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A sweeper or the alarm says that work is due: normally the loop is at it and only its due time is moved.</summary>
    private async Task WakeWork()
    {
        if (_workingSince is { } since && RealTime.GetUtcNow() - since > Hung)
        {
            LogHung(_log, _instance, since);
            this.DeactivateOnIdle();
            return;
        }

        if (_workingSince is null && (_nextWorkAt is null || _nextWorkAt <= Now))
            Kick();
        await Touch(_nextWorkAt - Now);
    }

    private async Task Work(CancellationToken cancellation)
    {
        _kicked = false;
        _workingSince = RealTime.GetUtcNow();
        Next next;
        try
        {
            next = await Steps(cancellation);
            await Touch(next.Wait);
            await _alarm.SetFor(State.DueAt is { } due ? DropletViews.Time(due) : null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
        catch (FailPointException e)
        {
            // As if the process had died here: nothing of this activation's memory may survive.
            LogFailPoint(_log, _instance, e.Message);
            this.DeactivateOnIdle();
            return;
        }
        catch (Exception e)
        {
            LogStepFailed(_log, _instance, ++_failures, e);
            next = Next.In(Retry(_failures));
        }
        finally
        {
            _workingSince = null;
        }

        _nextWorkAt = next.Wait is { } wait ? Now + wait : null;
        if (_kicked)
            _timer?.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        else if (next.Wait is { } pause)
            _timer?.Change(pause, Timeout.InfiniteTimeSpan);
    }

    private async Task<Next> Steps(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var life = await Advance(cancellation);
            var next = life.Or(await LapseConsoles()).Or(await FileWords()).Or(await DrainOutbox());
            if (!next.Again)
                return next;
            _failures = 0;
        }
    }

    private Task<Next> Advance(CancellationToken cancellation) => State.Phase switch
    {
        InstancePhase.Ordering => ResumeOrdering(),
        InstancePhase.Held => TellingWaits(Send()),
        InstancePhase.Sending => TellingWaits(Search(cancellation)),
        InstancePhase.Building => Build(cancellation),
        InstancePhase.Capturing => Capture(cancellation),
        InstancePhase.Running or InstancePhase.Off or InstancePhase.Suspended => Operate(cancellation),
        InstancePhase.Hibernating => PutAway(cancellation),
        InstancePhase.Hibernated => ResumeRestore(),
        InstancePhase.Terminating => Terminate(cancellation),
        InstancePhase.Failed => CleanUpFailed(cancellation),
        InstancePhase.Lost => SettleLost(cancellation),
        _ => Task.FromResult(Next.Idle),
    };

    private Next Poll => Next.In(TimeSpan.FromMilliseconds(_options.PollMs));

    private TimeSpan Retry(int attempts) =>
        Backoff.After(attempts, TimeSpan.FromMilliseconds(_options.RetryFirstMs), TimeSpan.FromMilliseconds(_options.RetryMostMs));

    /// <summary>Keeps the due time of work in progress in the future while this activation lives.</summary>
    private async Task Touch(TimeSpan? wait)
    {
        if (!State.HasWork())
            return;
        var ahead = Backstop + (wait > TimeSpan.Zero ? wait.Value : TimeSpan.Zero);
        if (State.WorkAt is not { } due || due <= (Now + (Backstop / 2)).ToUnixTimeMilliseconds())
            await Apply(state => state.HasWork() ? state with { } : null, ahead);
    }

    /// <summary>Tells what is in the outbox. Everything in it may be told twice; nothing is forgotten before it was told.</summary>
    private async Task<Next> DrainOutbox()
    {
        var items = State.Outbox;
        if (items.Count == 0)
            return Next.Idle;
        var lines = items.Where(item => item.Activity is not null).Select(item => item.Activity!.Row()).ToList();
        if (lines.Count > 0)
            await _activity.UpsertAsync(_instance.Value, lines);

        var told = items.Where(item => item.Notice is null).Select(item => item.Seq).ToHashSet();
        var full = false;
        foreach (var item in items.Where(item => item.Notice is not null))
        {
            var sent = await Account.Notify(item.Notice!.ToNotice());
            if (sent.Error == AccountError.NotFound)
                LogNobodyToTell(_log, _instance, item.Notice.Kind);
            if (sent.Error is null or AccountError.NotFound)
                told.Add(item.Seq);
            else
                full = true;
        }

        await Hit("outbox.told");
        if (told.Count > 0)
            await Apply(state => state.Told(told));
        return full ? Next.In(TimeSpan.FromMinutes(1)) : State.Outbox.Count > 0 ? Next.Now : Next.Idle;
    }
}
