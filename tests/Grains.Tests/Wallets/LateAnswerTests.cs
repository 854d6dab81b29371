using System.Diagnostics;
using System.Globalization;
using Webrana.Contracts;
using static Webrana.Grains.Tests.Wallets.WalletGrainTests;

namespace Webrana.Grains.Tests.Wallets;

/// <summary>What if no answer comes? The caller hears so soon and asks again under the same id, and late first and repeat are booked once.</summary>
public sealed class LateAnswerTests(WalletDatabase database) : IClassFixture<WalletDatabase>
{
    private static readonly TimeSpan Promised = TimeSpan.Parse(AnswerWithin.Short, CultureInfo.InvariantCulture);

    // Less than the thirty seconds that Orleans waits by itself.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(25);

    private readonly Guid _id = Guid.NewGuid();

    [Fact]
    public async Task Who_gets_no_answer_hears_so_within_seconds_and_joins_the_first_try_when_asking_again()
    {
        await using var cluster = await WalletCluster.StartAsync(database.Options, askAgain: false);
        var wallet = cluster.Wallet(_id);
        Ok(await wallet.Credit(Say.Credit("c", 100)));
        var held = HoldCommits(cluster);

        var asked = Stopwatch.StartNew();
        await Assert.ThrowsAsync<TimeoutException>(() => wallet.Debit(Say.Debit("d", 40)));
        Assert.InRange(asked.Elapsed, Promised, Soon);

        var again = wallet.Debit(Say.Debit("d", 40));
        held.LetGo();
        Assert.Equal(60, Ok(await again).BalanceAfterIdr);
        await AssertBookedOnceAsync(cluster);
    }

    [Fact]
    public async Task A_first_try_that_wakes_up_on_a_silo_given_up_for_dead_books_nothing_after_its_repeat()
    {
        // A silo that was declared dead and only stood still: it has the wallet in memory, and nobody has told it anything.
        await using var zombie = await WalletCluster.StartAsync(database.Options);
        await using var next = await WalletCluster.StartAsync(database.Options);
        Ok(await zombie.Wallet(_id).Credit(Say.Credit("c", 100)));
        var held = HoldCommits(zombie);
        var first = zombie.Wallet(_id).Debit(Say.Debit("d", 40));
        await held.Reached.WaitAsync(Soon, TestContext.Current.CancellationToken);

        Assert.False(Ok(await next.Wallet(_id).Debit(Say.Debit("d", 40))).AlreadyDone);
        Ok(await next.Wallet(_id).Debit(Say.Debit("e", 10)));
        held.LetGo();

        // Whether the first caller still waits or not: whoever asks the zombie hears what became of it.
        first.Ignore();
        Assert.True(Ok(await zombie.Wallet(_id).Debit(Say.Debit("d", 40))).AlreadyDone);
        Assert.Equal(50, (await next.Wallet(_id).Get()).BalanceIdr);
        await AssertBookedOnceAsync(next);
    }

    [Fact]
    public async Task A_repeat_of_what_the_dead_silo_had_booked_is_told_so()
    {
        await using var next = await WalletCluster.StartAsync(database.Options);
        await using (var dying = await WalletCluster.StartAsync(database.Options))
        {
            Ok(await dying.Wallet(_id).Credit(Say.Credit("c", 100)));
            Assert.Equal(100, (await next.Wallet(_id).Get()).BalanceIdr);
            Ok(await dying.Wallet(_id).Debit(Say.Debit("d", 40)));
        }

        var repeated = Ok(await next.Wallet(_id).Debit(Say.Debit("d", 40)));
        Assert.Equal((true, 60L), (repeated.AlreadyDone, repeated.BalanceAfterIdr));
        await AssertBookedOnceAsync(next);
    }

    private async Task AssertBookedOnceAsync(WalletCluster cluster)
    {
        Assert.Equal(1, await database.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM wallet_transactions WHERE wallet_id = '{_id}' AND operation_id = 'd'"));
        Assert.Equal((await cluster.Wallet(_id).Get()).BalanceIdr, await database.Database.ScalarAsync<long>($"SELECT balance FROM wallets WHERE wallet_id = '{_id}'"));
        await database.AssertBooksAreRightAsync();
    }

    // Nothing is written until it is let go; what had begun to write before then goes on.
    private static HeldCommits HoldCommits(WalletCluster cluster)
    {
        var held = new HeldCommits();
        cluster.Ledger.FailPoint = at => at == "before_commit" ? held.WaitAsync() : Task.CompletedTask;
        return held;
    }

    private sealed class HeldCommits
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _free = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public Task WaitAsync()
        {
            _reached.TrySetResult();
            return _free.Task;
        }

        public void LetGo() => _free.SetResult();
    }
}
