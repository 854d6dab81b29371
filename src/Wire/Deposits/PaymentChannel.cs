namespace Webrana.Wire.Deposits;

/// <summary>One entry of <c>GET /api/v1/wallet/channels?amount=</c> (a plain list: <see cref="Page{T}"/> without a cursor).</summary>
/// <param name="Code">As <see cref="CreateDepositRequest.PaymentMethod"/> wants it: <c>BRIVA</c>, <c>QRIS</c>, …</param>
/// <param name="Name">For people: <c>BRI Virtual Account</c>.</param>
/// <param name="Group"><c>Virtual Account</c>, <c>E-Wallet</c>, <c>Convenience Store</c>, …</param>
/// <param name="CustomerFee">IDR on top of the amount asked about; without <c>?amount=</c> the fee at the channel's minimum.</param>
/// <param name="MinimumAmount">IDR.</param>
/// <param name="MaximumAmount">IDR.</param>
/// <param name="Active">False: shown, but not to be chosen.</param>
public sealed record PaymentChannel(
    string Code, string Name, string Group, long CustomerFee, long MinimumAmount, long MaximumAmount, bool Active);
