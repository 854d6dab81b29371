namespace Webrana.Wire;

/// <summary>One page of a list, newest first unless the endpoint says otherwise.</summary>
/// <typeparam name="T">What the list holds.</typeparam>
/// <param name="Items">At most <c>limit</c> items (default 50, maximum 200).</param>
/// <param name="NextCursor">Opaque; give it back as <c>?cursor=</c> for the next page. Null on the last page. A cursor the API did not issue is 400 <c>invalid_cursor</c>.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor = null);
