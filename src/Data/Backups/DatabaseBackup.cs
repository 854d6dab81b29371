using System.IO.Compression;
using System.Text.Json;
using Npgsql;

namespace Webrana.Data.Backups;

/// <summary>
/// The whole database in one file, from one snapshot, while everything runs. It needs no tools beside this build, so it works in its image.
/// The file holds the key ring and all customers' data: it is as precious as the database. Large installations keep PostgreSQL's own base
/// backups with archived logs beside it (docs/OPERATIONS.md).
/// </summary>
public sealed class DatabaseBackup(string connectionString, TimeProvider time)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes it. A file that was cut off has no manifest and is refused by a restore.</summary>
    /// <param name="output">Where to; left open.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<BackupManifest> WriteAsync(Stream output, CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync(cancellation);
        // One snapshot over all tables: the ledger and what it is compared with are of the same instant.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var (businessTime, migrations) = await ReadSchemaAsync(connection, cancellation);
        var tables = new List<BackupTable>();
        using var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var table in await BackupTables.ReadAsync(connection, cancellation))
        {
            await using (var entry = archive.CreateEntry(table.Entry, CompressionLevel.Fastest).Open())
            await using (var rows = await connection.BeginRawBinaryCopyAsync($"COPY {table.CopyTarget} TO STDOUT (FORMAT BINARY)", cancellation))
                await rows.CopyToAsync(entry, cancellation);
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM {table.Name}", connection);
            tables.Add(table with { Rows = (long)(await count.ExecuteScalarAsync(cancellation))! });
        }

        var manifest = new BackupManifest(BackupManifest.CurrentFormat, time.GetUtcNow(), businessTime, migrations, tables);
        await using (var last = archive.CreateEntry(BackupManifest.Entry).Open())
            await JsonSerializer.SerializeAsync(last, manifest, Format, cancellation);
        return manifest;
    }

    private static async Task<(DateTimeOffset BusinessTime, IReadOnlyList<string> Migrations)> ReadSchemaAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT business_now(), (SELECT array_agg(scriptname ORDER BY scriptname) FROM schema_versions WHERE scriptname LIKE 'scripts/%')", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (await reader.GetFieldValueAsync<DateTimeOffset>(0, cancellation), await reader.GetFieldValueAsync<string[]>(1, cancellation));
    }
}
