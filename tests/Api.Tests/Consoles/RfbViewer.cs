using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;

namespace Webrana.Api.Tests.Consoles;

/// <summary>A viewer of a screen that knows as much RFB as a test needs.</summary>
sealed class RfbViewer(WebSocket socket)
{
    readonly Queue<byte> _read = new();

    public int Width { get; private set; }

    public int Height { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>Shakes hands up to the screen's size and name.</summary>
    public async Task<RfbViewer> OpenAsync()
    {
        Assert.Equal("RFB 003.008\n", Encoding.ASCII.GetString(await TakeAsync(12)));
        await SendAsync("RFB 003.008\n"u8.ToArray());
        Assert.Equal([1, 1], await TakeAsync(2));
        await SendAsync([1]);
        Assert.Equal([0, 0, 0, 0], await TakeAsync(4));
        await SendAsync([1]);
        var init = await TakeAsync(24);
        (Width, Height) = (BinaryPrimitives.ReadUInt16BigEndian(init), BinaryPrimitives.ReadUInt16BigEndian(init.AsSpan(2)));
        Name = Encoding.UTF8.GetString(await TakeAsync(BinaryPrimitives.ReadInt32BigEndian(init.AsSpan(20))));
        return this;
    }

    /// <summary>Asks for an update and reads it: how many pixels it carried, and how many of them are lit.</summary>
    public async Task<(int Pixels, int Lit)> UpdateAsync(bool incremental)
    {
        var request = new byte[10];
        (request[0], request[1]) = (3, incremental ? (byte)1 : (byte)0);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(6), (ushort)Width);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(8), (ushort)Height);
        await SendAsync(request);
        var head = await TakeAsync(4);
        Assert.Equal(0, head[0]);
        var (pixels, lit) = (0, 0);
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)); left > 0; left--)
        {
            var rectangle = await TakeAsync(12);
            Assert.Equal(0, BinaryPrimitives.ReadInt32BigEndian(rectangle.AsSpan(8)));
            var size = BinaryPrimitives.ReadUInt16BigEndian(rectangle.AsSpan(4)) * BinaryPrimitives.ReadUInt16BigEndian(rectangle.AsSpan(6));
            var raw = await TakeAsync(size * 4);
            pixels += size;
            for (var at = 0; at < raw.Length; at += 4)
                lit += raw[at + 1] > 0x80 ? 1 : 0;
        }

        return (pixels, lit);
    }

    public async Task TypeAsync(string text)
    {
        foreach (var letter in text)
        {
            await KeyAsync(letter == '\n' ? 0xFF0Du : letter, down: true);
            await KeyAsync(letter == '\n' ? 0xFF0Du : letter, down: false);
        }
    }

    public async Task KeyAsync(uint keysym, bool down)
    {
        var message = new byte[8];
        (message[0], message[1]) = (4, down ? (byte)1 : (byte)0);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), keysym);
        await SendAsync(message);
    }

    public Task SendAsync(byte[] message) => socket.SendAsync(message, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);

    async Task<byte[]> TakeAsync(int count)
    {
        while (_read.Count < count)
        {
            var (type, bytes) = await socket.NextAsync();
            Assert.Equal(WebSocketMessageType.Binary, type);
            foreach (var one in bytes)
                _read.Enqueue(one);
        }

        var taken = new byte[count];
        for (var at = 0; at < count; at++)
            taken[at] = _read.Dequeue();
        return taken;
    }
}
