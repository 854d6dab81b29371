using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Providers;
using Webrana.Data.Deposits;
using Webrana.Data.Shop;
using Webrana.Domain.Deposits;

namespace Webrana.Grains.Deposits;

/// <summary>Decides whether a new top-up may be started. Refuses before anything is stored or sent.</summary>
public sealed class DepositAdmission(
    DepositGateway gateway, DepositPlaces places, ShopState shop, IGrainFactory grains, TimeProvider time, IOptions<DepositOptions> options)
{
    /// <summary>The channel to use and what is promised beside the money, or why not. Takes one of the customer's places for this deposit.</summary>
    public async Task<Result<Admission, DepositError>> Admit(DepositId deposit, CreateDeposit command)
    {
        if ((await shop.ReadAsync()).IsStopped(ShopSwitch.Deposits)) return DepositError.DepositsStopped;

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
            _ => await WithPromo(deposit, channel, command),
        };
    }

    /// <summary>What applies to this deposit now: the code's promo, or without a code the best one that applies by itself.</summary>
    public async Task<Result<PromoOffer, DepositError>> Offer(PromoClaim claim)
    {
        var offered = await grains.GetGrain<IPromoDeskGrain>(GrainKeys.PromoDesk()).Evaluate(claim);
        return offered.TryGet(out var offer) ? offer : ErrorOf(offered.Error!.Value, offered.Detail);
    }

    /// <summary>Why a code does not apply, as far as the customer may know it; the rest is deliberately one answer.</summary>
    public static Result<PromoOffer, DepositError> ErrorOf(PromoError error, string? detail) => error switch
    {
        PromoError.BelowMinimumDeposit =>
            Result<PromoOffer, DepositError>.Refused(DepositError.PromoBelowMinimum, $"This code is for top-ups of at least {detail} rupiah."),
        PromoError.WrongChannel => DepositError.PromoWrongChannel,
        PromoError.UsedUpByUser => DepositError.PromoAlreadyUsed,
        _ => DepositError.PromoCodeInvalid,
    };

    // The code before the place: a refused code must not cost one of the few.
    async Task<Result<Admission, DepositError>> WithPromo(DepositId deposit, PaymentChannel channel, CreateDeposit command)
    {
        var offered = await Offer(new PromoClaim(command.Owner, command.AmountIdr, command.MethodCode, command.PromoCode));
        if (!offered.TryGet(out var offer)) return Refused(offered.Error!.Value, offered.Detail);
        var most = options.Value.MaximumPendingPerUser;
        return most <= 0 || await places.TakeAsync(command.Owner.Value, deposit.Value, most, time.GetUtcNow())
            ? new Admission(channel, offer.Grant)
            : Refused(DepositError.TooManyPendingDeposits, $"At most {most} top-ups may wait for payment at once.");
    }

    static Result<Admission, DepositError> Refused(DepositError error, string? detail) => Result<Admission, DepositError>.Refused(error, detail);
}

/// <param name="Promo">What the code, or the best promo, promises; null when none applies.</param>
public sealed record Admission(PaymentChannel Channel, PromoGrant? Promo);
