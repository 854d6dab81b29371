using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data.Backups;
using Webrana.Data.Droplets;
using Webrana.Data.Migrations;
using Webrana.Data.Reconciliation;
using Webrana.Data.Tests.Protection;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;
using Webrana.Testing;

namespace Webrana.Data.Tests.Backups;

/// <summary>What is backed up is there again after a restore: every row, the books, the keys that open secrets.</summary>
public sealed class BackupTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    readonly Guid _owner = Guid.NewGuid();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restored_database_has_every_row_and_its_books_are_sound()
    {
        await BookAsync(database.Sources, 5);
        var kept = new InstanceAccess(database.Sources, Protection(database.Sources));
        await kept.EnsureAsync(_owner, 1, new AccessDraft("ssh-ed25519 AAAA", "PEM of the key", "rahasia"), Noon, Cancellation);
        using var file = new MemoryStream();
        var made = await new DatabaseBackup(database.Options.ConnectionString, TimeProvider.System).WriteAsync(file, Cancellation);
        Assert.All(new[] { "public.wallets", "public.wallet_transactions", "identity.data_protection_keys" }, name => Assert.Contains(made.Tables, table => table.Name == name));

        await using var empty = await EmptyAsync();
        file.Position = 0;
        await new DatabaseRestore(empty.OwnerConnectionString).ReadAsync(file, Cancellation);

        await using var sources = new DataSources(new DataOptions { ConnectionString = empty.AppConnectionString });
        Assert.Equal(await SaidAsync(database.Sources, made.BusinessTime), await SaidAsync(sources, made.BusinessTime));
        Assert.Empty(await new LedgerInvariants(sources).CheckAsync(Cancellation));
        foreach (var table in made.Tables)
            Assert.Equal(table.Rows, await empty.ScalarAsync<long>($"select count(*) from {table.Name}", Cancellation));
        Assert.Equal("PEM of the key", (await new InstanceAccess(sources, Protection(sources)).FindAsync(_owner, 1, Cancellation))!.PrivateKey);

        // And it goes on: the next row of the ledger follows the last, the next identity is none that was given.
        await BookAsync(sources, 1);
        await empty.ExecuteAsync("select audit_append(now(), null, 'test', 'test', 'test', null, null, null, null, null)", Cancellation);
    }

    [Fact]
    public async Task A_backup_is_of_one_instant_while_money_moves()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var busy = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                    await BookAsync(database.Sources, 3);
            }, Cancellation);
        using var file = new MemoryStream();
        await new DatabaseBackup(database.Options.ConnectionString, TimeProvider.System).WriteAsync(file, Cancellation);
        await stop.CancelAsync();
        await busy;

        await using var empty = await EmptyAsync();
        file.Position = 0;
        await new DatabaseRestore(empty.OwnerConnectionString).ReadAsync(file, Cancellation);
        await using var sources = new DataSources(new DataOptions { ConnectionString = empty.AppConnectionString });
        Assert.Empty(await new LedgerInvariants(sources).CheckAsync(Cancellation));
    }

    [Fact]
    public async Task Nothing_is_restored_over_data_or_from_half_a_file()
    {
        await BookAsync(database.Sources, 1);
        using var file = new MemoryStream();
        await new DatabaseBackup(database.Options.ConnectionString, TimeProvider.System).WriteAsync(file, Cancellation);

        file.Position = 0;
        var used = await Assert.ThrowsAsync<BackupException>(() => new DatabaseRestore(database.Database.OwnerConnectionString).ReadAsync(file, Cancellation));
        Assert.Contains("in use", used.Message, StringComparison.Ordinal);

        await using var empty = await EmptyAsync();
        using var half = new MemoryStream(file.ToArray()[..(int)(file.Length / 2)]);
        await Assert.ThrowsAsync<BackupException>(() => new DatabaseRestore(empty.OwnerConnectionString).ReadAsync(half, Cancellation));
        Assert.Equal(0, await empty.ScalarAsync<long>("select count(*) from wallets", Cancellation));
    }

    [Fact]
    public async Task Another_schema_is_refused_by_name()
    {
        using var file = new MemoryStream();
        await new DatabaseBackup(database.Options.ConnectionString, TimeProvider.System).WriteAsync(file, Cancellation);
        await using var other = await EmptyAsync();
        await other.ExecuteAsync("insert into schema_versions (scriptname, applied) values ('scripts/9999_of_tomorrow', now())", Cancellation);

        file.Position = 0;
        var refused = await Assert.ThrowsAsync<BackupException>(() => new DatabaseRestore(other.OwnerConnectionString).ReadAsync(file, Cancellation));
        Assert.Contains("9999_of_tomorrow", refused.Message, StringComparison.Ordinal);
    }

    static async Task<TestDatabase> EmptyAsync()
    {
        var empty = await PostgresFixture.Shared.CreateDatabaseAsync("restored");
        await new Migrator(new DataOptions { ConnectionString = empty.AppConnectionString, OwnerConnectionString = empty.OwnerConnectionString }, NullLogger<Migrator>.Instance)
            .MigrateAsync(Cancellation);
        return empty;
    }

    static async Task<IEnumerable<(string, long)>> SaidAsync(DataSources sources, DateTimeOffset now) =>
        (await new BooksCheck(sources).RunAsync(now, Cancellation)).Select(finding => (finding.Name, finding.Broken));

    static IDataProtectionProvider Protection(DataSources sources) => ProtectionServices.Of(sources);

    async Task BookAsync(DataSources sources, int credits)
    {
        await using var store = new LedgerStore(sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        var stored = await store.LoadAsync(_owner);
        var wallet = stored.Wallet;
        var entries = new List<LedgerEntry>();
        for (var i = 0; i < credits; i++)
        {
            var credit = new Credit($"test:{Guid.NewGuid():n}", 1_000, new PostingMemo("ADJUSTMENT", "test", "ADJUSTMENT", "Uji"));
            var decision = LedgerRules.Decide(wallet, credit, 0);
            entries.Add(new LedgerEntry(credit.OperationId, decision.Line));
            wallet = decision.After;
        }

        Assert.Equal(CommitOutcome.Committed, (await store.CommitAsync(new LedgerItem(stored, wallet, entries, Noon))).Outcome);
    }
}
