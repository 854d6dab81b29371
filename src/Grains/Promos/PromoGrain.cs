using System.Globalization;
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
public sealed partial class PromoGrain : Grain, IPromoGrain
{
    readonly DurableState<PromoState> _state;
    readonly PromoUsages _usages;
    readonly PromoVersions _versions;
    readonly StateQueries _states;
    readonly FailPoints _failPoints;
    readonly TimeProvider _time;

    public PromoGrain(
        [PersistentState(StateNames.Promo, StorageNames.State)] IPersistentState<PromoState> storage,
        PromoUsages usages,
        PromoVersions versions,
        StateQueries states,
        FailPoints failPoints,
        TimeProvider time)
    {
        _state = new DurableState<PromoState>(storage, this);
        (_usages, _versions, _states, _failPoints, _time) = (usages, versions, states, failPoints, time);
    }

    string PromoId => GrainKeys.Suffix(this.GetPrimaryKeyString(), "promo");

    /// <inheritdoc/>
    public async Task<Result<PromoView, PromoError>> Get() => _state.Value.Exists ? await View() : PromoError.NotFound;

    /// <inheritdoc/>
    public async Task<Result<PromoGrant, PromoError>> Quote(PromoClaim claim)
    {
        var evaluated = await Evaluate(claim);
        if (evaluated.IsOk && _state.Value.MaxUsageTotal is { } most && (await _usages.TotalsAsync(PromoId)).Used >= most) return PromoError.SoldOut;
        return evaluated;
    }

    /// <inheritdoc/>
    public async Task<Result<PromoGrant, PromoError>> Reserve(string subjectId, PromoClaim claim)
    {
        // A live usage was promised under the conditions of its day; they are not asked again.
        if (_state.Value.Exists && await _usages.LiveAmountAsync(PromoId, subjectId) is { } promised) return Grant(promised);

        var evaluated = await Evaluate(claim);
        if (!evaluated.TryGet(out var grant)) return evaluated;
        var reserved = await _usages.ReserveAsync(
            PromoId, subjectId, claim.User.Value, grant.AmountIdr, _state.Value.MaxUsageTotal, _state.Value.MaxUsagePerUser, _time.GetUtcNow());
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

    async Task<Result<PromoGrant, PromoError>> Evaluate(PromoClaim claim)
    {
        var state = _state.Value;
        // With a code it never applies by itself, and a code that was changed or archived away is no code any more.
        if (!state.Exists || state.Archived || state.Code != PromoCode.Normalise(claim.Code)) return PromoError.NotFound;
        var terms = state.ToDefinition().ToTerms();
        var isNew = !terms.AsksForNewUser || await IsNew(claim.User);
        var verdict = PromoRules.Evaluate(terms, new PromoQuestion(claim.AmountIdr, claim.MethodCode, isNew), _time.GetUtcNow());
        if (verdict.Refusal is not { } refusal) return Grant(verdict.AmountIdr);
        var detail = refusal == PromoRefusal.BelowMinimumDeposit ? terms.SmallestDepositIdr.ToString(CultureInfo.InvariantCulture) : null;
        return Result<PromoGrant, PromoError>.Refused(refusal.ToError(), detail);
    }

    async Task<bool> IsNew(UserId user) =>
        (await _states.ListAsync(new StateFilter(StateNames.Deposit, user.ToString(), "PAID"), 1)).Rows.Count == 0;

    PromoGrant Grant(long amountIdr) =>
        new(PromoId, _state.Value.Name, amountIdr, _state.Value.Type != PromoType.DepositCashback, _state.Value.BonusExpiryDays);

    async Task<PromoView> View()
    {
        var totals = await _usages.TotalsAsync(PromoId);
        var state = _state.Value;
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var status = state switch
        {
            { Archived: true } => PromoStatus.Archived,
            { IsActive: false } => PromoStatus.Off,
            _ when now < state.StartsAtMs => PromoStatus.Soon,
            _ when now >= state.EndsAtMs => PromoStatus.Ended,
            _ when totals.Used >= state.MaxUsageTotal || totals.GrantedIdr >= state.BudgetIdr => PromoStatus.SoldOut,
            _ => PromoStatus.On,
        };
        return new PromoView(
            PromoId, state.ToDefinition(), status, totals.Used, totals.GrantedIdr, DateTimeOffset.FromUnixTimeMilliseconds(state.CreatedAtMs), state.Version,
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(state.UpdatedAtMs, state.CreatedAtMs)));
    }
}
