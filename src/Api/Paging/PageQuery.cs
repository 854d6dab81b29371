using System.Buffers.Text;
using System.Text;
using Webrana.Api.Problems;

namespace Webrana.Api.Paging;

/// <summary>
/// <c>?limit=&amp;cursor=</c> of a list. A cursor is opaque outside; inside it is the list's name and the store's own position, so that a
/// cursor of another list, or anything a person typed, is refused instead of silently starting over.
/// </summary>
public sealed record PageQuery(int Limit, string? After)
{
    public const int DefaultLimit = 50;
    public const int MaximumLimit = 200;
    private const int MaximumCursorLength = 512;

    /// <summary>Reads both for the list of this name; the refusal is null when they can be used.</summary>
    public static Refusal? TryRead(string list, int? limit, string? cursor, out PageQuery page)
    {
        page = new PageQuery(limit ?? DefaultLimit, null);
        if (page.Limit is < 1 or > MaximumLimit)
            return Refusal.Of(ProblemKinds.InvalidLimit);
        if (string.IsNullOrEmpty(cursor))
            return null;
        if (cursor.Length > MaximumCursorLength || !Base64Url.IsValid(cursor))
            return Refusal.Of(ProblemKinds.InvalidCursor);
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        if (!text.StartsWith(list + ":", StringComparison.Ordinal) || text.Any(char.IsControl))
            return Refusal.Of(ProblemKinds.InvalidCursor);
        page = page with { After = text[(list.Length + 1)..] };
        return null;
    }

    /// <summary>The cursor that goes on behind this position of the store; null on the last page.</summary>
    public static string? Cursor(string list, string? position) =>
        position is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{list}:{position}"));
}
