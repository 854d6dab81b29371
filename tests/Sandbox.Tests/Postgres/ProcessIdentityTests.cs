using System.Diagnostics;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Tests.Postgres;

public class ProcessIdentityTests
{
    [Fact]
    public async Task A_recycled_pid_is_a_stranger_and_is_not_signalled()
    {
        using var stranger = Process.Start("sleep", "600");
        try
        {
            var real = ProcessIdentity.Of(stranger.Id)!;
            // The pid of a process of ours that ended, now worn by another: same number, other start.
            var ours = real with { Started = "another-boot/1" };
            Assert.False(ours.IsAlive);
            Assert.False(ours.Signal(9));
            Assert.True(await ours.WaitForExitAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));
            Assert.True(real.IsAlive);
            Assert.False(await real.WaitForExitAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public void Where_there_is_no_proc_the_system_says_when_a_process_started()
    {
        Assert.NotNull(ProcessIdentity.StartedElsewhere(Environment.ProcessId));
        Assert.Null(ProcessIdentity.StartedElsewhere(int.MaxValue));
    }

    [Fact]
    public async Task A_process_that_ended_is_not_alive()
    {
        using var process = Process.Start("sleep", "600");
        var identity = ProcessIdentity.Of(process.Id)!;
        Assert.True(identity.Signal(15));
        Assert.True(await identity.WaitForExitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.False(identity.Signal(15));
    }
}
