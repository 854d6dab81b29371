using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Webrana.Contracts;
using Webrana.Contracts.Providers;
using Webrana.Data.Providers;
using Webrana.DigitalOcean;
using Webrana.Grains.Common;
using Webrana.Grains.Droplets;

namespace Webrana.Grains.Providers;

/// <summary>
/// One DigitalOcean account: permits, the shared lists, the catalogue, its health, the sweep over its droplets. Durable are what admins
/// decided and the budget rows; whoever waits for something here has its own wake-up behind this one.
/// </summary>
[GrainType("do-account")]
public sealed partial class DigitalOceanAccountGrain : Grain, IDigitalOceanAccountGrain
{
    // The provider's limits and lags are facts of real time, whatever the sandbox does with the business clock.
    private static readonly TimeProvider RealTime = TimeProvider.System;

    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(10);

    private readonly DurableState<DigitalOceanAccountState> _state;
    private readonly PermitPurse _purse;
    private readonly DigitalOceanAccountOptions _options;
    private readonly ProviderClients _clients;
    private readonly ProviderFleet _fleet;
    private readonly InstanceRecords _records;
    private readonly ProviderDrift _drift;
    private readonly TimeProvider _clock;
    private readonly string _install;
    private readonly ILogger<DigitalOceanAccountGrain> _log;
    private readonly string _account;

    public DigitalOceanAccountGrain(
        [PersistentState(StateNames.DigitalOceanAccount, StorageNames.State)] IPersistentState<DigitalOceanAccountState> state,
        ProviderBudget budget,
        ProviderClients clients,
        ProviderFleet fleet,
        InstanceRecords records,
        ProviderDrift drift,
        TimeProvider clock,
        IOptions<DigitalOceanAccountOptions> options,
        IOptions<DropletOptions> droplets,
        ILogger<DigitalOceanAccountGrain> log)
    {
        _state = new DurableState<DigitalOceanAccountState>(state, this);
        _account = GrainKeys.Suffix(this.GetPrimaryKeyString(), "do-account");
        (_options, _clients, _fleet, _records, _drift, _clock, _log) = (options.Value, clients, fleet, records, drift, clock, log);
        _install = droplets.Value.Install;
        _purse = new PermitPurse(budget, _account, _options, RealTime);
    }

    private DigitalOceanAccountState State => _state.Value;

    /// <summary>The configured account needs no row to exist.</summary>
    private bool IsKnown => _state.Exists || (_account == _options.AccountId && _options.Token.Length > 0);

    /// <inheritdoc/>
    public async Task<Result<Permit, PermitError>> RequestPermit(CallShare share) =>
        !IsKnown || !State.MayCall ? PermitError.AccountDisabled : await TakePermit(share) is { } refused ? refused : new Permit(_account, State.Credentials);

    /// <inheritdoc/>
    public Task RateLimited(TimeSpan retryAfter)
    {
        LogRateLimited(_log, _account, retryAfter);
        return _purse.Block(retryAfter);
    }

    /// <inheritdoc/>
    public Task<ProviderConnection> Connection() => Task.FromResult(new ProviderConnection(State.Credentials, State.ProtectedToken));

    private DigitalOceanClient Client => _clients.Open(_account, new ProviderConnection(State.Credentials, State.ProtectedToken));

    private async Task<PermitError?> TakePermit(CallShare share)
    {
        try
        {
            return await _purse.Take(share);
        }
        catch (NpgsqlException e)
        {
            LogBudgetUnavailable(_log, _account, e);
            return PermitError.Unavailable;
        }
    }

    /// <summary>One read with a permit of its own; null when it could not be made or was not answered.</summary>
    private async Task<T?> Read<T>(CallShare share, Func<DigitalOceanClient, Task<ProviderResult<T>>> call)
        where T : class
    {
        if (!(await RequestPermit(share)).IsOk)
            return null;
        var result = await call(Client);
        if (result.WhyRefused is { IsRateLimited: true } refusal)
            await RateLimited(refusal.RetryAfter ?? DefaultRetryAfter);
        else if (result.WhyRefused is { IsUnauthorized: true })
            _healthDue = true;
        return result.TryGetValue(out var value) ? value : null;
    }
}
