using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Data.Promos;
using Webrana.Data.States;
using Webrana.Domain.Promos;
using Webrana.Grains.Common;

namespace Webrana.Grains.Promos;

/// <summary>
/// One promo. The grain evaluates its conditions; places are counted by <see cref="PromoUsages"/>, under a lock in PostgreSQL, because
/// two activations may live at once and a promo for a thousand must not be given to a thousand and one.
/// </summary>
[GrainType("promo")]
public sealed class PromoGrain : Grain, IPromoGrain
{
    readonly DurableState<PromoState> _state;
    readonly PromoUsages _usages;
    readonly StateQueries _states;
    readonly TimeProvider _time;

    public PromoGrain(
        [PersistentState(StateNames.Promo, StorageNames.State)] IPersistentState<PromoState> storage, PromoUsages usages, StateQueries states, TimeProvider time)
    {
        _state = new DurableState<PromoState>(storage, this);
        (_usages, _states, _time) = (usages, states, time);
    }

    string PromoId => GrainKeys.Suffix(this.GetPrimaryKeyString(), "promo");

    /// <inheritdoc/>
    public async Task<Result<PromoView, PromoError>> Define(DefinePromo command)
    {
        var wanted = PromoState.Of(command, _time.GetUtcNow());
        if (_state.Value.Exists)
        {
            var known = _state.Value;
            return known == wanted with { CreatedAtMs = known.CreatedAtMs } ? await View() : PromoError.OperationConflict;
        }
        var codeIsSound = command.Code is null || wanted.Code is not null;
        var limitsAreSound = command.MaxUsagePerUser is >= 1 and <= 1_000 && command.MaxUsageTotal is null or >= 1 && command.LotDays is null or >= 1;
        if (!wanted.Exists || !codeIsSound || !limitsAreSound || !PromoRules.AreSound(wanted.ToTerms())) return PromoError.InvalidDefinition;

        // The code first: a promo without its code would be a promo that applies to nobody; a code without its promo is found to be nothing.
        if (wanted.Code is { } code && !await _usages.ClaimCodeAsync(code, PromoId)) return PromoError.CodeTaken;
        await _state.Update(_ => wanted);
        return await View();
    }

    /// <inheritdoc/>
    public async Task<Result<PromoView, PromoError>> Get() => _state.Value.Exists ? await View() : PromoError.NotFound;

    /// <inheritdoc/>
    public async Task<Result<PromoGrant, PromoError>> Quote(UserId user, long depositIdr)
    {
        var evaluated = await Evaluate(user, depositIdr);
        if (evaluated.IsOk && _state.Value.MaxUsageTotal is { } most && (await _usages.TotalsAsync(PromoId)).Used >= most) return PromoError.SoldOut;
        return evaluated;
    }

    /// <inheritdoc/>
    public async Task<Result<PromoGrant, PromoError>> Reserve(string subjectId, UserId user, long depositIdr)
    {
        // A live usage was promised under the conditions of its day; they are not asked again.
        if (_state.Value.Exists && await _usages.LiveAmountAsync(PromoId, subjectId) is { } promised) return Grant(promised);

        var evaluated = await Evaluate(user, depositIdr);
        if (!evaluated.TryGet(out var grant)) return evaluated;
        var reserved = await _usages.ReserveAsync(
            PromoId, subjectId, user.Value, grant.AmountIdr, _state.Value.MaxUsageTotal, _state.Value.MaxUsagePerUser, _time.GetUtcNow());
        return reserved.Outcome switch
        {
            ReservationOutcome.SoldOut => PromoError.SoldOut,
            ReservationOutcome.UsedUpByUser => PromoError.UsedUpByUser,
            _ => Grant(reserved.AmountIdr),
        };
    }

    /// <inheritdoc/>
    public async Task<Result<Done, PromoError>> Commit(string subjectId) =>
        await _usages.CommitAsync(PromoId, subjectId, _time.GetUtcNow()) ? Done.Instance : PromoError.NotFound;

    /// <inheritdoc/>
    public async Task<Result<Done, PromoError>> Release(string subjectId)
    {
        await _usages.ReleaseAsync(PromoId, subjectId);
        return Done.Instance;
    }

    async Task<Result<PromoGrant, PromoError>> Evaluate(UserId user, long depositIdr)
    {
        if (!_state.Value.Exists) return PromoError.NotFound;
        var verdict = PromoRules.Evaluate(_state.Value.ToTerms(), depositIdr, await IsNew(user), _time.GetUtcNow());
        return verdict.Refusal switch
        {
            null => Grant(verdict.AmountIdr),
            PromoRefusal.NotActive => PromoError.NotActive,
            PromoRefusal.NotStarted => PromoError.NotStarted,
            PromoRefusal.Ended => PromoError.Ended,
            PromoRefusal.BelowMinimumDeposit => PromoError.BelowMinimumDeposit,
            PromoRefusal.NotNewUser => PromoError.NotNewUser,
            PromoRefusal.NotForDeposits => PromoError.NotForDeposits,
            _ => PromoError.NothingToGive,
        };
    }

    async Task<bool> IsNew(UserId user) =>
        (await _states.ListAsync(new StateFilter(StateNames.Deposit, user.ToString(), "PAID"), 1)).Rows.Count == 0;

    PromoGrant Grant(long amountIdr) =>
        new(PromoId, _state.Value.Name, amountIdr, _state.Value.Type != PromoType.DepositCashback, _state.Value.LotDays);

    async Task<PromoView> View()
    {
        var totals = await _usages.TotalsAsync(PromoId);
        var state = _state.Value;
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var status = state switch
        {
            { IsActive: false } => PromoStatus.Off,
            _ when now < state.StartsAtMs => PromoStatus.Soon,
            _ when now >= state.EndsAtMs => PromoStatus.Ended,
            _ when totals.Used >= state.MaxUsageTotal => PromoStatus.SoldOut,
            _ => PromoStatus.On,
        };
        return new PromoView(PromoId, state.ToDefinition(), status, totals.Used, totals.GrantedIdr, DateTimeOffset.FromUnixTimeMilliseconds(state.CreatedAtMs));
    }
}
