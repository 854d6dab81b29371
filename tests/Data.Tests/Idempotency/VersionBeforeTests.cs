using Npgsql;
using NpgsqlTypes;
using Webrana.Data.Idempotency;

namespace Webrana.Data.Tests.Idempotency;

/// <summary>While processes are replaced one by one, an API of the version before claims and answers in its own table: a key still has one holder.</summary>
public sealed class VersionBeforeTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncDisposable
{
    // The statements of that version, for one key.
    private const string OldClaimSql = """
        INSERT INTO idempotency_keys AS k (user_id, route, key, body_hash, lease_until, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (user_id, route, key) DO UPDATE
           SET body_hash = excluded.body_hash, lease_until = excluded.lease_until, status = NULL, answer = NULL, content_type = NULL,
               created_at = CASE WHEN k.created_at <= excluded.created_at - interval '24 hours' THEN excluded.created_at ELSE k.created_at END
         WHERE k.created_at <= excluded.created_at - interval '24 hours'
            OR (k.status IS NULL AND k.lease_until <= excluded.created_at AND k.body_hash = excluded.body_hash)
        RETURNING k.created_at
        """;

    private const string OldFinishSql = """
        UPDATE idempotency_keys k SET status = $5, answer = $6::jsonb
        WHERE k.user_id = $1 AND k.route = $2 AND k.key = $3 AND k.lease_until = $4 AND k.status IS NULL
        """;

    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] OldBody = [.. Enumerable.Range(1, 32).Select(n => (byte)n)];
    private static readonly Guid Body = new(OldBody.AsSpan(0, 16), bigEndian: true);
    private readonly IdempotencyScope _scope = new(Guid.NewGuid(), "POST /api/v1/orders/über", Guid.NewGuid().ToString());
    private readonly IdempotencyStore _store = new(database.Sources);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    /// <summary>When the key was first seen, or null when it was not granted.</summary>
    private async Task<DateTimeOffset?> OldClaimAsync(DateTimeOffset now, byte[]? body = null)
    {
        await using var command = OldCommand(OldClaimSql);
        command.Parameters.Add(new() { Value = body ?? OldBody });
        command.Parameters.Add(new() { Value = (now + IdempotencyStore.Lease).UtcDateTime });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is DateTime seen ? new DateTimeOffset(seen, TimeSpan.Zero) : null;
    }

    private async Task<int> OldFinishAsync(DateTimeOffset lease, int status, string answer)
    {
        await using var command = OldCommand(OldFinishSql);
        command.Parameters.Add(new() { Value = lease.UtcDateTime });
        command.Parameters.Add(new() { Value = status });
        command.Parameters.Add(new() { Value = answer, NpgsqlDbType = NpgsqlDbType.Text });
        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private NpgsqlCommand OldCommand(string sql)
    {
        var command = database.Sources.Idempotency.CreateCommand(sql);
        command.Parameters.Add(new() { Value = _scope.User });
        command.Parameters.Add(new() { Value = _scope.Route });
        command.Parameters.Add(new() { Value = _scope.Key });
        return command;
    }

    [Fact]
    public async Task Both_versions_name_a_row_alike() => Assert.Equal(_scope.Id, await database.Database.ScalarAsync<Guid>(
        $"SELECT idempotency_claim_id('{_scope.User}', '{_scope.Route}', '{_scope.Key}')", TestContext.Current.CancellationToken));

    [Fact]
    public async Task What_an_old_process_executes_a_new_one_finds_running_and_then_answered()
    {
        Assert.Equal(Noon, await OldClaimAsync(Noon));
        Assert.IsType<IdempotencyClaim.Running>(await _store.BeginAsync(_scope, Body, Noon.AddSeconds(1)));
        Assert.IsType<IdempotencyClaim.Reused>(await _store.BeginAsync(_scope, Guid.NewGuid(), Noon.AddSeconds(1)));
        Assert.Equal(1, await OldFinishAsync(Noon + IdempotencyStore.Lease, 201, """{"Body": ""}"""));
        var answered = Assert.IsType<IdempotencyClaim.Answered>(await _store.BeginAsync(_scope, Body, Noon.AddSeconds(2)));
        Assert.Equal(201, answered.Status);
        Assert.Equal([0, .. """{"Body": ""}"""u8], answered.Answer);
        Assert.Null(await OldClaimAsync(Noon.AddSeconds(3)));
    }

    [Fact]
    public async Task What_a_new_process_executes_an_old_one_does_not_execute()
    {
        var granted = Assert.IsType<IdempotencyClaim.Granted>(await _store.BeginAsync(_scope, Body, Noon));
        Assert.Null(await OldClaimAsync(Noon.AddSeconds(1)));
        await _store.StoreAsync(_scope, granted.Lease, 201, [1]);
        Assert.Null(await OldClaimAsync(Noon.AddSeconds(2)));
        Assert.Null(await OldClaimAsync(Noon.AddHours(1)));
    }

    [Fact]
    public async Task A_new_process_succeeds_an_old_one_that_died_under_the_same_first_sight_and_the_old_one_cannot_store_any_more()
    {
        await OldClaimAsync(Noon);
        var later = Noon + IdempotencyStore.Lease;
        var successor = Assert.IsType<IdempotencyClaim.Granted>(await _store.BeginAsync(_scope, Body, later));
        Assert.Equal(Noon, successor.FirstSeen);
        await OldFinishAsync(Noon + IdempotencyStore.Lease, 500, "{}");
        Assert.Null(await OldClaimAsync(later.AddSeconds(1)));
        await _store.StoreAsync(_scope, successor.Lease, 201, [1]);
        Assert.Equal(201, Assert.IsType<IdempotencyClaim.Answered>(await _store.BeginAsync(_scope, Body, later.AddSeconds(2))).Status);
    }

    [Fact]
    public async Task An_old_process_succeeds_a_new_one_that_died_under_the_same_first_sight()
    {
        await _store.BeginAsync(_scope, Body, Noon);
        var later = Noon + IdempotencyStore.Lease;
        Assert.Equal(Noon, await OldClaimAsync(later));
        Assert.IsType<IdempotencyClaim.Running>(await _store.BeginAsync(_scope, Body, later.AddSeconds(1)));
    }

    [Fact]
    public async Task After_a_day_the_key_means_something_new_in_both()
    {
        await OldClaimAsync(Noon);
        var later = Noon + IdempotencyStore.Kept;
        Assert.Equal(later, await OldClaimAsync(later, body: new byte[32]));
        Assert.IsType<IdempotencyClaim.Reused>(await _store.BeginAsync(_scope, Body, later.AddSeconds(1)));
    }
}
