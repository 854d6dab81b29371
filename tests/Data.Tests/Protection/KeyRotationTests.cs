using Webrana.Data.Droplets;
using Webrana.Data.Idempotency;
using Webrana.Data.Protection;

namespace Webrana.Data.Tests.Protection;

/// <summary>After a rotation the old key opens nothing that is still kept, and everything still opens.</summary>
public sealed class KeyRotationTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tokens_and_servers_keys_move_to_the_new_key_and_still_open()
    {
        var server = Guid.NewGuid();
        var before = ProtectionServices.Of(database.Sources);
        await new InstanceAccess(database.Sources, before).EnsureAsync(server, 1, new AccessDraft("ssh-ed25519 AAAA", "PEM of the key", "rahasia"), Noon, Cancellation);
        await new InstanceAccess(database.Sources, before).OfferPasswordAsync(server, 1, "reset", "rahasia-baru", Cancellation);
        var closed = new ProviderTokens(before).Close("dop_v1_secret");
        await database.Database.ExecuteAsync(
            $$"""INSERT INTO grain_state (state, key, version, payload) VALUES ('do-account', 'do-account:{{server}}', 3, '{"token": "{{closed}}", "name": "satu"}')""", Cancellation);
        var old = await ProtectionServices.Rotation(database.Sources).RunAsync(Cancellation);
        Assert.Equal((0, 0, 0), (old.Tokens, old.Servers, old.Left));

        var (key, _) = ProtectionServices.Rotation(database.Sources).MakeKey(atOnce: true);
        var report = await ProtectionServices.Rotation(database.Sources).RunAsync(Cancellation);
        Assert.Equal((key, 1, 1, 0), (report.Key, report.Tokens, report.Servers, report.Left));
        Assert.NotEqual(old.Key, report.Key);

        var ring = ProtectionServices.Of(database.Sources);
        Assert.Equal("PEM of the key", (await new InstanceAccess(database.Sources, ring).FindAsync(server, 1, Cancellation))!.PrivateKey);
        var token = await database.Database.ScalarAsync<string>($"SELECT payload ->> 'token' FROM grain_state WHERE key = 'do-account:{server}'", Cancellation);
        Assert.NotEqual(closed, token);
        Assert.Equal("dop_v1_secret", new ProviderTokens(ring).Open(token));
        Assert.Equal(4, await database.Database.ScalarAsync<int>($"SELECT version FROM grain_state WHERE key = 'do-account:{server}'", Cancellation));

        var again = await ProtectionServices.Rotation(database.Sources).RunAsync(Cancellation);
        Assert.Equal((0, 0, 0), (again.Tokens, again.Servers, again.Left));
    }

    [Fact]
    public async Task Kept_answers_open_after_a_rotation_in_a_process_that_knows_only_the_rows()
    {
        var scope = new IdempotencyScope(Guid.NewGuid(), "POST /api/v1/orders", "satu");
        byte[] answer = [.. new byte[AnswerSeal.Head], .. "rahasia"u8, .. new byte[AnswerSeal.Tail]];
        using var before = new AnswerSeal(database.Sources, ProtectionServices.Of(database.Sources), TimeProvider.System);
        await before.SealAsync(scope, 201, answer);
        await ProtectionServices.Rotation(database.Sources).RunAsync(Cancellation);
        ProtectionServices.Rotation(database.Sources).MakeKey(atOnce: true);

        Assert.Equal(1, (await ProtectionServices.Rotation(database.Sources).RunAsync(Cancellation)).Seals);
        Assert.Equal(0, (await ProtectionServices.Rotation(database.Sources).RunAsync(Cancellation)).Seals);
        using var after = new AnswerSeal(database.Sources, ProtectionServices.Of(database.Sources), TimeProvider.System);
        Assert.Equal("rahasia", System.Text.Encoding.UTF8.GetString((await after.OpenAsync(scope, 201, answer))!));
    }

    [Fact]
    public void A_new_key_waits_until_every_process_knows_it()
    {
        var (_, from) = ProtectionServices.Rotation(database.Sources).MakeKey(atOnce: false);

        Assert.InRange(from - TimeProvider.System.GetUtcNow(), KeyRotation.Propagation - TimeSpan.FromMinutes(1), KeyRotation.Propagation);
    }
}
