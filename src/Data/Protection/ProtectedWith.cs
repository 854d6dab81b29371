using System.Buffers.Binary;
using System.Buffers.Text;

namespace Webrana.Data.Protection;

/// <summary>Reads which key of the ring something was encrypted with: its id stands in the clear before the ciphertext.</summary>
internal static class ProtectedWith
{
    // Data Protection's own mark, then the key's id as a little-endian GUID.
    private const uint Mark = 0x09F0C9F0;
    private const int HeaderLength = sizeof(uint) + 16;

    /// <summary>The key's id; null when these are not bytes of Data Protection.</summary>
    public static Guid? KeyOf(ReadOnlySpan<byte> closed) =>
        closed.Length >= HeaderLength && BinaryPrimitives.ReadUInt32BigEndian(closed) == Mark ? new Guid(closed[sizeof(uint)..HeaderLength]) : null;

    /// <summary>The same of its text form.</summary>
    public static Guid? KeyOf(string closed)
    {
        // 27 characters are the 20 bytes of the header and a little more.
        var head = closed.AsSpan(0, Math.Min(closed.Length, 28));
        Span<byte> bytes = stackalloc byte[24];
        return Base64Url.TryDecodeFromChars(head[..(head.Length / 4 * 4)], bytes, out var written) ? KeyOf(bytes[..written]) : null;
    }
}
