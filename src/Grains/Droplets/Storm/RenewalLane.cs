using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Orleans.Timers;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Wallets;
using Webrana.Data.Droplets;
using Webrana.Data.Faults;
using Webrana.Data.Shop;
using Webrana.Data.States;
using Webrana.Grains.Billing;
using Webrana.Grains.Common;
using Webrana.Grains.Sweeping;

namespace Webrana.Grains.Droplets;

/// <summary>
/// Renewals without activations, for when very many are due at once (ADR 62). Not another way of charging: the same pure decisions over the
/// same record, stored under the same version that every writer of it must match, in the same order (intent, charge, outcome), so that
/// what dies here is taken up by the server's own grain, and what its grain is at is refused here. It does the plain case alone: a
/// running server whose period is due and whose money is there. Everything else is handed to the grain. What was charged is told when
/// nobody waits to be charged any more: it is due again from that moment on, behind all who were due before.
/// </summary>
public sealed partial class RenewalLane(
    [FromKeyedServices(StorageNames.Batched)] IGrainStorage records,
    DropletWatchers watchers,
    InstanceActivity activity,
    BillingDesk billing,
    ShopState shop,
    IReminderRegistry reminders,
    IGrainFactory grains,
    FailPoints failPoints,
    LaneGate gate,
    IOptions<DropletOptions> options,
    TimeProvider clock,
    [FromKeyedServices(RealTime.Key)] TimeProvider realTime,
    Random spread,
    ILogger<RenewalLane> log)
{
    // How long an activation may go on showing, and deciding over, what was before: in real time, which is what its callers live in.
    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Charges the periods of these servers that are due, or tells of those that were charged.</summary>
    /// <param name="due">Longest due first.</param>
    /// <param name="toTell">Which of them were charged here before: they wait behind whoever is to be charged.</param>
    /// <param name="until">No period that is due later: a customer's other server, which nobody has looked at yet, may be due before it. Unix ms.</param>
    public async Task<LaneReport> Advance(IReadOnlyList<DueRow> due, IReadOnlySet<string> toTell, long until = long.MaxValue)
    {
        var (written, done) = (new ConcurrentQueue<string>(), new LaneLists());
        var advancing = Task.WhenAll(due.GroupBy(row => row.Owner ?? row.Key).Select(rows => AdvanceInTurn([.. rows], toTell, until, written, done)));
        while (!advancing.IsCompleted)
        {
            await Task.WhenAny(advancing, Task.Delay(TellEvery, realTime));
            await TellTheLiving(written);
        }

        // Before anything is handed to grains: one that lives should not meet its own old record.
        await TellTheLiving(written);
        if (!done.Broke.IsEmpty)
            LogBroke(log, done.Broke.Count, due.Count, done.FirstCause);
        return new LaneReport([.. (await advancing).SelectMany(rows => rows)], [.. done.Charged], [.. done.Later], [.. done.Broke]);
    }

    private Task TellTheLiving(ConcurrentQueue<string> written)
    {
        var keys = new List<string>();
        while (written.TryDequeue(out var key))
            keys.Add(key);
        return watchers.Written(keys);
    }

    // One person's servers share one wallet and are paid in the order of time, period by period. Where one is not for this lane, those behind it are not either.
    private async Task<IEnumerable<DueRow>> AdvanceInTurn(
        IReadOnlyList<DueRow> rows, IReadOnlySet<string> toTell, long until, ConcurrentQueue<string> written, LaneLists done)
    {
        // A charge is due since before it was looked for; a word is due since the charge.
        var turn = toTell.Contains(rows[0].Key) ? LaneTurn.Word : LaneTurn.Charge;
        await gate.Enter(turn);
        try
        {
            var turns = new PriorityQueue<DueRow, (long DueAt, string Key)>(rows.Select(row => (row, Turn(row))));
            while (turns.TryDequeue(out var row, out _))
            {
                var (outcome, due) = await TryOne(row, until, written, done);
                switch (outcome)
                {
                    case LaneOutcome.NotHere:
                        return [row, .. InOrder(turns)];
                    case LaneOutcome.Broke:
                        // Those behind it wait with it: they must not take the money that it is first to.
                        foreach (var waiting in (IEnumerable<DueRow>)[row, .. InOrder(turns)])
                            done.Broke.Enqueue(waiting.Key);
                        return [];
                    case LaneOutcome.MoreDue when due > until:
                        done.Later.Enqueue(row.Key);
                        break;
                    case LaneOutcome.MoreDue:
                        var again = row with { DueAt = due };
                        turns.Enqueue(again, Turn(again));
                        break;
                    case LaneOutcome.Charged:
                        done.Charged.Enqueue(row.Key);
                        break;
                }
            }

            return [];
        }
        finally
        {
            gate.Leave(turn);
        }
    }

    private static (long DueAt, string Key) Turn(DueRow row) => (row.DueAt, row.Key);

    private static IEnumerable<DueRow> InOrder(PriorityQueue<DueRow, (long DueAt, string Key)> turns) =>
        turns.UnorderedItems.OrderBy(item => item.Priority).Select(item => item.Element);

    private async Task<(LaneOutcome Outcome, long DueAt)> TryOne(
        DueRow row, long until, ConcurrentQueue<string> written, LaneLists done)
    {
        var key = row.Key;
        try
        {
            var record = new GrainState<DropletState>();
            await records.ReadStateAsync(StateNames.Droplet, Id(key), record);
            var now = clock.GetUtcNow();
            if (!record.RecordExists || record.State is not { } state)
                return (LaneOutcome.NotHere, 0);
            if (state.IsPlainCharge(now))
            {
                if (state.BillingAt > row.DueAt)
                {
                    // It was due for a word that nobody has told yet; as a charge its turn comes later. Behind this batch it is met once it stands there.
                    if (state.BillingAt > until && state.Outbox.Count > 0 && !await Tell(key, record, state, written))
                        return (LaneOutcome.NotHere, 0);
                    return (LaneOutcome.MoreDue, state.BillingAt.Value);
                }

                return await Charge(key, record, state, written) is not { } charged ? (LaneOutcome.NotHere, 0)
                    // After an outage several periods are due: told together, when the last of them is paid. (Asked of the period: what is due of the
                    // next one may be its notice, and that since this moment.)
                    : charged.Subscribed()!.DueAt <= now ? (LaneOutcome.MoreDue, charged.BillingAt!.Value)
                    : (LaneOutcome.Charged, 0);
            }

            if (state.IsPlainWord(now))
                return (await Tell(key, record, state, written) ? LaneOutcome.Told : LaneOutcome.NotHere, 0);
            return (LaneOutcome.NotHere, 0);
        }
        catch (InconsistentStateException)
        {
            // Its grain, or another silo's lane, was faster.
            return (LaneOutcome.NotHere, 0);
        }
        catch (Exception e)
        {
            done.FirstCause ??= e;
            LogOneBroke(log, key, e);
            return (LaneOutcome.Broke, 0);
        }
    }

    /// <summary>The record as it is then; null: the grain decides.</summary>
    private async Task<DropletState?> Charge(string key, GrainState<DropletState> record, DropletState due, ConcurrentQueue<string> written)
    {
        // Asked in front of each: a stop holds for whoever waited here, too. The grain notes when to look again.
        if ((await shop.ReadAsync()).IsStopped(ShopSwitch.Renewals))
            return null;
        var instance = InstanceOf(key);
        var now = clock.GetUtcNow();
        var begun = due.Begin(instance, due.Terms().For(due.Subscribed()!.NextStart(now)), [], meter: null, now.ToUnixTimeMilliseconds());
        // Still due: what dies from here on is taken up at the next look, by its grain.
        var state = due.Begun(begun);
        await Write(key, record, state, written);
        await failPoints.Hit("renew.intent_stored", key);

        var debit = await grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(state.Order!.Owner))).Debit(state.PeriodDebit(instance, begun) with { Quiet = true });
        await failPoints.Hit("renew.after_debit", key);
        if (!debit.IsOk)
            return null;

        now = clock.GetUtcNow();
        var policy = PolicyPart.Adopted(await billing.SettingsAsync(), begun.LengthOf(state));
        // Due again at once, to be told; whoever was due before is in front of it.
        var renewed = state.Renewed(begun, policy, now.ToUnixTimeMilliseconds(), instance)!.Scheduled(now, TimeSpan.Zero);
        await Write(key, record, renewed, written);
        await failPoints.Hit("renew.stored", key);
        return renewed;
    }

    private async Task<bool> Tell(string key, GrainState<DropletState> record, DropletState state, ConcurrentQueue<string> written)
    {
        var instance = InstanceOf(key);
        var owner = new UserId(state.Order!.Owner);
        var told = await Told(instance, owner, state.Outbox);
        await failPoints.Hit("outbox.told", key);
        var next = state.Told(told).Scheduled(clock.GetUtcNow(), TimeSpan.FromMilliseconds(options.Value.BackstopMs));
        await Write(key, record, next, written);
        // One-way hints to open pages. The charge was a quiet one.
        var feed = grains.GetGrain<IFeedGrain>(GrainKeys.Feed(owner));
        foreach (var (kind, subject) in new[]
                 {
                     (UserEventKind.WalletChanged, owner.ToString()), (UserEventKind.InstanceChanged, instance.ToString()), (UserEventKind.ActionChanged, instance.ToString()),
                 })
        {
            feed.Publish(kind, subject).Ignore();
        }

        if (next.DueAt is { } due)
            await MoveAlarm(Id(key), DropletViews.Time(due));
        return next.Outbox.Count == 0;
    }

    private async Task Write(string key, GrainState<DropletState> record, DropletState state, ConcurrentQueue<string> written)
    {
        record.State = state;
        try
        {
            await records.WriteStateAsync(StateNames.Droplet, Id(key), record);
        }
        finally
        {
            // Also where the outcome is not known: reading again costs nothing.
            written.Enqueue(key);
        }
    }

    private static GrainId Id(string key) => GrainId.Create("droplet", key);

    private static InstanceId InstanceOf(string key) => new(GrainKeys.Guid(key, "droplet"));

    /// <summary>What was told, lines first and notices in their order; the rest stays in the record's outbox for the grain.</summary>
    private async Task<HashSet<long>> Told(InstanceId instance, UserId owner, IReadOnlyList<OutboxPart> items)
    {
        var lines = items.Where(item => item.Activity is not null).Select(item => item.Activity!.Row()).ToList();
        if (lines.Count > 0)
            await activity.UpsertAsync(instance.Value, lines);
        var account = grains.GetGrain<IAccountGrain>(GrainKeys.Account(owner));
        var told = new HashSet<long>();
        foreach (var item in items)
        {
            if (item.Notice is not { } notice || await Notify(instance, account, notice))
                told.Add(item.Seq);
        }

        return told;
    }

    private async Task<bool> Notify(InstanceId instance, IAccountGrain account, NoticePart notice)
    {
        try
        {
            var sent = await account.Notify(notice.ToNotice());
            if (sent.Error == AccountError.NotFound)
                LogNobodyToTell(log, instance, notice.Kind);
            return sent.Error is null or AccountError.NotFound;
        }
        catch (Exception e) when (e is InfrastructureException or OrleansException or TimeoutException)
        {
            LogNotTold(log, notice.Id, e);
            return false;
        }
    }

    // Where it cannot be moved the old one rings, and the grain that it wakes sets it right.
    private async Task MoveAlarm(GrainId grain, DateTimeOffset due)
    {
        var now = clock.GetUtcNow();
        try
        {
            await reminders.RegisterOrUpdateReminder(grain, Alarm.Name, Alarm.RingsAt(due, now, spread) - now, Alarm.Period);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or DbException)
        {
            LogAlarmStays(log, grain, e);
        }
    }

    private enum LaneOutcome
    {
        /// <summary>It has something to tell now.</summary>
        Charged,

        /// <summary>And a further period is due.</summary>
        MoreDue,
        Told,

        /// <summary>The grain decides.</summary>
        NotHere,

        /// <summary>It stays due.</summary>
        Broke,
    }

    // One line a round with one of the causes: what ails the database ails hundreds at once.
    [LoggerMessage(2411, LogLevel.Warning, "{Broke} of {Count} due servers could not be worked off in the storm's lane; they stay due")]
    private static partial void LogBroke(ILogger logger, int broke, int count, Exception? firstCause);

    [LoggerMessage(2413, LogLevel.Debug, "Renewing {Key} in the storm's lane failed; it stays due")]
    private static partial void LogOneBroke(ILogger logger, string key, Exception exception);

    [LoggerMessage(2414, LogLevel.Warning, "The alarm of {Grain} could not be moved; it rings early")]
    private static partial void LogAlarmStays(ILogger logger, GrainId grain, Exception exception);

    [LoggerMessage(2415, LogLevel.Warning, "Nobody to tell of {Kind} about server {Instance}")]
    private static partial void LogNobodyToTell(ILogger logger, InstanceId instance, NoticeKind kind);

    [LoggerMessage(2412, LogLevel.Warning, "Notice {Notice} could not be told in the storm's lane; the server's grain tells it")]
    private static partial void LogNotTold(ILogger logger, string notice, Exception exception);
}

/// <summary>What came of one look at due servers.</summary>
/// <param name="Left">What their grains have to do, of each customer in the order of time.</param>
/// <param name="Charged">Due again at once, to be told.</param>
/// <param name="Later">Due to be charged behind <c>until</c>, and written so; whatever else was to be done is done.</param>
/// <param name="Broke">What could not be done now; it stays due.</param>
public sealed record LaneReport(IReadOnlyList<DueRow> Left, IReadOnlyList<string> Charged, IReadOnlyList<string> Later, IReadOnlyList<string> Broke);

/// <summary>The same while it is being found out.</summary>
internal sealed record LaneLists
{
    public ConcurrentQueue<string> Charged { get; } = new();

    public ConcurrentQueue<string> Later { get; } = new();

    public ConcurrentQueue<string> Broke { get; } = new();

    /// <summary>Why one of them broke; which one does not matter.</summary>
    public Exception? FirstCause { get; set; }
}
