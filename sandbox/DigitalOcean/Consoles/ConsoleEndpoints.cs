using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Consoles;

/// <summary>
/// Screens of droplets: what <c>get_console</c> grants (a URL with a token of its own, good once and for a minute) and the WebSocket
/// behind it. With <c>vncServer</c> set, the WebSocket leads to a real VNC server instead, as websockify would.
/// </summary>
internal sealed class ConsoleEndpoints(World world)
{
    private static readonly TimeSpan GrantLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, (long DropletId, long UntilRealMs)> _grants = new();
    private readonly ConcurrentDictionary<long, TextScreen> _screens = new();
    private CancellationToken _stopping;
    private int _open;

    /// <summary>Screens that are being looked at now.</summary>
    public int Open => Volatile.Read(ref _open);

    public void Map(WebApplication app)
    {
        _stopping = app.Lifetime.ApplicationStopping;
        app.MapGet("/_sandbox/console/{id:long}/text", (long id) => _screens.TryGetValue(id, out var screen) ? Results.Text(screen.Text) : Results.NotFound());
        app.MapGet("/_sandbox/console/{id:long}", (HttpContext http, long id, string? token) => ServeAsync(http, id, token ?? ""));
    }

    /// <summary>What the action's answer carries.</summary>
    public JsonObject Grant(Call call, DropletState droplet)
    {
        if (world.State.Settings.ConsoleUrl is { } elsewhere)
            return new JsonObject { ["url"] = elsewhere };
        foreach (var old in _grants.Where(grant => grant.Value.UntilRealMs < world.RealMs))
            _grants.TryRemove(old.Key, out _);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _grants[token] = (droplet.Id, world.RealMs + (long)GrantLife.TotalMilliseconds);
        return new JsonObject { ["url"] = $"{(call.Request.IsHttps ? "wss" : "ws")}://{call.Request.Host}/_sandbox/console/{droplet.Id}?token={token}" };
    }

    private async Task ServeAsync(HttpContext http, long id, string token)
    {
        if (!http.WebSockets.IsWebSocketRequest || !_grants.TryRemove(token, out var grant) || grant.DropletId != id || grant.UntilRealMs < world.RealMs
            || Find(id) is not { Status: "active" } droplet)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(
            http.WebSockets.WebSocketRequestedProtocols.Contains("binary") ? "binary" : null);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping);
        await using var wire = new WebSocketStream(socket);
        Interlocked.Increment(ref _open);
        try
        {
            var serving = world.State.Settings.VncServer is { } real
                ? BridgeAsync(wire, IPEndPoint.Parse(real), over.Token)
                : new RfbSession(_screens.GetOrAdd(id, _ => new TextScreen(droplet.Name, $"{droplet.Image.Distribution} {droplet.Image.Name}")), droplet.Name, wire).RunAsync(over.Token);
            await Task.WhenAny(serving, PoweredOffAsync(id, over.Token));
            await over.CancelAsync();
            await serving;
        }
        catch (Exception left) when (left is OperationCanceledException or WebSocketException or IOException or InvalidDataException or SocketException)
        {
            // The viewer left, said what it must not, or the droplet is off.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>A screen goes dark with its machine.</summary>
    private async Task PoweredOffAsync(long id, CancellationToken cancellation)
    {
        while (Find(id) is { Status: "active" })
            await Task.Delay(Look, cancellation);
    }

    private DropletState? Find(long id) => world.Run(() => world.State.Accounts.SelectMany(account => account.Droplets).FirstOrDefault(droplet => droplet.Id == id));

    private static async Task BridgeAsync(WebSocketStream wire, IPEndPoint server, CancellationToken cancellation)
    {
        using var tcp = new TcpClient(server.AddressFamily) { NoDelay = true };
        await tcp.ConnectAsync(server, cancellation);
        await using var stream = tcp.GetStream();
        await await Task.WhenAny(wire.CopyToAsync(stream, cancellation), stream.CopyToAsync(wire, cancellation));
    }
}
