using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Orleans.Timers;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Wallets;
using Webrana.Data.Droplets;
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
    Random spread,
    ILogger<RenewalLane> log)
{
    /// <summary>Takes one step for each of these due servers, where that is a charge or the word of one.</summary>
    /// <param name="due">Longest due first.</param>
    /// <param name="toTell">Which of them were charged here before: they wait behind whoever is to be charged.</param>
    public async Task<LaneReport> Advance(IReadOnlyList<DueRow> due, IReadOnlySet<string> toTell)
    {
        if ((await shop.ReadAsync()).IsStopped(ShopSwitch.Renewals))
            return new LaneReport(due, [], []);
        var (written, more, broke) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        var left = await Task.WhenAll(due.GroupBy(row => row.Owner ?? row.Key).Select(rows => AdvanceInTurn([.. rows], toTell, written, more, broke)));
        // Before anything is handed to grains: one that lives must not decide over what it read before.
        await watchers.Written([.. written]);
        return new LaneReport([.. left.SelectMany(rows => rows)], [.. more], [.. broke]);
    }

    // One person's servers share one wallet and are paid in the order of time. Where one is not for this lane, those behind it are not either.
    private async Task<IEnumerable<DueRow>> AdvanceInTurn(
        IReadOnlyList<DueRow> rows, IReadOnlySet<string> toTell, ConcurrentQueue<string> written, ConcurrentQueue<string> more, ConcurrentQueue<string> broke)
    {
        // A charge is due since before it was looked for; a word is due since the charge.
        var charge = !toTell.Contains(rows[0].Key);
        await gate.Enter(charge);
        try
        {
            for (var n = 0; n < rows.Count; n++)
            {
                switch (await TryOne(rows[n].Key, written))
                {
                    case LaneOutcome.NotHere:
                        return rows.Skip(n);
                    case LaneOutcome.Broke:
                        broke.Enqueue(rows[n].Key);
                        return rows.Skip(n + 1);
                    case LaneOutcome.Charged:
                        more.Enqueue(rows[n].Key);
                        break;
                }
            }

            return [];
        }
        finally
        {
            gate.Leave(charge);
        }
    }

    private async Task<LaneOutcome> TryOne(string key, ConcurrentQueue<string> written)
    {
        try
        {
            var record = new GrainState<DropletState>();
            await records.ReadStateAsync(StateNames.Droplet, Id(key), record);
            var now = clock.GetUtcNow();
            if (!record.RecordExists || record.State is not { } state)
                return LaneOutcome.NotHere;
            if (state.IsPlainCharge(now))
                return await Charge(key, record, state, written) ? LaneOutcome.Charged : LaneOutcome.NotHere;
            if (state.IsPlainWord(now))
                return await Tell(key, record, state, written) ? LaneOutcome.Told : LaneOutcome.NotHere;
            return LaneOutcome.NotHere;
        }
        catch (InconsistentStateException)
        {
            // Its grain, or another silo's lane, was faster.
            return LaneOutcome.NotHere;
        }
        catch (Exception e)
        {
            LogBroke(log, key, e);
            return LaneOutcome.Broke;
        }
    }

    private async Task<bool> Charge(string key, GrainState<DropletState> record, DropletState due, ConcurrentQueue<string> written)
    {
        var instance = InstanceOf(key);
        var now = clock.GetUtcNow();
        var begun = due.Begin(instance, due.Terms().For(due.Subscribed()!.NextStart(now)), [], meter: null, now.ToUnixTimeMilliseconds());
        // Still due: what dies from here on is taken up at the next look, by its grain.
        var state = due.Begun(begun);
        await Write(key, record, state);
        written.Enqueue(key);
        await failPoints.Hit("renew.intent_stored", key);

        var debit = await grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(state.Order!.Owner))).Debit(state.PeriodDebit(instance, begun) with { Quiet = true });
        await failPoints.Hit("renew.after_debit", key);
        if (!debit.IsOk)
            return false;

        now = clock.GetUtcNow();
        var policy = PolicyPart.Adopted(await billing.SettingsAsync(), begun.LengthOf(state));
        // Due again at once, to be told; whoever was due before is in front of it.
        await Write(key, record, state.Renewed(begun, policy, now.ToUnixTimeMilliseconds(), instance)!.Scheduled(now, TimeSpan.Zero));
        await failPoints.Hit("renew.stored", key);
        return true;
    }

    private async Task<bool> Tell(string key, GrainState<DropletState> record, DropletState state, ConcurrentQueue<string> written)
    {
        var instance = InstanceOf(key);
        var owner = new UserId(state.Order!.Owner);
        var told = await Told(instance, owner, state.Outbox);
        await failPoints.Hit("outbox.told", key);
        var next = state.Told(told).Scheduled(clock.GetUtcNow(), TimeSpan.FromMilliseconds(options.Value.BackstopMs));
        await Write(key, record, next);
        written.Enqueue(key);
        if (next.DueAt is { } due)
            await MoveAlarm(Id(key), DropletViews.Time(due));
        var feed = grains.GetGrain<IFeedGrain>(GrainKeys.Feed(owner));
        feed.Publish(UserEventKind.WalletChanged, owner.ToString()).Ignore();
        feed.Publish(UserEventKind.InstanceChanged, instance.ToString()).Ignore();
        return next.Outbox.Count == 0;
    }

    private Task Write(string key, GrainState<DropletState> record, DropletState state)
    {
        record.State = state;
        return records.WriteStateAsync(StateNames.Droplet, Id(key), record);
    }

    private static GrainId Id(string key) => GrainId.Create("droplet", key);

    private static InstanceId InstanceOf(string key) => new(GrainKeys.Guid(key, "droplet"));

    /// <summary>What was told; the rest stays in the record's outbox for the grain.</summary>
    private async Task<HashSet<long>> Told(InstanceId instance, UserId owner, IReadOnlyList<OutboxPart> items)
    {
        var lines = items.Where(item => item.Activity is not null).Select(item => item.Activity!.Row()).ToList();
        var account = grains.GetGrain<IAccountGrain>(GrainKeys.Account(owner));
        var telling = items.Select(item => item.Notice is { } notice ? Notify(account, notice) : Task.FromResult(true)).ToList();
        if (lines.Count > 0)
            await activity.UpsertAsync(instance.Value, lines);
        var heard = await Task.WhenAll(telling);
        return [.. items.Where((_, n) => heard[n]).Select(item => item.Seq)];
    }

    private async Task<bool> Notify(IAccountGrain account, NoticePart notice)
    {
        try
        {
            return (await account.Notify(notice.ToNotice())).Error is null or AccountError.NotFound;
        }
        catch (Exception e) when (e is InfrastructureException or OrleansException or TimeoutException)
        {
            LogNotTold(log, notice.Id, e);
            return false;
        }
    }

    private Task<IGrainReminder> MoveAlarm(GrainId grain, DateTimeOffset due)
    {
        var now = clock.GetUtcNow();
        return reminders.RegisterOrUpdateReminder(grain, Alarm.Name, Alarm.RingsAt(due, now, spread) - now, Alarm.Period);
    }

    private enum LaneOutcome
    {
        /// <summary>It has something to tell now.</summary>
        Charged,
        Told,

        /// <summary>The grain decides.</summary>
        NotHere,

        /// <summary>It stays due.</summary>
        Broke,
    }

    [LoggerMessage(2411, LogLevel.Warning, "Renewing {Key} in the storm's lane failed; it stays due")]
    private static partial void LogBroke(ILogger logger, string key, Exception exception);

    [LoggerMessage(2412, LogLevel.Warning, "Notice {Notice} could not be told in the storm's lane; the server's grain tells it")]
    private static partial void LogNotTold(ILogger logger, string notice, Exception exception);
}

/// <summary>What came of one look at due servers.</summary>
/// <param name="Left">What their grains have to do, in the order that was given.</param>
/// <param name="Charged">Due again at once, to be told.</param>
/// <param name="Broke">What could not be done now; it stays due.</param>
public sealed record LaneReport(IReadOnlyList<DueRow> Left, IReadOnlyList<string> Charged, IReadOnlyList<string> Broke);
