using Webrana.Contracts;
using Webrana.Contracts.Wallets;

namespace Webrana.WalletBench.Contenders;

/// <summary>The product: the wallet grain, its feed hints included, in this process or (<see cref="Apart"/>) behind an Orleans client in another.</summary>
internal sealed class WebranaWallets(string name, IGrainFactory grains) : IContender
{
    /// <summary>The shape of <c>./webrana up</c>: the API's process calls a silo's process.</summary>
    public const string Apart = "webrana-apart";

    private static readonly PostingReference Reference = new(ReferenceType.VpsPayment, "bench", ContraAccount.Revenue, "Benchmark");

    public string Name => name;

    public async Task<DebitResult> DebitAsync(Guid wallet, string operationId, long amountIdr)
    {
        var result = await grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(wallet))).Debit(new DebitCommand(operationId, amountIdr, Reference));
        return result.TryGet(out var receipt)
            ? new(receipt.AlreadyDone ? DebitOutcome.AlreadyDone : DebitOutcome.Done, receipt.BalanceAfterIdr)
            : result.Error switch
            {
                WalletError.InsufficientBalance => new(DebitOutcome.Insufficient, 0),
                WalletError.OperationConflict => new(DebitOutcome.Conflict, 0),
                _ => new(DebitOutcome.Unavailable, 0),
            };
    }
}
