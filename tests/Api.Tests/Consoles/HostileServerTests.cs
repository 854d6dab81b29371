using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Options;
using Webrana.Api.Consoles;
using Webrana.Api.Tests.Support;
using Webrana.Ssh;
using Webrana.Testing;

namespace Webrana.Api.Tests.Consoles;

/// <summary>Terminals on a server that does what it must not. It costs its own console, and that one lets go.</summary>
public sealed class HostileServerTests
{
    const int PieceBytes = 64 * 1024;

    /// <summary>More than every buffer between a terminal and its server together.</summary>
    const uint Unlimited = 1024 * 1024 * 1024;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Unlimited, "its network takes nothing in")]
    [InlineData(100_000u, "it allows nothing more to be sent")]
    public async Task Typing_that_the_server_never_takes_ends_with_its_console(uint window, string how)
    {
        await using var server = new HostileSshServer(window, readsWhatIsTyped: window != Unlimited);
        var line = await ConnectAsync(server, new ConsoleOptions { AllowPrivateAddresses = true }, Stop);
        using var console = new CancellationTokenSource();
        var written = new StrongBox<long>();
        var typing = TypeAsync(line, written, console.Token);
        await StandsStillAsync(() => Interlocked.Read(ref written.Value), how);
        Assert.False(typing.IsCompleted, "Everything was taken.");
        // It waits behind what is typed, and nobody waits for it.
        Assert.True(line.Control(new ReadOnlySequence<byte>("{\"cols\":101,\"rows\":37}"u8.ToArray())));

        await console.CancelAsync();
        var end = await Assert.ThrowsAsync<ConsoleLineException>(() => typing.WaitAsync(ApiHost.Patience, Stop));
        Assert.Equal(ConsoleEnd.ServerHungUp, end.End);
        await line.DisposeAsync().AsTask().WaitAsync(ApiHost.Patience, Stop);
        Assert.InRange(server.Typed, 0, window);
    }

    [Fact]
    public async Task A_server_whose_network_takes_nothing_in_is_given_up_after_the_stall_limit()
    {
        await using var server = new HostileSshServer(Unlimited, readsWhatIsTyped: false);
        await using var line = await ConnectAsync(server, new ConsoleOptions { AllowPrivateAddresses = true, StallLimit = TimeSpan.FromSeconds(1) }, Stop);
        var end = await Assert.ThrowsAsync<ConsoleLineException>(() => TypeAsync(line, new StrongBox<long>(), Stop).WaitAsync(ApiHost.Patience, Stop));
        Assert.Equal(ConsoleEnd.ServerHungUp, end.End);
        Assert.Equal(0, await line.ReadAsync(new byte[16], Stop).AsTask().WaitAsync(ApiHost.Patience, Stop));
    }

    [Fact]
    public async Task A_server_that_says_it_disconnects_has_hung_up_although_it_keeps_the_connection()
    {
        await using var server = new HostileSshServer(Unlimited, readsWhatIsTyped: true);
        await using var line = await ConnectAsync(server, new ConsoleOptions { AllowPrivateAddresses = true }, Stop);
        var heard = new byte[16];
        await server.SayAsync("halo");
        Assert.Equal(4, await line.ReadAsync(heard, Stop).AsTask().WaitAsync(ApiHost.Patience, Stop));
        Assert.Equal("halo", Encoding.UTF8.GetString(heard, 0, 4));

        // As the pump waits: first without a buffer.
        var waiting = line.ReadAsync(Memory<byte>.Empty, Stop).AsTask();
        Assert.False(waiting.IsCompleted);
        await server.DisconnectAsync();
        Assert.Equal(0, await waiting.WaitAsync(ApiHost.Patience, Stop));
        Assert.Equal(0, await line.ReadAsync(heard, Stop).AsTask().WaitAsync(ApiHost.Patience, Stop));
    }

    [Fact]
    public async Task What_is_said_before_anybody_reads_neither_holds_up_the_console_nor_is_lost()
    {
        // More than a line holds, less than is let through unheard.
        const int Greeting = 512 * 1024;
        await using var server = new HostileSshServer(Unlimited, readsWhatIsTyped: true, Greeting);
        await using var line = await ConnectAsync(server, new ConsoleOptions { AllowPrivateAddresses = true }, Stop).WaitAsync(ApiHost.Patience, Stop);
        var (heard, buffer) = (0, new byte[PieceBytes]);
        while (heard < Greeting)
        {
            var count = await line.ReadAsync(buffer, Stop).AsTask().WaitAsync(ApiHost.Patience, Stop);
            Assert.True(count > 0, $"It ended after {heard} bytes.");
            heard += count;
        }

        // The thread of what is typed was not left behind in it.
        await line.WriteAsync("ya"u8.ToArray(), Stop).AsTask().WaitAsync(ApiHost.Patience, Stop);
        await Eventually.Async(() => server.Typed == 2, ApiHost.Patience, "what is typed arrives", Stop);
        Assert.Equal(Greeting, heard);
    }

    [Fact]
    public async Task A_greeting_without_end_is_not_taken_into_our_memory()
    {
        const long Greeting = 256 * 1024 * 1024;
        await using var server = new HostileSshServer(Unlimited, readsWhatIsTyped: true, Greeting);
        using var console = new CancellationTokenSource();
        var connecting = ConnectAsync(server, new ConsoleOptions { AllowPrivateAddresses = true, ConnectTimeout = ApiHost.Patience }, console.Token);
        await Eventually.Async(() => server.Said > 0, ApiHost.Patience, "the greeting has begun", Stop);
        await StandsStillAsync(() => server.Said, "nothing more is taken");
        // What we let through, and what the kernels of both sides hold.
        Assert.InRange(server.Said, 1, Greeting / 4);
        Assert.False(connecting.IsCompleted);
        await console.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(ApiHost.Patience, Stop));
    }

    // A login whose shell is nologin: what it said is read, and then it has hung up, however early that was.
    [Fact]
    public async Task A_terminal_that_is_closed_before_anybody_listens_has_hung_up()
    {
        await using var server = new HostileSshServer(Unlimited, readsWhatIsTyped: true) { ClosesAtOnce = true };
        await using var line = await ConnectAsync(server, new ConsoleOptions { AllowPrivateAddresses = true }, Stop);
        var heard = new byte[16];
        Assert.Equal(5, await line.ReadAsync(heard, Stop).AsTask().WaitAsync(ApiHost.Patience, Stop));
        Assert.Equal("dadah", Encoding.UTF8.GetString(heard, 0, 5));
        Assert.Equal(0, await line.ReadAsync(heard, Stop).AsTask().WaitAsync(ApiHost.Patience, Stop));
    }

    static async Task<IConsoleLine> ConnectAsync(HostileSshServer server, ConsoleOptions settings, CancellationToken cancellation)
    {
        var options = Options.Create(settings);
        var target = new SshTarget("127.0.0.1", server.Port, "root", SshKeyPair.Generate("test").PrivatePem, null);
        return await new SshConnector(new UpstreamGuard(options), options).ConnectAsync(new ConsoleDoor(target, _ => Task.FromResult(true)), cancellation);
    }

    /// <summary>Until the line throws.</summary>
    static async Task TypeAsync(IConsoleLine line, StrongBox<long> written, CancellationToken console)
    {
        var piece = new byte[PieceBytes];
        while (true)
        {
            await line.WriteAsync(piece, console);
            Interlocked.Add(ref written.Value, PieceBytes);
        }
    }

    /// <summary>What is still on its way when this errs (a machine that stood still as long) is cut off all the same.</summary>
    internal static async Task StandsStillAsync(Func<long> read, string how)
    {
        var (last, looks) = (-1L, 0);
        await Eventually.Async(
            () =>
            {
                var now = read();
                (last, looks) = (now, now == last ? looks + 1 : 0);
                return looks >= 10;
            },
            ApiHost.Patience,
            how,
            Stop);
    }
}
