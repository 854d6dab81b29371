using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data;
using Webrana.Data.Migrations;
using Webrana.Testing;

namespace Webrana.Api.Tests.Support;

/// <summary>A migrated database of its own, copied from one that was migrated once per test process.</summary>
static class MigratedDatabase
{
    static readonly Lazy<Task<TestDatabase>> Template = new(MigrateAsync);

    public static async Task<TestDatabase> CreateAsync() => await PostgresFixture.Shared.CreateDatabaseAsync("api", await Template.Value);

    static async Task<TestDatabase> MigrateAsync()
    {
        var database = await PostgresFixture.Shared.CreateDatabaseAsync("apitemplate");
        var options = new DataOptions { ConnectionString = database.AppConnectionString, OwnerConnectionString = database.OwnerConnectionString };
        await new Migrator(options, NullLogger<Migrator>.Instance).MigrateAsync();
        // A template must have no connections.
        Npgsql.NpgsqlConnection.ClearAllPools();
        return database;
    }
}
