using Npgsql;

namespace Webrana.Data;

/// <summary>How a process reaches PostgreSQL. Configuration section <c>Data</c>.</summary>
public sealed class DataOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Data";

    /// <summary>The application role's connection string: reads and writes rows, changes no tables. Required.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The owner role's connection string, used by migrations alone. Default: <see cref="ConnectionString"/>.</summary>
    public string? OwnerConnectionString { get; set; }

    /// <summary>Connections for Orleans membership. Few, and nobody else's: a storm elsewhere must never cost a silo its membership. Default 2.</summary>
    public int MembershipPoolSize { get; set; } = 2;

    /// <summary>Connections for the wallet ledger: its writers and its loader. Default 4.</summary>
    public int LedgerPoolSize { get; set; } = 4;

    /// <summary>Connections for grain state. Default 8.</summary>
    public int StatePoolSize { get; set; } = 8;

    /// <summary>Connections for reminders. Default 2.</summary>
    public int RemindersPoolSize { get; set; } = 2;

    /// <summary>Connections for idempotency keys: two writers, the janitor. Opened by the API alone. Default 3.</summary>
    public int IdempotencyPoolSize { get; set; } = 3;

    /// <summary>Connections for read queries, the API's own rows, and the clock's listener. Default 8.</summary>
    public int QueriesPoolSize { get; set; } = 8;

    /// <summary>How long a statement may take before its outcome counts as unknown, in seconds. Default 10.</summary>
    public int CommandTimeoutSeconds { get; set; } = 10;

    /// <summary>The most connections one process may open; the sum over all processes must fit <c>max_connections</c>.</summary>
    public int TotalPoolSize => MembershipPoolSize + LedgerPoolSize + StatePoolSize + RemindersPoolSize + IdempotencyPoolSize + QueriesPoolSize;

    internal NpgsqlConnectionStringBuilder Owner() => new(OwnerConnectionString ?? ConnectionString);
}
