using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webrana.Api.Consoles;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Testing;
using Webrana.Wire.Consoles;
using ConsoleKind = Webrana.Contracts.Consoles.ConsoleKind;

namespace Webrana.Api.Tests.Consoles;

/// <summary>On a host of its own: what costs an attacker little must not cost us much.</summary>
public sealed class FloodTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_never_reads_holds_the_server_back_and_is_cut_off_and_a_stopping_process_says_so()
    {
        await using var host = await ApiHost.StartAsync(new Dictionary<string, string?> { ["Console:StallLimit"] = "00:00:01" });
        await using var flood = new FloodServer();
        await host.SettingsAsync(new { vncServer = flood.Address });
        var (user, _, instance) = await host.OwnerAsync();

        var ticket = await user.TicketAsync(instance, "VNC");
        var (socket, _) = await ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket);
        // It was cut off although it never said anything, and until then only sockets' own buffers had filled.
        await flood.Disconnected.WaitAsync(ApiHost.Patience, Stop);
        Assert.InRange(flood.Sent, 1, 64L * 1024 * 1024);
        socket!.Dispose();

        await TerminalThatNobodyReadsAsync(host, user, instance);

        await host.SettingsAsync(new { vncServer = (string?)null });
        using var open = await (await user.TicketAsync(instance, "VNC")).ConnectAsync();
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal("restarting", await open.EndAsync().WaitAsync(ApiHost.Patience, Stop));
        // And gives its slot back: sooner than a lease would, which is what a killed process leaves.
        await Eventually.Async(
            () => host.Database.ScalarAsync<int>(
                $"SELECT COALESCE(jsonb_array_length(payload -> 'consoles'), 0) FROM grain_state WHERE state = 'droplet' AND key = 'droplet:{instance}'"),
            slots => slots == 0,
            ApiHost.Patience,
            "no slot is held",
            Stop);
    }

    // What the program on the server got rid of is all that anybody on the way can hold: shell, SSH, we, and both sockets.
    static async Task TerminalThatNobodyReadsAsync(ApiHost host, TestUser user, string instance)
    {
        Assert.True(File.Exists("/usr/sbin/sshd"), "openssh-server is not installed (Debian, Ubuntu: apt-get install openssh-server).");
        var reasons = new ConcurrentQueue<string>();
        using var listener = ListenToTerminals(host, reasons);
        using var socket = await (await user.TicketAsync(instance, "SSH")).ConnectAsync();
        var word = $"penuh-{Guid.NewGuid():N}";
        await socket.SendAsync(Encoding.UTF8.GetBytes($"yes {word}\n"), WebSocketMessageType.Binary, true, Stop);
        long written = 0;
        await Eventually.Async(
            () =>
            {
                written = Math.Max(written, WrittenBy(word));
                return !reasons.IsEmpty;
            },
            ApiHost.Patience,
            "the terminal was cut off",
            Stop);
        Assert.Equal(["slow_reader"], reasons);
        Assert.InRange(written, 1, 64L * 1024 * 1024);
    }

    static MeterListener ListenToTerminals(ApiHost host, ConcurrentQueue<string> reasons)
    {
        // Of this host only: others of the process have the same instruments.
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "webrana.consoles.ended" && ReferenceEquals(instrument.Meter.Scope, meters))
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            // The screen's end may still be on its way.
            var said = tags.ToArray().ToDictionary(tag => tag.Key, tag => $"{tag.Value}");
            if (said["kind"] == nameof(ConsoleKind.Ssh))
                reasons.Enqueue(said["reason"]);
        });
        listener.Start();
        return listener;
    }

    /// <summary>What the process that was started with this word has written so far; 0 when there is none.</summary>
    static long WrittenBy(string word)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])))
        {
            try
            {
                if (!File.ReadAllText($"{process}/cmdline").StartsWith($"yes\0{word}", StringComparison.Ordinal))
                    continue;
                var line = File.ReadLines($"{process}/io").Single(count => count.StartsWith("wchar: ", StringComparison.Ordinal));
                return long.Parse(line["wchar: ".Length..], CultureInfo.InvariantCulture);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // It ended, or is not ours to look at.
            }
        }

        return 0;
    }

    [Fact]
    public async Task Ten_thousand_bad_tickets_are_refused_in_memory()
    {
        var access = new CountingAccess();
        await using var host = await ApiHost.StartAsync(services: services => services.AddSingleton<IConsoleAccess>(access));
        var server = Guid.NewGuid();
        var address = new UriBuilder(host.Address) { Path = $"/consoles/{server}/vnc" }.Uri;
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 16 });
        var real = new string('A', 4) + Convert.ToHexString(RandomNumberGenerator.GetBytes(120));
        string[] bad =
        [
            "x", new('A', 250), real, real.ToLowerInvariant() + "-_", new('z', 5000),
            Sealed(host, server, TimeSpan.FromMinutes(-1)), Sealed(host, Guid.NewGuid(), TimeSpan.FromHours(1)),
        ];
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Stop }, async (number, cancellation) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version11 };
            // A connection each, as a flood comes.
            request.Headers.TryAddWithoutValidation("Connection", "Upgrade, close");
            request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
            request.Headers.TryAddWithoutValidation("Origin", ConsoleScenario.Panel);
            request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
            request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
            request.Headers.TryAddWithoutValidation("Sec-WebSocket-Protocol", $"{ConsoleProtocol.Name}, {ConsoleProtocol.TicketPrefix}{bad[number % bad.Length]}");
            using var answer = await http.SendAsync(request, cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        });
        Assert.Equal(0, access.Calls);
        // Some milliseconds each, also where another test has the second core.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(200), $"{watch.Elapsed} for 10,000");
        TestContext.Current.SendDiagnosticMessage($"10,000 bad tickets: {watch.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>One of our own, which is good for another moment or another server.</summary>
    static string Sealed(ApiHost host, Guid server, TimeSpan left) => host.Services.GetRequiredService<ConsoleTickets>().Seal(new ConsolePass(
        Guid.NewGuid(), new InstanceId(server), new UserId(Guid.NewGuid()), Guid.NewGuid(), false, ConsoleKind.Vnc, TimeProvider.System.GetUtcNow() + left,
        ConsoleTickets.NewSecret()));

    sealed class CountingAccess : IConsoleAccess
    {
        int _calls;

        public int Calls => _calls;

        public Task<Result<ConsoleUpstream, ConsoleError>> RedeemAsync(ConsolePass pass, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _calls);
            return Task.FromResult<Result<ConsoleUpstream, ConsoleError>>(ConsoleError.InvalidTicket);
        }

        public Task<IConsoleHints> ListenAsync(ConsolePass pass, UserId owner) => throw new NotSupportedException();

        public Task<ConsoleEnd?> CheckAsync(ConsolePass pass, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ConsoleDoor> OpenSshAsync(ConsolePass pass) => throw new NotSupportedException();

        public Task EndAsync(ConsolePass pass, ConsoleTraffic traffic) => throw new NotSupportedException();
    }

    /// <summary>Sends as fast as it is let.</summary>
    sealed class FloodServer : IAsyncDisposable
    {
        readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        readonly Task _serving;
        readonly TaskCompletionSource _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long _sent;

        public FloodServer()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Address => $"{_listener.LocalEndpoint}";

        public long Sent => Volatile.Read(ref _sent);

        public Task Disconnected => _disconnected.Task;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        async Task ServeAsync()
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var chunk = new byte[64 * 1024];
                while (true)
                {
                    await client.GetStream().WriteAsync(chunk);
                    Interlocked.Add(ref _sent, chunk.Length);
                }
            }
            catch (Exception over) when (over is IOException or SocketException or ObjectDisposedException)
            {
                _disconnected.TrySetResult();
            }
        }
    }
}
