using System.Diagnostics;
using System.Net.Sockets;
using Webrana.Sandbox.Postgres;
using Webrana.Testing;

namespace Webrana.EndToEnd.Tests;

/// <summary>Debian's TigerVNC server on loopback with a terminal over its whole screen. Missing programs fail the test and say so.</summary>
sealed class VncDisplay : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly Process _server;
    readonly Process _terminal;

    VncDisplay(Process server, Process terminal, int port) => (_server, _terminal, Address) = (server, terminal, $"127.0.0.1:{port}");

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    public static async Task<VncDisplay> StartAsync()
    {
        Assert.True(File.Exists("/usr/bin/Xtigervnc") && File.Exists("/usr/bin/xterm"), "The test needs Debian's VNC server: apt-get install tigervnc-standalone-server xterm.");
        var display = 100 + (Environment.ProcessId % 800);
        var port = FreePort.Next();
        var server = Start("/usr/bin/Xtigervnc", $":{display}", "-rfbport", $"{port}", "-localhost", "-SecurityTypes", "None", "-geometry", "800x600", "-depth", "24");
        await Eventually.Async(() => AnswersAsync(port), Patience, "the VNC server listens");
        // Keys go to a window that is there: its shell says so by a file.
        var ready = Path.Combine(Path.GetTempPath(), $"webrana-xterm-{Guid.NewGuid():N}");
        var terminal = Start("/usr/bin/xterm", "-display", $":{display}", "-geometry", "132x45+0+0", "-e", "/bin/sh", "-c", $": > {ready}; exec /bin/sh");
        await Eventually.Async(() => File.Exists(ready), Patience, "the terminal is there");
        File.Delete(ready);
        return new VncDisplay(server, terminal, port);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _terminal, _server })
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)) ?? throw new InvalidOperationException($"{program} did not start.");

    static async Task<bool> AnswersAsync(int port)
    {
        using var tcp = new TcpClient();
        try
        {
            await tcp.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
