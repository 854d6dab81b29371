using System.Net.WebSockets;

namespace Webrana.ConsoleBench;

/// <summary>The far end: a WebSocket that sends as much as it is asked for, and one that sends everything back.</summary>
static class ProviderHost
{
    public const int ChunkBytes = 64 * 1024;

    public static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/bulk", BulkAsync);
        app.MapGet("/echo", EchoAsync);
        await app.StartAsync();
        return app;
    }

    // The request is eight bytes: how much to send.
    static async Task BulkAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync("binary");
        var request = new byte[8];
        var chunk = new byte[ChunkBytes];
        Random.Shared.NextBytes(chunk);
        while ((await socket.ReceiveAsync(request.AsMemory(), http.RequestAborted)).MessageType != WebSocketMessageType.Close)
        {
            for (var left = BitConverter.ToInt64(request); left > 0; left -= chunk.Length)
                await socket.SendAsync(chunk.AsMemory(), WebSocketMessageType.Binary, true, http.RequestAborted);
        }
    }

    static async Task EchoAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync("binary");
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), http.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Binary, true, http.RequestAborted);
    }
}
