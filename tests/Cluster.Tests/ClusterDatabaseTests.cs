using Webrana.Chaos.Cluster;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Cluster.Tests;

/// <summary>
/// What looks at the damage must not be part of it: the fault kit's own connections to the PostgreSQL it breaks. And a failover of the kit is one: it would
/// prove nothing with a standby that lags.
/// </summary>
public sealed class ClusterDatabaseTests
{
    [Fact(Timeout = 180_000)]
    public async Task Who_asked_before_a_crash_can_ask_after_it_and_is_no_session_of_the_products()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = NewFolder();
        var ports = new SandboxPorts(FreeBlock.PortBase());
        await using (var database = await ClusterDatabase.StartAsync(folder, Secrets.Of(folder), ports.Postgres, cancellation))
        {
            // Now both pools hold a connection that waits.
            await AskAsync(database, cancellation);
            Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pg_stat_activity where application_name like 'webrana %'", cancellation));

            await database.CrashAsync();
            Assert.False(database.IsUp);
            await database.RestartAsync(cancellation);

            await AskAsync(database, cancellation);
        }

        folder.Delete();
    }

    [Fact(Timeout = 180_000)]
    public async Task What_a_primary_acknowledged_is_there_when_its_standby_takes_its_place()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = NewFolder();
        var ports = new SandboxPorts(FreeBlock.PortBase());
        await using (var database = await ClusterDatabase.StartAsync(folder, Secrets.Of(folder), ports.Postgres, cancellation))
        {
            await database.ExecuteAsync("create table told (n integer)", cancellation);
            await database.ExecuteAsync("insert into told values (1)", cancellation);
            await database.AttachStandbyAsync(cancellation);
            Assert.Equal("sync", await database.ScalarAsync<string>("select sync_state from pg_stat_replication", cancellation));
            await database.ExecuteAsync("insert into told values (2)", cancellation);

            await database.FailOverAsync(cancellation);

            Assert.Equal(2, await database.ScalarAsync<int>("select timeline_id from pg_control_checkpoint()", cancellation));
            Assert.Equal(3, await database.ScalarAsync<long>("select sum(n) from told", cancellation));
            await AskAsync(database, cancellation);
            // It waits for nobody, and may have a standby of its own, which takes nothing with it when it goes.
            await database.ExecuteAsync("insert into told values (0)", cancellation);
            await database.AttachStandbyAsync(cancellation);
            await database.DetachStandbyAsync(cancellation);
            await database.ExecuteAsync("insert into told values (0)", cancellation);
        }

        folder.Delete();
    }

    private static DataFolder NewFolder()
    {
        var root = Directory.CreateTempSubdirectory("webrana-database-").FullName;
        if (!OperatingSystem.IsWindows()) // PostgreSQL runs as another account and must be able to walk through.
            File.SetUnixFileMode(root, File.GetUnixFileMode(root) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var folder = new DataFolder(root);
        folder.Create();
        return folder;
    }

    private static async Task AskAsync(ClusterDatabase database, CancellationToken cancellation)
    {
        Assert.Equal(1, await database.ScalarAsync<int>("select 1", cancellation));
        await using var command = database.Sources.Queries.CreateCommand("select 1");
        Assert.Equal(1, await command.ExecuteScalarAsync(cancellation));
    }
}
