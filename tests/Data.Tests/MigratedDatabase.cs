using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data.Migrations;
using Webrana.Testing;

namespace Webrana.Data.Tests;

/// <summary>A database of one test class with the product's schema, and the product's pools on it as the application role.</summary>
public sealed class MigratedDatabase : IAsyncLifetime
{
    private TestDatabase? _database;
    private DataSources? _sources;

    public TestDatabase Database => _database!;

    public DataSources Sources => _sources!;

    public DataOptions Options => new()
    {
        ConnectionString = Database.AppConnectionString,
        OwnerConnectionString = Database.OwnerConnectionString,
    };

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresFixture.Shared.CreateDatabaseAsync("data");
        await new Migrator(Options, NullLogger<Migrator>.Instance).MigrateAsync();
        _sources = new DataSources(Options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_sources is not null) await _sources.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }
}
