using Microsoft.Extensions.Logging;
using Npgsql;

namespace Webrana.Data;

/// <summary>
/// One small pool per purpose over one connection string. Separate on purpose: a burst of state writes may queue behind itself, never in
/// front of a silo's sign of life. Pools open connections lazily, so a process pays only for what it uses.
/// </summary>
public sealed class DataSources : IAsyncDisposable
{
    // Without the last, PostgreSQL holds each length of an array for a question of its own and plans nearly every statement anew, which cost a
    // storm of renewals a quarter of the database's time.
    private const string ByKeyOnly = "-c enable_seqscan=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan -c jit=off";

    // Only for rows that every later write vouches for by standing behind them in the same log (ADR 10).
    private const string Behind = " -c synchronous_commit=off";

    public DataSources(DataOptions options, ILoggerFactory? logging = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.ConnectionString);
        Options = options;
        Membership = Build("membership", options.MembershipPoolSize, logging);
        // These statements are planned once and kept. Planned on an empty table they might settle on reading all of it, which turns into
        // a disaster as it grows: on these two pools everything is found by key.
        Ledger = Build("ledger", options.LedgerPoolSize, logging, ByKeyOnly);
        State = Build("state", options.StatePoolSize, logging, ByKeyOnly);
        Reminders = Build("reminders", options.RemindersPoolSize, logging);
        Idempotency = Build("idempotency", options.IdempotencyPoolSize, logging, ByKeyOnly + Behind);
        Queries = Build("queries", options.QueriesPoolSize, logging);
    }

    /// <summary>Pools with default sizes over <paramref name="connectionString"/>.</summary>
    public DataSources(string connectionString)
        : this(new DataOptions { ConnectionString = connectionString })
    {
    }

    /// <summary>The options these pools were built from.</summary>
    public DataOptions Options { get; }

    /// <summary>Orleans membership.</summary>
    public NpgsqlDataSource Membership { get; }

    /// <summary>The wallet ledger.</summary>
    public NpgsqlDataSource Ledger { get; }

    /// <summary>Grain state.</summary>
    public NpgsqlDataSource State { get; }

    /// <summary>Reminders.</summary>
    public NpgsqlDataSource Reminders { get; }

    /// <summary>The API's claims and answers under an Idempotency-Key. Its commits do not wait for the disk.</summary>
    public NpgsqlDataSource Idempotency { get; }

    /// <summary>Read queries and the API's own rows (identity, inbox).</summary>
    public NpgsqlDataSource Queries { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Membership.DisposeAsync();
        await Ledger.DisposeAsync();
        await State.DisposeAsync();
        await Reminders.DisposeAsync();
        await Idempotency.DisposeAsync();
        await Queries.DisposeAsync();
    }

    private NpgsqlDataSource Build(string purpose, int size, ILoggerFactory? logging, string? planner = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(Options.ConnectionString)
        {
            MinPoolSize = 0,
            MaxPoolSize = size,
            CommandTimeout = Options.CommandTimeoutSeconds,
            // The statements are few and repeat for ever; nobody changes session settings, so a returned connection needs no reset.
            MaxAutoPrepare = 40,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
        };
        settings.ApplicationName = string.IsNullOrEmpty(settings.ApplicationName)
            ? $"webrana {purpose}"
            : $"{settings.ApplicationName} {purpose}";
        if (planner is not null) settings.Options = $"{settings.Options} {planner}".Trim();
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = purpose };
        return (logging is null ? builder : builder.UseLoggerFactory(logging)).Build();
    }
}
