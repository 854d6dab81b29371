using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Billing;
using Webrana.Data.States;
using Webrana.Data.Wallets;
using Webrana.Grains.Droplets;
using Webrana.Grains.Notifications;
using Webrana.Grains.Papers;

namespace Webrana.Grains.Sweeping;

/// <summary>
/// One of sixteen engines of everything that happens by time. It holds no state: the due column is the schedule of record, so a sweeper
/// that died or ran twice costs some wake-ups and nothing else.
/// </summary>
[GrainType("sweeper")]
public sealed partial class SweeperGrain(
    StateQueries states, LedgerRows wallets, LedgerPump pump, Courier courier, ServicePulse pulse, RenewalLane lane, WakeGate gate, LaneGate waves, IOptions<SweepingOptions> options,
    TimeProvider clock, ILogger<SweeperGrain> log)
    : Grain, ISweeperGrain, IRemindable
{
    private const string Reminder = "sweep";

    // In a storm. A silo that died in it is known to be dead by then; whoever breaks for another reason would make each batch as long as he takes.
    private const int MostTries = 3;

    private int _shard;
    private bool _reminded;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _shard = int.Parse(GrainKeys.Suffix(this.GetPrimaryKeyString(), "sweeper"), CultureInfo.InvariantCulture);
        var interval = TimeSpan.FromMilliseconds(options.Value.IntervalMs);
        // Spread a little, so that the shards do not ask all at once; soon, for their silo may have died in the middle of something.
        var first = interval / 5 * (_shard + 1) / ISweeperGrain.Shards;
        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(first, interval) { KeepAlive = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task EnsureRunning()
    {
        // Asked every few seconds by every silo; one look per activation is enough.
        if (!_reminded && await this.GetReminder(Reminder) is null)
            await this.RegisterOrUpdateReminder(Reminder, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        _reminded = true;
    }

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status) => Tick();

    /// <inheritdoc/>
    public async Task<int> Sweep()
    {
        var woken = await SweepGrains();
        // Asked for by name (a clock that was turned), everything due is worked off before the answer: what waits to be delivered, too. The
        // tick leaves it to its own service, whose slow other sides must not hold up renewals.
        if (_shard == 0)
            woken += await pump.Drain() + await courier.DeliverDue();
        return woken;
    }

    private async Task<int> SweepGrains()
    {
        // First of all: whether we were away decides about what is due.
        await pulse.BeatAsync();
        var woken = 0;
        foreach (var kind in DueKind.All)
            woken += await Sweep(kind);
        woken += await SweepLots();
        if (woken > 0)
            LogSwept(log, _shard, woken);
        return woken;
    }

    private async Task Tick()
    {
        try
        {
            await SweepGrains();
        }
        catch (Exception e)
        {
            LogSweepFailed(log, _shard, e);
        }
    }

    private async Task<int> Sweep(DueKind kind)
    {
        var round = new SweepRound();
        while (await SweepOnce(kind, round))
        {
            // What became due behind our back, before where we stood, is met in the next pass.
        }

        return round.Tried.Count;
    }

    /// <summary>Once through what is due, batch by batch, each grain at most once a sweep (in a storm, once for each period, and what broke again). False when there was nothing new.</summary>
    private async Task<bool> SweepOnce(DueKind kind, SweepRound round)
    {
        var (isNew, last) = (false, (DueRow?)null);
        round.Again.Clear();
        while (true)
        {
            // Behind the last one read: what was tried and is still due (it could not be done now) must not hide what is due behind it.
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var due = await states.DueAsync(kind.State, now, _shard, options.Value.Batch, last);
            IReadOnlyList<DueRow> fresh = [.. due.Where(row => round.Tried.Add(row.Key))];
            isNew |= fresh.Any(row => !round.Broke.ContainsKey(row.Key));
            round.IsStorm |= kind.State == StateNames.Droplet && options.Value.StormFrom > 0 && fresh.Count >= options.Value.StormFrom;
            if (!round.IsStorm)
                await WakeAll(kind, fresh);
            else if (await PassThroughLane(kind, fresh, round, until: due.Count < options.Value.Batch ? long.MaxValue : due[^1].DueAt))
                return true;
            if (due.Count < options.Value.Batch)
                return isNew;
            last = due[^1];
        }
    }

    /// <summary>True when words were told: whoever became due to be charged meanwhile, or could not be a moment ago, goes before further ones.</summary>
    private async Task<bool> PassThroughLane(DueKind kind, IReadOnlyList<DueRow> due, SweepRound round, long until)
    {
        // What a silo that died has broken is tried again beside the next ones: behind them all it would be late by the rest of the storm.
        IReadOnlyList<DueRow> charges = [.. round.Again, .. due.Where(row => !round.ToTell.Contains(row.Key))];
        round.Again.Clear();
        var charged = await AdvanceInLane(kind, charges, round, until);
        IReadOnlyList<DueRow> words = [.. due.Where(row => round.ToTell.Contains(row.Key))];
        await AdvanceInLane(kind, words, round, until);
        round.ToTell.UnionWith(charged);
        // Each true moves at least one row on for good, so this comes to an end though nothing can be told at all.
        return words.Any(row => !round.Broke.ContainsKey(row.Key));
    }

    /// <returns>Who was charged.</returns>
    private async Task<IReadOnlyList<string>> AdvanceInLane(DueKind kind, IReadOnlyList<DueRow> due, SweepRound round, long until)
    {
        if (due.Count == 0)
            return [];
        var report = await lane.Advance(due, round.ToTell, until);
        // Their words come in the next pass, when nobody is left to be charged; their further periods behind this batch.
        round.Tried.ExceptWith([.. report.Charged, .. report.Later]);
        var woken = await WakeInWaves(kind, report.Left, round.ToTell, until);
        round.Tried.ExceptWith(woken.Later);
        foreach (var key in report.Charged)
            round.Broke.Remove(key);
        var broke = new HashSet<string>([.. report.Broke, .. woken.Broke], StringComparer.Ordinal);
        foreach (var key in broke)
            round.Broke[key] = round.Broke.GetValueOrDefault(key) + 1;
        // Tried again soon, but no reason for a further pass.
        broke.RemoveWhere(key => round.Broke[key] >= MostTries);
        round.Tried.ExceptWith(broke);
        round.Again.AddRange(due.Where(row => broke.Contains(row.Key) && !round.ToTell.Contains(row.Key)));
        return report.Charged;
    }

    private sealed record SweepRound
    {
        /// <summary>To its end: those at the tail of a storm need not each wake their grain.</summary>
        public bool IsStorm { get; set; }

        public HashSet<string> Tried { get; } = new(StringComparer.Ordinal);

        /// <summary>Charged in the lane in this sweep.</summary>
        public HashSet<string> ToTell { get; } = new(StringComparer.Ordinal);

        /// <summary>What could not be done, and how often.</summary>
        public Dictionary<string, int> Broke { get; } = new(StringComparer.Ordinal);

        /// <summary>What broke since this pass began, and is to be charged.</summary>
        public List<DueRow> Again { get; } = [];
    }

    private Task WakeAll(DueKind kind, IReadOnlyList<DueRow> due) => Task.WhenAll(InTurns(kind, due).Select(async rows =>
    {
        await gate.Enter();
        try
        {
            await Wake(kind, rows, until: long.MaxValue);
        }
        finally
        {
            gate.Leave();
        }
    }));

    /// <summary>In a storm whoever needs their grain goes through it in the same waves.</summary>
    private async Task<Woken> WakeInWaves(DueKind kind, IReadOnlyList<DueRow> due, HashSet<string> toTell, long until)
    {
        var woken = await Task.WhenAll(InTurns(kind, due).Select(async rows =>
        {
            var turn = toTell.Contains(rows[0].Key) ? LaneTurn.Word : LaneTurn.Charge;
            await waves.Enter(turn);
            try
            {
                return await Wake(kind, rows, until);
            }
            finally
            {
                waves.Leave(turn);
            }
        }));
        return new Woken([.. woken.SelectMany(one => one.Broke)], [.. woken.SelectMany(one => one.Later)]);
    }

    private static IEnumerable<IReadOnlyList<DueRow>> InTurns(DueKind kind, IReadOnlyList<DueRow> due) =>
        due.GroupBy(row => kind.InTurn ? row.Owner ?? row.Key : row.Key).Select(rows => (IReadOnlyList<DueRow>)[.. rows]);
}
