using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Protection;
using Webrana.Grains.Droplets;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.Postgres.Processes;
using Webrana.Ssh;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Debian's OpenSSH server stands for the droplet's. Where it is not installed these tests fail, and say so.</summary>
public sealed class SshTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    WebranaCluster Cluster => shared.Cluster;

    async Task<(InstanceId Instance, string Ipv4, SshTarget Target)> ServerAsync()
    {
        Assert.True(File.Exists("/usr/sbin/sshd"), "openssh-server is not installed (Debian, Ubuntu: apt-get install openssh-server).");
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        var door = (await Cluster.Access(instance).Open()).Value!;
        var pem = Cluster.Services.GetRequiredService<AccessSeal>().Open(door.SealedKey, TimeProvider.System.GetUtcNow())!;
        return (instance, (await droplet.Get()).Value!.Ipv4!, new SshTarget(door.Host, door.Port, door.User, pem, door.HostKey));
    }

    [Fact]
    public async Task The_managed_key_opens_the_server_and_a_secret_goes_in_by_standard_input()
    {
        var (_, _, target) = await ServerAsync();
        var ran = Assert.IsType<SshOutcome.Ran>(await new SshDoor().RunAsync(target, "test \"$(cat)\" = rahasia", "rahasia", Stop));
        Assert.Equal(0, ran.ExitStatus);
        Assert.StartsWith("ssh-ed25519 ", ran.HostKey, StringComparison.Ordinal);
        Assert.Equal(1, Assert.IsType<SshOutcome.Ran>(await new SshDoor().RunAsync(target, "test \"$(cat)\" = rahasia", "salah", Stop)).ExitStatus);
    }

    [Fact]
    public async Task A_pinned_key_is_accepted_and_another_one_refused_before_anything_is_sent()
    {
        var (_, _, target) = await ServerAsync();
        var first = Assert.IsType<SshOutcome.Ran>(await new SshDoor().RunAsync(target, "true", "", Stop));
        Assert.IsType<SshOutcome.Ran>(await new SshDoor().RunAsync(target with { HostKey = first.HostKey }, "true", "", Stop));
        var other = SshKeyPair.Generate("x").PublicLine.Split(' ');
        var refused = Assert.IsType<SshOutcome.Failed>(await new SshDoor().RunAsync(target with { HostKey = $"{other[0]} {other[1]}" }, "true", "", Stop));
        Assert.Equal((SshFailure.HostKeyChanged, first.HostKey), (refused.Why, refused.HostKey));
    }

    [Fact]
    public async Task A_key_that_is_not_on_the_server_and_a_door_that_is_not_there_are_told_apart()
    {
        var (_, _, target) = await ServerAsync();
        var stranger = target with { PrivatePem = SshKeyPair.Generate("x").PrivatePem };
        Assert.Equal(SshFailure.KeyRefused, Assert.IsType<SshOutcome.Failed>(await new SshDoor().RunAsync(stranger, "true", "", Stop)).Why);
        Assert.Equal(SshFailure.Unreachable, Assert.IsType<SshOutcome.Failed>(await new SshDoor().RunAsync(target with { Port = 1 }, "true", "", Stop)).Why);
        var slow = new SshDoor(TimeSpan.FromSeconds(2));
        Assert.Equal(SshFailure.Unreachable, Assert.IsType<SshOutcome.Failed>(await slow.RunAsync(target, "sleep 60", "", Stop)).Why);
    }

    // What OpenSSH does when its machine is stopped: the kernel answers, nobody reads.
    [Fact]
    public async Task A_server_that_is_stopped_while_a_command_runs_is_unreachable_in_time()
    {
        const int sigStop = 19;
        const int sigKill = 9;
        var (_, _, target) = await ServerAsync();
        // Where this machine is too slow to stop the server within the limit, the limit grows.
        for (var answering = TimeSpan.FromSeconds(2); answering < WebranaCluster.Patience; answering *= 2)
        {
            var mark = Guid.NewGuid().ToString("N");
            var running = new SshDoor(WebranaCluster.Patience, answering).RunAsync(target, $"sleep 60; : {mark}", "", Stop);
            ProcessIdentity? sshd = null;
            await Eventually.Async(() => (sshd = SshdOf(mark)) is not null || running.IsCompleted, WebranaCluster.Patience, "the command runs", Stop);
            if (sshd is null || !sshd.Signal(sigStop))
                continue;
            try
            {
                if (running.IsCompleted)
                    continue;
                var failed = Assert.IsType<SshOutcome.Failed>(await running.WaitAsync(2 * WebranaCluster.Patience, Stop));
                Assert.Equal(SshFailure.Unreachable, failed.Why);
                Assert.NotNull(failed.HostKey);
                Assert.True(sshd.IsAlive, "It did not stand still.");
                return;
            }
            finally
            {
                sshd.Signal(sigKill);
            }
        }

        Assert.Fail("The server was never stopped in time.");
    }

    [Fact]
    public async Task Our_own_first_visit_pins_the_host_key_and_no_account_key_stays_on_the_server()
    {
        var (instance, ipv4, _) = await ServerAsync();
        var doors = Cluster.Services.GetRequiredService<DropletDoors>();
        Assert.Equal(0, Assert.IsType<SshOutcome.Ran>(await doors.RunAsync(instance, 1, ipv4, "true", "", Stop)).ExitStatus);
        var access = (await Cluster.Access(instance).Access()).Value!;
        Assert.StartsWith("ssh-ed25519 ", access.HostKey, StringComparison.Ordinal);
        var keys = (await Cluster.SimulatedAsync(instance)).GetProperty("guest").GetProperty("authorizedKeys");
        Assert.EndsWith($"webrana-{instance}", Assert.Single(keys.EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_a_session_changes_this_machine()
    {
        var (_, _, target) = await ServerAsync();
        var ran = Assert.IsType<SshOutcome.Ran>(await new SshDoor().RunAsync(target, "test \"$(id -u)\" != 0 && test \"$(command -v chpasswd)\" != /usr/sbin/chpasswd", "", Stop));
        Assert.Equal(0, ran.ExitStatus);
    }

    /// <summary>The process of sshd that serves the session whose command has this mark; null while there is none.</summary>
    static ProcessIdentity? SshdOf(string mark)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                if (!File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(mark, StringComparison.Ordinal))
                    continue;
                for (var process = Path.GetFileName(folder); process != "0";)
                {
                    var status = File.ReadAllLines($"/proc/{process}/status");
                    if (Field("Name").StartsWith("sshd", StringComparison.Ordinal))
                        return ProcessIdentity.Of(int.Parse(process, CultureInfo.InvariantCulture));
                    process = Field("PPid");

                    string Field(string name) => status.Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended, or is not ours.
            }
        }

        return null;
    }
}
