using static Webrana.Data.Tests.Reconciliation.CheckedBooks;

namespace Webrana.Data.Tests.Reconciliation;

/// <summary>What the check of the books asks beyond money: of the provider, of due work and of callbacks.</summary>
[Collection(CheckedBooksCollection.Name)]
public sealed class ProviderBooksTests(MigratedDatabase database)
{
    readonly CheckedBooks _books = new(database);

    [Fact]
    public async Task A_terminated_server_that_was_not_seen_gone_is_found()
    {
        await _books.StateAsync("droplet", """{"phase": "Terminated", "droplet": {"id": 7, "gone": false}}""");
        Assert.Contains($"droplet:{_books.Thing}", (await _books.FindAsync("terminated_is_gone_at_the_provider")).Examples);

        await _books.StateAsync("droplet", """{"phase": "Terminated", "droplet": {"id": 7, "gone": true}}""");
        Assert.DoesNotContain($"droplet:{_books.Thing}", (await _books.FindAsync("terminated_is_gone_at_the_provider")).Examples);
    }

    [Theory]
    [InlineData(20, 11, true)]
    [InlineData(20, 13, false)]
    public async Task Calls_above_what_the_provider_allows_in_a_minute_are_found(int share, int slotsLater, bool found)
    {
        await _books.ExecuteAsync(
            $"INSERT INTO provider_permits (account, slot, share, taken) VALUES ('{_books.Thing}', 1000, {share}, 200), ('{_books.Thing}', {1000 + slotsLater}, {share}, 51)");

        Assert.Equal(found, (await _books.FindAsync("provider_limits_are_kept")).Examples.Contains($"{_books.Thing}/{1000 + slotsLater}"));
    }

    [Fact]
    public async Task Drift_and_due_work_and_callbacks_that_lie_are_found()
    {
        await _books.ExecuteAsync($"""
            INSERT INTO provider_drift (account, droplet_id, kind, name, first_seen_at, last_seen_at) VALUES ('{_books.Thing}', 1, 'UNEXPLAINED', 'x', '{Noon:O}', '{Noon:O}');
            INSERT INTO payment_inbox (reference, status, body_sha256, body, received_at) VALUES ('{_books.Thing}', 'PAID', '\x00', '\x00', '{Noon:O}');
            INSERT INTO grain_state (state, key, due_at, version, payload) VALUES ('account', 'account:{_books.Thing}', {Noon.ToUnixTimeMilliseconds()}, 1, '{"{}"}')
            """);

        Assert.Contains($"{_books.Thing}/1", (await _books.FindAsync("provider_drift_is_resolved")).Examples);
        Assert.Contains($"{_books.Thing}", (await _books.FindAsync("callbacks_are_worked_off")).Examples);
        Assert.Contains($"account/account:{_books.Thing}", (await _books.FindAsync("due_work_does_not_lie")).Examples);
    }

    [Theory]
    [InlineData("DISABLED", false)]
    [InlineData("DRAINING", true)]
    public async Task Drift_of_an_account_that_is_switched_off_waits_until_a_sweep_looks_there_again(string mode, bool found)
    {
        await _books.ExecuteAsync($"""
            INSERT INTO provider_drift (account, droplet_id, kind, name, first_seen_at, last_seen_at) VALUES ('{_books.Thing}', 1, 'UNEXPLAINED', 'x', '{Noon:O}', '{Noon:O}');
            INSERT INTO grain_state (state, key, status, version, payload) VALUES ('do-account', 'do-account:{_books.Thing}', '{mode}', 1, '{"{}"}')
            """);

        Assert.Equal(found, (await _books.FindAsync("provider_drift_is_resolved")).Examples.Contains($"{_books.Thing}/1"));
    }
}
