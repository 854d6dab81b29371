namespace Webrana.Grains.Tests.Common;

/// <summary>One cluster for tests that only need keys of their own; whoever turns the clock or kills something starts his own.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    WebranaCluster? _cluster;

    public WebranaCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await WebranaCluster.StartAsync();
        await _cluster.SeedPlansAsync();
        await _cluster.StartSweepersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }
}

/// <summary>The collection of <see cref="SharedCluster"/>.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<SharedCluster>
{
    public const string Name = "shared cluster";
}
