using System.Net.WebSockets;
using System.Text;
using Webrana.Api.Tests.Support;
using Webrana.Ssh;
using Webrana.Testing;
using Webrana.Wire.Consoles;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Tests.Consoles;

/// <summary>Terminals on the real sshd that the simulator runs for each droplet. Without OpenSSH there is none, and these tests fail and say so.</summary>
[Collection(ApiCollection.Name)]
public sealed class TerminalTests(SharedApi api)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    ApiHost Host => api.Host;

    [Fact]
    public async Task A_terminal_runs_commands_follows_its_window_and_pins_the_host_key()
    {
        var (user, instance) = await ServerAsync();
        var ticket = await user.TicketAsync(instance, "SSH");
        Assert.Equal(ConsoleKind.Ssh, ticket.Kind);
        using var socket = await ticket.ConnectAsync();
        await SayAsync(socket, "echo ha''lo\n");
        await HearsAsync(socket, "halo");
        await socket.SendAsync("""{"cols":101,"rows":37}"""u8.ToArray(), WebSocketMessageType.Text, true, Stop);
        await SayAsync(socket, "stty size\n");
        await HearsAsync(socket, "37 101");
        Assert.StartsWith("ssh-", await HostKeyAsync(instance), StringComparison.Ordinal);

        await SayAsync(socket, "exit\n");
        Assert.Equal("server_hung_up", await socket.EndAsync());
        var lines = await Eventually.Async(() => user.ConsoleLinesAsync(instance), now => now is [{ Status: ActionStatus.Completed }], ApiHost.Patience, "the line is completed");
        Assert.StartsWith("SSH · ", lines[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_host_key_than_the_pinned_one_is_refused()
    {
        var (user, instance) = await ServerAsync();
        var other = SshKeyPair.Generate("other").PublicLine.Split(' ');
        await Host.Database.ScalarAsync<int>($"UPDATE instance_access SET host_key = '{other[0]} {other[1]}' WHERE instance = '{instance}' RETURNING 1");
        var ticket = await user.TicketAsync(instance, "SSH");
        var (socket, _) = await ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket);
        using (socket)
            Assert.Equal("host_key_changed", await socket!.EndAsync());
    }

    [Fact]
    public async Task Where_the_provider_grants_no_screen_the_terminal_is_given_and_a_screen_refused()
    {
        var (user, instance) = await ServerAsync();
        await Host.SettingsAsync(new { vncConsole = false });
        try
        {
            Assert.Equal(ConsoleKind.Ssh, (await user.TicketAsync(instance)).Kind);
            await user.Http.GetAsync($"/api/v1/instances/{instance}/console?kind=VNC").RefusedAsync(409, Wire.ProblemCodes.ConsoleUnavailable);
        }
        finally
        {
            await Host.SettingsAsync(new { vncConsole = true });
        }
    }

    [Fact]
    public async Task Nonsense_sizes_end_it()
    {
        var (user, instance) = await ServerAsync();
        using var socket = await (await user.TicketAsync(instance, "SSH")).ConnectAsync();
        await socket.SendAsync("""{"cols":0,"rows":100000}"""u8.ToArray(), WebSocketMessageType.Text, true, Stop);
        Assert.Equal("bad_message", await socket.EndAsync());
    }

    [Fact]
    public async Task A_terminal_that_floods_a_browser_which_does_not_read_lets_go_when_the_browser_does()
    {
        var (user, instance) = await ServerAsync();
        var socket = await (await user.TicketAsync(instance, "SSH")).ConnectAsync();
        await SayAsync(socket, "yes\n");
        await HearsAsync(socket, "y\r\ny");
        socket.Abort();
        socket.Dispose();
        await Eventually.Async(() => user.ConsoleLinesAsync(instance), now => now is [{ Status: ActionStatus.Completed }], ApiHost.Patience, "the slot is free");
    }

    async Task<(TestUser User, string Instance)> ServerAsync()
    {
        Assert.True(File.Exists("/usr/sbin/sshd"), "openssh-server is not installed (Debian, Ubuntu: apt-get install openssh-server).");
        var (user, _, instance) = await Host.OwnerAsync();
        return (user, instance);
    }

    Task<string?> HostKeyAsync(string instance) => Host.Database.ScalarAsync<string?>($"SELECT host_key FROM instance_access WHERE instance = '{instance}'");

    static Task SayAsync(WebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Binary, true, Stop);

    static async Task HearsAsync(WebSocket socket, string wanted)
    {
        var heard = new StringBuilder();
        while (!heard.ToString().Contains(wanted, StringComparison.Ordinal))
        {
            var (type, bytes) = await socket.NextAsync();
            Assert.True(type == WebSocketMessageType.Binary, $"It ended ({socket.CloseStatusDescription}) after: {heard}");
            heard.Append(Encoding.UTF8.GetString(bytes));
        }
    }
}
