namespace Webrana.Sandbox.DigitalOcean.Consoles;

/// <summary>
/// The screen's letters: each a few strokes between points of a grid of five columns (a-e) and nine rows (0-8; 0-1 ascenders, 6 the
/// baseline, 7-8 descenders), drawn here and taken from no font.
/// </summary>
internal static class Glyphs
{
    public const int Width = 8;
    public const int Height = 16;

    // From ' ' (32) to '~' (126). Strokes are separated by spaces; a stroke is a line through its points.
    private static readonly string[] Strokes =
    [
        "", "c0c4 c6c6", "b0b1 d0d1", "b0b6 d0d6 a2e2 a4e4", "e1b1a2b3d3e4d5a5 c0c6", "a0a1 e0a6 e5e6", "e6b2b1c0d1a4a5b6c6e4", "c0c1",
        "d0c1b3b4c6d7", "b0c1d3d4c6b7", "c1c5 a2e4 e2a4", "c1c5 a3e3", "c6c7b8", "a3e3", "c6c6", "e0a6",
        "b0d0e1e5d6b6a5a1b0 a5e1", "b1c0c6 a6e6", "a1b0d0e1e2a6e6", "a1b0d0e1e2d3b3 d3e4e5d6b6a5", "d6d0a4e4", "e0a0a2d2e3e5d6b6a5", "d0b0a2a5b6d6e5e4d3a3",
        "a0e0b6", "b0d0e1e2d3b3a2a1b0 b3a4a5b6d6e5e4d3", "e3b3a2a1b0d0e1e4c6b6", "c2c2 c5c5", "c2c2 c5c6b7", "e1a3e5", "a2e2 a4e4", "a1e3a5", "a1b0d0e1e2c3c4 c6c6",
        "d4d2b2b4e4e1d0b0a1a5b6e6",
        "a6a2c0e2e6 a4e4", "a0d0e1e2d3a3 d3e4e5d6a6a0", "e1d0b0a1a5b6d6e5", "a0c0e2e4c6a6a0", "e0a0a6e6 a3d3", "e0a0a6 a3d3", "e1d0b0a1a5b6d6e5e3c3", "a0a6 e0e6 a3e3",
        "b0d0 c0c6 b6d6", "e0e5d6b6a5", "a0a6 e0a3e6", "a0a6e6", "a6a0c3e0e6", "a6a0e6e0", "b0d0e1e5d6b6a5a1b0", "a6a0d0e1e2d3a3",
        "b0d0e1e5d6b6a5a1b0 c4e6", "a6a0d0e1e2d3a3 c3e6", "e1d0b0a1a2b3d3e4e5d6b6a5", "a0e0 c0c6", "a0a5b6d6e5e0", "a0c6e0", "a0b6c3d6e0", "a0e6 e0a6",
        "a0c3e0 c3c6", "a0e0a6e6", "d0b0b7d7", "a0e6", "b0d0d7b7", "a2c0e2", "a8e8", "b0c1",
        "b2d2e3e6 e4b4a5b6d6e5", "a0a6d6e5e3d2a2", "e3d2b2a3a5b6d6e5", "e0e6b6a5a3b2e2", "a4e4e3d2b2a3a5b6d6", "e0d0c1c6 a2e2", "e6b6a5a3b2e2e7d8b8", "a0a6 a3b2d2e3e6",
        "c0c0 b2c2c6 b6d6", "d0d0 d2d7c8b8", "a0a6 d2a4e6", "b0c0c6 b6d6", "a6a2 a3b2c3c6 c3d2e3e6", "a6a2 a3b2d2e3e6", "b2d2e3e5d6b6a5a3b2", "a8a2d2e3e5d6a6",
        "e8e2b2a3a5b6e6", "a6a2 a4c2e2", "e2b2a3b4d4e5d6a6", "c0c5d6e6 a2e2", "a2a5b6d6e5e2 e5e6", "a2c6e2", "a2b6c3d6e2", "a2e6 e2a6",
        "a2c6 e2b8", "a2e2a6e6", "e0d0c1c3b3c4c7d8e8", "c0c7", "a0b0c1c3d3c4c7b8a8", "a3b2d4e3",
    ];

    private static readonly byte[][] Rows = [.. Strokes.Select(Draw)];

    /// <summary>Sixteen rows of eight pixels, the leftmost in the highest bit. What has no glyph is a box.</summary>
    public static ReadOnlySpan<byte> Of(char letter) => Rows[letter is >= ' ' and <= '~' ? letter - ' ' : '#' - ' '];

    private static byte[] Draw(string strokes)
    {
        var rows = new byte[Height];
        foreach (var stroke in strokes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            for (var at = 0; at + 3 < stroke.Length; at += 2)
                Line(rows, Point(stroke, at), Point(stroke, at + 2));
        }

        return rows;
    }

    // Rows are stretched a little: nine on the grid are fourteen on the screen.
    private static (int X, int Y) Point(string stroke, int at) => (1 + stroke[at] - 'a', 2 + ((stroke[at + 1] - '0') * 3 / 2));

    private static void Line(byte[] rows, (int X, int Y) from, (int X, int Y) to)
    {
        var steps = Math.Max(1, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (var step = 0; step <= steps; step++)
        {
            var x = (int)Math.Round(from.X + ((to.X - from.X) * (double)step / steps), MidpointRounding.AwayFromZero);
            var y = (int)Math.Round(from.Y + ((to.Y - from.Y) * (double)step / steps), MidpointRounding.AwayFromZero);
            rows[Math.Min(y, Height - 1)] |= (byte)(0x80 >> x);
        }
    }
}
