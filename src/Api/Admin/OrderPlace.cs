using System.Globalization;
using Webrana.Data.Desk;

namespace Webrana.Api.Admin;

/// <summary>Where a page of orders that did not come through ended: among those in the making, or among those that failed.</summary>
internal sealed record OrderPlace(bool Failed, OrderCandidate? After)
{
    /// <summary>The list's beginning.</summary>
    public static readonly OrderPlace First = new(false, null);

    /// <summary>As a part of a cursor.</summary>
    public override string ToString() => After is null
        ? Part
        : string.Create(CultureInfo.InvariantCulture, $"{Part}|{After.SortAt}|{After.Key}");

    /// <summary>False for what is no place; no text is the beginning.</summary>
    public static bool TryRead(string? text, out OrderPlace place)
    {
        place = First;
        if (text is null)
            return true;
        switch (text.Split('|', 3))
        {
            case ["late" or "failed"]:
                place = new OrderPlace(text == "failed", null);
                return true;
            case [("late" or "failed") and var part, var sortAt, var key] when long.TryParse(sortAt, NumberStyles.None, CultureInfo.InvariantCulture, out var at):
                place = new OrderPlace(part == "failed", new OrderCandidate(at, key));
                return true;
            default:
                return false;
        }
    }

    private string Part => Failed ? "failed" : "late";
}
