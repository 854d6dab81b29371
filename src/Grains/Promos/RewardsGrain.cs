using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Faults;
using Webrana.Data.Promos;
using Webrana.Domain.Promos;
using Webrana.Grains.Common;

namespace Webrana.Grains.Promos;

/// <summary>
/// One person's rewards. Commands write what they were told; one worker does the rest from the committed state, so that a crash at any
/// arrow is continued by whoever wakes the grain next, and every step may be repeated.
/// </summary>
[GrainType("rewards"), Reentrant]
public sealed partial class RewardsGrain : Grain, IRewardsGrain
{
    const int MostSteps = 64;

    readonly DurableState<RewardsState> _state;
    readonly PromoShelf _shelf;
    readonly PromoIdentities _identities;
    readonly IdentityHasher _hasher;
    readonly ReferralQueries _people;
    readonly PaidDeposits _paid;
    readonly FailPoints _failPoints;
    readonly TimeProvider _time;
    readonly ILogger<RewardsGrain> _logger;
    Task<WakeOutcome>? _working;

    public RewardsGrain(
        [PersistentState(StateNames.Rewards, StorageNames.State)] IPersistentState<RewardsState> storage,
        PromoShelf shelf,
        PromoIdentities identities,
        IdentityHasher hasher,
        ReferralQueries people,
        PaidDeposits paid,
        FailPoints failPoints,
        TimeProvider time,
        ILogger<RewardsGrain> logger)
    {
        _state = new DurableState<RewardsState>(storage, this);
        (_shelf, _identities, _hasher, _people, _paid, _failPoints, _time, _logger) = (shelf, identities, hasher, people, paid, failPoints, time, logger);
    }

    UserId Owner => new(GrainKeys.Guid(this.GetPrimaryKeyString(), "rewards"));

    long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task<Result<Done, RewardsError>> EmailConfirmed(PersonFacts person)
    {
        await Know(new PersonRow(person.User.Value, person.Email, person.Phone, person.ReferredBy?.Value));
        WorkBehind();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<Result<Done, RewardsError>> DepositPaid(DepositId deposit, long amountIdr)
    {
        if (_state.Value.Email is null && await _people.PersonAsync(Owner.Value) is { } person) await Know(person);
        if (_state.Value is { ReferredBy: { } referrer, Referral: null }) await Invited(new UserId(referrer), deposit, amountIdr);
        WorkBehind();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<Result<Done, RewardsError>> Forget()
    {
        // A welcome that was never looked for is not looked for any more.
        await _state.Update(state => state is { Email: null, Phone: null, Welcomed: true } || state.User == Guid.Empty
            ? null
            : WithoutWaiting(state) with { Email = null, Phone = null, Welcomed = true });
        return Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<Result<Done, RewardsError>> DepositRefunded(DepositId deposit)
    {
        await Update(state => Refunded(state, deposit.Value));
        await Arrow("rewards.refund_noted");
        WorkBehind();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public Task<Result<ReferralReview, RewardsError>> GetReview() => Task.FromResult<Result<ReferralReview, RewardsError>>(
        _state.Value is { Referral: { Stage: ReferralStage.InReview } referral, ReferredBy: { } referrer }
            ? new ReferralReview(
                Owner, new UserId(referrer), referral.Referrer.PromoId, referral.Referrer.Name, new DepositId(referral.Deposit), referral.DepositIdr,
                referral.Referrer.AmountIdr, referral.Referee?.AmountIdr ?? 0, [.. referral.Doubts.Select(doubt => (ReferralDoubt)doubt)],
                DateTimeOffset.FromUnixTimeMilliseconds(referral.FlaggedAtMs ?? 0))
            : RewardsError.NotFound);

    /// <inheritdoc/>
    public async Task<Result<Done, RewardsError>> DecideReview(DecideReview decision)
    {
        if (_state.Value.Referral is not { } referral || referral is { Stage: not ReferralStage.InReview, DecidedBy: null }) return RewardsError.NotFound;
        if (referral.Stage != ReferralStage.InReview)
            return (referral.Stage is ReferralStage.Paying or ReferralStage.Paid or ReferralStage.TakenBack) == decision.Pay ? Done.Instance : RewardsError.AlreadyDecided;
        await Update(state => state.Referral is { Stage: ReferralStage.InReview } waiting
            ? state with
            {
                Referral = waiting with
                {
                    Stage = decision.Pay ? ReferralStage.Paying : ReferralStage.Refused,
                    Reason = decision.Pay ? null : "reviewer",
                    DecidedBy = decision.Actor,
                    Note = decision.Note,
                },
            }
            : null);
        WorkBehind();
        return Done.Instance;
    }

    /// <inheritdoc/>
    public async Task<ReferralSummary> GetReferrals(int limit, string? cursor)
    {
        var now = _time.GetUtcNow();
        var totals = await _people.TotalsAsync(Owner.Value, PromoMonth.Start(now));
        var (rows, next) = await _people.InvitedAsync(Owner.Value, Math.Clamp(limit, 1, 200), cursor);
        var promo = await ReferralPromo(depositIdr: null);
        return new ReferralSummary(
            totals.EarnedIdr, totals.JoinedCount, totals.PaidCount, totals.PaidSince,
            promo?.Definition is { } rule
                ? new ReferralOffer(promo.PromoId, rule.Name, rule.ValueType, rule.Value, rule.RefereeValue, rule.MinDepositIdr, rule.MonthlyCapPerReferrer, rule.MaxDiscountIdr)
                : null,
            [.. rows.Select(Entry)],
            next);
    }

    /// <inheritdoc/>
    public async Task<WakeOutcome> Wake() => _state.Value.List.DueAt <= NowMs ? await Work() : WakeOutcome.Settled;

    static ReferralEntry Entry(InvitedRow row)
    {
        var stage = Enum.TryParse<ReferralStage>(row.Stage, out var known) ? known : ReferralStage.Joined;
        return new ReferralEntry(
            PersonIdentity.MaskName(row.Name), PersonIdentity.MaskEmail(row.Email), row.JoinedAt, stage, stage switch
            {
                ReferralStage.Paid => row.RewardIdr ?? 0,
                ReferralStage.TakenBack => row.KeptIdr,
                _ => 0,
            },
            stage == ReferralStage.Paid && row.PaidAtMs is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
    }

    Task<bool> Know(PersonRow person) => Update(state => state.Email is not null
        ? null
        : state with { User = Owner.Value, Email = person.Email, Phone = person.Phone, ReferredBy = person.ReferredBy, CreatedAtMs = NowMs });

    Task<bool> Update(Func<RewardsState, RewardsState?> change) =>
        _state.Update(state => change(state) is { } next ? next with { Failures = 0, RetryAtMs = null } : null);

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
                Log.Broke(_logger, exception, Owner.ToString());
            }
        }
    }

    async Task<WakeOutcome> WorkAsync()
    {
        for (var steps = 0; steps < MostSteps && _state.Value.HasWork; steps++)
        {
            if (await Step()) continue;
            await _state.Update(state => state with
            {
                Failures = state.Failures + 1,
                RetryAtMs = NowMs + (long)Domain.Deposits.DepositSchedule.Backoff(state.Failures + 1).TotalMilliseconds,
            });
            return WakeOutcome.Deferred;
        }
        return WakeOutcome.Settled;
    }

    /// <summary>A named place where tests kill, hang or break the process.</summary>
    Task Arrow(string name) => _failPoints.Hit(name, this.GetPrimaryKeyString());
}
