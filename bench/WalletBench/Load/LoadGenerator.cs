using System.Diagnostics;

namespace Webrana.WalletBench.Load;

/// <summary>What one contender did under one load.</summary>
/// <param name="Acknowledged">All acknowledged debits, warm-up and the last ones in flight included: the ledger must hold exactly these.</param>
/// <param name="HostCpuMicroseconds">Processor time of the host per debit: what a busy machine disturbs least.</param>
internal sealed record LoadResult(double PerSecond, double P50Ms, double P99Ms, double HostCpuMicroseconds, long Acknowledged, long Refused);

/// <summary>
/// Closed loop over raw sockets: every connection has one request in flight. Raw, because an HTTP client library would take more of the two
/// cores than the thing measured. The latencies of a closed loop flatter a stalling server; the rates are what the ratios compare.
/// </summary>
internal static class LoadGenerator
{
    public static async Task<LoadResult> RunAsync(int port, string contender, string[] tokens, Process host, BenchOptions options)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => HttpConnection.OpenAsync(port, contender)));
        using var stop = new CancellationTokenSource();
        long acknowledged = 0, refused = 0;
        var measuring = false;

        // Who keeps wallets in memory has them there before the clock starts: a warm system is measured, cold starts are another question.
        var untouched = contender is "webrana" or "group" ? tokens.Length : 0;
        var latencies = new List<long>[options.Connections];
        var callers = connections.Select((connection, n) => Task.Run(async () =>
        {
            var random = new Random(n);
            var mine = latencies[n] = new List<long>(4096);
            while (!stop.IsCancellationRequested)
            {
                var start = Stopwatch.GetTimestamp();
                var touch = Interlocked.Decrement(ref untouched);
                var status = await connection.DebitAsync(tokens[touch >= 0 ? touch : random.Next(tokens.Length)]);
                if (status == 200) Interlocked.Increment(ref acknowledged);
                else Interlocked.Increment(ref refused);
                if (Volatile.Read(ref measuring)) mine.Add(Stopwatch.GetTimestamp() - start);
            }
        })).ToArray();

        var all = Task.WhenAll(callers);
        while (Volatile.Read(ref untouched) > 0 && !all.IsCompleted) await Task.WhenAny(all, Task.Delay(20));
        await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(options.WarmSeconds)));
        host.Refresh();
        var cpu = host.TotalProcessorTime;
        Volatile.Write(ref measuring, true);
        var running = Stopwatch.StartNew();
        await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(options.Seconds)));
        Volatile.Write(ref measuring, false);
        var elapsed = running.Elapsed.TotalSeconds;
        host.Refresh();
        cpu = host.TotalProcessorTime - cpu;
        await stop.CancelAsync();
        await all;
        foreach (var connection in connections) connection.Dispose();

        var sorted = latencies.SelectMany(one => one).Order().ToArray();
        return new LoadResult(sorted.Length / elapsed, Percentile(sorted, 0.50), Percentile(sorted, 0.99), cpu.TotalMicroseconds / Math.Max(1, sorted.Length), acknowledged, refused);
    }

    private static double Percentile(long[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)] * 1000.0 / Stopwatch.Frequency;
}
