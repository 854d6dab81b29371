using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Webrana.Ssh;
using Webrana.Wire.Consoles;

namespace Webrana.ConsoleBench;

/// <summary>The same bytes over the same loopback, straight to the provider and through the API's console: throughput, round trip, memory.</summary>
static class Benchmark
{
    const int IdleConsoles = 200;
    const double LeastThroughput = 0.60;
    const double MostAddedMs = 1.0;
    const double MostMemoryMb = 50;
    const double Mb = 1024 * 1024;

    public static async Task<int> RunAsync(bool quick, string? json)
    {
        var (bulkBytes, roundTrips, rounds) = quick ? (128L << 20, 2_000, 3) : (512L << 20, 10_000, 5);
        await using var provider = await ProviderHost.StartAsync();
        var far = provider.Urls.First().Replace("http", "ws", StringComparison.Ordinal);
        await using var proxy = await ProxyProcess.StartAsync();

        List<double> directMb = [], proxiedMb = [], directMs = [], proxiedMs = [];
        for (var round = 0; round < rounds + 1; round++)
        {
            // Interleaved, so that a noisy machine hits both; the first round warms up.
            var pair = (await BulkAsync(await DirectAsync(far + "/bulk"), bulkBytes), await BulkAsync(await proxy.OpenAsync(far + "/bulk"), bulkBytes));
            var trips = (await RoundTripAsync(await DirectAsync(far + "/echo"), roundTrips), await RoundTripAsync(await proxy.OpenAsync(far + "/echo"), roundTrips));
            if (round == 0)
                continue;
            directMb.Add(pair.Item1);
            proxiedMb.Add(pair.Item2);
            directMs.Add(trips.Item1);
            proxiedMs.Add(trips.Item2);
        }

        var screensMb = await IdleAsync(api => api.OpenAsync(far + "/echo"));
        double terminalsMb;
        await using (var server = await SshServer.StartAsync())
            terminalsMb = await IdleAsync(api => api.OpenTerminalAsync(server.Door));

        var ratio = Median([.. directMb.Zip(proxiedMb, (direct, proxied) => proxied / direct)]);
        var added = Median([.. directMs.Zip(proxiedMs, (direct, proxied) => proxied - direct)]);
        Write($"{Environment.ProcessorCount} cores, {rounds} interleaved rounds of {bulkBytes / Mb:0} MiB and {roundTrips} round trips of 16 bytes; medians (least - most)");
        Write($"bulk        direct {Spread(directMb, "0")} MiB/s   console {Spread(proxiedMb, "0")} MiB/s   {ratio:0%} of direct (at least {LeastThroughput:0%})");
        Write($"round trip  direct {Spread(directMs, "0.000")} ms p50   console {Spread(proxiedMs, "0.000")} ms p50   {added:0.000} ms added (below {MostAddedMs:0.0})");
        Write($"{IdleConsoles} idle screens add {screensMb:0.0} MiB to the process (below {MostMemoryMb:0})");
        Write($"{IdleConsoles} idle terminals on a real sshd add {terminalsMb:0.0} MiB to the process (below {MostMemoryMb:0})");
        var met = ratio >= LeastThroughput && added < MostAddedMs && screensMb < MostMemoryMb && terminalsMb < MostMemoryMb;
        if (json is not null)
        {
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(new
            {
                directMbPerSecond = directMb, consoleMbPerSecond = proxiedMb, share = ratio, directMs, consoleMs = proxiedMs, addedMs = added, screensMb, terminalsMb, met,
            }));
        }

        Write(met ? "All four targets are met." : "A target is MISSED.");
        return met ? 0 : 1;
    }

    /// <summary>
    /// MiB that idle consoles add, in a process of its own: what the bulk has left behind would hide them. The first one is not counted, for with
    /// it comes the code.
    /// </summary>
    static async Task<double> IdleAsync(Func<ProxyProcess, Task<ClientWebSocket>> open)
    {
        await using var api = await ProxyProcess.StartAsync();
        var idle = new List<ClientWebSocket> { await open(api) };
        var before = await api.MemoryAsync();
        while (idle.Count <= IdleConsoles)
            idle.Add(await open(api));
        var grown = (await api.MemoryAsync() - before) / Mb;
        foreach (var socket in idle)
        {
            await StandsAsync(socket);
            socket.Dispose();
        }

        return grown;
    }

    /// <summary>It still carries, both ways: one that had been cut off would cost nothing.</summary>
    static async Task StandsAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await socket.SendAsync("x"u8.ToArray().AsMemory(), WebSocketMessageType.Binary, true, patience.Token);
        if ((await socket.ReceiveAsync(new byte[64].AsMemory(), patience.Token)).MessageType == WebSocketMessageType.Close)
            throw new InvalidOperationException($"An idle console ended: {socket.CloseStatusDescription}");
    }

    static async Task<ClientWebSocket> DirectAsync(string url)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("binary");
        await socket.ConnectAsync(new Uri(url), default);
        return socket;
    }

    /// <summary>MiB a second.</summary>
    static async Task<double> BulkAsync(ClientWebSocket socket, long bytes)
    {
        using (socket)
        {
            var buffer = new byte[ProviderHost.ChunkBytes];
            await socket.SendAsync(BitConverter.GetBytes(bytes), WebSocketMessageType.Binary, true, default);
            var watch = Stopwatch.StartNew();
            for (var left = bytes; left > 0;)
                left -= (await socket.ReceiveAsync(buffer.AsMemory(), default)).Count;
            return bytes / Mb / watch.Elapsed.TotalSeconds;
        }
    }

    /// <summary>The median in milliseconds.</summary>
    static async Task<double> RoundTripAsync(ClientWebSocket socket, int count)
    {
        using (socket)
        {
            var message = new byte[16];
            var took = new double[count];
            for (var trip = 0; trip < count; trip++)
            {
                var began = Stopwatch.GetTimestamp();
                await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, true, default);
                for (var read = 0; read < message.Length;)
                    read += (await socket.ReceiveAsync(message.AsMemory(read), default)).Count;
                took[trip] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }

            return Median(took);
        }
    }

    static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);

    static string Spread(List<double> values, string format) => string.Create(
        CultureInfo.InvariantCulture, $"{Median(values).ToString(format, CultureInfo.InvariantCulture)} ({values.Min().ToString(format, CultureInfo.InvariantCulture)} - {values.Max().ToString(format, CultureInfo.InvariantCulture)})");

    static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    static void Write(string line) => Console.WriteLine(line);
}

/// <summary>The measured process.</summary>
sealed class ProxyProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly HttpClient _http;
    bool _knowsDoor;

    ProxyProcess(Process process, Uri address) => (_process, _http) = (process, new HttpClient { BaseAddress = address });

    public static async Task<ProxyProcess> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ProxyProcess).Assembly.Location);
        start.ArgumentList.Add("proxy");
        var process = Process.Start(start) ?? throw new InvalidOperationException("The proxy did not start.");
        return new ProxyProcess(process, new Uri((await process.StandardOutput.ReadLineAsync())!));
    }

    /// <summary>A screen's console to this address, connected.</summary>
    public Task<ClientWebSocket> OpenAsync(string url) => PresentAsync("/ticket?url=" + Uri.EscapeDataString(url), "vnc");

    /// <summary>A terminal's console through this door, in which the server has said its first word.</summary>
    public async Task<ClientWebSocket> OpenTerminalAsync(SshTarget door)
    {
        if (!_knowsDoor)
        {
            using var answer = await _http.PostAsJsonAsync(new Uri("/door", UriKind.Relative), door);
            answer.EnsureSuccessStatusCode();
            _knowsDoor = true;
        }

        var socket = await PresentAsync("/ticket", "ssh");
        await HearAsync(socket, WebSocketMessageType.Binary);
        return socket;
    }

    async Task<ClientWebSocket> PresentAsync(string request, string kind)
    {
        var ticket = (await _http.GetStringAsync(new Uri(request, UriKind.Relative))).Split(' ');
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(ConsoleProtocol.Name);
        socket.Options.AddSubProtocol(ConsoleProtocol.TicketPrefix + ticket[1]);
        socket.Options.SetRequestHeader("Origin", ProxyHost.Panel);
        await socket.ConnectAsync(new Uri($"ws://{_http.BaseAddress!.Authority}/consoles/{ticket[0]}/{kind}"), default);
        await HearAsync(socket, WebSocketMessageType.Text);
        return socket;
    }

    static async Task HearAsync(ClientWebSocket socket, WebSocketMessageType wanted)
    {
        if ((await socket.ReceiveAsync(new byte[256].AsMemory(), default)).MessageType != wanted)
            throw new InvalidOperationException($"The console did not open: {socket.CloseStatusDescription}");
    }

    /// <summary>Bytes of memory in use after a collection.</summary>
    public async Task<long> MemoryAsync() => long.Parse(await _http.GetStringAsync(new Uri("/memory", UriKind.Relative)), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
