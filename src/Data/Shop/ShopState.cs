using System.Collections.Frozen;
using Npgsql;
using NpgsqlTypes;

namespace Webrana.Data.Shop;

/// <summary>
/// What admins have stopped and announced, and whom they have frozen. Every process reads it by itself, at most every two seconds and only when somebody
/// asks: no message can be lost on the way, and a stop holds everywhere within <see cref="Fresh"/>.
/// </summary>
public sealed class ShopState(DataSources sources)
{
    /// <summary>How old an answer may be.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Task<ShopSnapshot>? _reading;
    private TimeSpan _readAt;

    /// <summary>As of at most <see cref="Fresh"/> ago. Throws while the database is away: what cannot be asked is not allowed.</summary>
    public Task<ShopSnapshot> ReadAsync()
    {
        lock (_gate)
        {
            var now = Monotonic();
            // One question for everybody who asks meanwhile; one that failed is no answer.
            if (_reading is null or { IsFaulted: true } or { IsCanceled: true } || (_reading.IsCompleted && now - _readAt >= Fresh))
                (_reading, _readAt) = (LoadAsync(), now);
            return _reading;
        }
    }

    /// <summary>Forgets what was read: this process's own change is seen by its next question.</summary>
    public void Forget()
    {
        lock (_gate) _reading = null;
    }

    /// <summary>Stops something, or changes what is said about it.</summary>
    public Task StopAsync(StoppedSwitch stop, CancellationToken cancellation = default) => ExecuteAsync("""
        INSERT INTO shop_switches (name, message_id, message_en, reason, actor_id, since) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (name) DO UPDATE SET message_id = excluded.message_id, message_en = excluded.message_en, reason = excluded.reason, actor_id = excluded.actor_id
        """,
        [
            Text(Name(stop.Switch)), Text(stop.MessageId), Text(stop.MessageEn), Text(stop.Reason), new() { Value = stop.ActorId },
            new() { Value = stop.Since.ToUniversalTime() },
        ], cancellation);

    /// <summary>Lets it go on; nothing when it was not stopped.</summary>
    public Task ResumeAsync(ShopSwitch one, CancellationToken cancellation = default) =>
        ExecuteAsync("DELETE FROM shop_switches WHERE name = $1", [Text(Name(one))], cancellation);

    /// <summary>
    /// Freezes a customer; one who is frozen stays so, with the first reason. The owner's own row shuts an account that is being closed: the
    /// desk's freeze takes it over, so that it outlives the closing.
    /// </summary>
    public Task FreezeAsync(FrozenCustomer customer, CancellationToken cancellation = default) => ExecuteAsync("""
        INSERT INTO frozen_customers (user_id, reason, actor_id, since) VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id) DO UPDATE SET reason = excluded.reason, actor_id = excluded.actor_id, since = excluded.since
        WHERE frozen_customers.actor_id = frozen_customers.user_id AND excluded.actor_id <> excluded.user_id
        """,
        [new() { Value = customer.UserId }, Text(customer.Reason), new() { Value = customer.ActorId }, new() { Value = customer.Since.ToUniversalTime() }], cancellation);

    /// <summary>Lets a customer in again whom the desk froze; who is closing the account stays out.</summary>
    public Task UnfreezeAsync(Guid user, CancellationToken cancellation = default) =>
        ExecuteAsync("DELETE FROM frozen_customers WHERE user_id = $1 AND actor_id <> user_id", [new() { Value = user }], cancellation);

    /// <summary>Takes back the owner's own row alone: the desk's freeze stands, whatever becomes of the closing.</summary>
    public Task ReopenAsync(Guid user, CancellationToken cancellation = default) =>
        ExecuteAsync("DELETE FROM frozen_customers WHERE user_id = $1 AND actor_id = user_id", [new() { Value = user }], cancellation);

    /// <summary>Why and since when a customer is frozen; null when not. As of now.</summary>
    public async Task<FrozenCustomer?> FindFrozenAsync(Guid user, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT user_id, reason, actor_id, since FROM frozen_customers WHERE user_id = $1");
        command.Parameters.Add(new() { Value = user });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new FrozenCustomer(row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.GetFieldValue<DateTimeOffset>(3)) : null;
    }

    /// <summary>Everything that is stopped, as of now.</summary>
    public async Task<IReadOnlyList<StoppedSwitch>> StoppedAsync(CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT name, message_id, message_en, reason, actor_id, since FROM shop_switches ORDER BY name");
        var stopped = new List<StoppedSwitch>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            stopped.Add(new StoppedSwitch(
                Enum.Parse<ShopSwitch>(row.GetString(0), ignoreCase: true), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2),
                row.GetString(3), row.GetGuid(4), row.GetFieldValue<DateTimeOffset>(5)));
        }

        return stopped;
    }

    /// <summary>Announces something; it takes the place of what was announced before.</summary>
    public Task AnnounceAsync(Maintenance maintenance, CancellationToken cancellation = default) => ExecuteAsync("""
        INSERT INTO shop_maintenance (message_id, message_en, from_at, until_at, reason, actor_id, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (one) DO UPDATE SET message_id = excluded.message_id, message_en = excluded.message_en, from_at = excluded.from_at,
            until_at = excluded.until_at, reason = excluded.reason, actor_id = excluded.actor_id, set_at = excluded.set_at
        """,
        [
            Text(maintenance.MessageId), Text(maintenance.MessageEn), new() { Value = maintenance.From.ToUniversalTime() },
            new() { Value = maintenance.Until.ToUniversalTime() }, Text(maintenance.Reason), new() { Value = maintenance.ActorId },
            new() { Value = maintenance.SetAt.ToUniversalTime() },
        ], cancellation);

    /// <summary>Takes the announcement back; nothing when there is none.</summary>
    public Task EndMaintenanceAsync(CancellationToken cancellation = default) => ExecuteAsync("DELETE FROM shop_maintenance", [], cancellation);

    /// <summary>What is announced, shown or not, as of now; null when nothing is.</summary>
    public async Task<Maintenance?> FindMaintenanceAsync(CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT message_id, message_en, from_at, until_at, reason, actor_id, set_at FROM shop_maintenance");
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new Maintenance(
                row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3), row.GetString(4), row.GetGuid(5),
                row.GetFieldValue<DateTimeOffset>(6))
            : null;
    }

    private async Task<ShopSnapshot> LoadAsync()
    {
        // The gate is held by the caller up to the first await.
        await Task.Yield();
        var stopped = await StoppedAsync();
        var maintenance = await FindMaintenanceAsync();
        await using var command = sources.Queries.CreateCommand("SELECT user_id FROM frozen_customers");
        var frozen = new HashSet<Guid>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) frozen.Add(row.GetGuid(0));
        return new ShopSnapshot(stopped, frozen.ToFrozenSet(), maintenance);
    }

    private async Task ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellation);
        Forget();
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static string Name(ShopSwitch one) => one.ToString().ToUpperInvariant();

    // How old an answer is has nothing to do with business time.
    private static TimeSpan Monotonic() => TimeProvider.System.GetElapsedTime(0);
}
