using Npgsql;

namespace Webrana.Data.Migrations;

/// <summary>
/// The role the product runs as: rows yes, tables no. History cannot be rewritten with it: no UPDATE or DELETE on ledger rows, papers and the
/// audit log, no DELETE on wallets and grain state. Created from the application's connection string when it does not exist.
/// </summary>
internal sealed class ApplicationRole(DataOptions options, bool allowClockMoves)
{
    public async Task GrantAsync(NpgsqlConnection owner, CancellationToken cancellation)
    {
        var application = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        var role = application.Username;
        if (role is null || role == options.Owner().Username)
        {
            return; // one role for everything (a developer's own database): there is nobody to grant to
        }

        await using var exists = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", owner) { Parameters = { new() { Value = role } } };
        if (!(bool)(await exists.ExecuteScalarAsync(cancellation))!)
        {
            var password = application.Password is { } secret ? $"PASSWORD {Literal(secret)}" : "";
            await Execute(owner, $"CREATE ROLE {Identifier(role)} LOGIN {password}", cancellation);
        }

        await Execute(owner, Grants(Identifier(role), Identifier(owner.Database)), cancellation);
    }

    private string Grants(string role, string database) => $"""
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        GRANT CONNECT ON DATABASE {database} TO {role};
        GRANT USAGE ON SCHEMA public, identity TO {role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, identity TO {role};
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public, identity TO {role};
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
        REVOKE UPDATE, DELETE, TRUNCATE ON wallet_transactions, papers, legal_versions FROM {role};
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_log, audit_chain FROM {role};
        REVOKE DELETE, TRUNCATE ON wallets, grain_state, paper_counters FROM {role};
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON business_clock, schema_versions, OrleansQuery FROM {role};
        {(allowClockMoves ? $"GRANT UPDATE ON business_clock TO {role};" : "")}
        """;

    private static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
