using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Webrana.WalletBench.Load;

/// <summary>
/// What one customer alone waits for a warm <c>GET /api/v1/wallet</c>, against the sandbox that <c>./webrana up</c> started: all its processes,
/// their settings and logging as they are.
/// </summary>
internal static class Latency
{
    private const int Warm = 2000;
    private const int Measured = 5000;
    private const double TargetMs = 5;

    public static async Task<int> RunAsync(string[] args)
    {
        var data = args is ["--data", var given] ? given : ".sandbox";
        var file = Path.Combine(data, "sandbox.json");
        if (!File.Exists(file))
        {
            await Console.Error.WriteLineAsync($"There is no {file}: start the sandbox with ./webrana up, or name its data folder with --data.");
            return 2;
        }

        using var sandbox = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var api = new Uri(sandbox.RootElement.GetProperty("api").GetString()!);
        var login = sandbox.RootElement.GetProperty("logins").GetProperty("customer");
        using var http = new HttpClient { BaseAddress = api };
        using var answer = await http.PostAsJsonAsync("/api/v1/auth/login", new
        {
            email = login.GetProperty("email").GetString(),
            password = login.GetProperty("password").GetString(),
        });
        using var tokens = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        var token = Encoding.ASCII.GetBytes(tokens.RootElement.GetProperty("accessToken").GetString()!);

        var address = new IPEndPoint((await Dns.GetHostAddressesAsync(api.Host)).First(ip => ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork), api.Port);
        using var connection = HttpConnection.Open(address, $"GET /api/v1/wallet HTTP/1.1\r\nHost: {api.Authority}\r\nAuthorization: Bearer ", keyed: false);
        var latencies = new double[Measured];
        for (var n = -Warm; n < Measured; n++)
        {
            var start = Stopwatch.GetTimestamp();
            connection.Send(token, []);
            int? status;
            do connection.Socket.Poll(TimeSpan.FromSeconds(5), System.Net.Sockets.SelectMode.SelectRead);
            while ((status = connection.Receive()) is null && Stopwatch.GetElapsedTime(start).TotalSeconds < 30);
            if (status != 200) throw new InvalidOperationException($"GET /api/v1/wallet answered {status}.");
            if (n >= 0) latencies[n] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(latencies);
        var (p50, p99) = (latencies[Measured / 2], latencies[Measured * 99 / 100]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"GET /api/v1/wallet, warm, one client, {Measured:N0} requests: p50 {p50:N2} ms, p99 {p99:N2} ms, max {latencies[^1]:N2} ms; target p50 below {TargetMs:N0} ms: {(p50 < TargetMs ? "met" : "MISSED")}"));
        return p50 < TargetMs ? 0 : 1;
    }
}
