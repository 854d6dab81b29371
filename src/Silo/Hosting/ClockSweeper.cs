using Webrana.Contracts;
using Webrana.Contracts.Sweeping;
using Webrana.Data.Clock;

namespace Webrana.Silo.Hosting;

/// <summary>
/// The sandbox's clock was turned: works off everything that became due before this process counts as having seen the move. The last
/// silo to see it sweeps grains that all know the new time. In production there is no clock to listen to.
/// </summary>
public sealed class ClockSweeper(IGrainFactory grains, IServiceProvider services) : IHostedService
{
    private readonly BusinessClock? _clock = services.GetService<BusinessClock>();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _clock?.Jumped += SweepAsync;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _clock?.Jumped -= SweepAsync;
        return Task.CompletedTask;
    }

    private async Task SweepAsync(ClockJump jump, CancellationToken cancellation)
    {
        await Task.WhenAll(Enumerable.Range(0, ISweeperGrain.Shards).Select(Sweep)).WaitAsync(cancellation);
        // Papers and mails are the first one's, and it may have been through before the others had made theirs.
        await Sweep(0).WaitAsync(cancellation);
    }

    private Task Sweep(int shard) => grains.GetGrain<ISweeperGrain>(GrainKeys.Sweeper(shard)).Sweep();
}
