using System.Net.Http.Json;

namespace Webrana.Grains.Tests.Common;

/// <summary>
/// A cluster whose provider keeps our time: on the usual fast clock an hour at the provider is a minute of a slow machine, and what is
/// measured there would lie in our future. It has no rate limit instead.
/// </summary>
public sealed class SteadyCluster : IAsyncLifetime
{
    WebranaCluster? _cluster;

    public WebranaCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await WebranaCluster.StartAsync(simulator: options => (options.Clock, options.ActionSeconds) = (TimeProvider.System, 0.2));
        await _cluster.SeedPlansAsync();
        using var http = new HttpClient { BaseAddress = _cluster.Cloud.BaseUrl };
        using var answer = await http.PostAsJsonAsync("/_sandbox/settings", new { requestsPerMinute = 100_000, requestsPerHour = 1_000_000 });
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }
}
