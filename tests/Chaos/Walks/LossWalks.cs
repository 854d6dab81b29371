using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using static Webrana.Chaos.Walks.DemoShop;

namespace Webrana.Chaos.Walks;

/// <summary>Droplets that somebody deleted behind our back.</summary>
internal static class LossWalks
{
    internal static async Task MeetLossAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        // No sweep is read, so that none can meet the loss first; a droplet by itself still is, and what stands under its tag.
        await walker.ProviderFailsAsync(new { kind = "status_500", method = "GET", path = "/v2/droplets", query = "!tag_name", count = -1 });
        await DeleteBehindOurBackAsync(walker, server);
        await walker.AskAsync(person.UserId, server, "reboot", key => person.Session.RebootAsync(server, key, walker.Cancellation));
        await walker.TurnUntilAsync($"{Walker.Droplet(server)} and payload->>'phase' = 'Lost'", "PT1M", 20, "the loss is met");
        await walker.ProviderRecoversAsync();
        await walker.IsAsync($"{Walker.Droplet(server)} and jsonb_typeof(payload->'returning') is distinct from 'object'", "the rest of the month is given back");
    }

    internal static async Task LoseAsync(Walker walker)
    {
        var person = await walker.PersonAsync(Plenty);
        var server = await walker.ServerAsync(person);
        await DeleteBehindOurBackAsync(walker, server);
        await walker.TurnUntilAsync($"{Walker.Droplet(server)} and payload->>'phase' = 'Lost'", "PT5M", 60, "the loss is noticed");
        await walker.IsAsync($"{Walker.Droplet(server)} and jsonb_typeof(payload->'returning') is distinct from 'object'", "the rest of the month is given back");
    }

    private static async Task DeleteBehindOurBackAsync(Walker walker, string server)
    {
        var droplet = await walker.Cluster.Database.ScalarAsync<long>($"select (payload#>>'{{droplet,id}}')::bigint from {Walker.Droplet(server)}", walker.Cancellation);
        using var delete = new HttpRequestMessage(HttpMethod.Delete, new Uri(walker.Cluster.DigitalOcean, $"/v2/droplets/{droplet}"));
        delete.Headers.Authorization = new AuthenticationHeaderValue("Bearer", walker.Cluster.Secrets.DigitalOceanToken);
        using var deleted = await walker.Cluster.Http.SendAsync(delete, walker.Cancellation);
        deleted.EnsureSuccessStatusCode();
        // The provider takes a moment for it.
        var watch = Stopwatch.StartNew();
        while (await IsShownAsync())
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(30))
                throw new TimeoutException("The provider did not delete the droplet.");
            await Task.Delay(200, walker.Cancellation);
        }

        async Task<bool> IsShownAsync() =>
            (await walker.Cluster.Http.GetFromJsonAsync<JsonElement>(new Uri(walker.Cluster.DigitalOcean, "/_sandbox/droplets"), walker.Cancellation))
                .EnumerateArray().Any(entry => entry.GetProperty("droplet").GetProperty("id").GetInt64() == droplet);
    }
}
