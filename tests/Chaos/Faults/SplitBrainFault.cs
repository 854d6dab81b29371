using System.Globalization;
using Webrana.Chaos.Cluster;

namespace Webrana.Chaos.Faults;

/// <summary>
/// A second cluster with another ClusterId on the same database: every grain has two activations at once, for as long as it lasts. Its API
/// stands behind the same door, so customers' requests meet either. Never allowed in earnest; nothing shows better who decides about money.
/// </summary>
public sealed class SplitBrainFault(TimeSpan time) : IFault
{
    private const string OtherCluster = "split";

    public string Plan => string.Create(CultureInfo.InvariantCulture, $"split brain: two ClusterIds on one database for {time.TotalSeconds:0} s");

    public async Task<string> StrikeAsync(Scene scene, CancellationToken cancellation)
    {
        var cluster = scene.Cluster;
        var silo = cluster.NewSilo(9, OtherCluster);
        var api = cluster.NewApi(9, OtherCluster);
        try
        {
            await silo.StartAsync();
            await api.StartAsync();
            await silo.WaitReadyAsync(cancellation);
            await api.WaitReadyAsync(cancellation);
            var before = await RowsAsync();
            cluster.ApiProcesses.Add(api);
            await Task.Delay(time, cancellation);
            var booked = await RowsAsync() - before;
            cluster.ApiProcesses.Remove(api);
            return $"{booked} rows booked meanwhile";
        }
        finally
        {
            cluster.ApiProcesses.Remove(api);
            await api.ShutDownAsync(TimeSpan.FromSeconds(20));
            await silo.ShutDownAsync(TimeSpan.FromSeconds(20));
        }

        Task<long> RowsAsync() => cluster.Database.ScalarAsync<long>("select count(*) from wallet_transactions", cancellation);
    }
}
