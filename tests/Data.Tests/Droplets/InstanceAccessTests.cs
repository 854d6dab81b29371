using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Data.Droplets;
using Webrana.Data.Protection;

namespace Webrana.Data.Tests.Droplets;

/// <summary>Secrets in rows: encrypted, shown once, never mixed up between servers or installations.</summary>
public sealed class InstanceAccessTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    static readonly DateTimeOffset Now = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    readonly Guid _instance = Guid.NewGuid();

    InstanceAccess Rows => field ??= new InstanceAccess(database.Sources, Ring());

    IDataProtectionProvider Ring(params (string Key, string Value)[] settings) => Services(settings).GetRequiredService<IDataProtectionProvider>();

    ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)).Build();
        return new ServiceCollection().AddWebranaData(database.Sources).AddWebranaProtection(configuration).BuildServiceProvider();
    }

    Task<AccessRow> Made(string password = "rahasia-pertama", int generation = 1) =>
        Rows.EnsureAsync(_instance, generation, new AccessDraft("ssh-ed25519 AAAA", "PEM of the key", password), Now);

    [Fact]
    public async Task The_first_draft_wins_however_often_a_step_is_repeated()
    {
        await Made();
        var again = await Made("another");
        Assert.Equal(("PEM of the key", "rahasia-pertama", true), (again.PrivateKey, again.Password, again.Revealable));
    }

    [Fact]
    public async Task Nothing_secret_can_be_read_from_the_table()
    {
        await Made();
        await Rows.OfferPasswordAsync(_instance, 1, "reset", "rahasia-kedua");
        var row = await database.Database.ScalarAsync<string>("SELECT encode(private_key, 'escape') || encode(password, 'escape') || encode(next_password, 'escape') FROM instance_access WHERE instance = '" + _instance + "'");
        Assert.DoesNotContain("PEM", row, StringComparison.Ordinal);
        Assert.DoesNotContain("rahasia", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_copied_to_another_server_cannot_be_read_there()
    {
        await Made();
        var other = Guid.NewGuid();
        await database.Database.ExecuteAsync($"INSERT INTO instance_access SELECT '{other}', generation, public_key, private_key, password, NULL, NULL, NULL, NULL, NULL, created_at FROM instance_access WHERE instance = '{_instance}'");
        await Assert.ThrowsAnyAsync<CryptographicException>(() => Rows.FindAsync(other, 1));
    }

    [Fact]
    public async Task The_password_is_shown_to_one_operation_and_for_ten_minutes_to_that_one_again()
    {
        await Made();
        Assert.Equal("rahasia-pertama", await Rows.RevealAsync(_instance, 1, "a", Now));
        Assert.Null(await Rows.RevealAsync(_instance, 1, "b", Now));
        Assert.Equal("rahasia-pertama", await Rows.RevealAsync(_instance, 1, "a", Now.AddMinutes(9)));
        Assert.Null(await Rows.RevealAsync(_instance, 1, "a", Now.AddMinutes(11)));
        Assert.False((await Rows.FindAsync(_instance, 1))!.Revealable);
    }

    [Fact]
    public async Task Of_two_that_ask_at_once_one_is_shown_it()
    {
        await Made();
        var shown = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Rows.RevealAsync(_instance, 1, $"op-{n}", Now)));
        Assert.Single(shown, password => password is not null);
    }

    [Fact]
    public async Task A_shown_password_is_wiped_after_ten_minutes_and_one_not_shown_is_kept()
    {
        await Made();
        await Made("belum", generation: 2);
        await Rows.RevealAsync(_instance, 1, "a", Now);
        await Rows.ForgetShownAsync(Now.AddMinutes(9));
        Assert.Equal("rahasia-pertama", (await Rows.FindAsync(_instance, 1))!.Password);
        await Rows.ForgetShownAsync(Now.AddMinutes(10));
        Assert.Null((await Rows.FindAsync(_instance, 1))!.Password);
        Assert.Equal("belum", (await Rows.FindAsync(_instance, 2))!.Password);
    }

    [Fact]
    public async Task A_reset_offers_the_same_password_again_and_it_counts_only_once_the_server_took_it()
    {
        await Made();
        await Rows.RevealAsync(_instance, 1, "a", Now);
        Assert.Equal("baru", await Rows.OfferPasswordAsync(_instance, 1, "reset-1", "baru"));
        Assert.Equal("baru", await Rows.OfferPasswordAsync(_instance, 1, "reset-1", "lain"));
        Assert.Null(await Rows.RevealAsync(_instance, 1, "b", Now));
        await Rows.AcceptPasswordAsync(_instance, 1, "reset-1");
        Assert.Equal("baru", await Rows.RevealAsync(_instance, 1, "b", Now));
        await Rows.AcceptPasswordAsync(_instance, 1, "reset-1"); // repeated: does not show it again
        Assert.Null(await Rows.RevealAsync(_instance, 1, "c", Now));
    }

    [Fact]
    public async Task The_first_host_key_stays_pinned_until_it_is_cleared()
    {
        await Made();
        Assert.Equal("ssh-ed25519 A", await Rows.PinAsync(_instance, 1, "ssh-ed25519 A"));
        Assert.Equal("ssh-ed25519 A", await Rows.PinAsync(_instance, 1, "ssh-ed25519 B"));
        await Rows.ClearPinAsync(_instance, 1);
        Assert.Equal("ssh-ed25519 B", await Rows.PinAsync(_instance, 1, "ssh-ed25519 B"));
        Assert.Null(await Rows.PinAsync(_instance, 7, "ssh-ed25519 A"));
    }

    [Fact]
    public async Task What_is_deleted_or_forgotten_is_gone()
    {
        await Made();
        await Made("dua", generation: 2);
        await Rows.ForgetPasswordAsync(_instance, 2);
        Assert.Null(await Rows.RevealAsync(_instance, 2, "a", Now));
        await Rows.DeleteAsync(_instance, keep: 2);
        Assert.Null(await Rows.FindAsync(_instance, 1));
        await Rows.DeleteAsync(_instance, keep: null);
        Assert.Null(await Rows.FindAsync(_instance, 2));
    }

    [Fact]
    public void What_one_process_encrypts_another_reads_because_they_share_the_ring()
    {
        var text = Ring().CreateProtector("p").Protect("rahasia");
        Assert.Equal("rahasia", Ring().CreateProtector("p").Unprotect(text));
    }

    [Fact]
    public async Task With_a_certificate_the_ring_itself_cannot_be_read_from_the_database()
    {
        var file = Path.Combine(Path.GetTempPath(), $"webrana-{Guid.NewGuid():N}.p12");
        using var key = RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using (var certificate = request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(1)))
            await File.WriteAllBytesAsync(file, certificate.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12, "kunci"), TestContext.Current.CancellationToken);
        try
        {
            await database.Database.ExecuteAsync("DELETE FROM identity.data_protection_keys");
            (string, string)[] settings = [("Protection:CertificateFile", file), ("Protection:CertificatePassword", "kunci")];
            var text = Ring(settings).CreateProtector("p").Protect("rahasia");
            Assert.Equal("rahasia", Ring(settings).CreateProtector("p").Unprotect(text));
            var xml = await database.Database.ScalarAsync<string>("SELECT string_agg(xml, '') FROM identity.data_protection_keys");
            Assert.Contains("EncryptedKey", xml, StringComparison.Ordinal);
            Assert.DoesNotContain("<masterKey", xml, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
            await database.Database.ExecuteAsync("DELETE FROM identity.data_protection_keys");
        }
    }

    [Fact]
    public void A_sealed_secret_opens_for_a_minute_and_only_with_the_ring()
    {
        var seal = new AccessSeal(Ring());
        var box = seal.Seal("PEM", Now);
        Assert.DoesNotContain("PEM", Encoding.Latin1.GetString(box), StringComparison.Ordinal);
        Assert.Equal("PEM", new AccessSeal(Ring()).Open(box, Now.AddSeconds(59)));
        Assert.Null(seal.Open(box, Now.AddSeconds(61)));
        box[^1] ^= 1;
        Assert.Null(seal.Open(box, Now));
        Assert.Null(new AccessSeal(new EphemeralDataProtectionProvider()).Open(seal.Seal("PEM", Now), Now));
    }
}
