using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Webrana.Data.Papers;

/// <summary>Reading papers. Writes nothing.</summary>
public sealed class PaperQueries(DataSources sources)
{
    /// <summary>The most rows one page may have.</summary>
    public const int MaxPage = 200;

    private const string Columns =
        "year, number, wallet_id, seq, kind, amount, description, reference_type, reference_id, issued_at, seller, buyer, tax";

    /// <summary>One customer's, newest first.</summary>
    /// <param name="kind">Only of this kind; null for all.</param>
    /// <param name="cursor">From the page before; a foreign one starts over.</param>
    public Task<PaperPage> OfAsync(Guid walletId, short? kind, int limit, string? cursor, CancellationToken cancellation = default) => PageAsync(
        $"""
        SELECT {Columns} FROM papers WHERE wallet_id = $1 AND seq < $2 {(kind is null ? "" : "AND kind = $4")} ORDER BY seq DESC LIMIT $3
        """,
        limit, row => row.Seq, walletId, Before(cursor), kind ?? (short)0, cancellation);

    /// <summary>Everybody's of one year, highest number first: for the books.</summary>
    public Task<PaperPage> OfYearAsync(int year, short? kind, int limit, string? cursor, CancellationToken cancellation = default) => PageAsync(
        $"""
        SELECT {Columns} FROM papers WHERE year = $1 AND number < $2 {(kind is null ? "" : "AND kind = $4")} ORDER BY number DESC LIMIT $3
        """,
        limit, row => row.Number, year, Before(cursor), kind ?? (short)0, cancellation);

    /// <summary>One of them.</summary>
    public async Task<PaperRow?> FindAsync(int year, long number, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand($"SELECT {Columns} FROM papers WHERE year = $1 AND number = $2");
        command.Parameters.Add(new() { Value = year });
        command.Parameters.Add(new() { Value = number });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    private async Task<PaperPage> PageAsync(
        string sql, int limit, Func<PaperRow, long> position, object of, long before, short kind, CancellationToken cancellation)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        await using var command = sources.Queries.CreateCommand(sql);
        command.Parameters.Add(new() { Value = of });
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = limit + 1 });
        command.Parameters.Add(new() { Value = kind });
        var rows = new List<PaperRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) rows.Add(Read(reader));
        if (rows.Count <= limit) return new PaperPage(rows, null);
        rows.RemoveAt(limit);
        return new PaperPage(rows, position(rows[^1]).ToString(CultureInfo.InvariantCulture));
    }

    private static long Before(string? cursor) => long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : long.MaxValue;

    private static PaperRow Read(NpgsqlDataReader reader) => new(
        reader.GetInt32(0), reader.GetInt64(1), reader.GetGuid(2), reader.GetInt64(3), reader.GetInt16(4), reader.GetInt64(5), reader.GetString(6),
        reader.GetString(7), reader.GetString(8), reader.GetFieldValue<DateTimeOffset>(9),
        JsonSerializer.Deserialize<PaperSeller>(reader.GetString(10))!, JsonSerializer.Deserialize<PaperBuyer>(reader.GetString(11))!,
        reader.IsDBNull(12) ? null : JsonSerializer.Deserialize<PaperTaxRow>(reader.GetString(12)));
}
