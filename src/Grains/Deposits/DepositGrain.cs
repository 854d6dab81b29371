using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Desk;
using Webrana.Data.Faults;
using Webrana.Domain.Deposits;
using Webrana.Grains.Common;
using Webrana.Grains.Promos;

namespace Webrana.Grains.Deposits;

/// <summary>
/// One top-up. Commands only write what they were told; everything else is done by one worker that reads the next step from the
/// committed state (<see cref="DepositFlow"/>), so that a crash at any arrow is continued by whoever wakes the grain next.
/// </summary>
/// <remarks>
/// Reentrant, because a callback may arrive while our own create still waits for its answer, and a turn must not be held across the
/// gateway. <see cref="DurableState{T}"/> queues the writes, and each of them decides over what is committed.
/// </remarks>
[GrainType("deposit"), Reentrant]
public sealed partial class DepositGrain : Grain, IDepositGrain
{
    // A deposit has a handful of steps; more in one go would be a loop.
    const int MaximumSteps = 32;

    readonly DurableState<DepositState> _state;
    readonly DepositGateway _gateway;
    readonly DepositAdmission _admission;
    readonly DepositNotices _notices;
    readonly PaymentCases _cases;
    readonly Lookups _lookups;
    readonly PromoOptions _promos;
    readonly FailPoints _failPoints;
    readonly TimeProvider _time;
    readonly ILogger<DepositGrain> _logger;
    Task? _opening;
    Task<WakeOutcome>? _working;

    public DepositGrain(
        [PersistentState(StateNames.Deposit, StorageNames.State)] IPersistentState<DepositState> storage,
        DepositGateway gateway,
        DepositAdmission admission,
        DepositNotices notices,
        PaymentCases cases,
        Lookups lookups,
        IOptions<PromoOptions> promos,
        FailPoints failPoints,
        TimeProvider time,
        ILogger<DepositGrain> logger)
    {
        _state = new DurableState<DepositState>(storage, this);
        (_cases, _lookups) = (cases, lookups);
        (_gateway, _admission, _notices, _promos, _failPoints, _time, _logger) = (gateway, admission, notices, promos.Value, failPoints, time, logger);
    }

    DepositId Id => new(GrainKeys.Guid(this.GetPrimaryKeyString(), "deposit"));

    /// <inheritdoc/>
    public async Task<Result<DepositView, DepositError>> Create(CreateDeposit command)
    {
        var intendedNow = false;
        if (!_state.Value.Exists)
        {
            var admitted = await _admission.Admit(Id, command);
            if (!admitted.TryGet(out var admission)) return Result<DepositView, DepositError>.Refused(admitted.Error!.Value, admitted.Detail);
            intendedNow = await Update(state =>
                state.Exists ? null : DepositChanges.Intended(
                    Id, command, admission.Channel.Name, admission.Channel.CustomerFeeIdr, _time.GetUtcNow(), admission.Promo, HeldUntilMs()));
            await Arrow("deposit.intent_stored");
        }
        if (!DepositChanges.IsSameRequest(_state.Value, command)) return DepositError.OperationConflict;

        if (!IsOpen && !_state.Value.GivenUp)
        {
            if (_opening is not { IsCompleted: false }) _opening = Open(mayHaveBeenSent: !intendedNow);
            await _opening;
        }
        if (!IsOpen && _state.Value.Promo?.Stage == PromoStage.Lost) return _codeRefusal ?? DepositError.PromoCodeInvalid;
        return IsOpen
            ? DepositViews.Of(_state.Value)
            : Result<DepositView, DepositError>.Refused(DepositError.GatewayUnavailable, "The payment gateway did not create the transaction. No money moved.");
    }

    /// <inheritdoc/>
    public Task<Result<DepositView, DepositError>> Get() =>
        Task.FromResult<Result<DepositView, DepositError>>(_state.Value.Exists ? DepositViews.Of(_state.Value) : DepositError.NotFound);

    /// <inheritdoc/>
    public async Task<Result<Done, DepositError>> PaymentNoticed(PaymentNotice notice)
    {
        if (!_state.Value.Exists || notice.MerchantRef != _state.Value.MerchantRef) return DepositError.NotFound;

        if (DepositFlow.Find(_state.Value, notice.Reference) is { } named
            && !PaymentJudgement.NoticeFits(DepositFlow.Expectation(_state.Value, named), notice.TotalAmountIdr))
            await OpenCase(PaymentCaseKind.WrongAmount, notice.Reference, notice.TotalAmountIdr);
        var doubt = _state.Value.Review;
        await Update(state => DepositChanges.Noticed(state, notice));
        if (_state.Value.Review is { } review && review != doubt) Log.Disagrees(_logger, Id, notice.Reference, review);
        await Arrow("deposit.notice_stored");
        WorkBehind();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<WakeOutcome> Wake()
    {
        if (!_state.Value.Exists || !(_state.Value.List.DueAt <= NowMs)) return WakeOutcome.Settled;
        return await Work();
    }

    bool IsOpen => _state.Value.Payments.Any(payment => payment.Ours);

    long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    Task<WakeOutcome> Work() => _working is { IsCompleted: false } running ? running : _working = WorkAsync();

    /// <summary>Goes on without the caller: whatever it does not finish is due in the stored state.</summary>
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
                Log.DriveFailed(_logger, exception, Id);
            }
        }
    }

    async Task<WakeOutcome> WorkAsync()
    {
        for (var steps = 0; steps < MaximumSteps; steps++)
        {
            var step = DepositFlow.Next(_state.Value, NowMs);
            if (step.Work == DepositWork.Nothing) return WakeOutcome.Settled;
            if (await Do(step)) continue;
            await Update(state => DepositChanges.Deferred(state, NowMs));
            return WakeOutcome.Deferred;
        }
        return WakeOutcome.MoreDue;
    }

    /// <summary>Does one step; false when it could not be done now.</summary>
    Task<bool> Do(DepositStep step) => step.Work switch
    {
        DepositWork.Search => SearchLater(),
        DepositWork.Confirm => Confirm(step.Reference),
        DepositWork.Credit => Credit(step.Reference),
        DepositWork.GiveBonus => GiveBonus(),
        DepositWork.SettlePromo => SettlePromo(),
        DepositWork.ReleasePromo => ReleasePromo(),
        DepositWork.Reverse => Reverse(step.Reference),
        DepositWork.TakeBackPromo => TakeBackPromo(),
        DepositWork.Tell => Tell(step.Reference),
        _ => throw new InvalidOperationException($"Unknown step {step.Work}."),
    };

    /// <summary>Writes the next state; when the deposit's standing changed, its owner's pages are told.</summary>
    async Task<bool> Update(Func<DepositState, DepositState?> change)
    {
        var before = _state.Value.Exists ? DepositFlow.StatusOf(_state.Value) : (DepositStatus?)null;
        var written = await _state.Update(state =>
            change(state) is { } next && !ReferenceEquals(next, state) ? DepositFlow.Settle(next, _time.GetUtcNow()) : null);
        if (written && before is { } old && old != DepositFlow.StatusOf(_state.Value)) _notices.Changed(_state.Value);
        return written;
    }

    /// <summary>A named place where tests kill, hang or break the process.</summary>
    Task Arrow(string name) => _failPoints.Hit(name, this.GetPrimaryKeyString());
}
