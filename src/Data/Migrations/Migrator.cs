using System.Reflection;
using DbUp;
using DbUp.Engine;
using DbUp.Engine.Output;
using DbUp.Support;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Webrana.Data.Migrations;

/// <summary>
/// Brings the database to this build's schema: numbered scripts once each, in order; Orleans' query texts every time; then the
/// application role's grants. Safe to run again, and by any number of silos at once: an advisory lock lets one work while the rest wait.
/// </summary>
public sealed class Migrator(DataOptions options, ILogger<Migrator> log)
{
    // "webrana" in ASCII: one lock per database, taken by nobody else.
    private const long AdvisoryLock = 0x77656272616e61;

    /// <summary>
    /// True lets the application role turn the business clock (the sandbox's control service). Default false: in production the clock
    /// cannot be turned even by a process that has gone wrong.
    /// </summary>
    public bool AllowClockMoves { get; init; }

    /// <summary>Migrates as the owner role. Throws when a script fails; nothing of the failed script stays.</summary>
    /// <returns>The names of the scripts that ran.</returns>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellation = default)
    {
        var owner = options.Owner();
        owner.Pooling = false;
        owner.CommandTimeout = 0; // waiting for another silo's migration is not a failure
        await using var connection = new NpgsqlConnection(owner.ConnectionString);
        await connection.OpenAsync(cancellation);
        await Execute(connection, $"SELECT pg_advisory_lock({AdvisoryLock})", cancellation);

        // The lock belongs to this session: whatever happens below, closing the connection frees it.
        var ran = await Task.Run(() => Upgrade(owner.ConnectionString), cancellation);
        await new ApplicationRole(options, AllowClockMoves).GrantAsync(connection, cancellation);
        return ran;
    }

    private List<string> Upgrade(string connectionString)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var result = DeployChanges.To
            .PostgresqlDatabase(connectionString)
            .JournalToPostgresqlTable("public", "schema_versions")
            .WithScriptsEmbeddedInAssembly(assembly, name => name.StartsWith("scripts/", StringComparison.Ordinal),
                new SqlScriptOptions { ScriptType = ScriptType.RunOnce, RunGroupOrder = 1 })
            .WithScriptsEmbeddedInAssembly(assembly, name => name.StartsWith("queries/", StringComparison.Ordinal),
                new SqlScriptOptions { ScriptType = ScriptType.RunAlways, RunGroupOrder = 2 })
            .WithVariablesDisabled() // $q$ is PostgreSQL's quote here, not DbUp's variable
            .WithTransactionPerScript()
            .LogTo(new UpgradeLog(log))
            .Build()
            .PerformUpgrade();
        return result.Successful
            ? [.. result.Scripts.Select(script => script.Name)]
            : throw new MigrationException($"Migration script {result.ErrorScript?.Name} failed.", result.Error);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private sealed class UpgradeLog(ILogger log) : IUpgradeLog
    {
        public void LogTrace(string format, params object[] args) => log.Line(LogLevel.Trace, Text(format, args));

        public void LogDebug(string format, params object[] args) => log.Line(LogLevel.Debug, Text(format, args));

        public void LogInformation(string format, params object[] args) => log.Line(LogLevel.Information, Text(format, args));

        public void LogWarning(string format, params object[] args) => log.Line(LogLevel.Warning, Text(format, args));

        public void LogError(string format, params object[] args) => log.Line(LogLevel.Error, Text(format, args));

        public void LogError(Exception ex, string format, params object[] args) => log.Failed(ex, Text(format, args));

        private static string Text(string format, object[] args) => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args);
    }
}

/// <summary>A migration script failed; the database is as it was before that script.</summary>
public sealed class MigrationException(string message, Exception? inner) : Exception(message, inner);
