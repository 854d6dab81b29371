namespace Webrana.Web.Formatting;

/// <summary>The first letters of an id, enough to tell two apart in a table.</summary>
public static class ShortId
{
    const int Length = 8;

    /// <summary><c>0192f0c4…</c></summary>
    /// <param name="id">Opaque.</param>
    public static string Of(string id) => id.Length <= Length + 2 ? id : id[..Length] + "…";
}
