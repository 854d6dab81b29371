using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data;
using Webrana.Data.Migrations;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Common;

/// <summary>A migrated database of a cluster's own, copied from one that was migrated once per test process.</summary>
public static class MigratedDatabase
{
    static readonly Lazy<Task<TestDatabase>> Template = new(MigrateAsync);

    public static async Task<TestDatabase> CreateAsync() => await PostgresFixture.Shared.CreateDatabaseAsync("grains", await Template.Value);

    static async Task<TestDatabase> MigrateAsync()
    {
        var database = await PostgresFixture.Shared.CreateDatabaseAsync("grainstemplate");
        var options = new DataOptions { ConnectionString = database.AppConnectionString, OwnerConnectionString = database.OwnerConnectionString };
        await new Migrator(options, NullLogger<Migrator>.Instance) { AllowClockMoves = true }.MigrateAsync();
        // DbUp pools its connections; a template must have none.
        Npgsql.NpgsqlConnection.ClearAllPools();
        return database;
    }
}
