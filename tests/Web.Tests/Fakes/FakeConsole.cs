using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Consoles;

namespace Webrana.Web.Tests.Fakes;

/// <summary>A terminal that greets, echoes, and ends when the test says so.</summary>
static class FakeConsole
{
    public static void Map(WebApplication app, IEndpointRouteBuilder mine, FakeWorld world)
    {
        mine.MapGet("/instances/{id}/console", (HttpContext http, string id, string? reason) =>
        {
            world.ConsoleReasons.Enqueue(reason);
            return world.ConsoleRefusal is { } code
                ? FakeWorld.Problem(409, code)
                : Results.Json(new ConsoleTicket(ConsoleKind.Ssh, "one-time", $"ws://{http.Request.Host}/consoles/{id}/ssh", world.Now.AddSeconds(60)), WireJson.Options);
        });
        app.MapGet("/consoles/{id}/ssh", http => ServeAsync(http, world));
    }

    static async Task ServeAsync(HttpContext http, FakeWorld world)
    {
        if (!http.WebSockets.WebSocketRequestedProtocols.Contains(ConsoleProtocol.TicketPrefix + "one-time"))
        {
            http.Response.StatusCode = 401;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(ConsoleProtocol.Name);
        // Known before it says that it is ready: a test that sees it open may end it at once.
        world.Consoles.Add(socket);
        var buffer = new byte[4096];
        try
        {
            await socket.SendAsync("""{"ready":true,"password":null}"""u8.ToArray(), WebSocketMessageType.Text, true, http.RequestAborted);
            await socket.SendAsync("selamat datang\r\n"u8.ToArray(), WebSocketMessageType.Binary, true, http.RequestAborted);
            while (await socket.ReceiveAsync(buffer.AsMemory(), http.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
            {
                if (received.MessageType != WebSocketMessageType.Binary) continue;
                world.Typed.Enqueue(System.Text.Encoding.UTF8.GetString(buffer, 0, received.Count));
                await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Binary, true, http.RequestAborted);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The page left.
        }
    }
}

sealed partial class FakeWorld
{
    /// <summary>Why there is no console; null when there is one.</summary>
    public string? ConsoleRefusal { get; set; } = ProblemCodes.ConsoleUnavailable;

    /// <summary>Why each ticket was asked for; null where nobody said.</summary>
    public ConcurrentQueue<string?> ConsoleReasons { get; } = [];

    /// <summary>The open ones.</summary>
    public ConcurrentBag<WebSocket> Consoles { get; } = [];

    /// <summary>What was typed into them.</summary>
    public ConcurrentQueue<string> Typed { get; } = [];

    /// <summary>The server says something in the open ones; not while somebody types, for that is echoed.</summary>
    public async Task SayInConsolesAsync(ReadOnlyMemory<byte> bytes)
    {
        foreach (var socket in Consoles) await socket.SendAsync(bytes, WebSocketMessageType.Binary, true, default);
    }

    /// <summary>Ends the open ones with a reason.</summary>
    public void EndConsoles(int code, string reason)
    {
        while (Consoles.TryTake(out var socket))
            _ = socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, default);
    }

    /// <summary>Cuts the open ones off without a word, as a killed process would.</summary>
    public void TearConsoles()
    {
        while (Consoles.TryTake(out var socket)) socket.Abort();
    }
}
