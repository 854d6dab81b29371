using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Sandbox.Postgres;

/// <summary>
/// A PostgreSQL server of our own: on loopback only, unprivileged even when we are root, on data that a later start
/// continues with. A server that already runs on the folder is taken over instead of started twice.
/// </summary>
public sealed class PostgresServer
{
    const int FastShutdown = 2; // SIGINT: ends sessions, flushes, stops.
    const int ImmediateShutdown = 3; // SIGQUIT: recovers at the next start.

    PostgresServer(PostgresFolder folder, ProcessIdentity process, int port, string password)
    {
        Folder = folder;
        Process = process;
        Port = port;
        AdminConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "postgres",
            Password = password,
            Database = "postgres",
            // Administration is rare; keeping connections would take them from the product.
            Pooling = false,
        }.ConnectionString;
    }

    /// <summary>Where it lives.</summary>
    public PostgresFolder Folder { get; }

    /// <summary>The postmaster.</summary>
    public ProcessIdentity Process { get; }

    /// <summary>The loopback port.</summary>
    public int Port { get; }

    /// <summary>The superuser's connection, to the database `postgres`.</summary>
    public string AdminConnectionString { get; }

    /// <summary>The server that runs on a folder now, or null.</summary>
    public static PostgresServer? Running(string folder)
    {
        var place = PostgresFolder.At(folder);
        return place.ReadPostmaster() is { } postmaster && place.ReadPassword() is { } password
            ? new PostgresServer(place, postmaster.Process, postmaster.Port, password)
            : null;
    }

    /// <summary>Starts the server, or takes over the one that runs on the folder, and waits until it answers SQL.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message carries the end of its log.</exception>
    public static async Task<PostgresServer> StartAsync(PostgresServerOptions options, CancellationToken cancellation = default)
    {
        if (Running(options.Folder) is { } running)
        {
            await running.WaitUntilReadyAsync(null, cancellation);
            return running;
        }

        // Elsewhere root lends it another account; here there is none to lend.
        if (OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess)
            throw new InvalidOperationException("PostgreSQL refuses to run with an administrator's rights: use an ordinary terminal, or set WEBRANA_POSTGRES to a server's connection string.");
        var folder = PostgresFolder.At(options.Folder, options.LogFile);
        var password = await folder.PrepareAsync(options.Binaries, cancellation);
        var port = options.Port ?? (folder.ReadPort() is { } before && FreePort.IsFree(before) ? before : FreePort.Next());
        folder.WritePort(port);
        var process = await ChildProcess.StartAsync(new ChildStart
        {
            Command = [options.Binaries.Program("postgres"), "-D", folder.Data, .. Settings(options, port)],
            LogFile = folder.Log,
            WorkingFolder = folder.Root,
            DiesWithParent = options.DiesWithParent,
            User = folder.User,
        });
        var identity = ProcessIdentity.Of(process.Id)
            ?? throw new InvalidOperationException($"PostgreSQL ended at once:\n{folder.LogTail()}");
        var server = new PostgresServer(folder, identity, port, password);
        await server.WaitUntilReadyAsync(process, cancellation);
        return server;
    }

    /// <summary>Copies a running server and starts the copy as its hot standby, on a folder and a port of its own.</summary>
    /// <exception cref="InvalidOperationException">It could not be copied or did not start.</exception>
    public static async Task<PostgresServer> StartStandbyAsync(PostgresServer primary, PostgresServerOptions options, CancellationToken cancellation = default)
    {
        await PostgresFolder.At(options.Folder, options.LogFile).CopyAsync(options.Binaries, primary.AdminConnectionString, cancellation);
        return await StartAsync(options, cancellation);
    }

    /// <summary>Makes a standby a primary; returns when it is one.</summary>
    /// <exception cref="InvalidOperationException">It is none after a minute.</exception>
    public async Task PromoteAsync(CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand("select pg_promote(true, 60)", connection) { CommandTimeout = 90 };
        if (await command.ExecuteScalarAsync(cancellation) is not true)
            throw new InvalidOperationException($"The standby in {Folder.Root} was not promoted:\n{Folder.LogTail()}");
    }

    /// <summary>Stops it: sessions are ended and everything is flushed; after the time allowed it is stopped the hard way.</summary>
    public async Task StopAsync(TimeSpan? timeout = null)
    {
        NpgsqlConnection.ClearAllPools();
        if (!Process.Signal(FastShutdown) || await Process.WaitForExitAsync(timeout ?? TimeSpan.FromSeconds(20)))
            return;
        Process.Signal(ImmediateShutdown);
        await Process.WaitForExitAsync(TimeSpan.FromSeconds(10));
    }

    static IEnumerable<string> Settings(PostgresServerOptions options, int port)
    {
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            // No socket: its folder would have to be short enough and reachable; loopback serves everybody.
            ["unix_socket_directories"] = "",
            ["max_connections"] = options.MaxConnections.ToString(CultureInfo.InvariantCulture),
            ["shared_buffers"] = "256MB",
            ["max_wal_size"] = "4GB",
            // Files of the log that are used again instead of made: everybody's commit waits while one is filled with zeros.
            ["min_wal_size"] = options.Durable ? "2GB" : "80MB",
            ["checkpoint_timeout"] = "15min",
            ["wal_compression"] = "on",
            // Pages are written back as they leave, not half a gigabyte at once half a minute later while all commits wait for the disk.
            ["backend_flush_after"] = "256kB",
            ["log_line_prefix"] = "%m [%p] %d ",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["fsync"] = options.Durable ? "on" : "off",
            ["synchronous_commit"] = options.Durable ? "on" : "off",
            ["full_page_writes"] = options.Durable ? "on" : "off",
        };
        return settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" });
    }

    async Task WaitUntilReadyAsync(Process? child, CancellationToken cancellation)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(AdminConnectionString);
                await connection.OpenAsync(cancellation);
                return;
            }
            catch (NpgsqlException e) when (waiting.Elapsed < TimeSpan.FromSeconds(60) && Process.IsAlive && child?.HasExited != true)
            {
                // 57P03 = starting up or recovering; refused = not listening yet. A wrong password will not come right by waiting.
                if (e is PostgresException { SqlState: not "57P03" })
                    throw;
                await Task.Delay(50, cancellation);
            }
            catch (NpgsqlException e)
            {
                throw new InvalidOperationException($"PostgreSQL did not start in {Folder.Root}:\n{Folder.LogTail()}", e);
            }
        }
    }
}
