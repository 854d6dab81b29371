using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Webrana.WalletBench.Load;

/// <summary>What one contender did under one load.</summary>
/// <param name="Cpu">Processor time per debit.</param>
/// <param name="Acknowledged">All acknowledged debits, warm-up and the last ones in flight included: the ledger must hold exactly these.</param>
internal sealed record LoadResult(double PerSecond, double P50Ms, double P99Ms, CpuTimes Cpu, long Acknowledged, long Refused);

/// <summary>
/// Closed loop over raw sockets: every connection has one request in flight. One thread that asks which sockets have something to say and
/// blocks otherwise, because an HTTP client library, or a task per connection, would take more of the two cores than the thing measured. The
/// latencies of a closed loop flatter a stalling server; the rates are what the ratios compare. With <see cref="BenchOptions.Rate"/> the loop
/// is open: requests are due at their times whether or not the ones before were answered, and each is measured from its time.
/// </summary>
internal sealed class LoadGenerator
{
    private const int LongestWaitUs = 100_000;

    private static readonly byte[] Body = "{\"amount\":1}"u8.ToArray();

    private readonly Random _random = new(1);
    private readonly byte[][] _tokens;
    private readonly CpuMeter _cpu;
    private readonly BenchOptions _options;
    private readonly List<HttpConnection> _connections;
    private readonly Dictionary<Socket, HttpConnection> _bySocket;
    private readonly Queue<HttpConnection> _idle = new();
    private readonly List<long> _latencies = new(1 << 18);
    private long _every;
    private long _due;
    private long _acknowledged;
    private long _refused;
    private int _untouched;

    private LoadGenerator(int port, string contender, string[] tokens, CpuMeter cpu, BenchOptions options)
    {
        (_tokens, _cpu, _options) = ([.. tokens.Select(Encoding.ASCII.GetBytes)], cpu, options);

        // Who keeps wallets in memory has them there before the clock starts: a warm system is measured, cold starts are another question.
        // The others remember the users' tokens as well, so everybody touches each wallet once.
        _untouched = tokens.Length;
        var head = $"POST /{contender}/debit HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\nAuthorization: Bearer ";
        var address = new IPEndPoint(IPAddress.Loopback, port);
        _connections = [.. Enumerable.Range(0, options.Connections).Select(_ => HttpConnection.Open(address, head, keyed: contender != "nothing"))];
        _bySocket = _connections.ToDictionary(connection => connection.Socket);
    }

    public static Task<LoadResult> RunAsync(int port, string contender, string[] tokens, CpuMeter cpu, BenchOptions options) =>
        Task.Factory.StartNew(() => new LoadGenerator(port, contender, tokens, cpu, options).Run(), TaskCreationOptions.LongRunning);

    private LoadResult Run()
    {
        foreach (var connection in _connections) Send(connection);
        while (_untouched > 0) Turn(measuring: false, again: true);
        if (_options.Rate > 0)
        {
            while (_bySocket.Count > 0) Turn(measuring: false, again: false);
            (_every, _due) = (Stopwatch.Frequency / _options.Rate, Stopwatch.GetTimestamp());
        }

        for (var warm = Stopwatch.StartNew(); warm.Elapsed.TotalSeconds < _options.WarmSeconds;) Turn(measuring: false, again: true);

        var before = _cpu.Read();
        var running = Stopwatch.StartNew();
        while (running.Elapsed.TotalSeconds < _options.Seconds) Turn(measuring: true, again: true);
        var elapsed = running.Elapsed.TotalSeconds;
        var spent = _cpu.Read() - before;

        // The last ones in flight are debits too: the ledger will have them.
        while (_bySocket.Count > 0) Turn(measuring: false, again: false);
        foreach (var connection in _connections) connection.Dispose();

        _latencies.Sort();
        var count = Math.Max(1, _latencies.Count);
        return new LoadResult(
            _latencies.Count / elapsed, Percentile(0.50), Percentile(0.99), spent / count, _acknowledged, _refused);
    }

    private void Turn(bool measuring, bool again)
    {
        var waitUs = again && _every > 0 ? SendDue() : LongestWaitUs;
        // An idle socket only wakes us when the host closes it; asking for it is how one waits here.
        List<Socket> ready = _bySocket.Count > 0 ? [.. _bySocket.Keys] : [_idle.Peek().Socket];
        Socket.Select(ready, null, null, waitUs);
        foreach (var socket in ready)
        {
            if (!_bySocket.TryGetValue(socket, out var connection)) throw new IOException("The host closed the connection.");
            if (connection.Receive() is not { } status) continue;
            if (measuring) _latencies.Add(Stopwatch.GetTimestamp() - connection.SentAt);
            if (status == 200) _acknowledged++;
            else _refused++;
            if (again && _every == 0)
            {
                Send(connection);
                continue;
            }

            _bySocket.Remove(socket);
            _idle.Enqueue(connection);
        }
    }

    /// <summary>Sends what is due, each dated by its own time though no connection was free then.</summary>
    /// <returns>For how long nothing is due, in microseconds: in whole milliseconds, because a shorter wait would be none.</returns>
    private int SendDue()
    {
        var now = Stopwatch.GetTimestamp();
        while (_due <= now && _idle.TryDequeue(out var connection))
        {
            Send(connection);
            connection.SentAt = _due;
            _bySocket[connection.Socket] = connection;
            _due += _every;
        }

        // Late, with every connection in use: an answer comes first.
        return _due <= now ? LongestWaitUs : (int)Math.Clamp((_due - now) * 1_000_000 / Stopwatch.Frequency, 1_000, LongestWaitUs);
    }

    private void Send(HttpConnection connection)
    {
        var token = _untouched > 0 ? --_untouched : _random.Next(_tokens.Length);
        connection.SentAt = Stopwatch.GetTimestamp();
        connection.Send(_tokens[token], Body);
    }

    private double Percentile(double share) =>
        _latencies.Count == 0 ? 0 : _latencies[(int)((_latencies.Count - 1) * share)] * 1000.0 / Stopwatch.Frequency;
}
