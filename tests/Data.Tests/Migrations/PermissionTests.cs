using Npgsql;

namespace Webrana.Data.Tests.Migrations;

/// <summary>History cannot be rewritten with the role that the product runs as.</summary>
public sealed class PermissionTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Theory]
    [InlineData("UPDATE wallet_transactions SET amount = 0")]
    [InlineData("DELETE FROM wallet_transactions")]
    [InlineData("TRUNCATE wallet_transactions")]
    [InlineData("DELETE FROM wallets")]
    [InlineData("UPDATE audit_log SET actor = 'nobody'")]
    [InlineData("DELETE FROM audit_log")]
    [InlineData("DELETE FROM grain_state")]
    [InlineData("UPDATE business_clock SET offset_ms = 1")]
    [InlineData("UPDATE OrleansQuery SET QueryText = ''")]
    [InlineData("CREATE TABLE mine (id int)")]
    [InlineData("ALTER TABLE wallets DROP CONSTRAINT wallets_balance_not_negative")]
    [InlineData("DROP TABLE wallets")]
    [InlineData("CREATE SCHEMA mine")]
    public async Task The_application_role_may_not(string sql)
    {
        await using var command = database.Sources.Queries.CreateCommand(sql);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Theory]
    [InlineData("INSERT INTO wallets (wallet_id, created_at, updated_at) VALUES (gen_random_uuid(), business_now(), business_now())")]
    [InlineData("SELECT audit_append(business_now(), NULL, 'a', 'b', 'c', NULL, NULL, NULL, NULL, NULL)")]
    [InlineData("DELETE FROM idempotency_claims")]
    [InlineData("SELECT * FROM identity.users")]
    [InlineData("DELETE FROM orleans_reminders")]
    public async Task The_application_role_may(string sql)
    {
        await using var command = database.Sources.Queries.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("INSERT INTO wallets (wallet_id, balance, created_at, updated_at) VALUES (gen_random_uuid(), -1, business_now(), business_now())")]
    [InlineData("INSERT INTO wallets (wallet_id, balance, held, created_at, updated_at) VALUES (gen_random_uuid(), 5, 6, business_now(), business_now())")]
    public async Task A_wallet_cannot_owe(string sql)
    {
        await using var command = database.Sources.Queries.CreateCommand(sql);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.CheckViolation, refusal.SqlState);
    }

    [Fact]
    public async Task No_index_mentions_the_payload()
    {
        var guilty = await database.Database.ScalarAsync<long>("""
            SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = 'grain_state'::regclass AND pg_get_indexdef(i.indexrelid) ILIKE '%payload%'
            """);
        var generated = await database.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = 'grain_state'::regclass AND attgenerated <> ''");
        var indexes = await database.Database.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE indrelid = 'grain_state'::regclass");
        Assert.Equal((0L, 0L, 5L), (guilty, generated, indexes));
    }
}
