using Npgsql;
using Webrana.Contracts.Wallets;
using static Webrana.Grains.Tests.Wallets.WalletGrainTests;

namespace Webrana.Grains.Tests.Wallets;

/// <summary>What if the answer is lost, the connection dies, the row is locked, the database stays away?</summary>
public sealed class WalletFaultTests(WalletDatabase database) : IClassFixture<WalletDatabase>
{
    private readonly Guid _id = Guid.NewGuid();

    [Fact]
    public async Task Committed_but_the_answer_lost_is_found_again_and_moves_nothing_twice()
    {
        await using var cluster = await WalletCluster.StartAsync(database.Options);
        var wallet = cluster.Wallet(_id);
        Ok(await wallet.Credit(Say.Credit("c", 100)));
        LoseOnce(cluster, "after_commit");
        var receipt = Ok(await wallet.Debit(Say.Debit("d", 100)));
        Assert.True(receipt.AlreadyDone); // from its row: the first writing had worked
        Assert.Equal(0, (await wallet.Get()).BalanceIdr);
        Assert.Equal(1, await Rows("d"));
    }

    [Fact]
    public async Task Lost_before_the_commit_is_decided_again_and_done()
    {
        await using var cluster = await WalletCluster.StartAsync(database.Options);
        var wallet = cluster.Wallet(_id);
        Ok(await wallet.Credit(Say.Credit("c", 100)));
        LoseOnce(cluster, "before_commit");
        Assert.False(Ok(await wallet.Debit(Say.Debit("d", 100))).AlreadyDone);
        Assert.Equal(1, await Rows("d"));
    }

    [Fact]
    public async Task Killed_backends_lose_nothing_and_double_nothing()
    {
        await using var cluster = await WalletCluster.StartAsync(database.Options);
        var wallet = cluster.Wallet(_id);
        Ok(await wallet.Credit(Say.Credit("c", 1_000_000)));
        await using var superuser = NpgsqlDataSource.Create(database.Database.SuperuserConnectionString);
        var (acknowledged, killed) = (0, 0L);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async caller =>
        {
            for (var n = 0; n < 25; n++)
            {
                Ok(await wallet.Debit(Say.Debit($"k{caller}-{n}", 1)));
                if (Interlocked.Increment(ref acknowledged) % 10 == 0) Interlocked.Add(ref killed, await KillAsync());
            }
        }));
        Assert.True(killed > 10, $"the test killed only {killed}");
        Assert.Equal(1_000_000 - acknowledged, (await wallet.Get()).BalanceIdr);
        Assert.Equal(acknowledged, await database.Database.ScalarAsync<long>($"SELECT count(*) FROM wallet_transactions WHERE wallet_id = '{_id}' AND operation_id LIKE 'k%'"));
        await database.AssertBooksAreRightAsync();

        // The other callers' commands are in flight at this moment: some die before their commit, some after.
        async Task<long> KillAsync()
        {
            await using var kill = superuser.CreateCommand("""
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'webrana ledger'
                """);
            return (long)(await kill.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task A_row_locked_by_somebody_else_holds_up_its_own_wallet_only()
    {
        await using var cluster = await WalletCluster.StartAsync(database.Options);
        var (locked, neighbour) = (cluster.Wallet(_id), cluster.Wallet(Guid.NewGuid()));
        Ok(await locked.Credit(Say.Credit("c", 100)));
        Ok(await neighbour.Credit(Say.Credit("c", 100)));

        await using var owner = new NpgsqlConnection(database.Database.OwnerConnectionString);
        await owner.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await owner.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var hold = new NpgsqlCommand($"SELECT FROM wallets WHERE wallet_id = '{_id}' FOR UPDATE", owner, transaction))
        {
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var waiting = locked.Debit(Say.Debit("d", 10));
        for (var n = 0; n < 10; n++) Ok(await neighbour.Debit(Say.Debit($"d{n}", 1)).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.False(waiting.IsCompleted);
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        Assert.Equal(90, Ok(await waiting).BalanceAfterIdr);
    }

    [Fact]
    public async Task When_the_database_stays_silent_the_answer_is_unknown_and_the_id_can_be_asked_again()
    {
        await using var cluster = await WalletCluster.StartAsync(database.Options, options => options.PatienceMs = 300);
        var wallet = cluster.Wallet(_id);
        Ok(await wallet.Credit(Say.Credit("c", 100)));
        cluster.Ledger.FailPoint = at => at == "after_commit" ? throw new NpgsqlException("the network is gone") : Task.CompletedTask;
        // Written at once, but every answer is lost: the row is seen again and again, and still nobody may be told so.
        var lost = await wallet.Debit(Say.Debit("d", 40));
        Assert.Equal(WalletError.OutcomeUnknown, lost.Error);

        cluster.Ledger.FailPoint = null;
        Assert.True(Ok(await wallet.Debit(Say.Debit("d", 40))).AlreadyDone);
        Assert.Equal(60, (await wallet.Get()).BalanceIdr);
        Assert.Equal(1, await Rows("d"));
    }

    [Fact]
    public async Task A_fault_inside_the_loop_strands_nobody()
    {
        await using var cluster = await WalletCluster.StartAsync(database.Options);
        var wallet = cluster.Wallet(_id);
        Ok(await wallet.Credit(Say.Credit("c", 100)));
        cluster.Ledger.FailPoint = _ => throw new InvalidOperationException("a bug");
        var all = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => wallet.Debit(Say.Debit($"d{n}", 1)))).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.All(all, result => Assert.Equal(WalletError.OutcomeUnknown, result.Error));

        cluster.Ledger.FailPoint = null;
        Ok(await wallet.Debit(Say.Debit("d0", 1)));
        Assert.Equal(99, (await wallet.Get()).BalanceIdr);
    }

    [Fact]
    public async Task A_full_mailbox_says_so_and_does_nothing()
    {
        await using var cluster = await WalletCluster.StartAsync(database.Options, options => (options.MailboxCapacity, options.MaxBatch) = (8, 4));
        var wallet = cluster.Wallet(_id);
        Ok(await wallet.Credit(Say.Credit("c", 1000)));
        var gate = new TaskCompletionSource();
        cluster.Ledger.FailPoint = at => at == "before_commit" ? gate.Task : Task.CompletedTask;
        var all = Enumerable.Range(0, 100).Select(n => wallet.Debit(Say.Debit($"d{n}", 1))).ToList();
        await Task.WhenAny(all).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken); // the refusals come while the rest waits
        cluster.Ledger.FailPoint = null;
        gate.SetResult();
        var results = await Task.WhenAll(all);
        var done = results.Count(result => result.IsOk);
        Assert.True(done >= 9, $"{done} done");
        Assert.Equal(100 - done, results.Count(result => result.Error == WalletError.Overloaded));
        Assert.Equal(1000 - done, (await wallet.Get()).BalanceIdr);
    }

    [Fact]
    public async Task A_wallet_changed_behind_its_back_is_noticed_and_a_refusal_from_memory_is_not_given()
    {
        await using var cluster = await WalletCluster.StartAsync(database.Options);
        await using var other = await WalletCluster.StartAsync(database.Options);
        Ok(await cluster.Wallet(_id).Credit(Say.Credit("c1", 10)));
        Ok(await other.Wallet(_id).Credit(Say.Credit("c2", 90))); // the first cluster's memory still says 10
        Assert.Equal(0, Ok(await cluster.Wallet(_id).Debit(Say.Debit("d", 100))).BalanceAfterIdr);
        // The second cluster believes in 100 and must find out that they are gone.
        Assert.Equal(WalletError.InsufficientBalance, (await other.Wallet(_id).Debit(Say.Debit("e", 1))).Error);
        Assert.True(Ok(await other.Wallet(_id).Debit(Say.Debit("d", 100))).AlreadyDone);
        await database.AssertBooksAreRightAsync();
    }

    [Fact]
    public async Task A_wallet_that_survives_its_silo_has_its_lots_and_holds()
    {
        await using (var first = await WalletCluster.StartAsync(database.Options))
        {
            Ok(await first.Wallet(_id).Credit(Say.Credit("c", 100)));
            Ok(await first.Wallet(_id).GrantBonus(Say.Bonus("b", 50)));
            Ok(await first.Wallet(_id).Hold(Say.Hold("h", "order", 70)));
        }

        await using var second = await WalletCluster.StartAsync(database.Options);
        var view = await second.Wallet(_id).Get();
        Assert.Equal((150L, 70L, 50L), (view.BalanceIdr, view.HeldIdr, view.BonusIdr));
        Ok(await second.Wallet(_id).Release(Say.Release("r", "order")));
        Assert.Equal(150, (await second.Wallet(_id).Get()).AvailableIdr);
        Assert.NotNull(view.CreatedAt);
    }

    private static void LoseOnce(WalletCluster cluster, string where)
    {
        var left = 1;
        cluster.Ledger.FailPoint = at =>
            at == where && Interlocked.Decrement(ref left) == 0 ? throw new NpgsqlException("the answer was lost") : Task.CompletedTask;
    }

    private Task<long> Rows(string operation) => database.Database.ScalarAsync<long>(
        $"SELECT count(*) FROM wallet_transactions WHERE wallet_id = '{_id}' AND operation_id = '{operation}'");
}
