using System.Net.Http.Json;
using System.Text.Json;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Testing;

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

    public static IDropletRebuildGrain Rebuilds(this WebranaCluster cluster, InstanceId instance) =>
        cluster.Grains.GetGrain<IDropletRebuildGrain>(GrainKeys.Droplet(instance));

    /// <summary>Changes the simulator's settings.</summary>
    public static async Task SetSimulatorAsync(this WebranaCluster cluster, object settings)
    {
        using var http = new HttpClient { BaseAddress = cluster.Cloud.BaseUrl };
        using var answer = await http.PostAsJsonAsync("/_sandbox/settings", settings);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The action once it is over.</summary>
    public static async Task<ActivityEntry> EndedAsync(this IDropletGrain droplet, string actionId) => (await Eventually.Async(
        async () => (await droplet.Action(actionId)).Value,
        line => line is { Status: not ActivityStatus.InProgress }, WebranaCluster.Patience, $"action {actionId} ends"))!;

    /// <summary>What is inside the instance's droplet.</summary>
    public static async Task<JsonElement> GuestAsync(this WebranaCluster cluster, InstanceId instance) => (await cluster.SimulatedAsync(instance)).GetProperty("guest");

    /// <summary>root's password on the server, as somebody inside would find it.</summary>
    public static async Task<string?> PasswordInsideAsync(this WebranaCluster cluster, InstanceId instance) =>
        (await cluster.GuestAsync(instance)).GetProperty("rootPassword").GetString();

    /// <summary>root's authorized_keys on the server without our own line, which must be the first.</summary>
    public static async Task<IReadOnlyList<string>> OwnersKeysInsideAsync(this WebranaCluster cluster, InstanceId instance)
    {
        var lines = (await cluster.GuestAsync(instance)).GetProperty("authorizedKeys").EnumerateArray().Select(line => line.GetString()!).ToList();
        Assert.Single(lines, line => line.EndsWith($" webrana-{instance}", StringComparison.Ordinal));
        return [.. lines.Where(line => !line.EndsWith($" webrana-{instance}", StringComparison.Ordinal))];
    }
}
