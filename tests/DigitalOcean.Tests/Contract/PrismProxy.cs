using System.Diagnostics;
using System.Net.Sockets;
using Webrana.DigitalOcean.Tests.Support;
using Webrana.Sandbox.Postgres;
using Webrana.Testing;

namespace Webrana.DigitalOcean.Tests.Contract;

/// <summary>
/// Prism in front of a simulator: it checks every request and every answer against DigitalOcean's own OpenAPI description and says what
/// breaks it in the header <c>sl-violations</c>. The description is not ours to ship: it is looked for beside the repository.
/// </summary>
public sealed class PrismProxy : IAsyncLifetime
{
    const string Slice = "digitalocean-openapi-slice.yaml";

    Process? _prism;

    /// <summary>Why there is nothing to check against; null when there is.</summary>
    public string? Missing { get; private set; }

    public Rig? Rig { get; private set; }

    /// <summary>Where to call instead of the simulator.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public async ValueTask InitializeAsync()
    {
        if (FindSlice() is not { } slice)
        {
            Missing = $"DigitalOcean's OpenAPI description ({Slice}) lies in no shared/reference beside this repository: the official contract was NOT checked.";
            return;
        }

        Rig = await Rig.StartAsync();
        var folder = await NodeTools.FolderAsync();
        var port = FreePort.Next();
        Address = new Uri($"http://127.0.0.1:{port}");
        _prism = NodeTools.Start(folder,
            [Path.Combine(folder, "node_modules", "@stoplight", "prism-cli", "dist", "index.js"), "proxy", slice, Rig.Simulator.BaseUrl.ToString().TrimEnd('/'), "-h", "127.0.0.1", "-p", $"{port}"]);
        var log = new Queue<string>();
        Drain(_prism.StandardOutput, log);
        Drain(_prism.StandardError, log);
        // It reads 270 kB of description first; another process, so there is nothing to wait on but its port.
        await Eventually.Async(
            async () => _prism.HasExited ? throw new InvalidOperationException(string.Join('\n', log)) : await ListensAsync(port),
            TimeSpan.FromMinutes(4), "Prism listens");
    }

    public async ValueTask DisposeAsync()
    {
        if (_prism is not null)
        {
            _prism.Kill(entireProcessTree: true);
            await _prism.WaitForExitAsync();
            _prism.Dispose();
        }

        if (Rig is not null)
            await Rig.DisposeAsync();
    }

    /// <summary>Beside the repository or beside any folder it lies in (a work tree lies deeper).</summary>
    static string? FindSlice()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "reference", Slice);
            if (File.Exists(path))
                return path;
        }

        return null;
    }

    static void Drain(StreamReader from, Queue<string> log) => _ = Task.Run(async () =>
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (log)
            {
                log.Enqueue(line);
                if (log.Count > 50)
                    log.Dequeue();
            }
        }
    });

    static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
