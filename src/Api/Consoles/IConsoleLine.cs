using System.Buffers;

namespace Webrana.Api.Consoles;

/// <summary>The far side of a console: a screen or a terminal. One reader and one writer at a time.</summary>
internal interface IConsoleLine : IAsyncDisposable
{
    /// <summary>What the screen asks for, if anything.</summary>
    string? Password { get; }

    /// <summary>
    /// Bytes from the server; 0 when it hung up. With an empty buffer it only waits until there are some (or the end), so that an idle
    /// console holds no buffer.
    /// </summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>Whether more can be read without waiting for the server.</summary>
    bool HasMore { get; }

    /// <summary>Bytes to the server; waits while it does not take them.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>A text message of the browser; false when this line knows no such thing.</summary>
    bool Control(ReadOnlySequence<byte> message);

    /// <summary>Whether a message that begins with this byte is the doing of a person.</summary>
    bool IsInput(byte first);
}
