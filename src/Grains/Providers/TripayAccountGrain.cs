using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Providers;
using Webrana.Data.States;
using Webrana.Grains.Common;
using Webrana.Tripay;
using Webrana.Tripay.Channels;
using Webrana.Tripay.Transactions;

namespace Webrana.Grains.Providers;

/// <summary>
/// One merchant at Tripay. Scans the PAID list while anybody's deposit is pending: one shared call finds every payment whose callback
/// was lost. What it finds is a hint like any other; the deposit asks the gateway itself before it credits.
/// </summary>
[GrainType("tripay-account")]
public sealed partial class TripayAccountGrain : Grain, ITripayAccountGrain, IRemindable
{
    /// <summary>The reminder's name.</summary>
    public const string ScanReminder = "scan";

    // Shortest that Orleans takes; the timer below scans more often while the grain lives.
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    // The list is by creation, and clocks differ: read a little further back than our own oldest deposit.
    static readonly TimeSpan ScanMargin = TimeSpan.FromMinutes(10);

    // References whose deposit took the notice, so that each is told once per activation and not every half minute.
    const int MaximumRemembered = 20_000;

    readonly DurableState<TripayAccountState> _state;
    readonly TripayClient _tripay;
    readonly StateQueries _states;
    readonly TripayAccountOptions _options;
    readonly TimeProvider _time;
    readonly ILogger<TripayAccountGrain> _logger;
    readonly TripayTurns _turns;
    readonly HashSet<string> _told = [];
    DateTimeOffset _channelsReadAt = DateTimeOffset.MinValue;
    Task? _readingChannels;
    Task? _scanning;
    bool _reminded;

    public TripayAccountGrain(
        [PersistentState(StateNames.TripayAccount, StorageNames.State)] IPersistentState<TripayAccountState> storage,
        TripayClient tripay,
        StateQueries states,
        IOptions<TripayAccountOptions> options,
        TimeProvider time,
        [FromKeyedServices(RealTime.Key)] TimeProvider realTime,
        ILogger<TripayAccountGrain> logger)
    {
        _state = new DurableState<TripayAccountState>(storage, this);
        (_tripay, _states, _options, _time, _logger) = (tripay, states, options.Value, time, logger);
        _turns = new TripayTurns(new TripayPacer(_options.RequestsPerSecond, _options.RequestBurst), realTime);
    }

    /// <inheritdoc/>
    public async Task<Result<PaymentChannels, TripayAccountError>> Channels(long amountIdr)
    {
        if (_time.GetUtcNow() - _channelsReadAt >= TimeSpan.FromMilliseconds(_options.ChannelsFreshMs))
        {
            // One question for everybody who waits.
            if (_readingChannels is not { IsCompleted: false }) _readingChannels = ReadChannels();
            await _readingChannels;
        }
        var known = _state.Value.Channels;
        if (known.Count == 0) return TripayAccountError.GatewayUnavailable;
        return new PaymentChannels([.. known.Select(channel => new PaymentChannel(
            channel.Code, channel.Name, channel.Group, channel.ToTripay().CustomerFeeIdr(amountIdr),
            channel.MinimumAmountIdr, channel.MaximumAmountIdr, channel.Active))]);
    }

    /// <inheritdoc/>
    public Task<Result<RequestTurn, TripayAccountError>> RequestTurn(TimeSpan patience) =>
        Task.FromResult<Result<RequestTurn, TripayAccountError>>(
            _turns.Take(patience) is { } wait ? new RequestTurn(wait) : TripayAccountError.BudgetSpent);

    /// <inheritdoc/>
    public async Task EnsureRunning()
    {
        // Asked every few seconds; registering again would push the next tick away each time.
        if (_reminded) return;
        await this.RegisterOrUpdateReminder(ScanReminder, ReminderPeriod, ReminderPeriod);
        _reminded = true;
    }

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var interval = TimeSpan.FromMilliseconds(_options.ScanIntervalMs);
        this.RegisterGrainTimer(_ => Scan(), new GrainTimerCreationOptions(interval, interval) { Interleave = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status) => Scan();

    async Task ReadChannels()
    {
        var read = await _tripay.GetChannelsAsync();
        if (read is TripayResult<IReadOnlyList<TripayChannel>>.Ok { Value: var channels })
        {
            StoredChannel[] fresh = [.. channels.Where(channel => channel.Code.Length > 0).Select(StoredChannel.Of)];
            await _state.Update(state => state.Channels.SequenceEqual(fresh) ? null : state with { Channels = fresh });
            _channelsReadAt = _time.GetUtcNow();
            return;
        }
        Log.ChannelsStale(_logger, Reason(read));
    }

    // Timer and reminder may meet; the second one shares the first one's scan.
    Task Scan() => _scanning is { IsCompleted: false } running ? running : _scanning = ScanOnce();

    async Task ScanOnce()
    {
        try
        {
            if (await _states.OldestAsync(StateNames.Deposit, "PENDING") is not { } oldestMs) return;
            await ScanBackTo(DateTimeOffset.FromUnixTimeMilliseconds(oldestMs) - ScanMargin);
        }
        catch (Exception exception) when (exception is DbException or InfrastructureException or TimeoutException or OrleansException)
        {
            Log.ScanBroke(_logger, exception);
        }
    }

    async Task ScanBackTo(DateTimeOffset oldest)
    {
        int? page = 1;
        for (var read = 0; page is { } number && read < _options.MaximumScanPages; read++)
        {
            if (!await _turns.WaitAsync(TimeSpan.FromSeconds(2)))
            {
                Log.ScanFailed(_logger, "our own request budget is spent");
                return;
            }

            var result = await _tripay.ListTransactionsAsync(new TransactionQuery { Status = TripayStatus.Paid, Page = number, NewestFirst = true });
            if (result is not TripayResult<TripayPage<TripayTransaction>>.Ok { Value: var transactions })
            {
                Log.ScanFailed(_logger, Reason(result));
                return;
            }
            foreach (var transaction in transactions.Items) await Tell(transaction);
            if (transactions.Items.Any(transaction => transaction.CreatedAt < oldest)) return;
            page = transactions.NextPage;
        }
    }

    async Task Tell(TripayTransaction paid)
    {
        if (_told.Contains(paid.Reference) || paid.Status != TripayStatus.Paid || !MerchantRef.TryParse(paid.MerchantRef, out var deposit)) return;
        var taken = await GrainFactory.GetGrain<IDepositGrain>(GrainKeys.Deposit(deposit))
            .PaymentNoticed(new PaymentNotice(paid.Reference, paid.MerchantRef!, paid.Status.ToText(), paid.AmountIdr));
        if (taken.Error is { } error)
        {
            // Another environment may share the merchant: not ours is not told again either.
            Log.NotTaken(_logger, deposit, paid.Reference, error);
            if (error != DepositError.NotFound) return;
        }
        else
        {
            Log.Found(_logger, paid.Reference, deposit);
        }
        if (_told.Count >= MaximumRemembered) _told.Clear();
        _told.Add(paid.Reference);
    }

    static string Reason<T>(TripayResult<T> result) => result switch
    {
        TripayResult<T>.Refused refused => $"refused: {refused.Message}",
        TripayResult<T>.Unknown unknown => unknown.Reason,
        _ => "",
    };
}
