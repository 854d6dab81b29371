using System.Diagnostics;

namespace Webrana.WalletBench.Load;

/// <summary>What one contender did under one load.</summary>
/// <param name="Acknowledged">All acknowledged debits, warm-up and the last ones in flight included: the ledger must hold exactly these.</param>
internal sealed record LoadResult(double PerSecond, double P50Ms, double P99Ms, long Acknowledged, long Refused);

/// <summary>
/// Closed loop over raw sockets: every connection has one request in flight. Raw, because an HTTP client library would take more of the two
/// cores than the thing measured. The latencies of a closed loop flatter a stalling server; the rates are what the ratios compare.
/// </summary>
internal static class LoadGenerator
{
    public static async Task<LoadResult> RunAsync(int port, string contender, string[] tokens, BenchOptions options)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => HttpConnection.OpenAsync(port, contender)));
        using var stop = new CancellationTokenSource();
        long acknowledged = 0, refused = 0;
        var measuring = false;
        var latencies = new List<long>[options.Connections];
        var callers = connections.Select((connection, n) => Task.Run(async () =>
        {
            var random = new Random(n);
            var mine = latencies[n] = new List<long>(4096);
            while (!stop.IsCancellationRequested)
            {
                var start = Stopwatch.GetTimestamp();
                var status = await connection.DebitAsync(tokens[tokens.Length == 1 ? 0 : random.Next(tokens.Length)]);
                if (status == 200) Interlocked.Increment(ref acknowledged);
                else Interlocked.Increment(ref refused);
                if (Volatile.Read(ref measuring)) mine.Add(Stopwatch.GetTimestamp() - start);
            }
        })).ToArray();

        await Task.WhenAny(Task.WhenAll(callers), Task.Delay(TimeSpan.FromSeconds(options.WarmSeconds)));
        Volatile.Write(ref measuring, true);
        var running = Stopwatch.StartNew();
        await Task.WhenAny(Task.WhenAll(callers), Task.Delay(TimeSpan.FromSeconds(options.Seconds)));
        Volatile.Write(ref measuring, false);
        var elapsed = running.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        foreach (var connection in connections) connection.Dispose();

        var sorted = latencies.SelectMany(one => one).Order().ToArray();
        return new LoadResult(sorted.Length / elapsed, Percentile(sorted, 0.50), Percentile(sorted, 0.99), acknowledged, refused);
    }

    private static double Percentile(long[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)] * 1000.0 / Stopwatch.Frequency;
}
