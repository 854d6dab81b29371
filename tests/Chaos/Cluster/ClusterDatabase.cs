using System.Diagnostics;
using Npgsql;
using Webrana.Data;
using Webrana.Sandbox.Launcher;
using Webrana.Sandbox.Launcher.Services;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres;

namespace Webrana.Chaos.Cluster;

/// <summary>The cluster's PostgreSQL, and what can be done to it. Our own connections bypass every proxy.</summary>
public sealed class ClusterDatabase : IAsyncDisposable
{
    private const int ImmediateShutdown = 3; // SIGQUIT: no checkpoint, recovery at the next start.

    private readonly DataFolder _folder;
    private readonly Secrets _secrets;
    private readonly int _port;
    private PostgresServer _server;
    private PostgresServer? _standby;

    private ClusterDatabase(DataFolder folder, Secrets secrets, int port, DatabaseServer started)
    {
        (_folder, _secrets, _port, _server, Product) = (folder, secrets, port, started.Server!, started.Database);
        Asking = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_server.AdminConnectionString)
        {
            Database = started.Database.Name,
            Pooling = true,
            MaxPoolSize = 4,
            CommandTimeout = 60,
            ApplicationName = "chaos",
        }.ConnectionString);
        // Under a name that no fault looks for: a session of the product's is meant, not one of ours.
        var ours = new NpgsqlConnectionStringBuilder(started.Database.AppConnectionString) { ApplicationName = "chaos" }.ConnectionString;
        Sources = new DataSources(new DataOptions { ConnectionString = ours, QueriesPoolSize = 2 });
    }

    /// <summary>The product's database and roles.</summary>
    public WebranaDatabase Product { get; }

    /// <summary>As superuser: three connections are always left for it.</summary>
    public NpgsqlDataSource Asking { get; }

    /// <summary>For the product's own checks.</summary>
    public DataSources Sources { get; }

    public static async Task<ClusterDatabase> StartAsync(DataFolder folder, Secrets secrets, int port, CancellationToken cancellation)
    {
        if (DatabaseServer.Given is not null)
            throw new LauncherException("Chaos breaks the PostgreSQL it runs on, so it runs on one of its own: unset WEBRANA_POSTGRES.");
        return new ClusterDatabase(folder, secrets, port, await StartServerAsync(folder, secrets, port, cancellation));
    }

    /// <summary>What <c>pg_ctl stop -m immediate</c> does: every process of the server ends at once, with whatever was in flight.</summary>
    public async Task CrashAsync()
    {
        _server.Process.Signal(ImmediateShutdown);
        await _server.Process.WaitForExitAsync(TimeSpan.FromSeconds(15));
        Forget();
    }

    /// <summary>
    /// Closes our own connections that wait in their pools: what was broken may have broken them too, and whoever looks next must not take that for
    /// a finding. Npgsql's <c>ClearAllPools</c> does not know the pools of data sources.
    /// </summary>
    public void Forget()
    {
        Asking.Clear();
        Sources.Queries.Clear();
    }

    /// <summary>Starts it again on its data; it recovers from its log.</summary>
    public async Task RestartAsync(CancellationToken cancellation) =>
        _server = (await StartServerAsync(_folder, _secrets, _port, cancellation)).Server!;

    public bool IsUp => _server.Process.IsAlive;

    /// <summary>A copy of it follows, and from now on nothing is acknowledged that the copy does not have on its disk.</summary>
    public async Task AttachStandbyAsync(CancellationToken cancellation)
    {
        var binaries = await PostgresBinaries.FindLocalAsync()
            ?? throw new LauncherException("A standby needs a PostgreSQL that is installed here, with its pg_basebackup.");
        _standby = await PostgresServer.StartStandbyAsync(
            _server,
            new PostgresServerOptions
            {
                Folder = _folder.Postgres + "-standby", Binaries = binaries, Port = FreePort.Next(), LogFile = _folder.Log("postgres-standby"), DiesWithParent = true,
            },
            cancellation);
        // Behind the copy, which shall wait for nobody when it is the primary.
        await ExecuteAsync("alter system set synchronous_standby_names = '*'", cancellation);
        await ExecuteAsync("select pg_reload_conf()", cancellation);
        var watch = Stopwatch.StartNew();
        while (!await ScalarAsync<bool>("select exists (select from pg_stat_replication where state = 'streaming' and sync_state = 'sync')", cancellation))
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(60))
                throw new TimeoutException("The standby does not follow.");
            await Task.Delay(100, cancellation);
        }
    }

    /// <summary>
    /// The primary ends at once and for ever; its standby is promoted, and then moves to its address, as a floating one would. (It is started anew there, because
    /// a port cannot be moved.)
    /// </summary>
    public async Task FailOverAsync(CancellationToken cancellation)
    {
        var standby = _standby ?? throw new InvalidOperationException("There is no standby.");
        await CrashAsync();
        await standby.PromoteAsync(cancellation);
        await standby.StopAsync();
        _standby = null;
        var (place, copy) = (_server.Folder.Root, standby.Folder.Root);
        Directory.Delete(place, recursive: true);
        Directory.Move(copy, place);
        await RestartAsync(cancellation);
    }

    /// <summary>Where it did not come to a failover: the standby goes, and nobody waits for it any more.</summary>
    public async Task DetachStandbyAsync(CancellationToken cancellation)
    {
        if (_standby is not { } standby)
            return;
        _standby = null;
        if (IsUp)
        {
            await ExecuteAsync("alter system reset synchronous_standby_names", cancellation);
            await ExecuteAsync("select pg_reload_conf()", cancellation);
        }
        else
        {
            // Read at its next start, the last line counts.
            await File.AppendAllTextAsync(Path.Combine(_server.Folder.Data, "postgresql.auto.conf"), "synchronous_standby_names = ''\n", cancellation);
        }

        await standby.StopAsync();
    }

    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellation)
    {
        await using var command = Asking.CreateCommand(sql);
        var value = await command.ExecuteScalarAsync(cancellation);
        return value is null or DBNull ? default : (T)value;
    }

    public async Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var command = Asking.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(read(reader));
        return rows;
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = Asking.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Asking.DisposeAsync();
        await Sources.DisposeAsync();
        if (_standby is not null)
            await _standby.StopAsync();
        await _server.StopAsync();
    }

    private static Task<DatabaseServer> StartServerAsync(DataFolder folder, Secrets secrets, int port, CancellationToken cancellation) =>
        DatabaseServer.StartAsync(folder, port, secrets, folder.Log("postgres"), cancellation);
}
