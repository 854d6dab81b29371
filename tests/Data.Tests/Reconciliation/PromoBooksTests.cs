using Webrana.Domain.Ledger;
using static Webrana.Data.Tests.Reconciliation.CheckedBooks;

namespace Webrana.Data.Tests.Reconciliation;

/// <summary>What promos and rewards gave and took back, against what was booked and what their rules allow.</summary>
[Collection(CheckedBooksCollection.Name)]
public sealed class PromoBooksTests(MigratedDatabase database)
{
    readonly CheckedBooks _books = new(database);

    [Fact]
    public async Task A_bonus_that_was_never_credited_is_found()
    {
        await _books.ExecuteAsync($"""
            INSERT INTO promo_counters (promo_id, used, granted) VALUES ('{_books.Thing}', 1, 5000);
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at, committed_at)
            VALUES ('{_books.Thing}', 'deposit', '{_books.Owner}', 1, 5000, 2, '{Noon:O}', '{Noon:O}')
            """);
        Assert.Contains($"{_books.Thing}/deposit", (await _books.FindAsync("promo_usages_are_credited")).Examples);

        await _books.BookAsync(_books.Credit($"promo:{_books.Thing}:deposit", 5_000, "PROMO"));
        Assert.DoesNotContain($"{_books.Thing}/deposit", (await _books.FindAsync("promo_usages_are_credited")).Examples);
        Assert.DoesNotContain($"{_books.Thing}", (await _books.FindAsync("promo_limits_are_kept")).Examples);
    }

    [Fact]
    public async Task A_promo_used_more_often_than_its_rule_allows_is_found()
    {
        await _books.ExecuteAsync($$"""
            INSERT INTO promo_counters (promo_id, used, granted) VALUES ('{{_books.Thing}}', 2, 10000);
            INSERT INTO promo_versions (promo_id, version, change, actor, definition, occurred_at)
            VALUES ('{{_books.Thing}}', 1, 'CREATED', 'test', '{"maxUsageTotal": 1, "maxUsagePerUser": 5}', '{{Noon:O}}');
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at)
            SELECT '{{_books.Thing}}', 'deposit' || n, '{{_books.Owner}}', n, 5000, 1, '{{Noon:O}}' FROM generate_series(1, 2) n
            """);
        Assert.Contains($"{_books.Thing}", (await _books.FindAsync("promo_limits_are_kept")).Examples);
    }

    [Theory]
    [InlineData("ReferralBonus", false)]
    [InlineData("DepositBonus", true)]
    public async Task One_person_twice_is_too_often_unless_it_is_for_two_friends(string type, bool isFound)
    {
        await _books.ExecuteAsync($$"""
            INSERT INTO promo_counters (promo_id, used, granted) VALUES ('{{_books.Thing}}', 2, 10000);
            INSERT INTO promo_versions (promo_id, version, change, actor, definition, occurred_at)
            VALUES ('{{_books.Thing}}', 1, 'CREATED', 'test', '{"type": "{{type}}", "maxUsagePerUser": 1}', '{{Noon:O}}');
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at)
            SELECT '{{_books.Thing}}', 'referral:' || n, '{{_books.Owner}}', n, 5000, 1, '{{Noon:O}}' FROM generate_series(1, 2) n
            """);
        Assert.Equal(isFound, (await _books.FindAsync("promo_limits_are_kept")).Examples.Contains($"{_books.Thing}"));
    }

    // Its place stays used: beside one that was given, the counter stands at two.
    [Fact]
    public async Task A_usage_that_was_taken_back_keeps_its_place()
    {
        await _books.ExecuteAsync($"""
            INSERT INTO promo_counters (promo_id, used, granted) VALUES ('{_books.Thing}', 2, 10000);
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at, committed_at, taken_back_at)
            VALUES ('{_books.Thing}', 'one', '{_books.Owner}', 1, 5000, 2, '{Noon:O}', '{Noon:O}', NULL),
                   ('{_books.Thing}', 'two', '{_books.Owner}', 2, 5000, 4, '{Noon:O}', '{Noon:O}', '{Noon:O}')
            """);
        Assert.DoesNotContain($"{_books.Thing}", (await _books.FindAsync("promo_limits_are_kept")).Examples);
        await _books.ExecuteAsync($"UPDATE promo_counters SET used = 1 WHERE promo_id = '{_books.Thing}'");
        Assert.Contains($"{_books.Thing}", (await _books.FindAsync("promo_limits_are_kept")).Examples);
    }

    [Fact]
    public async Task A_reward_that_was_taken_back_without_its_rows_or_left_more_than_was_spent_is_found()
    {
        var (grant, reward) = ($"promo:{_books.Thing}:referral:{_books.Thing}", $"{_books.Thing}/referral:{_books.Thing}");
        await _books.ExecuteAsync($"""
            INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, kept, reserved_at, committed_at, taken_back_at)
            VALUES ('{_books.Thing}', 'referral:{_books.Thing}', '{_books.Owner}', 1, 5000, 4, 2000, '{Noon:O}', '{Noon:O}', '{Noon:O}')
            """);
        Assert.Contains(reward, (await _books.FindAsync("taken_back_rewards_cost_what_was_left")).Examples);

        await _books.BookAsync(
            new GrantBonus(grant, 5_000, null, "p", new PostingMemo("PROMO", "p", "PROMO_EXPENSE", "a line")),
            new Debit("test:spent", 2_000, _books.Memo("RENEWAL")),
            new TakeBackLot($"take-back:{grant}", grant, new PostingMemo("PROMO", "p", "PROMO_EXPENSE", "a line"), MayBeGone: true));
        Assert.DoesNotContain(reward, (await _books.FindAsync("taken_back_rewards_cost_what_was_left")).Examples);

        await _books.ExecuteAsync($"UPDATE promo_usages SET kept = 3000 WHERE promo_id = '{_books.Thing}'");
        Assert.Contains(reward, (await _books.FindAsync("taken_back_rewards_cost_what_was_left")).Examples);
    }

    [Fact]
    public async Task A_reward_that_outlived_the_deposit_that_earned_it_is_found()
    {
        await _books.ExecuteAsync($$"""
            INSERT INTO grain_state (state, key, version, status, payload)
            VALUES ('deposit', 'deposit:{{_books.Thing}}', 1, 'REFUND', '{"updatedAt": {{Noon.ToUnixTimeMilliseconds()}} }'),
                   ('rewards', 'rewards:{{_books.Owner}}', 1, 'ACTIVE', '{"referral": {"deposit": "{{_books.Thing}}", "stage": "Paid"} }')
            """);
        Assert.Contains($"rewards:{_books.Owner}", (await _books.FindAsync("refunded_deposits_earn_no_reward")).Examples);
        await _books.ExecuteAsync($$"""
            UPDATE grain_state SET payload = '{"referral": {"deposit": "{{_books.Thing}}", "stage": "TakenBack"} }' WHERE key = 'rewards:{{_books.Owner}}'
            """);
        Assert.DoesNotContain($"rewards:{_books.Owner}", (await _books.FindAsync("refunded_deposits_earn_no_reward")).Examples);
    }
}
