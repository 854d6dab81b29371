using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Providers;
using Webrana.Data.Promos;
using Webrana.Data.States;
using Webrana.Domain.Deposits;
using Webrana.Domain.Promos;

namespace Webrana.Grains.Deposits;

/// <summary>Decides whether a new top-up may be started. Refuses before anything is stored or sent.</summary>
public sealed class DepositAdmission(
    DepositGateway gateway, StateQueries states, PromoUsages promos, IGrainFactory grains, IOptions<DepositOptions> options)
{
    /// <summary>The channel to use and what the code promises, or why not.</summary>
    public async Task<Result<Admission, DepositError>> Admit(CreateDeposit command)
    {
        // Before the channels are asked: nobody computes the fee of a nonsense amount.
        if (DepositAmount.Judge(command.AmountIdr, null, null) != DepositAmountVerdict.Accepted) return DepositError.InvalidAmount;

        if (!(await gateway.Account.Channels(command.AmountIdr)).TryGet(out var channels))
            return Refused(DepositError.GatewayUnavailable, "The payment channels are not known at the moment.");
        var channel = channels.Items.FirstOrDefault(item => item.Code == command.MethodCode);
        if (channel is not { Active: true }) return DepositError.PaymentMethodUnavailable;

        return DepositAmount.Judge(command.AmountIdr, channel.MinimumAmountIdr, channel.MaximumAmountIdr) switch
        {
            DepositAmountVerdict.BelowMinimum => Refused(DepositError.AmountBelowMinimum, $"{channel.Name} takes at least {channel.MinimumAmountIdr} rupiah."),
            DepositAmountVerdict.AboveMaximum => Refused(DepositError.AmountAboveMaximum, $"{channel.Name} takes at most {channel.MaximumAmountIdr} rupiah."),
            DepositAmountVerdict.Invalid => DepositError.InvalidAmount,
            _ when await HasTooManyPending(command.Owner) => Refused(
                DepositError.TooManyPendingDeposits, $"At most {options.Value.MaximumPendingPerUser} top-ups may wait for payment at once."),
            _ => await WithPromo(channel, command),
        };
    }

    /// <summary>Unknown, over, or not for this customer: deliberately one answer, so that codes cannot be guessed apart.</summary>
    async Task<Result<Admission, DepositError>> WithPromo(PaymentChannel channel, CreateDeposit command)
    {
        if (string.IsNullOrWhiteSpace(command.PromoCode)) return new Admission(channel, null);
        if (PromoCode.Normalise(command.PromoCode) is not { } code || await promos.FindByCodeAsync(code) is not { } promoId)
            return DepositError.PromoCodeInvalid;
        var quoted = await grains.GetGrain<IPromoGrain>(GrainKeys.Promo(promoId)).Quote(
            new PromoClaim(command.Owner, command.AmountIdr, command.MethodCode, command.PromoCode));
        if (quoted.TryGet(out var grant)) return new Admission(channel, grant);
        return quoted.Error switch
        {
            PromoError.BelowMinimumDeposit => Refused(DepositError.PromoBelowMinimum, $"This code is for top-ups of at least {quoted.Detail} rupiah."),
            PromoError.WrongChannel => DepositError.PromoWrongChannel,
            PromoError.UsedUpByUser => DepositError.PromoAlreadyUsed,
            _ => DepositError.PromoCodeInvalid,
        };
    }

    // Counted, not locked: two at the same instant may both be the last one. It keeps lists short, it guards no money.
    async Task<bool> HasTooManyPending(UserId owner)
    {
        var limit = options.Value.MaximumPendingPerUser;
        if (limit <= 0) return false;
        var pending = await states.ListAsync(new StateFilter(StateNames.Deposit, owner.ToString(), "PENDING"), limit);
        return pending.Rows.Count >= limit;
    }

    static Result<Admission, DepositError> Refused(DepositError error, string detail) => Result<Admission, DepositError>.Refused(error, detail);
}

/// <param name="Promo">What the code promises; null without one.</param>
public sealed record Admission(PaymentChannel Channel, PromoGrant? Promo);
