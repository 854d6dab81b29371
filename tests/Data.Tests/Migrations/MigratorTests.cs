using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Webrana.Data.Migrations;
using Webrana.Testing;

namespace Webrana.Data.Tests.Migrations;

public sealed class MigratorTests
{
    [Fact]
    public async Task Running_twice_changes_nothing_the_second_time()
    {
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("migrate");
        var first = await Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);
        var second = await Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);

        Assert.Contains(first, name => name.Contains("ledger", StringComparison.Ordinal));
        Assert.DoesNotContain(second, name => name.StartsWith("scripts/", StringComparison.Ordinal));
        Assert.Equal(19, await database.ScalarAsync<long>("SELECT count(*) FROM OrleansQuery"));
    }

    [Fact]
    public async Task Many_silos_starting_at_once_migrate_once()
    {
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("migrate");
        var runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Migrator(database).MigrateAsync(TestContext.Current.CancellationToken)));

        Assert.Single(runs, run => run.Any(name => name.Contains("0002_ledger", StringComparison.Ordinal)));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM schema_versions WHERE scriptname LIKE '%0002_ledger%'"));
    }

    [Fact]
    public async Task A_role_of_another_name_is_created_and_may_connect()
    {
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("migrate");
        var role = "r_" + Guid.NewGuid().ToString("n")[..12];
        var app = new NpgsqlConnectionStringBuilder(database.AppConnectionString) { Username = role, Password = "it's secret", Pooling = false };
        var options = new DataOptions { ConnectionString = app.ConnectionString, OwnerConnectionString = database.SuperuserConnectionString };
        await new Migrator(options, NullLogger<Migrator>.Instance).MigrateAsync(TestContext.Current.CancellationToken);

        await using var connection = new NpgsqlConnection(app.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using (var command = new NpgsqlCommand("SELECT count(*) FROM wallets", connection))
        {
            Assert.Equal(0L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }

        await connection.CloseAsync();
        await using var superuser = new NpgsqlConnection(database.SuperuserConnectionString);
        await superuser.OpenAsync(TestContext.Current.CancellationToken);
        await using var drop = new NpgsqlCommand($"DROP OWNED BY {role}; DROP ROLE {role}", superuser);
        await drop.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static Migrator Migrator(TestDatabase database) => new(
        new DataOptions { ConnectionString = database.AppConnectionString, OwnerConnectionString = database.OwnerConnectionString },
        NullLogger<Migrator>.Instance);
}
