using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data.Providers;

namespace Webrana.Grains.Providers;

/// <summary>
/// One DigitalOcean account: permits, the shared lists, the catalogue. Holds nothing durable but the budget rows: whoever waits for
/// something has its own wake-up behind this one.
/// </summary>
[GrainType("do-account")]
public sealed partial class DigitalOceanAccountGrain : Grain, IDigitalOceanAccountGrain
{
    // The provider's limits and lags are facts of real time, whatever the sandbox does with the business clock.
    private static readonly TimeProvider RealTime = TimeProvider.System;

    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(10);

    private readonly PermitPurse _purse;
    private readonly DigitalOceanAccountOptions _options;
    private readonly ProviderClients _clients;
    private readonly ILogger<DigitalOceanAccountGrain> _log;
    private readonly string _account;

    public DigitalOceanAccountGrain(
        ProviderBudget budget, ProviderClients clients, IOptions<DigitalOceanAccountOptions> options, ILogger<DigitalOceanAccountGrain> log)
    {
        _account = GrainKeys.Suffix(this.GetPrimaryKeyString(), "do-account");
        _options = options.Value;
        _clients = clients;
        _log = log;
        _purse = new PermitPurse(budget, _account, _options, RealTime);
    }

    /// <inheritdoc/>
    public async Task<Result<Permit, PermitError>> RequestPermit(CallShare share)
    {
        try
        {
            return await _purse.Take(share) is { } refused ? refused : new Permit(_account, 0);
        }
        catch (NpgsqlException e)
        {
            LogBudgetUnavailable(_log, _account, e);
            return PermitError.Unavailable;
        }
    }

    /// <inheritdoc/>
    public Task RateLimited(TimeSpan retryAfter)
    {
        LogRateLimited(_log, _account, retryAfter);
        return _purse.Block(retryAfter);
    }
}
