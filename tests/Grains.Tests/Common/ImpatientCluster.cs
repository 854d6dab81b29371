namespace Webrana.Grains.Tests.Common;

/// <summary>
/// A cluster whose client gives a read up after its second try and leaves every 429 to its caller: what strikes a read then reaches the flow
/// above it, which is what is to be proven, and not only the client, whose own tests prove that it asks again.
/// </summary>
public sealed class ImpatientCluster : IAsyncLifetime
{
    /// <summary>
    /// How often a read must be struck so that its answer is certainly lost to who asked: the client asks twice, and the transport under it
    /// repeats a request whose connection broke up to three times by itself.
    /// </summary>
    public const int LostRead = 8;

    WebranaCluster? _cluster;

    public WebranaCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await WebranaCluster.StartAsync(new Dictionary<string, string?>
        {
            ["DigitalOcean:Client:ReadRetries"] = "1",
            ["DigitalOcean:Client:ReadRetryDelay"] = "00:00:00.01",
            ["DigitalOcean:Client:LongestRetryAfter"] = "00:00:00.1",
        });
        await _cluster.SeedPlansAsync();
        await _cluster.StartSweepersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }
}
