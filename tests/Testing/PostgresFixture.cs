using Webrana.Sandbox.Postgres;

namespace Webrana.Testing;

/// <summary>
/// Real PostgreSQL for tests. Every test process of a run shares one server, started by whoever comes first; each test
/// gets databases of its own. Use <see cref="Shared"/>, or the class as an xunit fixture (it holds nothing itself).
/// </summary>
/// <example><code>
/// await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("ledger");
/// await Migrations.ApplyAsync(database.OwnerConnectionString);
/// </code></example>
public sealed class PostgresFixture
{
    static readonly Lazy<Task<SharedServer>> Server = new(SharedServer.JoinAsync);

    /// <summary>The fixture for code without fixture injection.</summary>
    public static PostgresFixture Shared { get; } = new();

    /// <summary>An empty database with the roles `webrana_owner` (its owner) and `webrana_app` (connect only).</summary>
    /// <param name="prefix">Says whose it is when one looks at the server: lower case letters and digits.</param>
    /// <param name="template">A database to copy instead of an empty one; nobody may be connected to it.</param>
    public async Task<TestDatabase> CreateDatabaseAsync(string prefix, TestDatabase? template = null, CancellationToken cancellation = default)
    {
        var server = await Server.Value;
        var name = $"t_{prefix}_{Guid.NewGuid():n}"[..Math.Min(63, prefix.Length + 19)];
        var (database, _) = await WebranaDatabase.EnsureAsync(
            server.AdminConnectionString, name, server.OwnerPassword, server.AppPassword, template?.Name, cancellation);
        return new TestDatabase(server.AdminConnectionString, database);
    }

    /// <summary>The superuser's connection to the server, for tests of the server itself.</summary>
    public static async Task<string> AdminConnectionStringAsync() => (await Server.Value).AdminConnectionString;
}
