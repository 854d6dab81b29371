using Webrana.Sandbox.Launcher.Commands;
using Webrana.Testing;

namespace Webrana.Sandbox.Tests.Launching;

/// <summary>What <c>doctor --production</c> sees of the first sale in the books, of which these tables have what it asks for.</summary>
public sealed class FirstSaleTests
{
    [Fact]
    public async Task A_shop_has_sold_once_something_was_paid_renewed_and_deleted_and_the_books_agree()
    {
        Assert.Contains("DATABASE_URL", (await ProductionDoctor.FirstSaleAsync("")).Note, StringComparison.Ordinal);
        await using var database = await PostgresFixture.Shared.CreateDatabaseAsync("sale", cancellation: TestContext.Current.CancellationToken);
        await database.ExecuteAsync(
            """
            CREATE TABLE wallets (balance bigint);
            CREATE TABLE wallet_transactions (contra_account text, reference_type text, amount bigint);
            CREATE TABLE instance_activity (kind text, status text);
            CREATE TABLE payment_inbox (status text);
            INSERT INTO wallets VALUES (0);
            INSERT INTO instance_activity VALUES ('Delete', 'Errored');
            """, TestContext.Current.CancellationToken);
        await SaysAsync(false, "a top-up that was paid, a call of Tripay's about it, a renewal, a server that was deleted");
        await ThenAsync("INSERT INTO wallet_transactions VALUES ('GATEWAY', 'DEPOSIT', 10000), ('REVENUE', 'RENEWAL', -4300); UPDATE wallets SET balance = 5700");
        // A top-up is credited by looking at Tripay, too: only the call shows that it has our address, and signs with the key that we have.
        await SaysAsync(false, "missing is a call of Tripay's about it, a server that was deleted (");
        await ThenAsync("INSERT INTO payment_inbox VALUES ('EXPIRED'), ('PAID')");
        await SaysAsync(false, "missing is a server that was deleted (");
        await ThenAsync("UPDATE instance_activity SET status = 'Completed'");
        await SaysAsync(true, "every balance is the sum of its rows");
        await ThenAsync("UPDATE wallets SET balance = 5701");
        await SaysAsync(false, "by Rp 1:");

        async Task SaysAsync(bool ok, string note)
        {
            var finding = await ProductionDoctor.FirstSaleAsync(database.OwnerConnectionString);
            Assert.True(finding.Ok == ok, finding.ToString());
            Assert.Contains(note, finding.Note, StringComparison.Ordinal);
        }

        Task<int> ThenAsync(string sql) => database.ExecuteAsync(sql, TestContext.Current.CancellationToken);
    }
}
