using Webrana.Contracts;
using Webrana.Contracts.Monitoring;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>
/// What was sent since the last hour that was counted: asked when a server ends, for afterwards nobody can. Whoever deletes it does not wait
/// for measurements: it is asked once and for a moment, and else the end is charged with what is known.
/// </summary>
public sealed partial class DropletGrain
{
    private async Task<IReadOnlyList<SentOver>> LastTransfer()
    {
        if (!State.Phase.IsLive() || State.Droplet is not { Gone: false } droplet)
            return [];
        var asked = GrainFactory.GetGrain<IMetricsGrain>(GrainKeys.Metrics(_instance))
            .OverNow(new MeteredServer(droplet.Id, State.Order!.AccountId, State.Order.TransferTb));
        try
        {
            return await asked.WaitAsync(TimeSpan.FromMilliseconds(_options.LastTransferMs), RealTime);
        }
        catch (Exception e)
        {
            // Whatever is the matter with measurements, a call that was cancelled included, it keeps nobody from deleting a server.
            asked.Ignore();
            LogTransferUnknown(_log, _instance, e.Message);
            return [];
        }
    }

    private static DropletState HavingSent(DropletState state, IReadOnlyList<SentOver> months, long now) =>
        months.Aggregate(state, (known, month) => known.SentOver(month.Month, month.Megabytes, now) ?? known);
}
