using static Webrana.Data.Tests.Reconciliation.CheckedBooks;

namespace Webrana.Data.Tests.Reconciliation;

/// <summary>What the check of the books asks of wallets, deposits and the ledger itself.</summary>
[Collection(CheckedBooksCollection.Name)]
public sealed class BooksCheckTests(MigratedDatabase database)
{
    readonly CheckedBooks _books = new(database);

    [Fact]
    public async Task Books_whose_records_agree_are_sound()
    {
        await _books.BookAsync(
            _books.Credit($"tripay:{_books.Thing:N}", 200_000, "DEPOSIT"), _books.Hold(100_000), _books.Capture(), _books.Renewal(2), _books.Renewal(3));
        await _books.StateAsync("deposit", $$"""{"credited": 200000}""");
        await _books.StateAsync(
            "droplet", $$"""{"hold": "Captured", "renewing": null, "subscription": {"paidPeriod": 3}, "order": {"owner": "{{_books.Owner}}", "createdAt": 0} }""");

        Assert.DoesNotContain(await _books.RunAsync(Later), _books.Mine);
    }

    [Fact]
    public async Task Every_promise_is_asked_and_named_once()
    {
        var names = (await _books.RunAsync(Later)).Select(finding => finding.Name).ToList();

        Assert.Equal(names.Distinct(), names);
        Assert.Contains("chain_is_unbroken", names);
        Assert.Contains("deposit_agrees_with_ledger", names);
    }

    [Fact]
    public async Task A_balance_that_its_rows_do_not_explain_is_found()
    {
        await _books.BookAsync(_books.Credit("test:money", 500_000, "ADJUSTMENT"));
        await _books.ExecuteAsync($"UPDATE wallets SET balance = balance + 1 WHERE wallet_id = '{_books.Owner}'");

        Assert.Contains($"wallet:{_books.Owner}", (await _books.FindAsync("balance_is_sum_of_rows")).Examples);
        await _books.ExecuteAsync($"UPDATE wallets SET balance = balance - 1 WHERE wallet_id = '{_books.Owner}'");
    }

    [Fact]
    public async Task A_ledger_that_the_application_may_change_is_found()
    {
        Assert.Equal(0, (await _books.FindAsync("ledger_is_append_only")).Broken);
        Assert.Equal(0, (await _books.FindAsync("operations_are_unique_by_index")).Broken);

        var role = new Npgsql.NpgsqlConnectionStringBuilder(_books.Database.Options.ConnectionString).Username;
        await _books.ExecuteAsync($"GRANT UPDATE ON wallet_transactions TO {role}");
        Assert.Contains("wallet_transactions", (await _books.FindAsync("ledger_is_append_only")).Examples);
        await _books.ExecuteAsync($"REVOKE UPDATE ON wallet_transactions FROM {role}");
    }

    [Fact]
    public async Task A_credit_without_its_deposit_is_found_once_it_had_time_to_settle()
    {
        await _books.BookAsync(_books.Credit($"tripay:{_books.Thing:N}", 50_000, "DEPOSIT"));

        Assert.Contains($"deposit:{_books.Thing}", (await _books.FindAsync("deposit_agrees_with_ledger")).Examples);
        Assert.DoesNotContain($"deposit:{_books.Thing}", (await _books.FindAsync("deposit_agrees_with_ledger", settledBefore: Noon)).Examples);
    }

    [Fact]
    public async Task A_deposit_that_claims_more_than_was_booked_is_found()
    {
        await _books.BookAsync(_books.Credit($"tripay:{_books.Thing:N}", 50_000, "DEPOSIT"));
        await _books.StateAsync("deposit", """{"credited": 100000}""");

        Assert.Contains($"deposit:{_books.Thing}", (await _books.FindAsync("deposit_agrees_with_ledger")).Examples);
    }

    [Fact]
    public async Task One_payment_credited_to_two_wallets_is_found()
    {
        var reference = $"tripay:{_books.Thing:N}";
        await _books.BookAsync(_books.Credit(reference, 50_000, "DEPOSIT"));
        await _books.BookAsync(Guid.NewGuid(), _books.Credit(reference, 50_000, "DEPOSIT"));

        Assert.Contains(reference, (await _books.FindAsync("gateway_reference_is_credited_once")).Examples);
    }
}
