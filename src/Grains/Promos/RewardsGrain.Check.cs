using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Promos;

namespace Webrana.Grains.Promos;

// A welcome whose phone number another account gave too waits for a person, as a doubted referral does (ADR 56). Its owner is told that it is
// looked at and how it ended, never why: the reason may be somebody else's account.
public sealed partial class RewardsGrain
{
    /// <inheritdoc/>
    public async Task<Result<WelcomeReview, RewardsError>> GetWelcomeReview()
    {
        if (_state.Value is not { Welcome: { Stage: RewardStage.InReview } welcome, WelcomeCheck: { } check } state) return RewardsError.NotFound;
        var other = _hasher.Phone(state.Phone) is { } number ? await _identities.OtherOfPhoneAsync(number, Owner.Value) : null;
        return new WelcomeReview(
            Owner, other is { } known ? new UserId(known) : null, welcome.PromoId, welcome.Name, welcome.AmountIdr, [ReferralDoubt.SharedPhone],
            DateTimeOffset.FromUnixTimeMilliseconds(check.FlaggedAtMs));
    }

    /// <inheritdoc/>
    public async Task<Result<Done, RewardsError>> DecideWelcome(DecideReview decision)
    {
        if (_state.Value.WelcomeCheck is null) return RewardsError.NotFound;
        await Update(state => state is { Welcome: { Stage: RewardStage.InReview } welcome, WelcomeCheck: { Pay: null } check }
            ? state with
            {
                // A lot lasts from the decision on: nobody loses days of a bonus by waiting for it.
                Welcome = welcome with { Stage = decision.Pay ? RewardStage.Intended : RewardStage.Refused, AtMs = NowMs },
                WelcomeCheck = check with { Pay = decision.Pay, DecidedBy = decision.Actor, Note = decision.Note },
            }
            : null);
        if (_state.Value.WelcomeCheck?.Pay != decision.Pay) return RewardsError.AlreadyDecided;
        WorkBehind();
        return Done.Instance;
    }

    /// <summary>The number that promos compare at this moment, noted as this account's; the one of the confirmation where there is no contact.</summary>
    async Task<string?> NoteNumber()
    {
        var contact = await GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(Owner)).GetContact();
        var number = contact.TryGet(out var known) ? known.Phone : _state.Value.Phone;
        if (_hasher.Phone(number) is { } hash) await _identities.NotePhoneAsync(hash, Owner.Value);
        return number;
    }

    RewardsState Doubted(RewardsState state, Reward welcome)
    {
        Log.WelcomeDoubted(_logger, Owner.ToString(), ReferralDoubt.SharedPhone);
        return state with { Welcome = welcome with { Stage = RewardStage.InReview }, WelcomeCheck = state.WelcomeCheck ?? new WelcomeCheck(NowMs) };
    }

    /// <summary>An account that is closed waits for nobody any more, and nobody is left to be told.</summary>
    static RewardsState WithoutWaiting(RewardsState state) => state switch
    {
        { Welcome: { Stage: RewardStage.InReview } welcome, WelcomeCheck: { } check } => state with
        {
            Welcome = welcome with { Stage = RewardStage.Refused },
            WelcomeCheck = check with { Told = true, Pay = false, DecidedBy = "system", Note = "The account was closed.", Answered = true },
        },
        { WelcomeCheck: { } check } => state with { WelcomeCheck = check with { Told = true, Answered = true } },
        _ => state,
    };

    async Task<bool> TellOfCheck(Reward welcome, WelcomeCheck check)
    {
        var notice = check.Pay is null
            ? Notice.BonusInReview("welcome-in-review", welcome.AmountIdr, NameOf(welcome))
            : Notice.BonusRefused("welcome-refused", NameOf(welcome));
        var told = await GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(Owner)).Notify(notice);
        await Arrow("rewards.check_told");
        if (told.Error is { } error and not AccountError.NotFound)
        {
            Log.Delayed(_logger, Owner.ToString(), error.ToString());
            return false;
        }
        await Update(state => state.WelcomeCheck is { } now ? state with { WelcomeCheck = check.Pay is null ? now with { Told = true } : now with { Answered = true } } : null);
        return true;
    }
}
