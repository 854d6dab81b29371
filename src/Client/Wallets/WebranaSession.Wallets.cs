using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Deposits;
using Webrana.Wire.Wallets;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>Balance, held, available and bonus.</summary>
    public Task<ApiResult<Wallet>> WalletAsync(CancellationToken cancellationToken = default) => Get<Wallet>("api/v1/wallet", cancellationToken);

    /// <summary>The wallet's lines, newest first.</summary>
    public Task<ApiResult<Page<Transaction>>> TransactionsAsync(
        ReferenceType? referenceType = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        Get<Page<Transaction>>(
            Query.With("api/v1/wallet/transactions", ("referenceType", WireName.Of(referenceType)), ("limit", limit), ("cursor", cursor)),
            cancellationToken);

    /// <summary>Ways to pay.</summary>
    /// <param name="amount">IDR; fees are computed for it.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<Page<PaymentChannel>>> ChannelsAsync(long? amount = null, CancellationToken cancellationToken = default) =>
        Get<Page<PaymentChannel>>(Query.With("api/v1/wallet/channels", ("amount", amount)), cancellationToken);

    /// <summary>Starts a top-up.</summary>
    public Task<ApiResult<Deposit>> CreateDepositAsync(
        CreateDepositRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<Deposit>(ApiRequest.Post("api/v1/wallet/deposit", request, key), cancellationToken);

    /// <summary>Top-ups, newest first.</summary>
    public Task<ApiResult<Page<Deposit>>> DepositsAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        Get<Page<Deposit>>(Query.With("api/v1/wallet/deposits", ("limit", limit), ("cursor", cursor)), cancellationToken);

    /// <summary>One top-up.</summary>
    public Task<ApiResult<Deposit>> DepositAsync(string id, CancellationToken cancellationToken = default) =>
        Get<Deposit>("api/v1/wallet/deposits/" + Query.Segment(id), cancellationToken);
}
