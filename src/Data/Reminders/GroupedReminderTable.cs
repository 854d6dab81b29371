using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Orleans.Configuration;
using Webrana.Data.Batching;

namespace Webrana.Data.Reminders;

/// <summary>
/// The reminder table with group commit for what a renewal day does by the hundred thousand: moving alarms. Everything else is the ADO.NET
/// provider's. One row per statement, the alarms were what a storm of renewals waited for.
/// </summary>
internal sealed class GroupedReminderTable : IReminderTable, IAsyncDisposable
{
    private const int MaxBatch = 512;

    // In key order, so that two silos moving the same alarms do not deadlock.
    private const string UpsertSql = """
        INSERT INTO orleans_reminders AS r (service_id, grain_id, reminder_name, start_time, period_ms, grain_hash, version)
        SELECT $1, t.grain_id, t.reminder_name, t.start_time, t.period_ms, t.grain_hash, 0
        FROM unnest($2, $3, $4, $5, $6) AS t (grain_id, reminder_name, start_time, period_ms, grain_hash)
        ORDER BY t.grain_id COLLATE "C", t.reminder_name COLLATE "C"
        ON CONFLICT (service_id, grain_id, reminder_name) DO UPDATE
            SET start_time = excluded.start_time, period_ms = excluded.period_ms, grain_hash = excluded.grain_hash, version = r.version + 1
        RETURNING r.grain_id, r.reminder_name, r.version
        """;

    private readonly IReminderTable _rows;
    private readonly NpgsqlDataSource _source;
    private readonly string _serviceId;
    private readonly BatchQueue<ReminderEntry, string> _upserts;

    /// <param name="rows">The provider's table.</param>
    /// <param name="sources">The pools.</param>
    /// <param name="cluster">Whose reminders these are.</param>
    public GroupedReminderTable(IReminderTable rows, DataSources sources, IOptions<ClusterOptions> cluster)
    {
        (_rows, _source, _serviceId) = (rows, sources.Reminders, cluster.Value.ServiceId);
        _upserts = new("reminder-upsert", 1, Take, UpsertAsync);
    }

    /// <inheritdoc/>
    public async Task<string?> UpsertRow(ReminderEntry entry) => await _upserts.Enqueue(entry);

    /// <inheritdoc/>
    public Task<string?> UpsertRow(ReminderEntry entry, CancellationToken cancellationToken) => UpsertRow(entry).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => _rows.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _rows.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ReminderTableData> ReadRows(GrainId grainId) => _rows.ReadRows(grainId);

    /// <inheritdoc/>
    public Task<ReminderTableData> ReadRows(GrainId grainId, CancellationToken cancellationToken) => _rows.ReadRows(grainId, cancellationToken);

    /// <inheritdoc/>
    public Task<ReminderTableData> ReadRows(uint begin, uint end) => _rows.ReadRows(begin, end);

    /// <inheritdoc/>
    public Task<ReminderTableData> ReadRows(uint begin, uint end, CancellationToken cancellationToken) => _rows.ReadRows(begin, end, cancellationToken);

    /// <inheritdoc/>
    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => _rows.ReadRow(grainId, reminderName);

    /// <inheritdoc/>
    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName, CancellationToken cancellationToken) =>
        _rows.ReadRow(grainId, reminderName, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => _rows.RemoveRow(grainId, reminderName, eTag);

    /// <inheritdoc/>
    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag, CancellationToken cancellationToken) =>
        _rows.RemoveRow(grainId, reminderName, eTag, cancellationToken);

    /// <inheritdoc/>
    public Task TestOnlyClearTable() => _rows.TestOnlyClearTable();

    /// <inheritdoc/>
    public Task TestOnlyClearTable(CancellationToken cancellationToken) => _rows.TestOnlyClearTable(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _upserts.DisposeAsync();

    // A row goes at most once into a statement, which could not touch it twice.
    private static void Take(ChannelReader<Request<ReminderEntry, string>> queue, List<Request<ReminderEntry, string>> batch)
    {
        var keys = new HashSet<(GrainId, string)>();
        while (batch.Count < MaxBatch && queue.TryPeek(out var next) && keys.Add(KeyOf(next.Input)) && queue.TryRead(out next)) batch.Add(next);
    }

    private async Task UpsertAsync(List<Request<ReminderEntry, string>> batch)
    {
        await using var command = _source.CreateCommand(UpsertSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _serviceId });
        Add(entry => entry.GrainId.ToString(), NpgsqlDbType.Text);
        Add(entry => entry.ReminderName, NpgsqlDbType.Text);
        Add(entry => DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc), NpgsqlDbType.TimestampTz);
        Add(entry => (long)entry.Period.TotalMilliseconds, NpgsqlDbType.Bigint);
        Add(entry => unchecked((int)entry.GrainId.GetUniformHashCode()), NpgsqlDbType.Integer);
        var versions = new Dictionary<(string, string), int>(batch.Count);
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) versions[(reader.GetString(0), reader.GetString(1))] = reader.GetInt32(2);
        }

        foreach (var request in batch)
            request.Answer(versions[(request.Input.GrainId.ToString(), request.Input.ReminderName)].ToString(CultureInfo.InvariantCulture));

        void Add<T>(Func<ReminderEntry, T> column, NpgsqlDbType type) => command.Parameters.Add(
            new NpgsqlParameter<T[]> { TypedValue = [.. batch.Select(request => column(request.Input))], NpgsqlDbType = NpgsqlDbType.Array | type });
    }

    private static (GrainId, string) KeyOf(ReminderEntry entry) => (entry.GrainId, entry.ReminderName);
}
