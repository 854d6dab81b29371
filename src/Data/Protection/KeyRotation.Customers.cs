namespace Webrana.Data.Protection;

// What customers gave us to keep: each row is written only as it was read, so that a secret replaced meanwhile is not put back.
public sealed partial class KeyRotation
{
    private readonly WebhookSeal _webhooks = new(protection);
    private readonly UserTokenSeal _userTokens = new(protection);

    private async Task<(int Done, int Left)> WebhooksAsync(Guid current, CancellationToken cancellation)
    {
        var (done, left, after) = (0, 0, Guid.Empty);
        while (true)
        {
            var rows = new List<(Guid Id, byte[] Closed)>();
            await using (var read = sources.Queries.CreateCommand("SELECT id, secret FROM webhooks WHERE id > $1 ORDER BY id LIMIT $2"))
            {
                read.Parameters.Add(new() { Value = after });
                read.Parameters.Add(new() { Value = Batch });
                await using var reader = await read.ExecuteReaderAsync(cancellation);
                while (await reader.ReadAsync(cancellation)) rows.Add((reader.GetGuid(0), reader.GetFieldValue<byte[]>(1)));
            }

            if (rows.Count == 0) return (done, left);
            foreach (var (id, closed) in rows.Where(row => ProtectedWith.KeyOf(row.Closed) != current))
            {
                await using var write = sources.Queries.CreateCommand("UPDATE webhooks SET secret = $2 WHERE id = $1 AND secret = $3");
                write.Parameters.Add(new() { Value = id });
                write.Parameters.Add(Bytea(_webhooks.SealAnew(closed)));
                write.Parameters.Add(Bytea(closed));
                var changed = await write.ExecuteNonQueryAsync(cancellation);
                done += changed;
                left += 1 - changed;
            }

            after = rows[^1].Id;
        }
    }

    private async Task<(int Done, int Left)> SecondFactorsAsync(Guid current, CancellationToken cancellation)
    {
        var (done, left) = (0, 0);
        var after = (User: Guid.Empty, Provider: "", Name: "");
        while (true)
        {
            var rows = new List<(Guid User, string Provider, string Name, string Closed)>();
            await using (var read = sources.Queries.CreateCommand("""
                SELECT user_id, login_provider, name, value FROM identity.user_tokens
                WHERE (user_id, login_provider, name) > ($1, $2, $3) AND value IS NOT NULL ORDER BY 1, 2, 3 LIMIT $4
                """))
            {
                read.Parameters.Add(new() { Value = after.User });
                read.Parameters.Add(new() { Value = after.Provider });
                read.Parameters.Add(new() { Value = after.Name });
                read.Parameters.Add(new() { Value = Batch });
                await using var reader = await read.ExecuteReaderAsync(cancellation);
                while (await reader.ReadAsync(cancellation)) rows.Add((reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));
            }

            if (rows.Count == 0) return (done, left);
            foreach (var row in rows.Where(row => ProtectedWith.KeyOf(row.Closed) != current))
            {
                await using var write = sources.Queries.CreateCommand(
                    "UPDATE identity.user_tokens SET value = $4 WHERE user_id = $1 AND login_provider = $2 AND name = $3 AND value = $5");
                write.Parameters.Add(new() { Value = row.User });
                write.Parameters.Add(new() { Value = row.Provider });
                write.Parameters.Add(new() { Value = row.Name });
                write.Parameters.Add(new() { Value = _userTokens.Seal(_userTokens.Open(row.Closed)) });
                write.Parameters.Add(new() { Value = row.Closed });
                var changed = await write.ExecuteNonQueryAsync(cancellation);
                done += changed;
                left += 1 - changed;
            }

            after = (rows[^1].User, rows[^1].Provider, rows[^1].Name);
        }
    }
}
