using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Providers;
using Webrana.Data.States;
using Webrana.Domain.Deposits;

namespace Webrana.Grains.Deposits;

/// <summary>Decides whether a new top-up may be started. Refuses before anything is stored or sent.</summary>
public sealed class DepositAdmission(DepositGateway gateway, StateQueries states, IOptions<DepositOptions> options)
{
    /// <summary>The channel to use, or why not.</summary>
    public async Task<Result<PaymentChannel, DepositError>> Admit(CreateDeposit command)
    {
        // Before the channels are asked: nobody computes the fee of a nonsense amount.
        if (DepositAmount.Judge(command.AmountIdr, null, null) != DepositAmountVerdict.Accepted) return DepositError.InvalidAmount;
        if (!string.IsNullOrEmpty(command.PromoCode)) return DepositError.PromoCodeInvalid;

        if (!(await gateway.Account.Channels(command.AmountIdr)).TryGet(out var channels))
            return Result<PaymentChannel, DepositError>.Refused(DepositError.GatewayUnavailable, "The payment channels are not known at the moment.");
        var channel = channels.Items.FirstOrDefault(item => item.Code == command.MethodCode);
        if (channel is not { Active: true }) return DepositError.PaymentMethodUnavailable;

        return DepositAmount.Judge(command.AmountIdr, channel.MinimumAmountIdr, channel.MaximumAmountIdr) switch
        {
            DepositAmountVerdict.BelowMinimum => Refused(DepositError.AmountBelowMinimum, $"{channel.Name} takes at least {channel.MinimumAmountIdr} rupiah."),
            DepositAmountVerdict.AboveMaximum => Refused(DepositError.AmountAboveMaximum, $"{channel.Name} takes at most {channel.MaximumAmountIdr} rupiah."),
            DepositAmountVerdict.Invalid => DepositError.InvalidAmount,
            _ when await HasTooManyPending(command.Owner) => Refused(
                DepositError.TooManyPendingDeposits, $"At most {options.Value.MaximumPendingPerUser} top-ups may wait for payment at once."),
            _ => channel,
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

    static Result<PaymentChannel, DepositError> Refused(DepositError error, string detail) => Result<PaymentChannel, DepositError>.Refused(error, detail);
}
