using System.Globalization;
using Orleans.Concurrency;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Data.Faults;
using Webrana.Data.Promos;
using Webrana.Domain.Promos;
using Webrana.Grains.Common;

namespace Webrana.Grains.Promos;

/// <summary>
/// One promo: evaluates its conditions and is the single writer of its usages. Two activations of it are slow, never wrong: every write is
/// fenced by the version of the counters it was decided on, because a promo for a thousand must not be given to a thousand and one.
/// </summary>
/// <remarks>Reentrant: claims queue in the mailbox while the ones before them are written. <see cref="DurableState{T}"/> queues the rule's writes.</remarks>
[GrainType("promo"), Reentrant]
public sealed partial class PromoGrain : Grain, IPromoGrain
{
    readonly DurableState<PromoState> _state;
    readonly PromoUsages _usages;
    readonly PromoVersions _versions;
    readonly PromoIdentities _identities;
    readonly IdentityHasher _hasher;
    readonly PaidDeposits _paid;
    readonly FailPoints _failPoints;
    readonly TimeProvider _time;
    readonly Random _spread;
    PromoTerms? _terms;

    public PromoGrain(
        [PersistentState(StateNames.Promo, StorageNames.State)] IPersistentState<PromoState> storage,
        PromoUsages usages,
        PromoVersions versions,
        PromoIdentities identities,
        IdentityHasher hasher,
        PaidDeposits paid,
        FailPoints failPoints,
        TimeProvider time,
        Random spread)
    {
        _state = new DurableState<PromoState>(storage, this);
        (_usages, _versions, _identities, _hasher, _paid, _failPoints, _time, _spread) = (usages, versions, identities, hasher, paid, failPoints, time, spread);
    }

    string PromoId => GrainKeys.Suffix(this.GetPrimaryKeyString(), "promo");

    PromoTerms Terms => _terms ??= _state.Value.ToDefinition().ToTerms();

    /// <inheritdoc/>
    public async Task<Result<PromoView, PromoError>> Get() => _state.Value.Exists ? await View() : PromoError.NotFound;

    /// <inheritdoc/>
    public async Task<Result<PromoGrant, PromoError>> Quote(PromoClaim claim)
    {
        if (!IsFor(claim)) return PromoError.NotFound;
        if (_soldOut is not null) return PromoError.SoldOut;
        var evaluated = await Evaluate(claim, subjectId: null);
        if (!evaluated.TryGet(out var grant)) return evaluated;
        if (await TakenByAnother(claim) is { } taken) return taken;
        var loaded = await _usages.LoadAsync(new UsageQuestion(PromoId, [], [claim.User.Value]));
        var answer = new UsageBook(loaded.Used, loaded.GrantedIdr, loaded.Places)
            .Apply(new ReservePlace("", claim.User.Value, grant.AmountIdr, _state.Value.Version, Limits()), _time.GetUtcNow());
        // Whoever asks next is told so out of memory.
        if (answer.Outcome == UsageOutcome.SoldOut) await Want(new ReservePlace("", claim.User.Value, 0, 0, Limits()));
        return Answer(answer);
    }

    /// <inheritdoc/>
    public Task<bool> IsGone(string subjectId, string code) => Task.FromResult(
        _soldOut is { } live && _state.Value is { Exists: true, Archived: false } state && state.Code == PromoCode.Normalise(code) && !live.ContainsKey(subjectId));

    /// <inheritdoc/>
    public async Task<Result<PromoGrant, PromoError>> Reserve(string subjectId, PromoClaim claim)
    {
        if (!_state.Value.Exists) return PromoError.NotFound;

        // Sold out: said out of memory, but whoever has a place already is told of it.
        if (_soldOut is { } live) return live.TryGetValue(subjectId, out var held) ? Grant(held) : PromoError.SoldOut;

        var evaluated = IsFor(claim) ? await Evaluate(claim, subjectId) : PromoError.NotFound;
        if (!evaluated.TryGet(out var grant)) return await Promised(subjectId, claim) ?? evaluated;
        if (await ClaimPerson(subjectId, claim) is { } taken) return await Promised(subjectId, claim) ?? taken;
        var answer = await Want(new ReservePlace(subjectId, claim.User.Value, grant.AmountIdr, _state.Value.Version, Limits()));
        // Nothing was given: the person must not be taken for one who had it.
        if (answer.Outcome is UsageOutcome.SoldOut or UsageOutcome.UsedUpByUser) await ReleasePerson(subjectId, claim);
        return Answer(answer);
    }

    /// <inheritdoc/>
    public async Task<Result<PromoGrant, PromoError>> ReserveReward(string subjectId, UserId user, long amountIdr)
    {
        if (!_state.Value.Exists) return PromoError.NotFound;
        if (Terms.Kind != PromoKind.ReferralBonus) return PromoError.NotForDeposits;
        return Answer(await Want(new ReservePlace(subjectId, user.Value, amountIdr, _state.Value.Version, Limits(subjectId))));
    }

    /// <inheritdoc/>
    public async Task<Result<Done, PromoError>> Commit(string subjectId) => Answered(await Want(new GivePlace(subjectId)));

    /// <inheritdoc/>
    public async Task<Result<Done, PromoError>> TakeBack(string subjectId, long keptIdr) => Answered(await Want(new TakeBackPlace(subjectId, keptIdr)));

    /// <inheritdoc/>
    public async Task<Result<Done, PromoError>> Release(string subjectId)
    {
        var released = await Want(new ReleasePlace(subjectId));
        if (released.Outcome != UsageOutcome.AlreadySo && _state.Value.Exists) await ReleasePerson(subjectId, claim: null);
        return Done.Instance;
    }

    /// <summary>What the subject was promised; null when it has no live usage. The conditions of its day and the number given then are not asked again.</summary>
    async Task<Result<PromoGrant, PromoError>?> Promised(string subjectId, PromoClaim claim)
    {
        var known = await Want(new ReservePlace(subjectId, claim.User.Value, 0, 0, Limits()));
        if (known.Outcome != UsageOutcome.AlreadySo) return null;
        return Grant(known.AmountIdr);
    }

    static Result<Done, PromoError> Answered(UsageAnswer answer) => answer.Outcome == UsageOutcome.NoPlace ? PromoError.NotFound : Done.Instance;

    Result<PromoGrant, PromoError> Answer(UsageAnswer answer) => answer.Outcome switch
    {
        UsageOutcome.SoldOut => PromoError.SoldOut,
        UsageOutcome.UsedUpByUser => PromoError.UsedUpByUser,
        _ => Grant(answer.AmountIdr),
    };

    // With a code it never applies by itself, and a code that was changed away is no code any more.
    bool IsFor(PromoClaim claim) =>
        _state.Value is { Exists: true, Archived: false } state && state.Code == PromoCode.Normalise(claim.Code);

    /// <param name="subjectId">The deposit that asks; null while there is none.</param>
    async Task<Result<PromoGrant, PromoError>> Evaluate(PromoClaim claim, string? subjectId)
    {
        var isNew = !Terms.AsksForNewUser || await IsNew(claim.User, subjectId);
        var verdict = PromoRules.Evaluate(Terms, new PromoQuestion(claim.AmountIdr, claim.MethodCode, isNew), _time.GetUtcNow());
        if (verdict.Refusal is not { } refusal) return Grant(verdict.AmountIdr);
        var detail = refusal == PromoRefusal.BelowMinimumDeposit ? Terms.SmallestDepositIdr.ToString(CultureInfo.InvariantCulture) : null;
        return Result<PromoGrant, PromoError>.Refused(refusal.ToError(), detail);
    }

    PromoGrant Grant(long amountIdr) => new(
        PromoId, _state.Value.Name, amountIdr, _state.Value.Type != PromoType.DepositCashback, _state.Value.BonusExpiryDays,
        _state.Value.Type == PromoType.NewUserBonus);

    async Task<PromoView> View()
    {
        var (used, grantedIdr) = await Totals();
        var state = _state.Value;
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var status = state switch
        {
            { Archived: true } => PromoStatus.Archived,
            { IsActive: false } => PromoStatus.Off,
            _ when now < state.StartsAtMs => PromoStatus.Soon,
            _ when now >= state.EndsAtMs => PromoStatus.Ended,
            _ when IsSoldOut((used, grantedIdr)) => PromoStatus.SoldOut,
            _ => PromoStatus.On,
        };
        return new PromoView(
            PromoId, state.ToDefinition(), status, used, grantedIdr, DateTimeOffset.FromUnixTimeMilliseconds(state.CreatedAtMs), state.Version,
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(state.UpdatedAtMs, state.CreatedAtMs)));
    }
}
