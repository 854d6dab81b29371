using Webrana.Contracts;
using Webrana.Contracts.Wallets;

namespace Webrana.Grains.Sweeping;

// Bonus money whose time is over is taken back by a row of the ledger, soon after, whether or not its owner does anything. Wallets are no
// grain state; their schedule of record is the first expiry among their lots.
public sealed partial class SweeperGrain
{
    private async Task<int> SweepLots()
    {
        var tried = new HashSet<Guid>();
        while (true)
        {
            var due = await wallets.LapsedWalletsAsync(clock.GetUtcNow().ToUnixTimeMilliseconds(), _shard, options.Value.Batch + tried.Count);
            var fresh = due.Where(wallet => tried.Add(wallet.WalletId)).ToList();
            if (fresh.Count == 0)
                return tried.Count;
            await Task.WhenAll(fresh.Select(wallet => Expire(new UserId(wallet.WalletId))));
        }
    }

    private async Task Expire(UserId owner)
    {
        await gate.Enter();
        try
        {
            await GrainFactory.GetGrain<IWalletGrain>(GrainKeys.Wallet(owner)).BookExpiries();
        }
        catch (Exception e)
        {
            LogWakeFailed(log, GrainKeys.Wallet(owner), e);
        }
        finally
        {
            gate.Leave();
        }
    }
}
