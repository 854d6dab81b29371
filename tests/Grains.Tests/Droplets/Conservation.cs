using Microsoft.Extensions.DependencyInjection;
using Webrana.Grains.Providers;
using Webrana.Grains.Tests.Common;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>What must hold after whatever struck, asked of the whole cluster: every server has an owner, every owner a server, every charge a server.</summary>
public static class Conservation
{
    const string OurTag = "webrana-test-";
    const string Live = "('Running', 'Off', 'Suspended')";

    /// <summary>
    /// Waits until the droplets with our tag at the provider are the live instances here, one each; then nothing is charged without a server,
    /// no server runs without its one charge, no money is left on hold, and the ledger adds up.
    /// </summary>
    public static async Task AssertConservedAsync(this WebranaCluster cluster)
    {
        await Eventually.Async(
            async () => (There: await TaggedAsync(cluster), Here: await LiveAsync(cluster)), both => both.There == both.Here, WebranaCluster.Patience,
            "droplets with our tag are the live instances, exactly");
        Assert.Equal(0, await cluster.CountAsync($"""
            SELECT count(*) FROM wallet_transactions t WHERE t.operation_id LIKE 'order:%:capture' AND NOT EXISTS (
                SELECT FROM grain_state g WHERE g.state = 'droplet' AND g.key = 'droplet:' || split_part(t.operation_id, ':', 2)
                AND (g.payload ->> 'phase' IN {Live} OR g.payload ->> 'phase' IN ('Terminating', 'Terminated')))
            """));
        Assert.Equal(0, await cluster.CountAsync($"""
            SELECT count(*) FROM grain_state g WHERE g.state = 'droplet' AND g.payload ->> 'phase' IN {Live}
            AND 1 <> (SELECT count(*) FROM wallet_transactions t WHERE t.operation_id = 'order:' || split_part(g.key, ':', 2) || ':capture')
            """));
        await cluster.AssertSoundAsync();
    }

    // A droplet that is being destroyed is listed until it is gone, and so is one too many: this is asked again until it is so.
    static async Task<string> TaggedAsync(WebranaCluster cluster)
    {
        var listed = await cluster.Services.GetRequiredService<ProviderClients>().For("primary").ListAllDropletsAsync();
        return listed.TryGetValue(out var droplets)
            ? string.Join(' ', droplets.SelectMany(droplet => droplet.Tags).Where(tag => tag.StartsWith(OurTag, StringComparison.Ordinal)).Select(tag => tag[OurTag.Length..]).Order(StringComparer.Ordinal))
            : throw new InvalidOperationException(listed.ToString());
    }

    static async Task<string> LiveAsync(WebranaCluster cluster) => await cluster.Database.ScalarAsync<string>($"""
        SELECT coalesce(string_agg(split_part(key, ':', 2), ' ' ORDER BY key COLLATE "C"), '') FROM grain_state WHERE state = 'droplet' AND payload ->> 'phase' IN {Live}
        """);
}
