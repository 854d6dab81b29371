using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Tripay;
using Webrana.Tripay.Transactions;

namespace Webrana.Grains.Providers;

/// <summary>What the payment desk asks the gateway: evidence for a credit by hand, and the day's payments.</summary>
public sealed partial class TripayAccountGrain
{
    static readonly TimeSpan DeskPatience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<Result<GatewayPayment, TripayAccountError>> Payment(string reference)
    {
        if (!await _turns.WaitAsync(DeskPatience)) return TripayAccountError.BudgetSpent;
        return await _tripay.GetTransactionAsync(reference) is TripayResult<TripayTransaction>.Ok { Value: var transaction }
            ? Told(transaction)
            : TripayAccountError.GatewayUnavailable;
    }

    /// <inheritdoc/>
    public async Task<Result<GatewayPage, TripayAccountError>> PaidPage(int page)
    {
        if (!await _turns.WaitAsync(DeskPatience)) return TripayAccountError.BudgetSpent;
        var listed = await _tripay.ListTransactionsAsync(new TransactionQuery { Status = TripayStatus.Paid, Page = page, NewestFirst = true });
        return listed is TripayResult<TripayPage<TripayTransaction>>.Ok { Value: var transactions }
            ? new GatewayPage([.. transactions.Items.Select(Told)], transactions.NextPage)
            : TripayAccountError.GatewayUnavailable;
    }

    static GatewayPayment Told(TripayTransaction transaction) => new(
        transaction.Reference, transaction.MerchantRef, transaction.AmountIdr, transaction.FeeCustomerIdr, transaction.FeeMerchantIdr, transaction.AmountReceivedIdr,
        transaction.Status == TripayStatus.Paid, transaction.CreatedAt, transaction.PaidAt);
}
