using Webrana.Contracts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Wallets;
using Webrana.Domain.Ledger;
using Webrana.Domain.Promos;
using Webrana.Grains.Deposits;

namespace Webrana.Grains.Promos;

// Intent, reservation, money, usage: each step asks or tells one other grain and then writes what came of it. Dying in between repeats it
// under the same subject and operation id.
public sealed partial class RewardsGrain
{
    string WelcomeSubject => $"welcome:{Owner}";

    /// <summary>Does one step; false when it could not be done now.</summary>
    async Task<bool> Step()
    {
        var state = _state.Value;
        try
        {
            if (!state.Welcomed) return await Welcome(state);
            if (state.Welcome is { IsOpen: true } welcome) return await Advance(welcome, next => Update(now => now with { Welcome = next }), NextWelcome);
            if (state.Referral is { Stage: ReferralStage.TakenBack, Closed: false } refunded) return await TakeBackReferral(refunded);
            if (state.Referral is { Stage: ReferralStage.Paying } referral) return await PayReferral(referral);
            // Words last: a notice that cannot be written holds up nobody's money.
            return await TellOfCheck(state.Welcome!, state.WelcomeCheck!);
        }
        catch (Exception exception) when (Infrastructure.IsCause(exception))
        {
            Log.Delayed(_logger, Owner.ToString(), exception.GetType().Name);
            return false;
        }
    }

    // Whose mailbox had a welcome had it. A phone number is not proven, and families share one: a person decides then.
    async Task<bool> Welcome(RewardsState state)
    {
        var first = await NextWelcome([]);
        byte[][] proven = [_hasher.Account(Owner), _hasher.Email(state.Email!)];
        var phone = _hasher.Phone(state.Phone);
        if (phone is not null) await _identities.NotePhoneAsync(phone, Owner.Value);
        var now = _time.GetUtcNow();
        if (first is null || await _identities.ClaimAsync("welcome", phone is null ? proven : [.. proven, phone], WelcomeSubject, now))
            return await Update(next => next with { Welcomed = true, Welcome = first });
        // Without the number it is this person's own; with it, another account's too.
        return phone is not null && await _identities.ClaimAsync("welcome", proven, WelcomeSubject, now)
            ? await Update(next => Doubted(next with { Welcomed = true }, first))
            : await Update(next => next with { Welcomed = true, Welcome = null });
    }

    async Task<Reward?> NextWelcome(EquatableList<string> tried)
    {
        var now = _time.GetUtcNow();
        var best = (await _shelf.ActiveAsync())
            .Where(promo => PromoShelf.IsForConfirmation(promo) && !tried.Contains(promo.PromoId))
            .Where(promo => PromoRules.Evaluate(promo.Definition.ToTerms(), new PromoQuestion(0, null, IsNewUser: true), now).Refusal is null)
            .OrderByDescending(promo => promo.Definition.Value).ThenByDescending(promo => promo.Definition.Priority)
            .ThenBy(promo => promo.PromoId, StringComparer.Ordinal).FirstOrDefault();
        return best is null
            ? null
            : new Reward(best.PromoId, best.Definition.Name, WelcomeSubject, Owner.Value, best.Definition.Value, best.Definition.BonusExpiryDays, RewardStage.Intended, NowMs, tried);
    }

    static string GrantOperation(Reward reward) => $"promo:{reward.PromoId}:{reward.SubjectId}";

    string NameOf(Reward reward) =>
        reward.SubjectId == WelcomeSubject ? PromoSentences.OfWelcome(reward.Name) : PromoSentences.OfInvitation(reward.Name);

    static PostingReference About(Reward reward, string description) => new(ReferenceType.Promo, reward.PromoId, ContraAccount.PromoExpense, description);

    static DateTimeOffset? LotEnd(Reward reward) => reward.LotDays is { } days ? DateTimeOffset.FromUnixTimeMilliseconds(reward.AtMs).AddDays(days) : null;

    /// <summary>One step of one gift.</summary>
    /// <param name="store">Writes the gift as it is after the step.</param>
    /// <param name="another">Another promo to ask when this one has nothing; null to give up.</param>
    async Task<bool> Advance(Reward reward, Func<Reward, Task> store, Func<EquatableList<string>, Task<Reward?>>? another)
    {
        var promo = GrainFactory.GetGrain<IPromoGrain>(GrainKeys.Promo(reward.PromoId));
        var user = new UserId(reward.User);
        switch (reward.Stage)
        {
            case RewardStage.Intended:
                var reserved = reward.SubjectId == WelcomeSubject
                    ? await promo.Reserve(reward.SubjectId, new PromoClaim(user, 0, null, null, NumberIsCleared: _state.Value.WelcomeCheck?.Pay == true))
                    : await promo.ReserveReward(reward.SubjectId, user, reward.AmountIdr);
                await Arrow("rewards.reserved");
                if (reserved.TryGet(out var grant))
                {
                    await store(reward with { Stage = RewardStage.Reserved, AmountIdr = grant.AmountIdr, LotDays = grant.BonusExpiryDays, Name = grant.Name });
                    return true;
                }
                Log.Refused(_logger, Owner.ToString(), reward.PromoId, reward.SubjectId, reserved.Error!.Value);
                if (reserved.Error == PromoError.SharedNumber)
                {
                    // The number was changed, or given by somebody else, since it was compared: whoever decides is shown whose the new one is.
                    var number = await NoteNumber();
                    await Update(state => Doubted(state.Email is null ? state : state with { Phone = number }, reward));
                    return true;
                }
                var next = another is null ? null : await another([.. reward.Tried, reward.PromoId]);
                if (next is null && reward.SubjectId == WelcomeSubject) await _identities.ReleaseAsync("welcome", WelcomeSubject);
                await store(next ?? reward with { Stage = RewardStage.Refused });
                return true;

            case RewardStage.Reserved:
                var posted = await GrainFactory.GetGrain<IWalletGrain>(GrainKeys.Wallet(user)).GrantBonus(new GrantBonusCommand(
                    GrantOperation(reward), reward.AmountIdr, LotEnd(reward), About(reward, NameOf(reward))));
                await Arrow("rewards.given");
                if (!posted.IsOk)
                {
                    Log.Delayed(_logger, Owner.ToString(), posted.Error!.Value.ToString());
                    return false;
                }
                await store(reward with { Stage = RewardStage.Given });
                Log.Given(_logger, Owner.ToString(), reward.SubjectId, reward.AmountIdr, reward.PromoId);
                return true;

            default:
                // A server of theirs may be waiting for just this money, and would not look at the balance by itself for days.
                await GrainFactory.GetGrain<IMoneyArrivalGrain>(GrainKeys.MoneyArrival(user)).Announce();
                await Arrow("rewards.announced");
                await promo.Commit(reward.SubjectId);
                await Arrow("rewards.committed");
                await store(reward with { Stage = RewardStage.Settled });
                return true;
        }
    }
}
