using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Providers;
using Webrana.Data.Providers;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Providers;

/// <summary>
/// One DigitalOcean account: permits, the shared action list, the catalogue. Holds nothing durable but the budget rows: whoever waits for
/// an action has its own wake-up behind this one.
/// </summary>
[GrainType("do-account")]
public sealed partial class DigitalOceanAccountGrain : Grain, IDigitalOceanAccountGrain
{
    // The provider's limits and lags are facts of real time, whatever the sandbox does with the business clock.
    private static readonly TimeProvider RealTime = TimeProvider.System;

    private readonly PermitPurse _purse;
    private readonly ActionWatch _watch = new();
    private readonly DigitalOceanAccountOptions _options;
    private readonly ProviderClients _clients;
    private readonly ILogger<DigitalOceanAccountGrain> _log;
    private readonly string _account;
    private IGrainTimer? _timer;

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
            var (permit, error) = await _purse.Take(share);
            return permit is null ? error : permit;
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
        _purse.Block(retryAfter);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task WatchAction(InstanceId instance, long providerActionId)
    {
        _watch.Add(instance, providerActionId, RealTime.GetUtcNow());
        var interval = TimeSpan.FromMilliseconds(_options.WatchIntervalMs);
        // Interleaved: a slow list must not keep permits waiting.
        _timer ??= this.RegisterGrainTimer(ReadActions, new GrainTimerCreationOptions(interval, interval) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    private async Task ReadActions()
    {
        if (_watch.IsEmpty(RealTime.GetUtcNow()))
        {
            _timer?.Dispose();
            _timer = null;
            return;
        }

        try
        {
            for (var page = PageRequest.First; page.Number <= ActionWatch.MostPages; page = page with { Number = page.Number + 1 })
            {
                if (!(await RequestPermit(CallShare.Poll)).IsOk)
                    return;
                var result = await _clients.For(_account).ListActionsAsync(page);
                if (result is not ProviderResult<Page<DropletAction>>.Ok ok)
                {
                    if (result.WhyRefused is { IsRateLimited: true } refusal)
                        _purse.Block(refusal.RetryAfter ?? TimeSpan.FromSeconds(10));
                    return;
                }

                await Tell(ok.Value.Items);
                if (!ok.Value.HasMore || !_watch.ReachesBelow(ok.Value.Items))
                    return;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogReadFailed(_log, _account, e);
        }
    }

    private async Task Tell(IReadOnlyList<DropletAction> actions)
    {
        foreach (var (instance, action) in _watch.Finished(actions))
        {
            await GrainFactory.GetGrain<IDropletGrain>(GrainKeys.Droplet(instance))
                .ProviderActionEnded(action.Id, action.Status == DigitalOcean.ActionStatus.Completed);
            _watch.Remove(action.Id);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The provider limits account {Account} for {RetryAfter}")]
    private static partial void LogRateLimited(ILogger logger, string account, TimeSpan retryAfter);

    [LoggerMessage(2, LogLevel.Warning, "The action list of account {Account} could not be worked off; trying again")]
    private static partial void LogReadFailed(ILogger logger, string account, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The budget of account {Account} cannot be reached; no permits")]
    private static partial void LogBudgetUnavailable(ILogger logger, string account, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "The catalogue of account {Account} could not be read: {Why}")]
    private static partial void LogCatalogueFailed(ILogger logger, string account, string why);
}
