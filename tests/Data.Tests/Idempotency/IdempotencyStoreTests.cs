using Npgsql;
using Webrana.Data.Idempotency;

namespace Webrana.Data.Tests.Idempotency;

public sealed class IdempotencyStoreTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Body = Guid.NewGuid(), OtherBody = Guid.NewGuid();
    private readonly IdempotencyStore _store = new(database.Sources);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static IdempotencyScope NewScope() => new(Guid.NewGuid(), "POST /api/v1/orders", Guid.NewGuid().ToString());

    private static (int Status, string Answer) Answered(IdempotencyClaim claim)
    {
        var answered = Assert.IsType<IdempotencyClaim.Answered>(claim);
        return (answered.Status, Convert.ToHexString(answered.Answer));
    }

    private async Task<IdempotencyClaim.Granted> GrantedAsync(IdempotencyScope scope, DateTimeOffset? now = null) =>
        Assert.IsType<IdempotencyClaim.Granted>(await _store.BeginAsync(scope, Body, now ?? Noon));

    [Fact]
    public async Task Many_keys_at_once_are_each_granted_and_each_keep_their_own_answer()
    {
        var scopes = Enumerable.Range(0, 300).Select(_ => NewScope()).ToList();
        var claims = await Task.WhenAll(scopes.Select(scope => GrantedAsync(scope)));
        Assert.Equal(300, claims.Select(claim => claim.Lease).Distinct().Count()); // the same moment, and still told apart
        await Task.WhenAll(scopes.Select((scope, n) => n % 3 == 0
            ? _store.ReleaseAsync(scope, claims[n].Lease, Noon)
            : _store.StoreAsync(scope, claims[n].Lease, 200 + (n % 3), [(byte)n, 1])));
        var again = await Task.WhenAll(scopes.Select(scope => _store.BeginAsync(scope, Body, Noon.AddSeconds(1))));
        for (var n = 0; n < 300; n++)
        {
            if (n % 3 == 0) Assert.Equal(Noon, Assert.IsType<IdempotencyClaim.Granted>(again[n]).FirstSeen);
            else Assert.Equal((200 + (n % 3), $"{(byte)n:X2}01"), Answered(again[n]));
        }
    }

    [Fact]
    public async Task One_key_asked_by_many_at_once_is_granted_once()
    {
        var scope = NewScope();
        var claims = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _store.BeginAsync(scope, Body, Noon)));
        Assert.Single(claims.OfType<IdempotencyClaim.Granted>());
        Assert.Equal(99, claims.OfType<IdempotencyClaim.Running>().Count());
    }

    [Fact]
    public async Task Two_processes_with_the_same_keys_in_opposite_order_grant_each_once()
    {
        await using var other = new IdempotencyStore(database.Sources);
        var scopes = Enumerable.Range(0, 200).Select(_ => NewScope()).ToList();
        var ours = scopes.Select(scope => _store.BeginAsync(scope, Body, Noon)).ToList();
        var theirs = scopes.AsEnumerable().Reverse().Select(scope => other.BeginAsync(scope, Body, Noon)).ToList();
        var claims = (await Task.WhenAll(ours)).Zip((await Task.WhenAll(theirs)).Reverse());
        Assert.All(claims, pair => Assert.Single(new[] { pair.First, pair.Second }.OfType<IdempotencyClaim.Granted>()));
    }

    [Fact]
    public async Task A_process_that_died_after_its_claim_is_succeeded_when_the_lease_is_over_and_cannot_store_any_more()
    {
        var scope = NewScope();
        var dead = await GrantedAsync(scope);
        Assert.IsType<IdempotencyClaim.Running>(await _store.BeginAsync(scope, Body, dead.Lease.AddMilliseconds(-1)));
        Assert.IsType<IdempotencyClaim.Reused>(await _store.BeginAsync(scope, OtherBody, dead.Lease.AddMilliseconds(1)));
        var successor = await GrantedAsync(scope, dead.Lease.AddMilliseconds(1));
        Assert.Equal(dead.FirstSeen, successor.FirstSeen); // hence the same operation id
        await _store.StoreAsync(scope, dead.Lease, 500, [5]);
        await _store.StoreAsync(scope, successor.Lease, 201, [7]);
        Assert.Equal((201, "07"), Answered(await _store.BeginAsync(scope, Body, Noon.AddMinutes(5))));
    }

    [Fact]
    public async Task After_a_day_a_key_is_new_also_to_another_body()
    {
        var scope = NewScope();
        var first = await GrantedAsync(scope);
        await _store.StoreAsync(scope, first.Lease, 200, [1]);
        var later = Noon + IdempotencyStore.Kept;
        Assert.Equal(later, Assert.IsType<IdempotencyClaim.Granted>(await _store.BeginAsync(scope, OtherBody, later)).FirstSeen);
    }

    [Fact]
    public async Task Forgetting_walks_all_pages_and_takes_only_what_is_old()
    {
        var (old, young) = (Enumerable.Range(0, 400).Select(_ => NewScope()).ToList(), NewScope());
        var before = Noon.AddYears(-1);
        foreach (var scope in old)
        {
            var claim = await GrantedAsync(scope, before);
            await _store.StoreAsync(scope, claim.Lease, 200, new byte[4000]); // a few hundred pages
        }

        await GrantedAsync(young, before.AddSeconds(1));
        Assert.Equal(400, await _store.ForgetAsync(before, TestContext.Current.CancellationToken));
        Assert.IsType<IdempotencyClaim.Running>(await _store.BeginAsync(young, Body, before.AddSeconds(2)));
        Assert.Equal(before.AddHours(1), (await GrantedAsync(old[0], before.AddHours(1))).FirstSeen);
    }

    [Fact]
    public async Task Claims_do_not_wait_for_the_disk_and_what_follows_them_does()
    {
        Assert.Equal("client", await SettingAsync(database.Sources.Idempotency)); // only this pool asks for something of its own
        foreach (var pool in new[] { database.Sources.Ledger, database.Sources.State, database.Sources.Queries, database.Sources.Reminders })
            Assert.NotEqual("client", await SettingAsync(pool));

        static async Task<object?> SettingAsync(NpgsqlDataSource source)
        {
            await using var command = source.CreateCommand("SELECT source FROM pg_settings WHERE name = 'synchronous_commit'");
            return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }
    }
}
