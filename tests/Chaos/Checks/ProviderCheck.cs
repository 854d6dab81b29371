using System.Net.Http.Json;
using System.Text.Json;
using Webrana.Chaos.Cluster;

namespace Webrana.Chaos.Checks;

/// <summary>I8 and I10: the provider's droplets are exactly those that live servers name, one each.</summary>
public static class ProviderCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static async Task<IReadOnlyList<Finding>> RunAsync(ChaosCluster cluster, CancellationToken cancellation)
    {
        // An extra droplet of a create that was answered late is destroyed by the sweep, whose next round may be minutes of business time away.
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var findings = await CompareAsync(cluster, cancellation);
            if (findings.Count == 0 || watch.Elapsed > Patience)
                return findings;
            await cluster.AdvanceAsync("PT3M", cancellation);
            await Task.Delay(500, cancellation);
        }
    }

    private static async Task<IReadOnlyList<Finding>> CompareAsync(ChaosCluster cluster, CancellationToken cancellation)
    {
        var ours = (await cluster.Database.RowsAsync(
            """
            select (payload#>>'{droplet,id}')::bigint, key from grain_state
            where state = 'droplet' and jsonb_typeof(payload->'droplet') = 'object' and payload->>'phase' in ('Building', 'Capturing', 'Running', 'Off', 'Suspended')
            """, row => (Id: row.GetInt64(0), Key: row.GetString(1)), cancellation)).ToDictionary(row => row.Id, row => row.Key);
        var theirs = await DropletsAsync(cluster, cancellation);
        return
        [
            .. theirs.Where(droplet => !ours.ContainsKey(droplet.Key)).Select(droplet => new Finding("every droplet at the provider has its server here", $"droplet {droplet.Key}: {droplet.Value}")),
            .. ours.Where(server => !theirs.ContainsKey(server.Key)).Select(server => new Finding("every live server has its droplet at the provider", $"{server.Value}: droplet {server.Key}")),
        ];
    }

    private static async Task<Dictionary<long, string>> DropletsAsync(ChaosCluster cluster, CancellationToken cancellation)
    {
        // The simulator's own memory: no permit is spent, no fault strikes.
        var all = await cluster.Http.GetFromJsonAsync<JsonElement>(new Uri(cluster.DigitalOcean, "/_sandbox/droplets"), cancellation);
        return all.EnumerateArray().Select(entry => entry.GetProperty("droplet"))
            .ToDictionary(droplet => droplet.GetProperty("id").GetInt64(), droplet => string.Join(' ', droplet.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString())));
    }
}
