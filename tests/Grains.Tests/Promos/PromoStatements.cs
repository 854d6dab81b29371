using System.Diagnostics;
using Npgsql;
using Webrana.Grains.Tests.Common;

namespace Webrana.Grains.Tests.Promos;

/// <summary>Counts the statements about promos that go to one cluster's database, by the driver's own traces.</summary>
sealed class PromoStatements : IDisposable
{
    readonly ActivityListener _listener;
    readonly string _database;
    int _count;

    public PromoStatements(WebranaCluster cluster)
    {
        _database = new NpgsqlConnectionStringBuilder(cluster.Database.AppConnectionString).Database!;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                var tags = activity.TagObjects.Select(tag => tag.Value).OfType<string>().ToList();
                if (tags.Contains(_database) && tags.Any(text => text.Contains("promo_", StringComparison.Ordinal))) Interlocked.Increment(ref _count);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public int Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
