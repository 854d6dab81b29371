using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Sweeping;
using Webrana.Contracts.Wallets;
using Webrana.Data.Faults;
using Webrana.Data.States;
using Webrana.Domain.Accounts;
using Webrana.Grains.Common;

namespace Webrana.Grains.Accounts;

/// <summary>
/// Closes one account, step by step from the stored stage alone. Until its money is taken it can be called off; from there on it only goes
/// forward (ADR 40).
/// </summary>
[GrainType("account-closing"), Reentrant]
public sealed partial class AccountClosingGrain : Grain, IAccountClosingGrain
{
    readonly DurableState<ClosingState> _state;
    readonly ClosingServices _services;
    readonly FailPoints _failPoints;
    readonly TimeProvider _time;
    readonly ILogger<AccountClosingGrain> _logger;
    Task<WakeOutcome>? _working;

    public AccountClosingGrain(
        [PersistentState(StateNames.Closing, StorageNames.State)] IPersistentState<ClosingState> storage,
        ClosingServices services,
        FailPoints failPoints,
        TimeProvider time,
        ILogger<AccountClosingGrain> logger)
    {
        _state = new DurableState<ClosingState>(storage, this);
        (_services, _failPoints, _time, _logger) = (services, failPoints, time, logger);
    }

    string Key => this.GetPrimaryKeyString();

    UserId Owner => new(GrainKeys.Guid(Key, "closing"));

    long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    ClosingOptions Options => _services.Options.Value;

    IWalletGrain Wallet => GrainFactory.GetGrain<IWalletGrain>(GrainKeys.Wallet(Owner));

    IAccountGrain Account => GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(Owner));

    /// <inheritdoc/>
    public async Task<ClosingPreview> Preview()
    {
        var facts = await Facts();
        return new ClosingPreview(facts.Servers, facts.PendingPayments, facts.OrdinaryIdr, facts.BonusIdr, facts.HeldIdr, facts.DebtIdr, facts.PendingPayouts);
    }

    /// <inheritdoc/>
    public Task<ClosingStage> Stage() => Task.FromResult(_state.Value.Stage);

    /// <inheritdoc/>
    public async Task<Result<Done, ClosingError>> Begin(BeginClosing command)
    {
        if (_state.Value.Stage is not (ClosingStage.None or ClosingStage.CalledOff))
            return Done.Instance;
        if (!await _services.Rows.IsOpenAsync(Owner.Value))
            return ClosingError.NotFound;
        var facts = await Facts();
        if (ClosingRules.Obstacle(facts, command.GivenUpIdr) is { } obstacle)
            return Result<Done, ClosingError>.Refused(Enum.Parse<ClosingError>(obstacle.ToString()), Figure(obstacle, facts));
        await _state.Update(state => state.Stage is not (ClosingStage.None or ClosingStage.CalledOff) ? null : new ClosingState
        {
            User = Owner.Value, Stage = ClosingStage.Asked, Attempt = state.Attempt + 1, GivenUpIdr = command.GivenUpIdr, BegunAtMs = NowMs, RetryAtMs = NowMs,
        });
        await Hit("closing.asked");
        WorkBehind();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<WakeOutcome> Wake() => _state.Value is { HasWork: true } due && due.RetryAtMs <= NowMs ? await Work() : WakeOutcome.Settled;

    Task<WakeOutcome> Work() => _working is { IsCompleted: false } running ? running : _working = WorkAsync();

    void WorkBehind()
    {
        _ = ObserveAsync(Work());

        async Task ObserveAsync(Task work)
        {
            try
            {
                await work;
            }
            catch (Exception exception)
            {
                // The due time stands: the sweeper goes on from the stored stage.
                Log.WorkBroke(_logger, exception, Key);
                DeactivateOnIdle();
            }
        }
    }

    async Task<ClosingFacts> Facts()
    {
        // A lot whose time is over is neither bonus nor money; until that is booked, the balance still counts it.
        await Wallet.BookExpiries();
        var wallet = await Wallet.Get();
        var pending = await _services.States.ListAsync(new StateFilter(StateNames.Deposit, Owner.ToString(), nameof(DepositStatus.Pending).ToUpperInvariant()), 50);
        var bonus = wallet.Lots?.Sum(lot => lot.RemainingIdr) ?? 0;
        return new ClosingFacts(
            await _services.Rows.CountServersAsync(Owner.Value), pending.Rows.Count, Math.Max(0, wallet.AvailableIdr - bonus), bonus, wallet.HeldIdr, wallet.DebtIdr,
            await _services.Rows.CountPayoutsAsync(Owner.Value));
    }

    static string Figure(ClosingObstacle obstacle, ClosingFacts facts) => (obstacle switch
    {
        ClosingObstacle.ServersExist => facts.Servers,
        ClosingObstacle.PaymentsPending => facts.PendingPayments,
        ClosingObstacle.PayoutPending => facts.PendingPayouts,
        ClosingObstacle.MoneyHeld => facts.HeldIdr,
        ClosingObstacle.OutstandingDebt => facts.DebtIdr,
        _ => facts.OrdinaryIdr,
    }).ToString(CultureInfo.InvariantCulture);

    Task Hit(string failPoint) => _failPoints.Hit(failPoint, Key);

    static partial class Log
    {
        [LoggerMessage(2330, LogLevel.Error, "Closing {Account}: a step broke; the sweeper will go on")]
        public static partial void WorkBroke(ILogger logger, Exception exception, string account);
    }
}
