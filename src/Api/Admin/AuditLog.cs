using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Webrana.Api.Accounts;
using Webrana.Data;
using Webrana.Wire.Admin;

namespace Webrana.Api.Admin;

/// <summary>
/// Who did what by which request. Append-only. What moves money is noted before it is done: if the process dies in between, an intent
/// without an outcome stays, never a deed without a name.
/// </summary>
public sealed class AuditLog(DataSources sources)
{
    private readonly NpgsqlDataSource _rows = sources.Queries;

    /// <summary>Adds one line in the name of the request's user.</summary>
    public async Task NoteAsync(HttpContext http, string action, string subject, object detail)
    {
        await using var command = _rows.CreateCommand("""
            INSERT INTO audit_log (occurred_at, actor_id, actor, action, subject, detail, ip) VALUES (business_now(), $1, $2, $3, $4, $5, $6)
            """);
        var admin = http.User.GetUserId();
        command.Parameters.Add(new() { Value = admin.Value });
        command.Parameters.Add(new() { Value = $"admin:{admin}" });
        command.Parameters.Add(new() { Value = action });
        command.Parameters.Add(new() { Value = subject });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(detail, Wire.WireJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = RequestOrigin.Of(http).Address });
        // Not the request's token: an admin who hangs up is still on record.
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>One page, newest first.</summary>
    public async Task<(IReadOnlyList<AuditEntry> Entries, string? Next)> ListAsync(long? before, int limit, CancellationToken cancellation)
    {
        await using var command = _rows.CreateCommand("""
            SELECT id, occurred_at, actor, action, subject, detail ->> 'reason' FROM audit_log WHERE id < $1 ORDER BY id DESC LIMIT $2
            """);
        command.Parameters.Add(new() { Value = before ?? long.MaxValue });
        command.Parameters.Add(new() { Value = limit + 1 });
        var entries = new List<AuditEntry>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            entries.Add(new AuditEntry(
                row.GetInt64(0).ToString(CultureInfo.InvariantCulture), new DateTimeOffset(row.GetDateTime(1), TimeSpan.Zero),
                row.GetString(2), row.GetString(3), row.GetString(4), await row.IsDBNullAsync(5, cancellation) ? null : row.GetString(5)));
        }

        if (entries.Count <= limit)
            return (entries, null);
        entries.RemoveAt(limit);
        return (entries, entries[^1].Id);
    }
}
