using System.Globalization;

namespace Webrana.Data.Desk;

/// <summary>Where a page of a list by time and id ended, newest first.</summary>
public sealed record DeskPosition(DateTimeOffset At, Guid Id)
{
    /// <summary>As a part of a cursor.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}.{Id:D}");

    /// <summary>False for what is no position; no text is the beginning.</summary>
    public static bool TryRead(string? text, out DeskPosition? position)
    {
        position = null;
        if (text is null) return true;
        if (text.Split('.') is not [var ticks, var id] || !Guid.TryParseExact(id, "D", out var key)
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > DateTime.MaxValue.Ticks)
            return false;
        position = new DeskPosition(new DateTimeOffset(at, TimeSpan.Zero), key);
        return true;
    }
}
