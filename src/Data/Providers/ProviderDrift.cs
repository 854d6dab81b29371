using NpgsqlTypes;

namespace Webrana.Data.Providers;

/// <param name="Kind">The explanation, upper case with underscores.</param>
/// <param name="Outcome">What was done about it; null for nothing.</param>
/// <param name="ResolvedAt">Since when it is no longer odd; null while it is.</param>
public sealed record DriftRow(
    string Account, long DropletId, string Kind, Guid? Instance, string Name, DateTimeOffset? CreatedAt,
    DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, DateTimeOffset? ResolvedAt, string? Outcome);

/// <summary>One thing a sweep found odd.</summary>
public sealed record DriftFinding(long DropletId, string Kind, Guid? Instance, string Name, DateTimeOffset? CreatedAt, string? Outcome);

/// <summary>What the sweeps found odd, kept for admins.</summary>
public sealed class ProviderDrift(DataSources sources)
{
    /// <summary>Notes the findings of one finished sweep of one account; what it did not find any more is resolved.</summary>
    /// <param name="account">Our id of the provider account.</param>
    /// <param name="findings">All of them.</param>
    /// <param name="at">When the sweep finished, business time.</param>
    public async Task NoteAsync(string account, IReadOnlyList<DriftFinding> findings, DateTimeOffset at, CancellationToken cancellation = default)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var note = connection.CreateCommand();
        note.CommandText = """
            INSERT INTO provider_drift (account, droplet_id, kind, instance, name, created_at, first_seen_at, last_seen_at, outcome)
            SELECT $1, f.droplet_id, f.kind, f.instance, f.name, f.created_at, $2, $2, f.outcome
            FROM unnest($3::bigint[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[], $8::text[]) AS f (droplet_id, kind, instance, name, created_at, outcome)
            ON CONFLICT (account, droplet_id) DO UPDATE SET
                kind = excluded.kind, instance = excluded.instance, name = excluded.name, last_seen_at = excluded.last_seen_at, resolved_at = NULL,
                first_seen_at = CASE WHEN provider_drift.resolved_at IS NULL THEN provider_drift.first_seen_at ELSE excluded.first_seen_at END,
                outcome = coalesce(excluded.outcome, provider_drift.outcome)
            """;
        note.Parameters.Add(new() { Value = account });
        note.Parameters.Add(new() { Value = at.ToUniversalTime() });
        note.Parameters.Add(new() { Value = findings.Select(finding => finding.DropletId).ToArray() });
        note.Parameters.Add(new() { Value = findings.Select(finding => finding.Kind).ToArray() });
        note.Parameters.Add(new() { Value = findings.Select(finding => finding.Instance).ToArray() });
        note.Parameters.Add(new() { Value = findings.Select(finding => finding.Name).ToArray() });
        note.Parameters.Add(new() { Value = findings.Select(finding => finding.CreatedAt?.ToUniversalTime()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        note.Parameters.Add(new() { Value = findings.Select(finding => finding.Outcome).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await note.ExecuteNonQueryAsync(cancellation);

        await using var resolve = connection.CreateCommand();
        resolve.CommandText = "UPDATE provider_drift SET resolved_at = $2 WHERE account = $1 AND resolved_at IS NULL AND NOT droplet_id = ANY($3)";
        resolve.Parameters.Add(new() { Value = account });
        resolve.Parameters.Add(new() { Value = at.ToUniversalTime() });
        resolve.Parameters.Add(new() { Value = findings.Select(finding => finding.DropletId).ToArray() });
        await resolve.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>In which accounts something of ours is odd since this moment or longer, and how much; strangers' droplets are nobody's business.</summary>
    public async Task<IReadOnlyList<(string Account, long Droplets)>> StandingAsync(DateTimeOffset since, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT account, count(*) FROM provider_drift WHERE resolved_at IS NULL AND kind <> 'FOREIGN' AND first_seen_at <= $1 GROUP BY account ORDER BY account
            """);
        command.Parameters.Add(new() { Value = since.ToUniversalTime() });
        var accounts = new List<(string, long)>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            accounts.Add((row.GetString(0), row.GetInt64(1)));
        return accounts;
    }

    /// <summary>What is odd now, or was lately, newest first.</summary>
    /// <param name="resolved">Also what is no longer odd.</param>
    /// <param name="limit">The most rows to answer.</param>
    public async Task<IReadOnlyList<DriftRow>> ListAsync(bool resolved, int limit, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand($"""
            SELECT account, droplet_id, kind, instance, name, created_at, first_seen_at, last_seen_at, resolved_at, outcome FROM provider_drift
            {(resolved ? "" : "WHERE resolved_at IS NULL")} ORDER BY first_seen_at DESC, account, droplet_id LIMIT $1
            """);
        command.Parameters.Add(new() { Value = limit });
        var rows = new List<DriftRow>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            rows.Add(new DriftRow(
                row.GetString(0), row.GetInt64(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3), row.GetString(4),
                row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7),
                row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8), row.IsDBNull(9) ? null : row.GetString(9)));
        }

        return rows;
    }
}
