using Webrana.Contracts;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Wallets;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;
using Webrana.Grains.Common;

namespace Webrana.Grains.Wallets;

/// <summary>
/// The loop. Two rules without exception: after anything but a clean commit the committed record is loaded again, and a loop that throws
/// answers every waiter <c>outcome_unknown</c> and forgets the activation. (Without the first it can spin for ever, without the second a
/// fault strands its waiters.)
/// </summary>
public sealed partial class WalletGrain
{
    private long _hintedAt;
    private bool _hintOwed;
    private bool _hintComing;

    private async Task RunAsync()
    {
        var work = new List<PendingCommand>();
        try
        {
            var window = _options.MaxBatch;
            var failures = 0;
            while (true)
            {
                Fill(work);
                if (work.Count == 0) break;

                SharedWork.BelongsTo(work[0].Caller);
                var step = WalletStep.Decide(_committed, work, Math.Min(window, work.Count), time.GetUtcNow());
                var answer = await ledger.CommitAsync(step.Item);
                if (answer.Outcome == CommitOutcome.Committed)
                {
                    Settle(step, work);
                    (window, failures) = (_options.MaxBatch, 0);
                    HintSometimes(step.Writes && step.Decisions.Exists(decided => !decided.Command.Quiet));
                    continue;
                }

                var progress = answer.Outcome switch
                {
                    CommitOutcome.Seen => AnswerSeen(answer.Seen, work),
                    CommitOutcome.Refused => NarrowDown(step, answer, work, ref window),
                    _ => false,
                };
                failures = progress ? 0 : failures + 1;
                await ReloadAsync(work, progress, failures);
            }
        }
        catch (Exception exception)
        {
            log.LoopFailed(exception, _owner);
            GiveUp(work);
        }
        finally
        {
            _looping = false; // in the same turn as the empty mailbox was seen, or after everybody was answered
        }
    }

    private void Fill(List<PendingCommand> work)
    {
        var room = Math.Min(_mailbox.Count, _options.MaxBatch - work.Count);
        if (room <= 0) return;
        work.AddRange(_mailbox.GetRange(0, room));
        _mailbox.RemoveRange(0, room);
    }

    private void Settle(WalletStep step, List<PendingCommand> work)
    {
        var item = step.Item;
        if (step.Writes)
        {
            _committed = new StoredWallet(item.WalletId, item.After, true, _committed.CreatedAt ?? item.OccurredAt, item.OccurredAt);
        }

        work.RemoveRange(0, step.Decisions.Count);
        foreach (var (pending, decision) in step.Decisions)
        {
            if (decision.Line is { } line)
            {
                var posted = PostedOperation.Of(line);
                Remember(posted);
                Answer(pending, WalletCommands.Receipt(posted, alreadyDone: false));
            }
            else
            {
                Answer(pending, WalletCommands.ErrorOf(decision.Refusal!.Value));
            }
        }
    }

    private bool AnswerSeen(IReadOnlyList<PostedOperation> seen, List<PendingCommand> work)
    {
        foreach (var posted in seen)
        {
            Remember(posted);
            if (!_waiting.TryGetValue(posted.OperationId, out var pending)) continue; // an expiry that another activation booked
            work.Remove(pending);
            Answer(pending, AnswerFrom(posted, pending.Command));
        }

        return true;
    }

    // Nothing was written: try half, until the guilty command stands alone.
    private bool NarrowDown(WalletStep step, CommitAnswer answer, List<PendingCommand> work, ref int window)
    {
        if (step.Decisions.Count > 1)
        {
            window = Math.Max(1, step.Decisions.Count / 2);
            return true;
        }

        var guilty = step.Decisions[0].Command;
        log.CommandRefused(answer.Cause!, _owner, guilty.Command.OperationId);
        work.Remove(guilty);
        _waiting.Remove(guilty.Command.OperationId);
        SharedWork.IsAlsoOf(guilty.Caller);
        guilty.Fail(new ArgumentException($"The ledger refuses the values of operation '{guilty.Command.OperationId}'."));
        window = _options.MaxBatch;
        return true;
    }

    private async Task ReloadAsync(List<PendingCommand> work, bool progress, int failures)
    {
        var stuck = !progress;
        try
        {
            var version = _committed.Wallet.Version;
            _committed = await ledger.LoadAsync(_owner.Value);
            stuck &= _committed.Wallet.Version == version;
        }
        catch (Exception exception)
        {
            log.CannotLoad(exception, _owner);
            stuck = true;
        }

        if (!stuck) return;
        AnswerTheImpatient(work);

        // The row is locked elsewhere, or the database is away: wait a little, and not in step with the other side.
        var ceiling = Math.Min(100, 2 << Math.Min(failures, 6));
        await Task.Delay(TimeSpan.FromMilliseconds(spread.Next(2, ceiling + 1)), TimeProvider.System);
    }

    private void AnswerTheImpatient(List<PendingCommand> work)
    {
        var patience = TimeSpan.FromMilliseconds(_options.PatienceMs);
        var impatient = work.Where(pending => TimeProvider.System.GetElapsedTime(pending.EnqueuedAt) > patience).ToList();
        if (impatient.Count == 0) return;
        work.RemoveAll(impatient.Contains);
        foreach (var pending in impatient) Answer(pending, WalletError.OutcomeUnknown);
        DeactivateOnIdle();
    }

    private void GiveUp(List<PendingCommand> work)
    {
        foreach (var pending in work.Concat(_mailbox).Concat(_waiting.Values).ToHashSet()) Answer(pending, WalletError.OutcomeUnknown);
        _mailbox.Clear();
        DeactivateOnIdle();
    }

    private void Answer(PendingCommand pending, Result<PostingReceipt, WalletError> result)
    {
        _waiting.Remove(pending.Command.OperationId);
        SharedWork.IsAlsoOf(pending.Caller);
        pending.Answer(result);
    }

    private void Remember(PostedOperation posted) => (_recent ??= new RecentOperations(_options.RecentOperations)).Remember(posted);

    // A hint says "look again": the first change at once, then not more often than pages can use, and always after the last. A loop under
    // load ends and begins a hundred times a second: its end is no reason to tell anybody at once.
    private void HintSometimes(bool changed)
    {
        _hintOwed |= changed;
        if (!_hintOwed || _hintComing) return;
        var wait = TimeSpan.FromMilliseconds(_options.HintIntervalMs) - TimeProvider.System.GetElapsedTime(_hintedAt);
        if (wait <= TimeSpan.Zero)
        {
            Hint();
            return;
        }

        _hintComing = true;
        HintAfterAsync(wait).Ignore();
    }

    private async Task HintAfterAsync(TimeSpan wait)
    {
        // For nobody who was answered by then.
        SharedWork.BelongsTo(null);
        await Task.Delay(wait, TimeProvider.System);
        _hintComing = false;
        if (_hintOwed) Hint();
    }

    private void Hint()
    {
        (_hintOwed, _hintedAt) = (false, TimeProvider.System.GetTimestamp());
        try
        {
            GrainFactory.GetGrain<IFeedGrain>(GrainKeys.Feed(_owner)).Publish(UserEventKind.WalletChanged, _owner.ToString()).Ignore();
        }
        catch (Exception exception)
        {
            log.HintLost(exception, _owner); // liveness of a page, never truth
        }
    }
}
