using Webrana.Data.Network;

namespace Webrana.Data.Desk;

/// <summary>What a word at the desk may mean. Names are stored: never rename.</summary>
public enum LookupKind
{
    Name,
    Ip,
    ProviderId,

    /// <summary>Number of a virtual account, or another code that is paid to.</summary>
    Va,

    /// <summary>The gateway's reference.</summary>
    Reference,
}

/// <summary>A word that was found, and what it leads to.</summary>
/// <param name="Subject">A grain key.</param>
public sealed record LookupRow(string Value, LookupKind Kind, string Subject, Guid Owner);

/// <summary>
/// Words that lead to servers and deposits. Written by the grain that owns the fact; a row too many (of a fact that was never stored, or is
/// past) leads to the right place all the same, so rows are never taken away.
/// </summary>
public sealed class Lookups(DataSources sources)
{
    /// <summary>Files words under one subject; what is filed already stays.</summary>
    public async Task FileAsync(string subject, Guid owner, IReadOnlyList<(LookupKind Kind, string Value)> words, CancellationToken cancellation = default)
    {
        if (words.Count == 0) return;
        await using var command = sources.State.CreateCommand("""
            INSERT INTO lookups (value, kind, subject, owner)
            SELECT DISTINCT lower(w.value), w.kind, $1, $2 FROM unnest($3::text[], $4::text[]) AS w (value, kind)
            ON CONFLICT DO NOTHING
            """);
        command.Parameters.Add(new() { Value = subject });
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = words.Select(word => word.Kind == LookupKind.Ip ? AddressText.Canonical(word.Value) ?? word.Value : word.Value).ToArray() });
        command.Parameters.Add(new() { Value = words.Select(word => Word(word.Kind)).ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Everything filed under a word, or under words that begin with it (at least three characters). An address may be written in any way.</summary>
    public async Task<IReadOnlyList<LookupRow>> FindAsync(string word, int limit, CancellationToken cancellation = default)
    {
        var text = word.Trim();
        var value = AddressText.Canonical(text) ?? text.ToLowerInvariant();
        if (value.Length == 0) return [];
        // As a range, which the primary key serves: a pattern would have to be escaped, and planned.
        var prefix = value.Length >= 3;
        await using var command = sources.Queries.CreateCommand($"""
            SELECT value, kind, subject, owner FROM lookups
            WHERE {(prefix ? "value >= $1 AND value < $1 || chr(1114111)" : "value = $1")} ORDER BY (value <> $1), value, subject LIMIT $2
            """);
        command.Parameters.Add(new() { Value = value });
        command.Parameters.Add(new() { Value = limit });
        var rows = new List<LookupRow>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            rows.Add(new LookupRow(row.GetString(0), Kinds[row.GetString(1)], row.GetString(2), row.GetGuid(3)));
        return rows;
    }

    private static readonly Dictionary<string, LookupKind> Kinds = Enum.GetValues<LookupKind>().ToDictionary(Word);

    private static string Word(LookupKind kind) => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(kind.ToString());
}
