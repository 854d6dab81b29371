using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webrana.Api.Consoles;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Wire.Consoles;

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

        await host.SettingsAsync(new { vncServer = (string?)null });
        using var open = await (await user.TicketAsync(instance, "VNC")).ConnectAsync();
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal("restarting", await open.EndAsync().WaitAsync(ApiHost.Patience, Stop));
    }

    [Fact]
    public async Task Ten_thousand_bad_tickets_are_refused_in_memory()
    {
        var access = new CountingAccess();
        await using var host = await ApiHost.StartAsync(services: services => services.AddSingleton<IConsoleAccess>(access));
        var address = new UriBuilder(host.Address) { Path = $"/consoles/{Guid.NewGuid()}/vnc" }.Uri;
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 16 });
        var real = new string('A', 4) + Convert.ToHexString(RandomNumberGenerator.GetBytes(120));
        string[] bad = ["x", new('A', 250), real, real.ToLowerInvariant() + "-_", new('z', 5000)];
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Stop }, async (number, cancellation) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version11 };
            request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
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
