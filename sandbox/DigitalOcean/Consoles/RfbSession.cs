using System.Buffers.Binary;
using System.Text;

namespace Webrana.Sandbox.DigitalOcean.Consoles;

/// <summary>
/// One viewer of a screen: RFB 3.8 (RFC 6143) without authentication, raw encoding, any true-colour pixel format. Only text lines that
/// changed are sent.
/// </summary>
internal sealed class RfbSession(TextScreen screen, string name, Stream wire)
{
    private const int PixelWidth = TextScreen.Columns * Glyphs.Width;
    private const int PixelHeight = TextScreen.Lines * Glyphs.Height;
    private const int LongestClipboard = 1024 * 1024;
    private const uint Paper = 0x0B1120;
    private const uint Ink = 0xD6DEEB;

    private PixelFormat _format = PixelFormat.Default;
    private char[][]? _shown;
    private (int Line, int Column) _cursorShown;
    private long _version = -1;
    private int _asked;
    private TaskCompletionSource _request = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<uint> _down = [];

    /// <summary>Serves until the viewer leaves.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await ShakeHandsAsync(cancellation);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var updates = UpdatesAsync(over.Token);
        try
        {
            await MessagesAsync(over.Token);
        }
        finally
        {
            await over.CancelAsync();
            await updates.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ShakeHandsAsync(CancellationToken cancellation)
    {
        await SendAsync("RFB 003.008\n"u8.ToArray(), cancellation);
        await TakeAsync(12, cancellation);
        await SendAsync([1, 1], cancellation); // one security type: none
        if ((await TakeAsync(1, cancellation))[0] != 1)
            throw new InvalidDataException("The viewer chose a security type that was not offered.");
        await SendAsync([0, 0, 0, 0], cancellation);
        await TakeAsync(1, cancellation); // shared or not: always shared

        var title = Encoding.UTF8.GetBytes(name);
        var init = new byte[24 + title.Length];
        BinaryPrimitives.WriteUInt16BigEndian(init, PixelWidth);
        BinaryPrimitives.WriteUInt16BigEndian(init.AsSpan(2), PixelHeight);
        _format.Write(init.AsSpan(4));
        BinaryPrimitives.WriteUInt32BigEndian(init.AsSpan(20), (uint)title.Length);
        title.CopyTo(init, 24);
        await SendAsync(init, cancellation);
    }

    private async Task MessagesAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var type = (await TakeAsync(1, cancellation))[0];
            switch (type)
            {
                case 0: // SetPixelFormat
                    _format = PixelFormat.Read((await TakeAsync(19, cancellation)).AsSpan(3));
                    _shown = null;
                    break;
                case 2: // SetEncodings: whatever it can, raw is always one of them
                    var encodings = BinaryPrimitives.ReadUInt16BigEndian((await TakeAsync(3, cancellation)).AsSpan(1));
                    await TakeAsync(encodings * 4, cancellation);
                    break;
                case 3: // FramebufferUpdateRequest
                    if ((await TakeAsync(9, cancellation))[0] == 0)
                        _shown = null;
                    Interlocked.Exchange(ref _asked, 1);
                    _request.TrySetResult();
                    break;
                case 4: // KeyEvent
                    var key = await TakeAsync(7, cancellation);
                    Key(BinaryPrimitives.ReadUInt32BigEndian(key.AsSpan(3)), down: key[0] != 0);
                    break;
                case 5: // PointerEvent: there is nothing to point at
                    await TakeAsync(5, cancellation);
                    break;
                case 6: // ClientCutText
                    var length = BinaryPrimitives.ReadInt32BigEndian((await TakeAsync(7, cancellation)).AsSpan(3));
                    await TakeAsync(Math.Min(Math.Abs(length), LongestClipboard), cancellation);
                    break;
                default:
                    throw new InvalidDataException($"Message type {type} was not agreed on.");
            }
        }
    }

    private void Key(uint keysym, bool down)
    {
        if (!down)
        {
            _down.Remove(keysym);
            return;
        }

        _down.Add(keysym);
        screen.Press(keysym, _down.Overlaps([0xFFE3u, 0xFFE4u]) && _down.Overlaps([0xFFE9u, 0xFFEAu]));
    }

    private async Task UpdatesAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _request.Task.WaitAsync(cancellation);
            _request = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.Exchange(ref _asked, 0) == 0)
                continue;
            if (_shown is not null)
                await screen.ChangedAsync(_version).WaitAsync(cancellation);
            await SendAsync(Update(), cancellation);
        }
    }

    private byte[] Update()
    {
        var (cells, line, column, version) = screen.Look();
        var before = _shown;
        var dirty = Enumerable.Range(0, TextScreen.Lines)
            .Where(at => before is null || at == line || at == _cursorShown.Line || !cells[at].AsSpan().SequenceEqual(before[at])).ToList();
        var bytes = _format.BytesPerPixel;
        var message = new byte[4 + (dirty.Count * (12 + (PixelWidth * Glyphs.Height * bytes)))];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)dirty.Count);
        var at = 4;
        foreach (var row in dirty)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 2), (ushort)(row * Glyphs.Height));
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 4), PixelWidth);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 6), Glyphs.Height);
            at += 12; // encoding 0: raw
            for (var y = 0; y < Glyphs.Height; y++)
            {
                for (var x = 0; x < PixelWidth; x++, at += bytes)
                {
                    var cell = x / Glyphs.Width;
                    var lit = (Glyphs.Of(cells[row][cell])[y] & (0x80 >> (x % Glyphs.Width))) != 0;
                    var cursor = row == line && cell == column && y >= 2;
                    _format.Pixel(message.AsSpan(at), lit ^ cursor ? Ink : Paper);
                }
            }
        }

        (_shown, _cursorShown, _version) = (cells, (line, column), version);
        return message;
    }

    private async Task<byte[]> TakeAsync(int count, CancellationToken cancellation)
    {
        var taken = new byte[count];
        await wire.ReadExactlyAsync(taken, cancellation);
        return taken;
    }

    private async Task SendAsync(byte[] message, CancellationToken cancellation)
    {
        await wire.WriteAsync(message, cancellation);
        await wire.FlushAsync(cancellation);
    }
}
