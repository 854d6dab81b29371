using System.Buffers.Binary;

namespace Webrana.Sandbox.DigitalOcean.Consoles;

/// <summary>How a viewer wants its pixels (RFC 6143, 7.4).</summary>
internal sealed record PixelFormat(int BitsPerPixel, int Depth, bool BigEndian, int RedMax, int GreenMax, int BlueMax, int RedShift, int GreenShift, int BlueShift)
{
    public static readonly PixelFormat Default = new(32, 24, false, 255, 255, 255, 16, 8, 0);

    public int BytesPerPixel => BitsPerPixel / 8;

    /// <exception cref="InvalidDataException">Palettes and odd sizes are not spoken here.</exception>
    public static PixelFormat Read(ReadOnlySpan<byte> from)
    {
        if (from[0] is not (8 or 16 or 32) || from[3] == 0)
            throw new InvalidDataException("Only true colour in 8, 16 or 32 bits.");
        return new PixelFormat(
            from[0], from[1], from[2] != 0, BinaryPrimitives.ReadUInt16BigEndian(from[4..]), BinaryPrimitives.ReadUInt16BigEndian(from[6..]),
            BinaryPrimitives.ReadUInt16BigEndian(from[8..]), from[10], from[11], from[12]);
    }

    public void Write(Span<byte> to)
    {
        (to[0], to[1], to[2], to[3]) = ((byte)BitsPerPixel, (byte)Depth, BigEndian ? (byte)1 : (byte)0, 1);
        BinaryPrimitives.WriteUInt16BigEndian(to[4..], (ushort)RedMax);
        BinaryPrimitives.WriteUInt16BigEndian(to[6..], (ushort)GreenMax);
        BinaryPrimitives.WriteUInt16BigEndian(to[8..], (ushort)BlueMax);
        (to[10], to[11], to[12]) = ((byte)RedShift, (byte)GreenShift, (byte)BlueShift);
    }

    /// <summary>Writes one pixel.</summary>
    /// <param name="rgb">0xRRGGBB.</param>
    public void Pixel(Span<byte> to, uint rgb)
    {
        var value = (Scaled(rgb >> 16, RedMax) << RedShift) | (Scaled(rgb >> 8, GreenMax) << GreenShift) | (Scaled(rgb, BlueMax) << BlueShift);
        switch (BitsPerPixel)
        {
            case 8:
                to[0] = (byte)value;
                break;
            case 16 when BigEndian:
                BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)value);
                break;
            case 16:
                BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)value);
                break;
            case 32 when BigEndian:
                BinaryPrimitives.WriteUInt32BigEndian(to, value);
                break;
            default:
                BinaryPrimitives.WriteUInt32LittleEndian(to, value);
                break;
        }
    }

    private static uint Scaled(uint channel, int max) => (channel & 0xFF) * (uint)max / 255;
}
