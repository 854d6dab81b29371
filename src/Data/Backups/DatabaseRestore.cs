using System.IO.Compression;
using System.Text.Json;
using Npgsql;

namespace Webrana.Data.Backups;

/// <summary>
/// Fills a freshly migrated, empty database from a backup, in one transaction: all of it or nothing. Never over data that is there, and
/// only with the schema the backup was made from: restore with the build that made it, then upgrade.
/// </summary>
public sealed class DatabaseRestore(string ownerConnectionString)
{
    /// <summary>Restores.</summary>
    /// <param name="input">The file; must be seekable.</param>
    /// <param name="cancellation">Gives up; nothing was changed then.</param>
    /// <exception cref="BackupException">The file or the database is not fit for it.</exception>
    public async Task<BackupManifest> ReadAsync(Stream input, CancellationToken cancellation = default)
    {
        using var archive = Open(input);
        var manifest = await ManifestAsync(archive, cancellation);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await CheckAsync(connection, manifest, cancellation);
        // Seed rows of the migrations give way to those of the backup.
        await ExecuteAsync(connection, $"TRUNCATE {string.Join(", ", manifest.Tables.Select(table => table.Name))} CASCADE", cancellation);
        foreach (var table in manifest.Tables)
        {
            var entry = archive.GetEntry(table.Entry) ?? throw new BackupException($"The backup lacks {table.Name}.");
            await using (var rows = entry.Open())
            await using (var copy = await connection.BeginRawBinaryCopyAsync($"COPY {table.CopyTarget} FROM STDIN (FORMAT BINARY)", cancellation))
                await rows.CopyToAsync(copy, cancellation);
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM {table.Name}", connection);
            if ((long)(await count.ExecuteScalarAsync(cancellation))! is var restored && restored != table.Rows)
                throw new BackupException($"{table.Name} has {restored} rows after the restore, {table.Rows} were backed up.");
        }

        await AdvanceSequencesAsync(connection, cancellation);
        await transaction.CommitAsync(cancellation);
        await ExecuteAsync(connection, "ANALYZE", cancellation);
        return manifest;
    }

    private static ZipArchive Open(Stream input)
    {
        try
        {
            return new ZipArchive(input, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException)
        {
            throw new BackupException("This is not a backup, or it was cut off.");
        }
    }

    private static async Task<BackupManifest> ManifestAsync(ZipArchive archive, CancellationToken cancellation)
    {
        var entry = archive.GetEntry(BackupManifest.Entry) ?? throw new BackupException("This is not a backup, or it was cut off: it has no manifest.");
        await using var stream = entry.Open();
        var manifest = await JsonSerializer.DeserializeAsync<BackupManifest>(stream, JsonSerializerOptions.Web, cancellation);
        return manifest is { Format: BackupManifest.CurrentFormat } ? manifest : throw new BackupException($"This build reads format {BackupManifest.CurrentFormat} only.");
    }

    private static async Task CheckAsync(NpgsqlConnection connection, BackupManifest manifest, CancellationToken cancellation)
    {
        await using (var command = new NpgsqlCommand("SELECT array_agg(scriptname ORDER BY scriptname) FROM schema_versions WHERE scriptname LIKE 'scripts/%'", connection))
        {
            var here = await command.ExecuteScalarAsync(cancellation) as string[] ?? [];
            var odd = here.Except(manifest.Migrations).Concat(manifest.Migrations.Except(here)).ToList();
            if (odd.Count > 0)
                throw new BackupException($"The schema here is not the backup's ({string.Join(", ", odd)}): restore with the build that made it, then upgrade.");
        }

        await using var used = new NpgsqlCommand("SELECT EXISTS (SELECT FROM wallets) OR EXISTS (SELECT FROM grain_state) OR EXISTS (SELECT FROM identity.users)", connection);
        if ((bool)(await used.ExecuteScalarAsync(cancellation))!)
            throw new BackupException("The database is in use: a restore goes into an empty one only.");
    }

    private static async Task AdvanceSequencesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var statements = new List<string>();
        await using (var command = new NpgsqlCommand(
            """
            SELECT format('SELECT setval(%L, coalesce((SELECT max(%I) FROM %I.%I), 0) + 1, false)',
                          pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname), a.attname, n.nspname, c.relname)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attidentity <> '' AND n.nspname IN ('public', 'identity')
            """, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
                statements.Add(reader.GetString(0));
        }

        foreach (var statement in statements)
            await ExecuteAsync(connection, statement, cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
