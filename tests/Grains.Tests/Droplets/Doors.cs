using System.Net.Http.Json;
using System.Text.Json;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Grains.Tests.Common;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Ways into servers, as the tests need them.</summary>
public static class Doors
{
    public static IDropletAccessGrain Access(this WebranaCluster cluster, InstanceId instance) =>
        cluster.Grains.GetGrain<IDropletAccessGrain>(GrainKeys.Droplet(instance));

    /// <summary>What the droplet was told at its first boot.</summary>
    public static async Task<string> UserDataAsync(this WebranaCluster cluster, InstanceId instance) =>
        (await cluster.SimulatedAsync(instance)).GetProperty("userData").GetString()!;

    /// <summary>The simulator's own record of the instance's droplet.</summary>
    public static async Task<JsonElement> SimulatedAsync(this WebranaCluster cluster, InstanceId instance)
    {
        var id = (await cluster.Droplet(instance).Get()).Value!.ProviderDropletId!.Value;
        using var http = new HttpClient { BaseAddress = cluster.Cloud.BaseUrl };
        var all = await http.GetFromJsonAsync<JsonElement>("/_sandbox/droplets");
        return all.EnumerateArray().Single(entry => entry.GetProperty("droplet").GetProperty("id").GetInt64() == id).GetProperty("droplet");
    }
}
