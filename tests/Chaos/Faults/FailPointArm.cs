using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Webrana.Chaos.Cluster;
using Webrana.Data.Faults;

namespace Webrana.Chaos.Faults;

/// <summary>Arms the fail points of running silos and APIs.</summary>
internal static class FailPointArm
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>The next one that passes the arrow is struck.</summary>
    public static Task SetAsync(Member process, string arrow, ArrowMode mode, CancellationToken cancellation) => TryAsync(process, HttpMethod.Post, arrow, mode, cancellation);

    /// <summary>None is, any more.</summary>
    public static Task ClearAsync(Member process, CancellationToken cancellation) => TryAsync(process, HttpMethod.Delete, null, default, cancellation);

    /// <summary>The arrows at which something was struck since they were set.</summary>
    public static async Task<IEnumerable<string>> FiredAsync(Member process, CancellationToken cancellation)
    {
        var state = await Http.GetFromJsonAsync<JsonElement>(new Uri(process.Address, FailPoints.Address), cancellation);
        return state.GetProperty("fired").EnumerateArray().Select(name => name.GetString()!);
    }

    private static async Task TryAsync(Member process, HttpMethod method, string? arrow, ArrowMode mode, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(process.Address, FailPoints.Address));
            if (arrow is not null)
                request.Content = JsonContent.Create(new { name = arrow, mode = mode.ToString(), nth = 1 });
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(3));
            using var answer = await Http.SendAsync(request, limit.Token);
            answer.EnsureSuccessStatusCode();
        }
        catch (Exception e) when (e is HttpRequestException { StatusCode: null } or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // It met another arrow a moment ago and is dead or stopped: then it needs no arming.
            Debug.Assert(!process.IsAlive || process.IsStopped || e is not null);
        }
    }
}
