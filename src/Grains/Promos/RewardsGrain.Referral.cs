using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Data.Promos;
using Webrana.Domain.Promos;

namespace Webrana.Grains.Promos;

// The reward for an invitation: decided once, when a referral promo is on and a deposit is large enough for it, for the invited person's first
// such deposit. Who paid one before, while none was on, has come without it.
public sealed partial class RewardsGrain
{
    string ReferralSubject => $"{UsageLimits.Inviter}{Owner}";

    async Task Invited(UserId referrer, DepositId deposit, long amountIdr)
    {
        // No promo that takes this deposit: a later one may be the first that counts.
        if (await ReferralPromo(amountIdr) is not { } promo) return;
        var terms = promo.Definition.ToTerms();
        var refereeIdr = PromoRules.RefereeValue(terms, amountIdr);
        var inviter = await _people.PersonAsync(referrer.Value);
        var doubts = inviter is null ? [] : await DoubtsAbout(inviter);
        var reason = inviter is null ? "no_referrer"
            : IsSamePerson(inviter) ? "same_person"
            : await _paid.ToldAsync(Owner.Value, terms.SmallestDepositIdr, except: GrainKeys.Deposit(deposit)) ? "paid_before"
            : await _identities.ClaimAsync("referee", [_hasher.Account(Owner), _hasher.Email(_state.Value.Email!)], ReferralSubject, _time.GetUtcNow()) ? null
            : "rewarded_before";
        var referral = new Referral(
            reason is not null ? ReferralStage.Refused : doubts.Count > 0 ? ReferralStage.InReview : ReferralStage.Paying,
            deposit.Value,
            amountIdr,
            Gift(promo, ReferralSubject, referrer, PromoRules.Value(terms, amountIdr)),
            refereeIdr > 0 ? Gift(promo, $"referee:{Owner}", Owner, refereeIdr) : null,
            [.. doubts.Select(doubt => (int)doubt)],
            NowMs,
            null,
            reason,
            null,
            null);
        if (referral.Stage == ReferralStage.InReview) Log.Doubted(_logger, Owner.ToString(), string.Join(", ", doubts));
        // The word of its refund may have overtaken the one that it was paid.
        await Update(state => state.Referral is null && !state.Refunded.Contains(deposit.Value) ? state with { Referral = referral } : null);
    }

    Reward Gift(PromoView promo, string subject, UserId user, long amountIdr) =>
        new(promo.PromoId, promo.Definition.Name, subject, user.Value, amountIdr, promo.Definition.BonusExpiryDays, RewardStage.Intended, NowMs, []);

    /// <summary>The referral promo that is on and takes this deposit (any, when none is named), the one that gives the inviter most.</summary>
    async Task<PromoView?> ReferralPromo(long? depositIdr)
    {
        var asked = depositIdr ?? 1_000_000;
        return (await _shelf.ActiveAsync())
            .Where(promo => promo is { Status: PromoStatus.On, Definition: { Type: PromoType.ReferralBonus, Code: null } })
            .Select(promo => (Promo: promo, Terms: promo.Definition.ToTerms()))
            .Where(pair => depositIdr is null || depositIdr >= pair.Terms.SmallestDepositIdr)
            .Where(pair => PromoRules.Value(pair.Terms, asked) > 0)
            .OrderByDescending(pair => PromoRules.Value(pair.Terms, asked)).ThenByDescending(pair => pair.Promo.Definition.Priority)
            .ThenBy(pair => pair.Promo.PromoId, StringComparer.Ordinal)
            .Select(pair => pair.Promo).FirstOrDefault();
    }

    bool IsSamePerson(PersonRow inviter) =>
        inviter.UserId == Owner.Value || PersonIdentity.Email(inviter.Email) == PersonIdentity.Email(_state.Value.Email!);

    // Shared things are no proof: families share phones. A person decides.
    async Task<List<ReferralDoubt>> DoubtsAbout(PersonRow inviter)
    {
        var doubts = new List<ReferralDoubt>();
        if (_hasher.Phone(_state.Value.Phone) is { } phone)
        {
            if (_hasher.Phone(inviter.Phone) is { } other) await _identities.NotePhoneAsync(other, inviter.UserId);
            if (await _identities.NotePhoneAsync(phone, Owner.Value)) doubts.Add(ReferralDoubt.SharedPhone);
        }
        if (await _people.ShareDeviceAsync(Owner.Value, inviter.UserId)) doubts.Add(ReferralDoubt.SharedDevice);
        if (await _people.IsRingAsync(inviter.UserId, Owner.Value)) doubts.Add(ReferralDoubt.Ring);
        if (await _people.HasKeptAsync(inviter.UserId)) doubts.Add(ReferralDoubt.KeptBefore);
        return doubts;
    }

    async Task<bool> PayReferral(Referral referral)
    {
        if (referral.Referrer.IsOpen)
            return await Advance(referral.Referrer, next => Store(now => now with { Referrer = next }), another: null);
        if (referral.Referrer.Stage == RewardStage.Refused)
        {
            // The inviter's month is full or nothing is left: the whole invitation goes without, as the rule said beforehand.
            await Store(now => now.Stage == ReferralStage.Paying ? now with { Stage = ReferralStage.Refused, Reason = "limit" } : now);
            return true;
        }
        if (referral.Referee is { IsOpen: true } referee)
            return await Advance(referee, next => Store(now => now with { Referee = next }), another: null);
        await Store(now => now.Stage == ReferralStage.Paying ? now with { Stage = ReferralStage.Paid, PaidAtMs = NowMs } : now);
        return true;
    }

    Task<bool> Store(Func<Referral, Referral> change) => Update(state => state.Referral is { } referral ? state with { Referral = change(referral) } : null);
}
