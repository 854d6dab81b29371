using Npgsql;
using NpgsqlTypes;

namespace Webrana.Data.Notices;

/// <summary>Where a customer wants to be called.</summary>
/// <param name="Secret">Sealed: see <see cref="Protection.WebhookSeal"/>.</param>
/// <param name="Events">Codes of kinds; empty for all.</param>
/// <param name="FailingSince">The first failure since the last success; null while it works.</param>
public sealed record WebhookRow(
    Guid Id, Guid UserId, string Url, byte[] Secret, IReadOnlyList<string> Events, bool Active, DateTimeOffset? FailingSince, DateTimeOffset CreatedAt);

/// <summary>Customers' webhooks as rows.</summary>
public sealed class Webhooks(DataSources sources)
{
    /// <summary>The most one customer may have.</summary>
    public const int MostPerUser = 10;

    private const string Columns = "id, user_id, url, secret, events, active, failing_since, created_at";

    /// <summary>Adds one; false when the customer has the most allowed, true when it is there (an operation repeated is there once).</summary>
    public async Task<bool> AddAsync(WebhookRow webhook, CancellationToken cancellation = default)
    {
        await using var connection = await sources.Queries.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // One at a time per customer, or two requests at once would each find room for the last one.
        await using (var alone = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended('webhooks:' || $1::text, 0))", connection, transaction))
        {
            alone.Parameters.Add(new() { Value = webhook.UserId });
            await alone.ExecuteNonQueryAsync(cancellation);
        }

        await using var command = new NpgsqlCommand($"""
            INSERT INTO webhooks ({Columns}) SELECT $1, $2, $3, $4, $5, true, NULL, $6
            WHERE (SELECT count(*) FROM webhooks WHERE user_id = $2) < {MostPerUser} ON CONFLICT (id) DO NOTHING
            """, connection, transaction);
        command.Parameters.Add(new() { Value = webhook.Id });
        command.Parameters.Add(new() { Value = webhook.UserId });
        command.Parameters.Add(new() { Value = webhook.Url });
        command.Parameters.Add(new() { Value = webhook.Secret });
        command.Parameters.Add(new() { Value = webhook.Events.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = webhook.CreatedAt.UtcDateTime });
        var added = await command.ExecuteNonQueryAsync(cancellation) > 0;
        await transaction.CommitAsync(cancellation);
        return added;
    }

    /// <summary>A customer's, oldest first.</summary>
    public Task<IReadOnlyList<WebhookRow>> OfAsync(Guid userId, CancellationToken cancellation = default) =>
        ReadAsync($"SELECT {Columns} FROM webhooks WHERE user_id = $1 ORDER BY created_at, id", userId, cancellation);

    /// <summary>One of them, whoever's.</summary>
    public async Task<WebhookRow?> FindAsync(Guid id, CancellationToken cancellation = default) =>
        (await ReadAsync($"SELECT {Columns} FROM webhooks WHERE id = $1", id, cancellation)).SingleOrDefault();

    /// <summary>Changes it; switched on, it starts without a past. False when the customer has no such.</summary>
    public Task<bool> ChangeAsync(Guid userId, Guid id, string url, IReadOnlyList<string> events, bool active, CancellationToken cancellation = default) => WriteAsync(
        """
        UPDATE webhooks SET url = $3, events = $4, active = $5, failing_since = CASE WHEN $5 AND NOT active THEN NULL ELSE failing_since END
        WHERE user_id = $1 AND id = $2
        """, cancellation, userId, id, url, events.ToArray(), active);

    /// <summary>Another secret in place of the one before.</summary>
    public Task<bool> ReplaceSecretAsync(Guid userId, Guid id, byte[] secret, CancellationToken cancellation = default) =>
        WriteAsync("UPDATE webhooks SET secret = $3 WHERE user_id = $1 AND id = $2", cancellation, userId, id, secret);

    /// <summary>Removes it; what still waited for it is not delivered.</summary>
    public Task<bool> RemoveAsync(Guid userId, Guid id, CancellationToken cancellation = default) =>
        WriteAsync("DELETE FROM webhooks WHERE user_id = $1 AND id = $2", cancellation, userId, id);

    /// <summary>It answered: whatever failed before is over.</summary>
    public Task<bool> WorkedAsync(Guid id, CancellationToken cancellation = default) =>
        WriteAsync("UPDATE webhooks SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL", cancellation, id);

    /// <summary>It failed; switched off when nothing has worked since before <paramref name="offSince"/>. True for whoever switched it off.</summary>
    /// <param name="offSince">Null: not now, however long it has failed.</param>
    public async Task<bool> FailedAsync(Guid id, DateTimeOffset at, DateTimeOffset? offSince, CancellationToken cancellation = default)
    {
        await WriteAsync("UPDATE webhooks SET failing_since = $2 WHERE id = $1 AND failing_since IS NULL", cancellation, id, at.UtcDateTime);
        return offSince is { } since
            && await WriteAsync("UPDATE webhooks SET active = false WHERE id = $1 AND active AND failing_since <= $2", cancellation, id, since.UtcDateTime);
    }

    private async Task<bool> WriteAsync(string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    private async Task<IReadOnlyList<WebhookRow>> ReadAsync(string sql, Guid value, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        command.Parameters.Add(new() { Value = value });
        var rows = new List<WebhookRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new WebhookRow(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<string[]>(4),
                reader.GetBoolean(5), NoticeRows.Time(reader, 6), reader.GetFieldValue<DateTimeOffset>(7)));
        }

        return rows;
    }
}
