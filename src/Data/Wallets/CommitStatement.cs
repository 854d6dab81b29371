using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Webrana.Domain.Ledger;

namespace Webrana.Data.Wallets;

/// <summary>
/// One statement, many wallets, one answer per wallet. Why each part stands:
/// <list type="bullet">
/// <item><c>seen</c>: every operation of the batch that has a row already, asked for in the statement that would write it. It is complete
/// for a wallet whose version matches, because every change moves the version in the statement that inserts its rows.</item>
/// <item><c>fresh</c>: wallets still exactly as the decision assumed, locked. A row that another writer holds is skipped, never waited for:
/// one stalled wallet must not stall its neighbours, and two batches must not deadlock.</item>
/// <item><c>queued</c>: what moved money waits for its paper from the same instant on (ADR 28).</item>
/// <item>A refusal comes as a line with <c>apply = false</c>: it writes nothing, but is confirmed only if the wallet is fresh.</item>
/// </list>
/// </summary>
internal static class CommitStatement
{
    internal const string Sql = """
        WITH item AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $26)
                AS t (wallet_id, version0, balance0, held0, version1, balance1, held1, lots, holds, occurred_at, debt1)),
        line AS MATERIALIZED (
            SELECT * FROM unnest($11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
                AS t (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after,
                      contra_account, reference_type, reference_id, description, hold_id, lots, apply)),
        seen AS MATERIALIZED (
            SELECT t.* FROM line l
            CROSS JOIN LATERAL (
                SELECT x.wallet_id, x.seq, x.operation_id, x.kind, x.amount, x.held_change, x.balance_after, x.held_after,
                       x.hold_id, x.reference_type, x.reference_id
                FROM wallet_transactions x WHERE x.wallet_id = l.wallet_id AND x.operation_id = l.operation_id OFFSET 0) t),
        fresh AS MATERIALIZED (
            SELECT i.* FROM item i
            CROSS JOIN LATERAL (
                SELECT FROM wallets w
                WHERE w.wallet_id = i.wallet_id AND w.version = i.version0 AND w.balance = i.balance0 AND w.held = i.held0
                FOR NO KEY UPDATE SKIP LOCKED) w
            WHERE NOT EXISTS (SELECT FROM seen s WHERE s.wallet_id = i.wallet_id)),
        moved AS (
            UPDATE wallets w
            SET version = f.version1, balance = f.balance1, held = f.held1, lots = f.lots::jsonb, holds = f.holds::jsonb, debt = f.debt1,
                updated_at = f.occurred_at
            FROM fresh f
            WHERE w.wallet_id = f.wallet_id AND w.version = f.version0 AND f.version1 > f.version0
            RETURNING w.wallet_id, f.occurred_at),
        logged AS (
            INSERT INTO wallet_transactions
                (wallet_id, seq, operation_id, kind, amount, held_change, balance_after, held_after,
                 contra_account, reference_type, reference_id, description, hold_id, lots, occurred_at)
            SELECT l.wallet_id, l.seq, l.operation_id, l.kind, l.amount, l.held_change, l.balance_after, l.held_after,
                   l.contra_account, l.reference_type, l.reference_id, l.description, l.hold_id, l.lots::jsonb, m.occurred_at
            FROM line l JOIN moved m ON m.wallet_id = l.wallet_id
            WHERE l.apply
            RETURNING wallet_id, seq, amount),
        queued AS (
            INSERT INTO ledger_queue (wallet_id, seq) SELECT wallet_id, seq FROM logged WHERE amount <> 0)
        SELECT coalesce((SELECT array_agg(c.wallet_id) FROM (
                            SELECT wallet_id FROM moved
                            UNION ALL
                            SELECT wallet_id FROM fresh WHERE version1 = version0) c), '{}'),
               coalesce(array_agg(s.wallet_id), '{}'), coalesce(array_agg(s.seq), '{}'), coalesce(array_agg(s.operation_id), '{}'),
               coalesce(array_agg(s.kind), '{}'), coalesce(array_agg(s.amount), '{}'), coalesce(array_agg(s.held_change), '{}'),
               coalesce(array_agg(s.balance_after), '{}'), coalesce(array_agg(s.held_after), '{}'), coalesce(array_agg(s.hold_id), '{}'),
               coalesce(array_agg(s.reference_type), '{}'), coalesce(array_agg(s.reference_id), '{}')
        FROM seen s
        """;

    public static async Task<Answer> ExecuteAsync(NpgsqlDataSource source, ReadOnlyMemory<LedgerItem> items, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(Sql, connection);
        Bind(command.Parameters, items.Span);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var committed = new HashSet<Guid>(reader.GetFieldValue<Guid[]>(0));
        return new Answer(committed, ReadSeen(reader));
    }

    private static Dictionary<Guid, List<PostedOperation>> ReadSeen(NpgsqlDataReader reader)
    {
        var wallets = reader.GetFieldValue<Guid[]>(1);
        var seen = new Dictionary<Guid, List<PostedOperation>>();
        if (wallets.Length == 0) return seen;
        var (seq, ids, kinds) = (reader.GetFieldValue<long[]>(2), reader.GetFieldValue<string[]>(3), reader.GetFieldValue<short[]>(4));
        var (amounts, heldChanges) = (reader.GetFieldValue<long[]>(5), reader.GetFieldValue<long[]>(6));
        var (balances, helds) = (reader.GetFieldValue<long[]>(7), reader.GetFieldValue<long[]>(8));
        var (holdIds, types, references) = (reader.GetFieldValue<string?[]>(9), reader.GetFieldValue<string[]>(10), reader.GetFieldValue<string[]>(11));
        for (var n = 0; n < wallets.Length; n++)
        {
            if (!seen.TryGetValue(wallets[n], out var rows)) seen[wallets[n]] = rows = [];
            rows.Add(new PostedOperation(
                ids[n], seq[n], (LedgerKind)kinds[n], amounts[n], heldChanges[n], balances[n], helds[n], holdIds[n], types[n], references[n]));
        }

        return seen;
    }

    private static void Bind(NpgsqlParameterCollection parameters, ReadOnlySpan<LedgerItem> items)
    {
        var lines = 0;
        foreach (var item in items) lines += item.Entries.Count;
        var i = new ItemColumns(items.Length);
        var l = new LineColumns(lines);
        var at = 0;
        for (var n = 0; n < items.Length; n++)
        {
            i.Set(n, items[n]);
            foreach (var entry in items[n].Entries) l.Set(at++, items[n].WalletId, entry);
        }

        Add(parameters, i.WalletId, NpgsqlDbType.Uuid);
        Add(parameters, i.Version0, NpgsqlDbType.Bigint);
        Add(parameters, i.Balance0, NpgsqlDbType.Bigint);
        Add(parameters, i.Held0, NpgsqlDbType.Bigint);
        Add(parameters, i.Version1, NpgsqlDbType.Bigint);
        Add(parameters, i.Balance1, NpgsqlDbType.Bigint);
        Add(parameters, i.Held1, NpgsqlDbType.Bigint);
        Add(parameters, i.Lots, NpgsqlDbType.Text);
        Add(parameters, i.Holds, NpgsqlDbType.Text);
        Add(parameters, i.OccurredAt, NpgsqlDbType.TimestampTz);
        Add(parameters, l.WalletId, NpgsqlDbType.Uuid);
        Add(parameters, l.Seq, NpgsqlDbType.Bigint);
        Add(parameters, l.OperationId, NpgsqlDbType.Text);
        Add(parameters, l.Kind, NpgsqlDbType.Smallint);
        Add(parameters, l.Amount, NpgsqlDbType.Bigint);
        Add(parameters, l.HeldChange, NpgsqlDbType.Bigint);
        Add(parameters, l.BalanceAfter, NpgsqlDbType.Bigint);
        Add(parameters, l.HeldAfter, NpgsqlDbType.Bigint);
        Add(parameters, l.Contra, NpgsqlDbType.Text);
        Add(parameters, l.ReferenceType, NpgsqlDbType.Text);
        Add(parameters, l.ReferenceId, NpgsqlDbType.Text);
        Add(parameters, l.Description, NpgsqlDbType.Text);
        Add(parameters, l.HoldId, NpgsqlDbType.Text);
        Add(parameters, l.Lots, NpgsqlDbType.Text);
        Add(parameters, l.Apply, NpgsqlDbType.Boolean);
        Add(parameters, i.Debt1, NpgsqlDbType.Bigint);
    }

    private static void Add<T>(NpgsqlParameterCollection parameters, T[] values, NpgsqlDbType type) =>
        parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });

    /// <summary>What one execution said: who was written, and what had happened before.</summary>
    public sealed record Answer(HashSet<Guid> Committed, Dictionary<Guid, List<PostedOperation>> Seen)
    {
        public CommitAnswer For(LedgerItem item) =>
            Committed.Contains(item.WalletId) ? CommitAnswer.Committed
            : Seen.TryGetValue(item.WalletId, out var rows) ? new CommitAnswer(CommitOutcome.Seen, rows)
            : CommitAnswer.Fenced; // absence is never success
    }

    private sealed class ItemColumns(int count)
    {
        public readonly Guid[] WalletId = new Guid[count];
        public readonly long[] Version0 = new long[count], Balance0 = new long[count], Held0 = new long[count];
        public readonly long[] Version1 = new long[count], Balance1 = new long[count], Held1 = new long[count], Debt1 = new long[count];
        public readonly string?[] Lots = new string?[count], Holds = new string?[count];
        public readonly DateTime[] OccurredAt = new DateTime[count];

        public void Set(int n, LedgerItem item)
        {
            var (before, after) = (item.Before.Wallet, item.After);
            WalletId[n] = item.WalletId;
            (Version0[n], Balance0[n], Held0[n]) = (before.Version, before.BalanceIdr, before.HeldIdr);
            (Version1[n], Balance1[n], Held1[n], Debt1[n]) = (after.Version, after.BalanceIdr, after.HeldIdr, after.DebtIdr);
            Lots[n] = LedgerJson.Write(after.Lots);
            Holds[n] = LedgerJson.Write(after.Holds);
            OccurredAt[n] = item.OccurredAt.UtcDateTime;
        }
    }

    private sealed class LineColumns(int count)
    {
        public readonly Guid[] WalletId = new Guid[count];
        public readonly long[] Seq = new long[count], Amount = new long[count], HeldChange = new long[count];
        public readonly long[] BalanceAfter = new long[count], HeldAfter = new long[count];
        public readonly short[] Kind = new short[count];
        public readonly string[] OperationId = new string[count], Contra = new string[count], ReferenceType = new string[count];
        public readonly string[] ReferenceId = new string[count], Description = new string[count];
        public readonly string?[] HoldId = new string?[count], Lots = new string?[count];
        public readonly bool[] Apply = new bool[count];

        public void Set(int n, Guid walletId, LedgerEntry entry)
        {
            WalletId[n] = walletId;
            OperationId[n] = entry.OperationId;
            if (entry.Line is not { } line)
            {
                (Contra[n], ReferenceType[n], ReferenceId[n], Description[n]) = ("", "", "", "");
                return;
            }

            Apply[n] = true;
            (Seq[n], Kind[n], Amount[n], HeldChange[n]) = (line.Sequence, (short)line.Kind, line.AmountIdr, line.HeldChangeIdr);
            (BalanceAfter[n], HeldAfter[n], HoldId[n]) = (line.BalanceAfterIdr, line.HeldAfterIdr, line.HoldId);
            (Contra[n], ReferenceType[n]) = (line.Memo.ContraAccount, line.Memo.ReferenceType);
            (ReferenceId[n], Description[n]) = (line.Memo.ReferenceId, line.Memo.Description);
            Lots[n] = LedgerJson.Write(line.Lots);
        }
    }
}

/// <summary>Lots and holds as jsonb; empty is null, so that the common row carries nothing.</summary>
internal static class LedgerJson
{
    public static string? Write<T>(EquatableList<T> items) => items.Count == 0 ? null : JsonSerializer.Serialize(items.Items);

    public static EquatableList<T> Read<T>(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<EquatableList<T>>(json);
}
