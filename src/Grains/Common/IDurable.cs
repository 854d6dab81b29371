using System.Text.Json.Serialization;

namespace Webrana.Grains.Common;

/// <summary>
/// A grain's stored record: immutable, with explicit JSON names (renaming a property would lose data), times as unix milliseconds,
/// and a version so that a later release can read what an earlier one wrote.
/// </summary>
/// <typeparam name="TSelf">The record itself. It needs a parameterless constructor: the state of a grain that was never written.</typeparam>
public interface IDurable<TSelf>
    where TSelf : class, IDurable<TSelf>
{
    /// <summary>The schema this record was written with.</summary>
    int SchemaVersion { get; }

    /// <summary>The schema this release writes. A record of a newer one is refused: an older silo must not damage it.</summary>
    static abstract int CurrentSchemaVersion { get; }

    /// <summary>Brings a record of an older schema up to date, in memory; it is stored with the next write.</summary>
    static virtual TSelf Upgrade(TSelf stored) => stored;
}

/// <summary>A state that appears in lists. The storage copies the four values into columns in the statement that writes the payload.</summary>
public interface IListed
{
    /// <summary>Computed from the record, so that the two cannot disagree. JSON name <c>list</c>.</summary>
    [JsonPropertyName("list")]
    ListEntry List { get; }
}

/// <param name="Owner">Canonical user id, or null for what nobody's list shows.</param>
/// <param name="Status">What lists filter by, in the API's spelling.</param>
/// <param name="DueAt">Unix ms of the moment a sweeper must wake the grain; null for never. The schedule of record.</param>
/// <param name="SortAt">Unix ms that lists are ordered by.</param>
public sealed record ListEntry(
    [property: JsonPropertyName("owner")] string? Owner,
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("dueAt")] long? DueAt,
    [property: JsonPropertyName("sortAt")] long? SortAt);
