using Npgsql;
using Webrana.Sandbox.Postgres;

namespace Webrana.Testing;

/// <summary>An empty database of one test's own; dropped when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    readonly string _adminConnectionString;

    internal TestDatabase(string adminConnectionString, WebranaDatabase database)
    {
        _adminConnectionString = adminConnectionString;
        Name = database.Name;
        OwnerConnectionString = database.OwnerConnectionString;
        AppConnectionString = database.AppConnectionString;
    }

    /// <summary>Its name, unique on the server.</summary>
    public string Name { get; }

    /// <summary>As `webrana_owner`, who owns the database: for migrations and for looking at everything.</summary>
    public string OwnerConnectionString { get; }

    /// <summary>As `webrana_app`: no DDL, and only what the migrations granted.</summary>
    public string AppConnectionString { get; }

    /// <summary>The superuser's connection to THIS database, for tests that break something on purpose.</summary>
    public string SuperuserConnectionString =>
        new NpgsqlConnectionStringBuilder(_adminConnectionString) { Database = Name }.ConnectionString;

    /// <summary>Runs one statement as the owner.</summary>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(OwnerConnectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The first column of the first row, read as the owner.</summary>
    public async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(OwnerConnectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connectionString in new[] { OwnerConnectionString, AppConnectionString })
        {
            await using var connection = new NpgsqlConnection(connectionString);
            NpgsqlConnection.ClearPool(connection);
        }

        await WebranaDatabase.DropAsync(_adminConnectionString, Name);
    }
}
