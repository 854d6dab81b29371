using Webrana.Contracts;
using Webrana.Contracts.Wallets;

namespace Webrana.WalletBench.Contenders;

/// <summary>The product: the wallet grain, its feed hints included.</summary>
internal sealed class WebranaWallets(IGrainFactory grains) : IContender
{
    private static readonly PostingReference Reference = new(ReferenceType.VpsPayment, "bench", ContraAccount.Revenue, "Benchmark");

    public string Name => "webrana";

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
