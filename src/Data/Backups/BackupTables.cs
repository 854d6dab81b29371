using Npgsql;

namespace Webrana.Data.Backups;

/// <summary>Which tables a backup holds, in an order in which they can be filled.</summary>
internal static class BackupTables
{
    // What belongs to running processes, what every migration writes anew, and keys as the version before kept them: idempotency_claims has them all.
    private static readonly string[] LeftOut =
        ["orleans_membership", "orleans_membership_version", "business_clock_seen", "business_figures", "schema_versions", "orleansquery", "idempotency_keys"];

    private const string Sql = """
        SELECT format('%I.%I', n.nspname, c.relname), c.relname::text,
               (SELECT array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
               coalesce((SELECT array_agg(DISTINCT format('%I.%I', rn.nspname, r.relname)) FROM pg_constraint f
                         JOIN pg_class r ON r.oid = f.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
                         WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid), '{}')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('public', 'identity')
        ORDER BY 1
        """;

    public static async Task<IReadOnlyList<BackupTable>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var found = new List<(BackupTable Table, string[] Needs)>();
        await using (var command = new NpgsqlCommand(Sql, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                if (!LeftOut.Contains(reader.GetString(1)))
                    found.Add((new BackupTable(reader.GetString(0), reader.GetFieldValue<string[]>(2), 0), reader.GetFieldValue<string[]>(3)));
            }
        }

        var ordered = new List<BackupTable>();
        while (found.Count > 0)
        {
            var ready = found.Where(one => one.Needs.All(need => found.TrueForAll(other => other.Table.Name != need))).ToList();
            if (ready.Count == 0)
                throw new BackupException($"Tables refer to each other in a circle: {string.Join(", ", found.Select(one => one.Table.Name))}.");
            ordered.AddRange(ready.Select(one => one.Table));
            found.RemoveAll(ready.Contains);
        }

        return ordered;
    }
}
