using Webrana.Api.Promos;
using Webrana.Contracts.Deposits;
using Webrana.Wire.Deposits;
using DepositStatus = Webrana.Wire.Deposits.DepositStatus;
using PaymentInstruction = Webrana.Wire.Deposits.PaymentInstruction;

namespace Webrana.Api.Deposits;

/// <summary>Top-ups and channels → the wire.</summary>
internal static class DepositMapping
{
    public static Deposit ToWire(this DepositView deposit) => new(
        deposit.DepositId.ToString(), deposit.Owner.ToString(), deposit.MerchantRef, deposit.AmountIdr, deposit.BonusAmountIdr, deposit.TotalCreditIdr,
        Enum.Parse<DepositStatus>(deposit.Status.ToString()), deposit.MethodCode, deposit.PaymentRef, deposit.PayCode, deposit.QrString, deposit.CheckoutUrl,
        deposit.CustomerFeeIdr, deposit.AmountToPayIdr, deposit.ExpiresAt, deposit.PaidAt, deposit.CreatedAt, deposit.UpdatedAt,
        [.. deposit.Instructions.Select(way => new PaymentInstruction(way.Title, way.Steps))], deposit.Bonus?.ToWire());

    /// <summary>Channels without limits of their own are still bounded by what a wallet takes.</summary>
    public static PaymentChannel ToWire(this Contracts.Providers.PaymentChannel channel) => new(
        channel.Code, channel.Name, channel.Group, channel.CustomerFeeIdr, channel.MinimumAmountIdr ?? 1, channel.MaximumAmountIdr ?? MostIdr, channel.Active);

    private const long MostIdr = 1_000_000_000;
}
