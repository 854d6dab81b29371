using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Wallets;

namespace Webrana.Grains.Promos;

// The deposit that earned a referral's reward was given back: so is the reward, by the same kind of steps as it was given in (ADR 48). What
// the inviter has spent of it is left to them, because the refund was not theirs; what the invited person has spent of theirs is owed.
public sealed partial class RewardsGrain
{
    // Words about one deposit overtake each other by moments; a handful is remembered so that the state stays small.
    const int RefundsRemembered = 8;

    RewardsState? Refunded(RewardsState state, Guid deposit)
    {
        // Known, and invited by nobody: there is nothing to take back and never will be.
        if (state is { ReferredBy: null, Email: not null }) return null;
        var next = state.Refunded.Contains(deposit)
            ? state
            : state with
            {
                User = Owner.Value,
                CreatedAtMs = state.CreatedAtMs == 0 ? NowMs : state.CreatedAtMs,
                Refunded = [.. state.Refunded.TakeLast(RefundsRemembered - 1), deposit],
            };
        if (state.Referral is { } referral && referral.Deposit == deposit)
        {
            next = referral.Stage switch
            {
                // Nothing was given yet: forgotten, and a later deposit may be the first one that counts.
                ReferralStage.InReview => next with { Referral = null },
                ReferralStage.Paying or ReferralStage.Paid => next with { Referral = referral with { Stage = ReferralStage.TakenBack } },
                _ => next,
            };
        }
        return ReferenceEquals(next, state) ? null : next;
    }

    async Task<bool> TakeBackReferral(Referral referral)
    {
        if (!referral.Referrer.IsReturned)
            return await Return(referral.Referrer, leaveSpent: true, next => Store(now => now with { Referrer = next }));
        if (referral.Referee is { IsReturned: false } referee)
            return await Return(referee, leaveSpent: false, next => Store(now => now with { Referee = next }));
        if (referral.Referrer.WasNeverGiven && referral.Referee is null or { WasNeverGiven: true })
        {
            // As if it had never been decided: a later deposit may be the first one that counts.
            await Update(state => state with { Referral = null });
            return true;
        }
        if (referral.Referee is { DebtIdr: > 0 and var owedIdr } && !await TellDebt(referral, owedIdr)) return false;
        await Store(now => now with { Closed = true });
        return true;
    }

    /// <summary>One step of one gift on its way back.</summary>
    async Task<bool> Return(Reward reward, bool leaveSpent, Func<Reward, Task> store)
    {
        var promo = GrainFactory.GetGrain<IPromoGrain>(GrainKeys.Promo(reward.PromoId));
        switch (reward.Stage)
        {
            case RewardStage.Intended:
                // It may have been reserved just before the crash.
                await promo.Release(reward.SubjectId);
                await Arrow("rewards.withdrawn");
                await store(reward with { Stage = RewardStage.Withdrawn });
                return true;

            case RewardStage.Reserved:
                return await Forestall(reward, promo, store);

            case RewardStage.Given:
                return await Advance(reward, store, another: null);

            case RewardStage.Returned:
                await promo.TakeBack(reward.SubjectId, reward.KeptIdr);
                await Arrow("rewards.usage_taken_back");
                await store(reward with { Stage = RewardStage.TakenBack });
                return true;

            default:
                return await TakeBack(reward, leaveSpent, store);
        }
    }

    // The wallet may hold it or not: its operation decides, whoever is faster.
    async Task<bool> Forestall(Reward reward, IPromoGrain promo, Func<Reward, Task> store)
    {
        var forestalled = await WalletOf(reward).ForestallBonus(
            new ForestallBonusCommand(GrantOperation(reward), About(reward, PromoSentences.NeverGiven(NameOf(reward)))));
        await Arrow("rewards.forestalled");
        if (forestalled.Error is WalletError.OperationConflict)
        {
            await store(reward with { Stage = RewardStage.Given });
            return true;
        }
        if (!forestalled.IsOk) return Delay(forestalled.Error!.Value);
        await promo.Release(reward.SubjectId);
        await Arrow("rewards.withdrawn");
        await store(reward with { Stage = RewardStage.Forestalled });
        return true;
    }

    async Task<bool> TakeBack(Reward reward, bool leaveSpent, Func<Reward, Task> store)
    {
        var returned = await WalletOf(reward).TakeBackBonus(new TakeBackBonusCommand(
            GrantOperation(reward), reward.AmountIdr, leaveSpent, About(reward, PromoSentences.TakenBack(NameOf(reward)))));
        await Arrow("rewards.taken_back");
        if (!returned.TryGet(out var back)) return Delay(returned.Error!.Value);
        await store(reward with { Stage = RewardStage.Returned, KeptIdr = back.KeptIdr, DebtIdr = back.OwedIdr > 0 ? back.DebtIdr : 0 });
        Log.TakenBack(_logger, Owner.ToString(), reward.SubjectId, back.TakenIdr, back.KeptIdr, back.OwedIdr);
        return true;
    }

    async Task<bool> TellDebt(Referral referral, long owedIdr)
    {
        var told = await GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(Owner)).Notify(Notice.DebtOwed($"reward-owed-{referral.Deposit:D}", owedIdr));
        await Arrow("rewards.debt_told");
        return told.Error is null or AccountError.NotFound;
    }

    bool Delay(WalletError error)
    {
        Log.Delayed(_logger, Owner.ToString(), error.ToString());
        return false;
    }

    IWalletGrain WalletOf(Reward reward) => GrainFactory.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(reward.User)));
}
