using Webrana.Contracts;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Providers;
using Webrana.Contracts.Sweeping;
using Webrana.Grains.Notifications.Telegram;
using Webrana.Grains.Providers;
using Webrana.Tripay;

namespace Webrana.Silo.Hosting;

/// <summary>
/// Keeps the grains that nobody calls alive: the sixteen sweepers, the gateway's account and all provider accounts. Asked again every few seconds, so that
/// what lived on a killed silo lives again as soon as the cluster has noticed, not at its reminder's next minute.
/// </summary>
public sealed partial class ClusterKeeper(
    IGrainFactory grains, IConfiguration configuration, ProviderFleet fleet, ILogger<ClusterKeeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Real time: a clock turned by a month is no reason to ask.
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        do
        {
            try
            {
                await KeepAsync();
            }
            catch (Exception e)
            {
                // A call that was under way when the silo stops ends badly, and that is no news: thrown on, the host would report a crash.
                if (stoppingToken.IsCancellationRequested)
                    return;
                LogFailed(log, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task KeepAsync()
    {
        var all = Enumerable.Range(0, ISweeperGrain.Shards)
            .Select(shard => grains.GetGrain<ISweeperGrain>(GrainKeys.Sweeper(shard)).EnsureRunning())
            .ToList();
        if (configuration[$"{TripayOptions.Section}:MerchantCode"] is { Length: > 0 } merchant)
            all.Add(grains.GetGrain<ITripayAccountGrain>(GrainKeys.TripayAccount(merchant)).EnsureRunning());
        foreach (var account in await fleet.ViewsAsync())
            all.Add(grains.GetGrain<IDigitalOceanAccountGrain>(GrainKeys.DigitalOceanAccount(account.AccountId)).EnsureRunning());
        if (configuration[$"{TelegramOptions.Section}:{nameof(TelegramOptions.Token)}"] is { Length: > 0 })
            all.Add(grains.GetGrain<ITelegramBotGrain>(GrainKeys.TelegramBot).EnsureRunning());
        // Warms the catalogue, which orders and the price list read.
        all.Add(fleet.CatalogueAsync());
        await Task.WhenAll(all);
    }

    [LoggerMessage(1, LogLevel.Warning, "Not all standing grains could be reached; asking again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
