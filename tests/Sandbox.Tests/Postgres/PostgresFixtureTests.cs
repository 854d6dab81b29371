using Npgsql;
using Webrana.Testing;

namespace Webrana.Sandbox.Tests.Postgres;

public class PostgresFixtureTests
{
    [Fact]
    public async Task A_test_database_is_owned_by_the_owner_role_and_closed_to_ddl_by_the_application_role()
    {
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("fixture");
        await database.ExecuteAsync("create table thing (id int primary key); insert into thing values (1)");
        Assert.Equal("webrana_owner", await database.ScalarAsync<string>("select current_user::text"));

        await using var connection = new NpgsqlConnection(database.AppConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var create = new NpgsqlCommand("create table other (id int)", connection);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        await using var read = new NpgsqlCommand("select count(*) from thing", connection);
        refused = await Assert.ThrowsAsync<PostgresException>(() => read.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task A_database_can_be_copied_from_a_template_and_is_gone_after_its_test()
    {
        string name;
        await using (var template = await PostgresFixture.Shared.CreateDatabaseAsync("template"))
        {
            await template.ExecuteAsync("create table thing as select 7 as id");
            NpgsqlConnection.ClearAllPools();
            await using var copy = await PostgresFixture.Shared.CreateDatabaseAsync("copy", template, TestContext.Current.CancellationToken);
            Assert.Equal(7, await copy.ScalarAsync<int>("select id from thing"));
            name = copy.Name;
        }

        await using var other = await PostgresFixture.Shared.CreateDatabaseAsync("other");
        Assert.Equal(0L, await other.ScalarAsync<long>($"select count(*) from pg_database where datname = '{name}'"));
    }
}
