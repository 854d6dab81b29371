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
        await _server.StopAsync();
    }

    private static Task<DatabaseServer> StartServerAsync(DataFolder folder, Secrets secrets, int port, CancellationToken cancellation) =>
        DatabaseServer.StartAsync(folder, port, secrets, folder.Log("postgres"), cancellation);
}
