using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Faults;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Common;
using Webrana.Sandbox.DigitalOcean.Http;

namespace Webrana.Grains.Tests.Droplets;

/// <summary>Password resets against a real sshd; where it cannot be reached, by the provider, and said so.</summary>
public sealed class PasswordResetTests(SharedCluster shared) : IClassFixture<SharedCluster>, IDisposable
{
    WebranaCluster Cluster => shared.Cluster;

    // What a test did not get to must not strike the next one.
    public void Dispose() => Cluster.Cloud.ClearFaults();

    static StartAction Reset(string? id = null) => new(id ?? Guid.NewGuid().ToString("N"), ActionKind.ResetPassword, "user:test");

    async Task<(InstanceId Instance, IDropletGrain Droplet, IDropletAccessGrain Access)> ServerAsync()
    {
        var (instance, droplet) = await Cluster.RunningServerAsync(await Cluster.CustomerAsync(200_000));
        return (instance, droplet, Cluster.Access(instance));
    }

    [Fact]
    public async Task A_reset_sets_a_new_password_inside_and_shows_it_once()
    {
        var (instance, droplet, access) = await ServerAsync();
        var first = (await access.Reveal("first")).Value!;
        var reset = Reset();
        Assert.Equal(reset.OperationId, (await droplet.Act(reset)).Value?.ActionId);
        var line = await droplet.EndedAsync(reset.OperationId);
        Assert.Equal((ActionKind.ResetPassword, ActivityStatus.Completed), (line.Kind, line.Status));
        var second = (await access.Reveal("second")).Value!;
        Assert.NotEqual(first.Password, second.Password);
        Assert.Equal(second.Password, await Cluster.PasswordInsideAsync(instance));
        Assert.Equal(CredentialsError.CredentialsTaken, (await access.Reveal("third")).Error);
        Assert.NotNull((await access.Access()).Value!.HostKey);
    }

    [Theory]
    [InlineData("action.stored")]
    [InlineData("reset.offered")]
    [InlineData("reset.set")]
    [InlineData("reset.accepted")]
    [InlineData("action.done_stored")]
    public async Task A_reset_cut_at_any_arrow_shows_the_password_that_the_server_has(string arrow)
    {
        var (instance, droplet, access) = await ServerAsync();
        var fired = Cluster.FailPoints.Arm(arrow, FailMode.Throw, subject: $"droplet:{instance}");
        var reset = Reset();
        try
        {
            await droplet.Act(reset);
        }
        catch (Exception e) when (e is FailPointException or InfrastructureException)
        {
            // The caller does not know; it asks again.
        }

        await fired.WaitAsync(WebranaCluster.Patience);
        Assert.True((await droplet.Act(reset)).IsOk);
        Assert.Equal(ActivityStatus.Completed, (await droplet.EndedAsync(reset.OperationId)).Status);
        Assert.Equal((await access.Reveal("x")).Value!.Password, await Cluster.PasswordInsideAsync(instance));
    }

    [Fact]
    public async Task Where_ssh_does_not_get_there_the_provider_resets_it_and_the_customer_is_told_where_it_went()
    {
        var (instance, droplet, access) = await ServerAsync();
        await Cluster.SetSimulatorAsync(new { sshd = false });
        try
        {
            var reset = Reset();
            Assert.True((await droplet.Act(reset)).IsOk);
            var line = await droplet.EndedAsync(reset.OperationId);
            Assert.Equal(ActivityStatus.Completed, line.Status);
            Assert.Equal("password_at_support", line.Message);
            // What we knew is void, and nothing is shown in its place.
            Assert.Equal(CredentialsError.CredentialsTaken, (await access.Reveal("x")).Error);
            Assert.NotNull(await Cluster.PasswordInsideAsync(instance));
        }
        finally
        {
            await Cluster.SetSimulatorAsync(new { sshd = true });
        }
    }

    [Fact]
    public async Task A_server_that_shows_another_host_key_gets_no_password_from_us()
    {
        var (instance, droplet, access) = await ServerAsync();
        await access.Pin(new PinHostKey("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 1));
        var reset = Reset();
        Assert.True((await droplet.Act(reset)).IsOk);
        Assert.Equal("password_at_support", (await droplet.EndedAsync(reset.OperationId)).Message);
        Assert.Equal(CredentialsError.CredentialsTaken, (await access.Reveal("x")).Error);
        Assert.NotNull(await Cluster.PasswordInsideAsync(instance)); // the provider's own
    }

    [Fact]
    public async Task A_reset_the_provider_fails_leaves_the_password_we_knew()
    {
        var (_, droplet, access) = await ServerAsync();
        await access.Pin(new PinHostKey("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 1));
        Cluster.Cloud.Inject(new Fault { Kind = FaultKinds.ActionErrored, Type = "password_reset" });
        var reset = Reset();
        Assert.True((await droplet.Act(reset)).IsOk);
        Assert.Equal(ActivityStatus.Errored, (await droplet.EndedAsync(reset.OperationId)).Status);
        Assert.True((await access.Reveal("x")).IsOk);
    }

    [Fact]
    public async Task Only_a_running_server_that_does_nothing_else_is_reset_and_meanwhile_no_password_is_shown()
    {
        var (instance, droplet, access) = await ServerAsync();
        var held = Cluster.FailPoints.Arm("reset.offered", FailMode.Hang, subject: $"droplet:{instance}");
        Assert.True((await droplet.Act(Reset("running"))).IsOk);
        await held.WaitAsync(WebranaCluster.Patience);
        Assert.Equal(ActionError.ActionInProgress, (await droplet.Act(Reset())).Error);
        Assert.Equal(CredentialsError.InvalidState, (await access.Reveal("x")).Error);
        Assert.False((await access.Access()).Value!.PasswordAvailable);

        var (_, off, _) = await ServerAsync();
        Assert.True((await off.Act(new StartAction("off", ActionKind.PowerOff, "user:test"))).IsOk);
        await off.Becomes(DropletStatus.Off);
        Assert.Equal(ActionError.InvalidState, (await off.Act(Reset())).Error);
    }
}
