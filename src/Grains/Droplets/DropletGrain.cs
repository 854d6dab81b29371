using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Feeds;
using Webrana.Contracts.Monitoring;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;
using Webrana.Data.Desk;
using Webrana.Data.Droplets;
using Webrana.Data.Faults;
using Webrana.Data.Shop;
using Webrana.Domain.Droplets;
using Webrana.Grains.Billing;
using Webrana.Grains.Common;
using Webrana.Grains.Limits;
using Webrana.Grains.Providers;

namespace Webrana.Grains.Droplets;

/// <summary>
/// One server of one customer. Commands store an intent and return; a single background loop (<c>DropletGrain.Work.cs</c>) carries it
/// out step by step, each step decided from the stored record alone, so that a crash between any two of them resumes where it was cut.
/// Money about a running subscription moves in turns of its own (<c>DropletGrain.Renewal.cs</c>).
/// </summary>
[GrainType("droplet")]
public sealed partial class DropletGrain : Grain, IDropletGrain, IRemindable
{
    // Sockets, timeouts and the provider's lags live in real time, however the sandbox turns the business clock.
    private static readonly TimeProvider RealTime = TimeProvider.System;

    private readonly DurableState<DropletState> _state;
    private readonly DropletCloud _cloud;
    private readonly DropletDoors _doors;
    private readonly ServerNames _names;
    private readonly InstanceActivity _activity;
    private readonly FailPoints _failPoints;
    private readonly TimeProvider _clock;
    private readonly DropletOptions _options;
    private readonly ProviderFleet _fleet;
    private readonly ShopState _shop;
    private readonly Lookups _lookups;
    private readonly BillingDesk _billing;
    private readonly LimitDesk _limits;
    private readonly ILogger<DropletGrain> _log;
    private readonly Alarm _alarm;
    private readonly string _key;
    private readonly InstanceId _instance;

    public DropletGrain(
        [PersistentState(StateNames.Droplet, StorageNames.Batched)] IPersistentState<DropletState> state,
        DropletCloud cloud,
        DropletDoors doors,
        ServerNames names,
        InstanceActivity activity,
        FailPoints failPoints,
        TimeProvider clock,
        IOptions<DropletOptions> options,
        ProviderFleet fleet,
        ShopState shop,
        Lookups lookups,
        BillingDesk billing,
        LimitDesk limits,
        LiveDroplets live,
        Random spread,
        ILogger<DropletGrain> log)
    {
        _key = this.GetPrimaryKeyString();
        _instance = new InstanceId(GrainKeys.Guid(_key, "droplet"));
        _state = new DurableState<DropletState>(state, this);
        _alarm = new Alarm(this, clock, spread);
        (_cloud, _names, _activity, _failPoints, _clock, _log) = (cloud, names, activity, failPoints, clock, log);
        _doors = doors;
        (_options, _fleet, _shop, _lookups, _billing, _limits) = (options.Value, fleet, shop, lookups, billing, limits);
        // In a stage of its own before the record is read; also one that is never activated passes it again on its way out.
        GrainContext.ObservableLifecycle.Subscribe(
            nameof(LiveDroplets), GrainLifecycleStage.First, _ => Entered(live), _ => Left(live));
    }

    private DropletState State => _state.Value;

    private DateTimeOffset Now => _clock.GetUtcNow();

    private long NowMs => Now.ToUnixTimeMilliseconds();

    private static long RealMs => RealTime.GetUtcNow().ToUnixTimeMilliseconds();

    private TimeSpan Backstop => TimeSpan.FromMilliseconds(_options.BackstopMs);

    private IWalletGrain Wallet => GrainFactory.GetGrain<IWalletGrain>(GrainKeys.Wallet(Owner));

    private UserId Owner => new(State.Order!.Owner);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        StartWork();
        return Task.CompletedTask;
    }

    private Task Entered(LiveDroplets live)
    {
        live.Enter(_key);
        return Task.CompletedTask;
    }

    private Task Left(LiveDroplets live)
    {
        live.Leave(_key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task Reread()
    {
        var before = State;
        if (!await _state.Reread())
            return;
        // Whoever wrote the record has moved the alarm as well.
        _alarm.Forget();
        await _alarm.SetFor(State.DueAt is { } due ? DropletViews.Time(due) : null);
        Publish(before, State);
    }

    /// <inheritdoc/>
    public Task<Result<DropletView, DropletError>> Get() => Task.FromResult(View());

    /// <inheritdoc/>
    public async Task<Result<ActivityEntry, DropletError>> Action(string actionId)
    {
        if (!IsOrdered)
            return DropletError.NotFound;
        if (State.RunningActivity() is { } running && running.Id == actionId)
            return running.View();
        if (State.Recent.LastOrDefault(line => line.Id == actionId) is { } recent)
            return recent.View();
        // Told, but not yet written: the outbox knows it better than the table.
        if (State.Outbox.LastOrDefault(item => item.Activity?.Id == actionId) is { Activity: { } told })
            return told.View();
        return await _activity.FindAsync(_instance.Value, actionId) is { } row
            ? new ActivityEntry(
                row.ActionId, Enum.Parse<ActionKind>(row.Kind), Enum.Parse<ActivityStatus>(row.Status), row.StartedAt, row.CompletedAt, row.Actor, row.Message)
            : DropletError.NotFound;
    }

    /// <inheritdoc/>
    public async Task<WakeOutcome> Wake()
    {
        if (!_state.Exists)
        {
            await _alarm.SetFor(null);
            return WakeOutcome.Settled;
        }

        var billed = State.BillingAt <= NowMs ? await Bill() : WakeOutcome.Settled;
        if (State.WorkAt <= NowMs)
            await WakeWork();
        await _alarm.SetFor(State.DueAt is { } due ? DropletViews.Time(due) : null);
        return billed;
    }

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status) => Wake();

    private bool IsOrdered => State.Phase is not (InstancePhase.None or InstancePhase.Ordering);

    private Result<DropletView, DropletError> View() => IsOrdered ? State.View(_instance) : DropletError.NotFound;

    /// <summary>Every change of the record: decided over what is committed, due times set, live pages told.</summary>
    private async Task<bool> Apply(Func<DropletState, DropletState?> decide, TimeSpan? ahead = null)
    {
        var before = _state.Value;
        var changed = await _state.Update(state => decide(state)?.Scheduled(Now, ahead ?? Backstop));
        if (changed)
            Publish(before, State);
        return changed;
    }

    private void Publish(DropletState before, DropletState after)
    {
        if (!IsOrdered)
            return;
        // Lost with the process, it is made up for by the first who looks at the graphs.
        if (before.Phase != after.Phase && after.Phase == InstancePhase.Running)
            GrainFactory.GetGrain<IMetricsGrain>(GrainKeys.Metrics(_instance)).Follow().Ignore();
        // One-way hints to open pages: losing one costs liveness, never truth.
        var feed = GrainFactory.GetGrain<IFeedGrain>(GrainKeys.Feed(Owner));
        if (before.Phase != after.Phase || before.Name != after.Name || before.Subscription != after.Subscription || before.Action?.Id != after.Action?.Id)
            feed.Publish(UserEventKind.InstanceChanged, _instance.ToString()).Ignore();
        if (before.OutboxSeq != after.OutboxSeq || before.Action?.Stage != after.Action?.Stage || before.Action?.Waiting != after.Action?.Waiting
            || before.Creation.WaitingSince != after.Creation.WaitingSince)
            feed.Publish(UserEventKind.ActionChanged, _instance.ToString()).Ignore();
    }

    private Task Hit(string failPoint) => _failPoints.Hit(failPoint, _key);

    private IAccountGrain Account => GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(Owner));
}
