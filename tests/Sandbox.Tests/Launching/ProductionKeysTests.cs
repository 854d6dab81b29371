using Webrana.Sandbox.Launcher.Commands;
using Webrana.Testing;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>What <c>doctor --production</c> sees of keys at rest.</summary>
public sealed class ProductionKeysTests
{
    // As the framework writes them, without what does not matter here.
    const string Plain = """<key id="1" version="1"><descriptor><descriptor><masterKey p4:requiresEncryption="true" xmlns:p4="x"><value>AAAA</value></masterKey></descriptor></descriptor></key>""";
    const string Sealed = """<key id="2" version="1"><descriptor><descriptor><encryptedSecret decryptorType="x"><EncryptedData /></encryptedSecret></descriptor></descriptor></key>""";
    const string Revocation = """<revocation version="1"><key id="1" /></revocation>""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_from_before_the_certificate_are_told_of_until_the_last_one_is_gone()
    {
        Assert.Contains("DATABASE_URL", (await ProductionKeys.SealedAsync("")).Note, StringComparison.Ordinal);
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("ring", cancellation: Cancellation);
        await database.ExecuteAsync("CREATE SCHEMA identity; CREATE TABLE identity.data_protection_keys (id serial, friendly_name text, xml text)", Cancellation);
        await SaysAsync(false, "there is no key yet");
        await ThenAsync($"INSERT INTO identity.data_protection_keys (xml) VALUES ('{Plain}')");
        await SaysAsync(false, "1 of 1 keys lie readable");
        await ThenAsync($"INSERT INTO identity.data_protection_keys (xml) VALUES ('{Sealed}'), (NULL)");
        await SaysAsync(false, "1 of 2 keys lie readable");
        // As docs/OPERATIONS.md has it.
        await ThenAsync("DELETE FROM identity.data_protection_keys WHERE xml LIKE '%<masterKey%'");
        await SaysAsync(true, "1 in the database, none of them readable");

        Task<int> ThenAsync(string sql) => database.ExecuteAsync(sql, Cancellation);

        async Task SaysAsync(bool ok, string note)
        {
            var finding = await ProductionKeys.SealedAsync(database.OwnerConnectionString);
            Assert.True(finding.Ok == ok, finding.ToString());
            Assert.Contains(note, finding.Note, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_revocation_is_no_key()
    {
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("revoked", cancellation: Cancellation);
        await database.ExecuteAsync(
            $"CREATE SCHEMA identity; CREATE TABLE identity.data_protection_keys (xml text); INSERT INTO identity.data_protection_keys VALUES ('{Revocation}'), ('{Sealed}')",
            Cancellation);
        var finding = await ProductionKeys.SealedAsync(database.OwnerConnectionString);
        Assert.True(finding.Ok, finding.ToString());
        Assert.StartsWith("1 in the database", finding.Note, StringComparison.Ordinal);
    }
}
