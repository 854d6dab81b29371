using Microsoft.Extensions.Logging.Abstractions;
using Webrana.Data.Reconciliation;
using Webrana.Data.Wallets;
using Webrana.Domain.Ledger;

namespace Webrana.Data.Tests.Reconciliation;

/// <summary>One test's own wallet and the thing that it pays for, so that tests share a database and never each other's findings.</summary>
sealed class CheckedBooks(MigratedDatabase database)
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Later = Noon.AddHours(1);

    public MigratedDatabase Database => database;

    public Guid Owner { get; } = Guid.NewGuid();

    /// <summary>A deposit, a server, a promo: whatever the test is about.</summary>
    public Guid Thing { get; } = Guid.NewGuid();

    public Task<IReadOnlyList<BooksFinding>> RunAsync(DateTimeOffset settledBefore) =>
        new BooksCheck(database.Sources).RunAsync(settledBefore, TestContext.Current.CancellationToken);

    public async Task<BooksFinding> FindAsync(string name, DateTimeOffset? settledBefore = null) =>
        (await RunAsync(settledBefore ?? Later)).Single(finding => finding.Name == name);

    public bool Mine(BooksFinding finding) => finding.Examples.Any(example =>
        example.Contains(Thing.ToString(), StringComparison.Ordinal) || example.Contains(Owner.ToString(), StringComparison.Ordinal));

    public Credit Credit(string operation, long amountIdr, string type, string description = "Uji") => new Credit(operation, amountIdr, Memo(type, description));

    public PlaceHold Hold(long amountIdr) => new PlaceHold($"order:{Thing}:hold", $"order:{Thing}", amountIdr, Memo("VPS_PAYMENT"));

    public CaptureHold Capture() => new CaptureHold($"order:{Thing}:capture", $"order:{Thing}", Memo("VPS_PAYMENT"));

    public Debit Renewal(int period) => new Debit($"renew:{Thing}:{period}", 10_000, Memo("RENEWAL"));

    public PostingMemo Memo(string type, string description = "Uji") => new(type, Thing.ToString(), "ADJUSTMENT", description);

    public Task BookAsync(params LedgerCommand[] commands) => BookAsync(Owner, commands);

    public async Task BookAsync(Guid owner, params LedgerCommand[] commands)
    {
        await using var ledger = new LedgerStore(database.Sources, new LedgerOptions(), NullLogger<LedgerStore>.Instance);
        var stored = await ledger.LoadAsync(owner);
        var wallet = stored.Wallet;
        var entries = new List<LedgerEntry>();
        foreach (var command in commands)
        {
            var decision = LedgerRules.Decide(wallet, command, 0);
            entries.Add(new LedgerEntry(command.OperationId, decision.Line));
            wallet = decision.After;
        }

        Assert.Equal(CommitOutcome.Committed, (await ledger.CommitAsync(new LedgerItem(stored, wallet, entries, Noon))).Outcome);
    }

    /// <summary>What its grain would have stored of the thing.</summary>
    public Task<int> StateAsync(string state, string payload) => ExecuteAsync($"""
        INSERT INTO grain_state (state, key, version, payload) VALUES ('{state}', '{state}:{Thing}', 1, '{payload}')
        ON CONFLICT (state, key) DO UPDATE SET payload = EXCLUDED.payload
        """);

    public Task<int> ExecuteAsync(string sql) => database.Database.ExecuteAsync(sql, TestContext.Current.CancellationToken);
}

/// <summary>The collection of those who ask about everybody's books: one database, and one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class CheckedBooksCollection : ICollectionFixture<MigratedDatabase>
{
    public const string Name = "checked books";
}
