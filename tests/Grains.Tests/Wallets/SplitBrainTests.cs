using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;
using Xunit.Sdk;

namespace Webrana.Grains.Tests.Wallets;

/// <summary>
/// Two clusters that know nothing of each other on one database, both hammering the same 100 wallets: each wallet has two activations for
/// the whole run, which is the worst that Orleans' eventually consistent directory can do. Lost answers and killed backends on top.
/// </summary>
public sealed class SplitBrainTests(WalletDatabase database) : IClassFixture<WalletDatabase>
{
    private const int Wallets = 100;
    private const int Callers = 48;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    // On a slow machine it goes on until there is enough of it.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Two_clusters_on_the_same_wallets_lose_nothing_and_double_nothing()
    {
        await using var one = await WalletCluster.StartAsync(database.Options, options => options.RecentOperations = 8);
        await using var two = await WalletCluster.StartAsync(database.Options, options => options.RecentOperations = 8);
        WalletCluster[] sides = [one, two];
        foreach (var side in sides) side.Ledger.FailPoint = LoseSomeAnswers;
        var wallets = Enumerable.Range(0, Wallets).Select(_ => Guid.NewGuid()).ToArray();
        var record = new Record();

        // Half of the wallets are nearly empty, so that refusals are as frequent as successes.
        await Task.WhenAll(wallets.Select(async (id, n) =>
            record.Note(id, "opening", (await one.Wallet(id).Credit(Say.Credit("opening", n % 2 == 0 ? 40 : 100_000))).Value!)));

        var running = Stopwatch.StartNew();
        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller)))),
            Task.Run(KillAsync));
        foreach (var side in sides) side.Ledger.FailPoint = null;
        await record.ResolveUnknownAsync(sides);

        TestContext.Current.SendDiagnosticMessage(record.ToString());
        Assert.True(record.ProvesSomething, $"too little happened, or too few refusals, to prove anything: {record}");
        await database.AssertBooksAreRightAsync();
        await record.AssertEveryAnswerWasTrueAsync(database);

        bool GoesOn() => running.Elapsed < Duration || (running.Elapsed < Longest && !record.ProvesSomething);

        async Task CallAsync(int caller)
        {
            var random = new Random(caller);
            var old = new List<Ask>();
            for (var n = 0; GoesOn(); n++)
            {
                var ask = old.Count > 0 && random.NextDouble() < 0.05
                    ? Twist(old[random.Next(old.Count)], record, random)
                    : Fresh(wallets[random.Next(Wallets)], $"{caller}-{n}", random);
                if (random.NextDouble() < 0.05)
                {
                    await Task.WhenAll(sides.Select(side => record.SendAsync(side, ask)));
                }
                else
                {
                    await record.SendAsync(sides[random.Next(2)], ask);
                }

                if (!ask.IsTwisted) old.Add(ask);
                if (ask.Kind == AskKind.Hold)
                {
                    var end = random.Next(2) == 0 ? AskKind.Capture : AskKind.Release;
                    await record.SendAsync(sides[random.Next(2)], new Ask(ask.Wallet, end, $"{ask.Operation}-{end}", ask.Amount, ask.Operation));
                }
            }
        }

        async Task KillAsync()
        {
            await using var superuser = NpgsqlDataSource.Create(database.Database.SuperuserConnectionString);
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(400));
            while (GoesOn() && await tick.WaitForNextTickAsync())
            {
                await using var kill = superuser.CreateCommand("""
                    SELECT count(pg_terminate_backend(pid)) FROM
                        (SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'webrana ledger' ORDER BY random() LIMIT 1) one
                    """);
                record.Killed((long)(await kill.ExecuteScalarAsync())!);
            }
        }
    }

    // 1 in 100 answers is lost after the commit.
    private static Task LoseSomeAnswers(string at) =>
        at == "after_commit" && Random.Shared.Next(100) == 0 ? throw new NpgsqlException("the answer was lost") : Task.CompletedTask;

    private static Ask Fresh(Guid wallet, string operation, Random random) => random.Next(10) switch
    {
        < 2 => new Ask(wallet, AskKind.Credit, operation, random.Next(1, 30)),
        < 8 => new Ask(wallet, AskKind.Debit, operation, random.Next(1, 30)),
        _ => new Ask(wallet, AskKind.Hold, operation, random.Next(1, 30)),
    };

    // An old operation again, a quarter of them with another body. (The id of a refused one is still free: that would be no conflict.)
    private static Ask Twist(Ask old, Record record, Random random) =>
        random.Next(4) == 0 && record.IsAcknowledged(old) ? old with { Amount = old.Amount + 1, IsTwisted = true } : old;

    private enum AskKind
    {
        Credit,
        Debit,
        Hold,
        Capture,
        Release,
    }

    private sealed record Ask(Guid Wallet, AskKind Kind, string Operation, long Amount, string? HoldId = null, bool IsTwisted = false)
    {
        public Task<Result<PostingReceipt, WalletError>> SendAsync(WalletCluster side) => Kind switch
        {
            AskKind.Credit => side.Wallet(Wallet).Credit(Say.Credit(Operation, Amount)),
            AskKind.Debit => side.Wallet(Wallet).Debit(Say.Debit(Operation, Amount)),
            AskKind.Hold => side.Wallet(Wallet).Hold(Say.Hold(Operation, Operation, Amount)),
            AskKind.Capture => side.Wallet(Wallet).Capture(Say.Capture(Operation, HoldId!)),
            _ => side.Wallet(Wallet).Release(Say.Release(Operation, HoldId!)),
        };
    }

    /// <summary>Everything the callers were told.</summary>
    private sealed class Record
    {
        private readonly ConcurrentDictionary<(Guid, string), ConcurrentBag<PostingReceipt>> _told = new();
        private readonly ConcurrentDictionary<(Guid, string), byte> _refused = new();
        private readonly ConcurrentBag<Ask> _unknown = [];
        private long _conflicts, _killed;

        public int Acknowledged => _told.Count;

        public int Refused => _refused.Count;

        public bool ProvesSomething => Acknowledged > 500 && Refused > 50;

        public bool IsAcknowledged(Ask ask) => _told.ContainsKey((ask.Wallet, ask.Operation));

        public void Killed(long count) => _killed += count;

        public void Note(Guid wallet, string operation, PostingReceipt receipt) => _told.GetOrAdd((wallet, operation), _ => []).Add(receipt);

        public async Task SendAsync(WalletCluster side, Ask ask)
        {
            Result<PostingReceipt, WalletError> result;
            try
            {
                result = await ask.SendAsync(side);
            }
            catch (Exception exception) when (exception is InfrastructureException or TimeoutException)
            {
                _unknown.Add(ask); // the wallet could not even be loaded, or did not answer in its time: asked again in the end
                return;
            }

            if (result.TryGet(out var receipt))
            {
                if (ask.IsTwisted) throw new XunitException($"{ask} was answered with {receipt}, though the id stood for something else.");
                Note(ask.Wallet, ask.Operation, receipt);
            }
            else if (result.Error == WalletError.OutcomeUnknown)
            {
                _unknown.Add(ask);
            }
            else if (result.Error == WalletError.OperationConflict && ask.IsTwisted)
            {
                Interlocked.Increment(ref _conflicts);
            }
            else if (!ask.IsTwisted)
            {
                Assert.Contains(result.Error!.Value, new[] { WalletError.InsufficientBalance, WalletError.HoldNotFound });
                _refused.TryAdd((ask.Wallet, ask.Operation), 0);
            }
        }

        public async Task ResolveUnknownAsync(WalletCluster[] sides)
        {
            foreach (var ask in _unknown.ToArray()) await SendAsync(sides[0], ask);
        }

        public async Task AssertEveryAnswerWasTrueAsync(WalletDatabase database)
        {
            var rows = new Dictionary<(Guid, string), (long Seq, long Amount, long BalanceAfter)>();
            await using var command = database.Sources.Queries.CreateCommand("SELECT wallet_id, operation_id, seq, amount, balance_after FROM wallet_transactions");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) rows.Add((reader.GetGuid(0), reader.GetString(1)), (reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));

            foreach (var (operation, receipts) in _told)
            {
                Assert.True(rows.TryGetValue(operation, out var row), $"{operation} was acknowledged and has no row");
                Assert.All(receipts, receipt => Assert.Equal(row, (receipt.Sequence, receipt.AmountIdr, receipt.BalanceAfterIdr)));
                Assert.True(receipts.Count(receipt => !receipt.AlreadyDone) <= 1, $"{operation} was acknowledged as new twice");
            }

            // A refused id may have been asked again later and have succeeded; one that only was refused must have moved nothing.
            Assert.All(_refused.Keys, operation => Assert.True(_told.ContainsKey(operation) || !rows.ContainsKey(operation), $"{operation} was refused and moved money"));
            Assert.All(rows.Keys, operation => Assert.True(_told.ContainsKey(operation), $"{operation} has a row and was never acknowledged"));
        }

        public override string ToString() =>
            $"{Acknowledged} acknowledged, {Refused} refused, {_conflicts} conflicts, {_unknown.Count} unknown, {_killed} backends killed";
    }
}
