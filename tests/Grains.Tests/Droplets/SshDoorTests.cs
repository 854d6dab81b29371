using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Webrana.Api.Tests.Consoles;
using Webrana.Grains.Tests.Common;
using Webrana.Ssh;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>The door of servers that do what they must not: whoever goes through it hears how it went, in time, and holds up nobody.</summary>
public sealed class SshDoorTests
{
    /// <summary>More than every buffer between a command and its server together.</summary>
    const uint Unlimited = 1024 * 1024 * 1024;

    /// <summary>A port of this machine.</summary>
    const int NobodyListens = 1;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_that_has_run_has_run_although_its_server_never_lets_the_connection_go()
    {
        const string Input = "root:rahasia\n";
        var left = new StrongBox<long>();
        using var counting = Count(left);
        await using var server = new HostileSshServer(Unlimited, readsWhatIsTyped: true) { TakesCommands = true };
        var outcome = await new SshDoor(WebranaCluster.Patience).RunAsync(Target(server.Port), "chpasswd", Input, Stop).WaitAsync(WebranaCluster.Patience, Stop);
        Assert.Equal(HostileSshServer.ExitStatus, Assert.IsType<SshOutcome.Ran>(outcome).ExitStatus);
        Assert.Equal(Input.Length, server.Typed);
        Assert.Equal(0, Interlocked.Read(ref left.Value));
    }

    [Fact]
    public async Task A_server_that_takes_the_connection_and_says_nothing_is_unreachable()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var taking = server.AcceptSocketAsync(Stop).AsTask();
        var target = Target(((IPEndPoint)server.LocalEndpoint).Port);
        var outcome = await new SshDoor(TimeSpan.FromSeconds(2)).RunAsync(target, "true", "", Stop).WaitAsync(WebranaCluster.Patience, Stop);
        Assert.Equal(new SshOutcome.Failed(SshFailure.Unreachable, null), outcome);
        using var taken = await taking.WaitAsync(WebranaCluster.Patience, Stop);
    }

    // What is seen of a stopped sshd: its kernel goes on answering, and nobody reads. The third is input that even the networks between do not hold.
    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 10)]
    [InlineData(true, 16 * 1024 * 1024)]
    public async Task A_server_that_stands_still_in_the_middle_of_a_command_is_unreachable_and_keeps_no_thread(bool takesCommands, int input)
    {
        var left = new StrongBox<long>();
        using var counting = Count(left);
        await using var server = new HostileSshServer(Unlimited, readsWhatIsTyped: false) { TakesCommands = takesCommands };
        var door = new SshDoor(entering: WebranaCluster.Patience, answering: TimeSpan.FromSeconds(1));
        var outcome = await door.RunAsync(Target(server.Port), "chpasswd", new string('x', input), Stop).WaitAsync(2 * WebranaCluster.Patience, Stop);
        Assert.True(server.Asked.IsCompletedSuccessfully, "It was never asked.");
        var failed = Assert.IsType<SshOutcome.Failed>(outcome);
        Assert.Equal(SshFailure.Unreachable, failed.Why);
        Assert.StartsWith("ecdsa-sha2-nistp256 ", failed.HostKey, StringComparison.Ordinal);
        Assert.Equal(0, Interlocked.Read(ref left.Value));
    }

    // A grain that waited for its server by blocking once held up its clock and its sweeper, for good.
    [Fact]
    public async Task What_else_is_queued_where_its_caller_runs_is_done_while_the_server_stands_still()
    {
        await using var server = new HostileSshServer(Unlimited, readsWhatIsTyped: false);
        using var giving = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        // One thing after the other, as in a grain; and limits beyond whatever this test waits for.
        var grain = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, maxConcurrencyLevel: 1).ExclusiveScheduler;
        var door = new SshDoor(3 * WebranaCluster.Patience);
        var running = Task.Factory.StartNew(() => door.RunAsync(Target(server.Port), "chpasswd", "x", giving.Token), Stop, TaskCreationOptions.None, grain).Unwrap();
        await server.Asked.WaitAsync(WebranaCluster.Patience, Stop);
        await Task.Factory.StartNew(() => { }, Stop, TaskCreationOptions.None, grain).WaitAsync(WebranaCluster.Patience, Stop);
        Assert.False(running.IsCompleted);

        await giving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(WebranaCluster.Patience, Stop));
    }

    // Each visit has a thread: a hundred servers that stand still must not be a hundred threads, nor a queue that everybody else waits in.
    [Fact]
    public async Task Who_finds_no_place_is_told_so_at_once_and_a_visit_that_is_over_gives_its_place_back()
    {
        await using var server = new HostileSshServer(Unlimited, readsWhatIsTyped: false);
        using var giving = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var door = new SshDoor(3 * WebranaCluster.Patience, 3 * WebranaCluster.Patience, mostVisits: 1);
        var running = door.RunAsync(Target(server.Port), "chpasswd", "x", giving.Token);
        await server.Asked.WaitAsync(WebranaCluster.Patience, Stop);

        Assert.IsType<SshOutcome.NoPlace>(await door.RunAsync(Target(NobodyListens), "true", "", Stop).WaitAsync(WebranaCluster.Patience, Stop));
        Assert.False(running.IsCompleted);

        await giving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(WebranaCluster.Patience, Stop));
        await Eventually.Async(
            async () => await door.RunAsync(Target(NobodyListens), "true", "", Stop) is SshOutcome.Failed, WebranaCluster.Patience, "the place is free again", Stop);
    }

    [Fact]
    public async Task Servers_that_are_not_there_use_no_place_up()
    {
        var door = new SshDoor(mostVisits: 1);
        for (var visit = 0; visit < 3; visit++)
            Assert.IsType<SshOutcome.Failed>(await door.RunAsync(Target(NobodyListens), "true", "", Stop));
    }

    static SshTarget Target(int port) => new("127.0.0.1", port, "root", SshKeyPair.Generate("test").PrivatePem, null);

    /// <summary>Threads that stayed in SSH.NET.</summary>
    static MeterListener Count(StrongBox<long> left)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == SshDoor.LeftName)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref left.Value, count));
        listener.Start();
        return listener;
    }
}
