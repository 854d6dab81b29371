using Webrana.Chaos.Cluster;
using Webrana.Sandbox.Launcher.Settings;

namespace Webrana.Cluster.Tests;

/// <summary>What looks at the damage must not be part of it: the fault kit's own connections to the PostgreSQL it breaks.</summary>
public sealed class ClusterDatabaseTests
{
    [Fact(Timeout = 180_000)]
    public async Task Who_asked_before_a_crash_can_ask_after_it_and_is_no_session_of_the_products()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var root = Directory.CreateTempSubdirectory("webrana-database-").FullName;
        if (!OperatingSystem.IsWindows()) // PostgreSQL runs as another account and must be able to walk through.
            File.SetUnixFileMode(root, File.GetUnixFileMode(root) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var folder = new DataFolder(root);
        folder.Create();
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

    private static async Task AskAsync(ClusterDatabase database, CancellationToken cancellation)
    {
        Assert.Equal(1, await database.ScalarAsync<int>("select 1", cancellation));
        await using var command = database.Sources.Queries.CreateCommand("select 1");
        Assert.Equal(1, await command.ExecuteScalarAsync(cancellation));
    }
}
