using Webrana.Contracts.Providers;
using Webrana.Data.Providers;
using Webrana.Domain.Providers;

namespace Webrana.Grains.Providers;

/// <summary>
/// Permits in hand, by use. Blocks are taken from fenced rows before anything is handed out, so memory only ever holds less than the
/// database says was taken: dying loses permits, never invents them. Blocks grow while they are used up and lapse after some seconds,
/// because the rows count them from the moment they were taken.
/// </summary>
public sealed class PermitPurse(ProviderBudget budget, string account, DigitalOceanAccountOptions options, TimeProvider realTime)
{
    // The rows' minute has one slot to spare for a call to be handed out, stored as an intent and sent.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    // How long a refusal is repeated from memory: a thousand who wait must not ask the database a thousand times.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Pocket[] _pockets = [.. CallShares.Percent.Select(_ => new Pocket())];
    private DateTimeOffset _blockedUntil = DateTimeOffset.MinValue;

    /// <summary>The provider said 429. Stored too, so that a successor knows.</summary>
    public Task Block(TimeSpan wait)
    {
        BlockHere(wait);
        return budget.BlockAsync(account, wait);
    }

    /// <summary>One permit, or why there is none now.</summary>
    public async Task<PermitError?> Take(CallShare share)
    {
        var now = realTime.GetUtcNow();
        if (now < _blockedUntil)
            return PermitError.RateLimited;
        var pocket = _pockets[(int)share];
        if (now >= pocket.FreshUntil && pocket.Left > 0)
            (pocket.Left, pocket.Block) = (0, 1);
        if (pocket.Left == 0)
        {
            if (now < pocket.SpentUntil)
                return PermitError.BudgetSpent;
            var grant = await budget.TakeAsync(account, (int)share, _pockets.Length, uses => Decide(share, pocket.Block, uses));
            if (grant.BlockedFor > TimeSpan.Zero)
            {
                BlockHere(grant.BlockedFor);
                return PermitError.RateLimited;
            }

            // Another turn may have filled the pocket meanwhile: both blocks are paid for.
            pocket.Left += grant.Granted;
            if (grant.Granted > 0)
                (pocket.FreshUntil, pocket.Block) = (now + Fresh, Math.Min(pocket.Block * 2, options.PermitBlock));
        }

        if (pocket.Left == 0)
        {
            pocket.SpentUntil = realTime.GetUtcNow() + Patience;
            return PermitError.BudgetSpent;
        }

        pocket.Left--;
        return null;
    }

    private int Decide(CallShare share, int wanted, IReadOnlyList<PermitUse> uses)
    {
        var ofMinute = CallShares.Grant((int)share, wanted, options.CallsPerMinute, [.. uses.Select(use => new ShareUse(use.Minute, use.WantedInMinute))]);
        return CallShares.Grant((int)share, ofMinute, options.CallsPerHour, [.. uses.Select(use => new ShareUse(use.Hour, use.WantedInHour))]);
    }

    private void BlockHere(TimeSpan wait)
    {
        var until = realTime.GetUtcNow() + wait;
        if (until > _blockedUntil)
            _blockedUntil = until;
    }

    private sealed class Pocket
    {
        public int Left { get; set; }

        public int Block { get; set; } = 1;

        public DateTimeOffset FreshUntil { get; set; }

        public DateTimeOffset SpentUntil { get; set; }
    }
}
