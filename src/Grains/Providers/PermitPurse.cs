using Webrana.Contracts.Providers;
using Webrana.Data.Providers;
using Webrana.Domain.Providers;

namespace Webrana.Grains.Providers;

/// <summary>
/// The permits of one minute. Blocks are taken from fenced rows before anything is handed out, so that memory only ever holds less than
/// the database says was taken: dying loses permits, never invents them.
/// </summary>
internal sealed class PermitPurse(ProviderBudget budget, string account, DigitalOceanAccountOptions options, TimeProvider realTime)
{
    private readonly int[] _used = new int[CallShares.Percent.Count];
    private long _minute;
    private int _left;
    private bool _spent;
    private DateTimeOffset _blockedUntil = DateTimeOffset.MinValue;

    public void Block(TimeSpan time)
    {
        var until = realTime.GetUtcNow() + time;
        if (until > _blockedUntil)
            _blockedUntil = until;
    }

    public async Task<(Permit? Permit, PermitError Error)> Take(CallShare share)
    {
        var now = realTime.GetUtcNow();
        if (now < _blockedUntil)
            return (null, PermitError.RateLimited);
        var minute = now.ToUnixTimeSeconds() / 60;
        if (minute != _minute)
        {
            (_minute, _left, _spent) = (minute, 0, false);
            Array.Clear(_used);
        }

        var elapsed = now.ToUnixTimeMilliseconds() % 60_000 / 60_000.0;
        if (!CallShares.Allows((int)share, _used, options.CallsPerMinute, elapsed))
            return (null, PermitError.BudgetSpent);
        if (_left == 0 && !_spent)
        {
            var taken = await budget.TakeAsync(account, minute, options.PermitBlock, options.CallsPerMinute, options.CallsPerHour);
            // Another turn may have come to a new minute meanwhile; its purse is not ours to fill.
            if (minute != _minute)
                return (null, PermitError.BudgetSpent);
            _left += taken;
            _spent = taken == 0;
        }

        if (_left == 0)
            return (null, PermitError.BudgetSpent);
        _left--;
        _used[(int)share]++;
        return (new Permit(account, minute), default);
    }
}
