using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Webrana.Api.Consoles;
using Webrana.Api.Tests.Support;
using Webrana.Sandbox.Postgres.Processes;
using Webrana.Ssh;
using Webrana.Testing;
using Webrana.Wire.Accounts;
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

    // What OpenSSH does when its machine is stopped, or its owner wants to hurt: the kernel answers, nobody reads.
    [Fact]
    public async Task A_server_that_stops_reading_costs_its_own_console_and_no_other()
    {
        const int sigStop = 19;
        const int sigKill = 9;
        var (user, instance) = await ServerAsync();
        var (here, tokens) = await Host.SignInAsync(user);
        using var left = new MetricCollector<long>(Host.Services.GetRequiredService<IMeterFactory>(), ConsoleMetrics.MeterName, "webrana.consoles.left");
        using var other = await (await user.TicketAsync(instance, "SSH")).ConnectAsync();
        using var stuck = await (await here.TicketAsync(instance, "SSH")).ConnectAsync();
        await SayAsync(stuck, "echo pid-$$-\n");
        var sshd = SshdOf(await HearsAsync(stuck, @"pid-(\d+)-"));
        Assert.True(sshd.Signal(sigStop));
        try
        {
            var sent = new StrongBox<long>();
            var pasting = PasteAsync(stuck, sent);
            await HostileServerTests.StandsStillAsync(() => Interlocked.Read(ref sent.Value), "the server takes nothing more, nor do we");

            await Host.Anonymous().PostAsync("/api/v1/auth/logout", new LogoutRequest(tokens.RefreshToken)).ExpectAsync(HttpStatusCode.NoContent);
            await Eventually.Async(
                () => user.ConsoleLinesAsync(instance), now => now.Count(line => line.Status == ActionStatus.Completed) == 1, ApiHost.Patience, "the slot is free");
            Assert.Empty(left.GetMeasurementSnapshot());
            await SayAsync(other, "echo ha''lo\n");
            await HearsAsync(other, "halo");
            using var next = await (await user.TicketAsync(instance, "SSH")).ConnectAsync();
            await SayAsync(next, "echo la''gi\n");
            await HearsAsync(next, "lagi");

            Assert.Equal('T', StateOf(sshd));
            stuck.Abort();
            await pasting.ContinueWith(_ => { }, TaskScheduler.Default);
        }
        finally
        {
            sshd.Signal(sigKill);
        }
    }

    async Task<(TestUser User, string Instance)> ServerAsync()
    {
        Assert.True(File.Exists("/usr/sbin/sshd"), "openssh-server is not installed (Debian, Ubuntu: apt-get install openssh-server).");
        var (user, _, instance) = await Host.OwnerAsync();
        return (user, instance);
    }

    Task<string?> HostKeyAsync(string instance) => Host.Database.ScalarAsync<string?>($"SELECT host_key FROM instance_access WHERE instance = '{instance}'");

    static Task SayAsync(WebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Binary, true, Stop);

    /// <summary>Reads on until it hears what matches; its first group, where it has one.</summary>
    static async Task<string> HearsAsync(WebSocket socket, string wanted)
    {
        var heard = new StringBuilder();
        while (true)
        {
            var (type, bytes) = await socket.NextAsync();
            Assert.True(type == WebSocketMessageType.Binary, $"It ended ({socket.CloseStatusDescription}) after: {heard}");
            heard.Append(Encoding.UTF8.GetString(bytes));
            if (Regex.Match(heard.ToString(), wanted) is { Success: true } match)
                return match.Groups[^1].Value;
        }
    }

    /// <summary>Until the socket breaks.</summary>
    static async Task PasteAsync(WebSocket socket, StrongBox<long> sent)
    {
        var piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)'x');
        while (true)
        {
            await socket.SendAsync(piece, WebSocketMessageType.Binary, true, Stop);
            Interlocked.Add(ref sent.Value, piece.Length);
        }
    }

    /// <summary>The process of sshd that serves the session of this shell.</summary>
    static ProcessIdentity SshdOf(string shell)
    {
        var process = shell;
        while (true)
        {
            var status = File.ReadAllLines($"/proc/{process}/status");
            if (Field("Name").StartsWith("sshd", StringComparison.Ordinal))
                return ProcessIdentity.Of(int.Parse(process, CultureInfo.InvariantCulture))!;
            process = Field("PPid");

            string Field(string name) => status.Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();
        }
    }

    static char StateOf(ProcessIdentity process)
    {
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Pid}/stat"));
        return stat[stat.LastIndexOf(')') + 2];
    }
}
