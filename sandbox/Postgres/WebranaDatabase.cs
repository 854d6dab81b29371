using Npgsql;

namespace Webrana.Sandbox.Postgres;

/// <summary>
/// The product's database and its two roles: the owner, who migrates, and the application, which may do what the
/// migrations grant it and nothing else (no DDL, no change of ledger rows).
/// </summary>
/// <param name="Name">The database.</param>
/// <param name="OwnerConnectionString">As `webrana_owner`.</param>
/// <param name="AppConnectionString">As `webrana_app`.</param>
public sealed record WebranaDatabase(string Name, string OwnerConnectionString, string AppConnectionString)
{
    /// <summary>Owns the database; runs migrations.</summary>
    public const string OwnerRole = "webrana_owner";

    /// <summary>Everything else runs as this one.</summary>
    public const string AppRole = "webrana_app";

    /// <summary>Makes the roles where they are missing and sets their passwords.</summary>
    public static async Task EnsureRolesAsync(string adminConnectionString, string ownerPassword, string appPassword, CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(adminConnectionString);
        await connection.OpenAsync(cancellation);
        // Two starters at once would trip over each other's catalogue rows.
        await ExecuteAsync(connection, "select pg_advisory_lock(7387264)", cancellation);
        foreach (var (role, password) in new[] { (OwnerRole, ownerPassword), (AppRole, appPassword) })
        {
            await using var known = new NpgsqlCommand("select exists (select from pg_roles where rolname = $1)", connection) { Parameters = { new() { Value = role } } };
            var verb = (bool)(await known.ExecuteScalarAsync(cancellation))! ? "alter" : "create";
            await ExecuteAsync(connection, $"{verb} role {role} login password {Literal(password)}", cancellation);
        }

        // Only a superuser may hand a database to a role it is not a member of.
        await ExecuteAsync(connection, $"grant {OwnerRole} to current_user", cancellation);
    }

    /// <summary>Makes the database where it is missing; the roles must exist.</summary>
    /// <returns>The database, and whether this call made it.</returns>
    public static async Task<(WebranaDatabase Database, bool Created)> EnsureAsync(
        string adminConnectionString, string name, string ownerPassword, string appPassword, string? template = null, CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(adminConnectionString);
        await connection.OpenAsync(cancellation);
        await using var known = new NpgsqlCommand("select exists (select from pg_database where datname = $1)", connection) { Parameters = { new() { Value = name } } };
        var created = !(bool)(await known.ExecuteScalarAsync(cancellation))!;
        if (created)
        {
            await ExecuteAsync(connection, $"create database {Identifier(name)} owner {OwnerRole}{(template is null ? "" : $" template {Identifier(template)}")}", cancellation);
            // By default anybody may connect and make temporary tables.
            await ExecuteAsync(connection, $"revoke all on database {Identifier(name)} from public", cancellation);
            await ExecuteAsync(connection, $"grant connect on database {Identifier(name)} to {AppRole}", cancellation);
        }

        return (new WebranaDatabase(name, Connection(OwnerRole, ownerPassword), Connection(AppRole, appPassword)), created);

        string Connection(string role, string password) =>
            new NpgsqlConnectionStringBuilder(adminConnectionString) { Username = role, Password = password, Database = name, Pooling = true }.ConnectionString;
    }

    /// <summary>Drops a database, ending whoever is still connected.</summary>
    public static async Task DropAsync(string adminConnectionString, string name, CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(adminConnectionString);
        await connection.OpenAsync(cancellation);
        await ExecuteAsync(connection, $"drop database if exists {Identifier(name)} with (force)", cancellation);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
