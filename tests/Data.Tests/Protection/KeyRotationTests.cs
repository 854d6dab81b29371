using System.Security.Cryptography;
using System.Text;
using Webrana.Data.Droplets;
using Webrana.Data.Idempotency;
using Webrana.Data.Notices;
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
    public async Task Secrets_of_webhooks_move_to_the_new_key_and_sign_as_before()
    {
        var (id, user) = (Guid.NewGuid(), Guid.NewGuid());
        var hooks = new Webhooks(database.Sources);
        var old = new WebhookSeal(ProtectionServices.Of(database.Sources)).Seal("whsec_lama");
        Assert.True(await hooks.AddAsync(new WebhookRow(id, user, "https://example.com/hook", old, [], true, null, Noon), Cancellation));
        ProtectionServices.Rotation(database.Sources).MakeKey(atOnce: true);

        Assert.Equal(1, (await ProtectionServices.Rotation(database.Sources).RunAsync(Cancellation)).Webhooks);

        var stored = (await hooks.FindAsync(id, Cancellation))!.Secret;
        Assert.NotEqual(old, stored);
        var secret = new WebhookSeal(ProtectionServices.Of(database.Sources)).Open(stored)!;
        Assert.Equal(HMACSHA256.HashData("whsec_lama"u8, "1.body"u8), HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "1.body"u8));
        Assert.Equal((0, 0), await AgainAsync(report => (report.Webhooks, report.Left)));
    }

    [Fact]
    public async Task Second_factors_move_to_the_new_key_and_still_prove_their_owner()
    {
        var user = Guid.NewGuid();
        var old = new UserTokenSeal(ProtectionServices.Of(database.Sources)).Seal("JBSWY3DPEHPK3PXP");
        await database.Database.ExecuteAsync($"""
            INSERT INTO identity.users (id, email, email_confirmed, name, created_at) VALUES ('{user}', '{user:N}@example.com', true, 'Budi', business_now());
            INSERT INTO identity.user_tokens (user_id, login_provider, name, value)
            VALUES ('{user}', '[AspNetUserStore]', 'AuthenticatorKey', '{old}'), ('{user}', '[AspNetUserStore]', 'Nothing', NULL)
            """, Cancellation);
        ProtectionServices.Rotation(database.Sources).MakeKey(atOnce: true);

        Assert.Equal(1, (await ProtectionServices.Rotation(database.Sources).RunAsync(Cancellation)).SecondFactors);

        var stored = await database.Database.ScalarAsync<string>($"SELECT value FROM identity.user_tokens WHERE user_id = '{user}' AND value IS NOT NULL", Cancellation);
        Assert.NotEqual(old, stored);
        Assert.Equal("JBSWY3DPEHPK3PXP", new UserTokenSeal(ProtectionServices.Of(database.Sources)).Open(stored));
        Assert.Equal((0, 0), await AgainAsync(report => (report.SecondFactors, report.Left)));
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
        Assert.Equal("rahasia", Encoding.UTF8.GetString((await after.OpenAsync(scope, 201, answer))!));
    }

    async Task<(int Done, int Left)> AgainAsync(Func<RotationReport, (int, int)> of) => of(await ProtectionServices.Rotation(database.Sources).RunAsync(Cancellation));

    [Fact]
    public void A_new_key_waits_until_every_process_knows_it()
    {
        var (_, from) = ProtectionServices.Rotation(database.Sources).MakeKey(atOnce: false);

        Assert.InRange(from - TimeProvider.System.GetUtcNow(), KeyRotation.Propagation - TimeSpan.FromMinutes(1), KeyRotation.Propagation);
    }
}
