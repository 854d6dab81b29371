using System.Diagnostics;
using Npgsql;
using Webrana.Contracts;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Wallets;

namespace Webrana.WalletBench.Promos;

/// <summary>A stampede's size.</summary>
internal sealed record Stampede(int Claims, int People, int Places, int Callers);

/// <summary>One stampede on one promo: who claims, in which order, and what came of it.</summary>
internal sealed class PromoRun(string promoId, Stampede size)
{
    private const long AmountIdr = 10_000;

    public string PromoId => promoId;

    /// <summary>Claims of all people, in an order that is the same for every contender.</summary>
    public (string Subject, Guid User)[] Claims { get; } = Shuffled(size);

    public static PromoDefinition Rule(Stampede size) => new()
    {
        Name = "Rush", Type = PromoType.DepositBonus, ValueType = PromoValueType.Fixed, Value = AmountIdr, MaxUsageTotal = size.Places,
    };

    /// <summary>Sends every claim to <paramref name="claim"/>; answers how many won and how long it took.</summary>
    public async Task<(int Won, TimeSpan Elapsed)> StormAsync(Func<string, Guid, Task<bool>> claim, Func<int, Task>? afterWin = null)
    {
        var won = 0;
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Claims, new ParallelOptions { MaxDegreeOfParallelism = size.Callers }, async (one, _) =>
        {
            if (!await claim(one.Subject, one.User)) return;
            var count = Interlocked.Increment(ref won);
            if (afterWin is not null) await afterWin(count);
        });
        return (won, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>The product's way, repeated under the same ids whatever breaks: reserve, credit, commit.</summary>
    public async Task<bool> ProductAsync(IGrainFactory grains, string subject, Guid user)
    {
        var promo = grains.GetGrain<IPromoGrain>(GrainKeys.Promo(promoId));
        var wallet = grains.GetGrain<IWalletGrain>(GrainKeys.Wallet(new UserId(user)));
        while (true)
        {
            try
            {
                var reserved = await promo.Reserve(subject, new PromoClaim(new UserId(user), 100_000, null, null));
                if (!reserved.TryGet(out var grant)) return false;
                var credited = await wallet.GrantBonus(new GrantBonusCommand(
                    $"promo:{promoId}:{subject}", grant.AmountIdr, null, new PostingReference(ReferenceType.Promo, promoId, ContraAccount.PromoExpense, "Promo Rush")));
                if (credited.IsOk && (await promo.Commit(subject)).IsOk) return true;
            }
            catch (Exception exception) when (exception is InfrastructureException or OrleansException or TimeoutException)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>
    /// What most teams write: BEGIN, SELECT … FOR UPDATE on the promo's row, the person's usages, the usage, the credit with its row, COMMIT.
    /// The same tables, the same uniqueness, the same rows in the end.
    /// </summary>
    public async Task<bool> ForUpdateAsync(NpgsqlDataSource source, string subject, Guid user)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var read = new NpgsqlCommand("SELECT used FROM promo_counters WHERE promo_id = $1 FOR UPDATE", connection, transaction);
        read.Parameters.Add(new NpgsqlParameter<string> { TypedValue = promoId });
        if ((long)(await read.ExecuteScalarAsync())! >= size.Places) return false;
        await using var own = new NpgsqlCommand("SELECT count(*) FROM promo_usages WHERE promo_id = $1 AND user_id = $2 AND n IS NOT NULL", connection, transaction);
        own.Parameters.Add(new NpgsqlParameter<string> { TypedValue = promoId });
        own.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        if ((long)(await own.ExecuteScalarAsync())! >= 1) return false;
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(batch, "UPDATE promo_counters SET used = used + 1, granted = granted + $2, version = version + 1 WHERE promo_id = $1", promoId, AmountIdr);
        Add(batch, "INSERT INTO promo_usages (promo_id, subject_id, user_id, n, amount, stage, reserved_at, committed_at) VALUES ($1, $2, $3, 1, $4, 2, now(), now())",
            promoId, subject, user, AmountIdr);
        Add(batch, """
            INSERT INTO wallets (wallet_id, version, balance, created_at, updated_at) VALUES ($1, 1, $2, now(), now())
            ON CONFLICT (wallet_id) DO UPDATE SET version = wallets.version + 1, balance = wallets.balance + $2
            """, user, AmountIdr);
        Add(batch, """
            INSERT INTO wallet_transactions (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after,
                                             contra_account, reference_type, reference_id, description, occurred_at)
            SELECT $1, w.version, 'promo:' || $2 || ':' || $3, 3, $4, 0, w.balance, w.held, 'PROMO_EXPENSE', 'PROMO', $2, 'Promo Rush', now()
            FROM wallets w WHERE w.wallet_id = $1
            """, user, promoId, subject, AmountIdr);
        Add(batch, "INSERT INTO ledger_queue (wallet_id, seq) SELECT wallet_id, version FROM wallets WHERE wallet_id = $1", user);
        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return true;
    }

    /// <summary>What the rows say: usages that were given, and usages that have not exactly one credit of exactly their amount.</summary>
    public async Task<(long Usages, long Credits, long Unmatched)> CountAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("""
            SELECT (SELECT count(*) FROM promo_usages WHERE promo_id = $1 AND stage = 2),
                   (SELECT count(*) FROM wallet_transactions WHERE operation_id LIKE 'promo:' || $1 || ':%'),
                   (SELECT count(*) FROM promo_usages u WHERE u.promo_id = $1 AND u.stage <> 3 AND 1 <> (
                       SELECT count(*) FROM wallet_transactions t
                       WHERE t.wallet_id = u.user_id AND t.operation_id = 'promo:' || $1 || ':' || u.subject_id AND t.amount = u.amount))
            """);
        command.Parameters.Add(new() { Value = promoId });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    private static (string, Guid)[] Shuffled(Stampede size)
    {
        var people = Enumerable.Range(0, size.People).Select(_ => Guid.NewGuid()).ToArray();
        var claims = Enumerable.Range(0, size.Claims).Select(n => (Guid.NewGuid().ToString(), people[n % size.People])).ToArray();
        new Random(1).Shuffle(claims);
        return claims;
    }

    private static void Add(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        batch.BatchCommands.Add(command);
    }
}
