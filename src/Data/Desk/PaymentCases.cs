using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Webrana.Data.Desk;

/// <summary>Why a payment needs a person.</summary>
public enum PaymentCaseKind
{
    /// <summary>Paid after its time; credited all the same.</summary>
    Late,

    /// <summary>A second payment of one deposit; each was credited.</summary>
    PaidTwice,

    /// <summary>The gateway names another sum than ours; nothing was credited.</summary>
    WrongAmount,

    /// <summary>Signed, and about no deposit of ours; nothing was credited.</summary>
    Unmatched,

    /// <summary>The gateway says something that does not fit; nothing was credited.</summary>
    Other,
}

/// <summary>How a case ends.</summary>
public enum PaymentResolution
{
    /// <summary>The money is put into a customer's wallet.</summary>
    Credit,

    /// <summary>The money was sent back to whoever paid, by bank transfer.</summary>
    RefundOutside,

    /// <summary>Nothing has to be done.</summary>
    Dismiss,
}

/// <summary>One payment that a person should look at.</summary>
/// <param name="Deposit">Key of the deposit it is about; null when there is none.</param>
/// <param name="ExpectedIdr">What our row asked for.</param>
/// <param name="AmountIdr">What the gateway said.</param>
public sealed record PaymentCase(
    Guid Id, PaymentCaseKind Kind, string Reference, string? MerchantRef, string? Deposit, Guid? UserId, long? ExpectedIdr, long? AmountIdr, string? Detail,
    DateTimeOffset OpenedAt, string Status = "OPEN", PaymentResolution? Resolution = null, Guid? CreditUser = null, long? CreditedIdr = null,
    string? BankReference = null, string? Reason = null, Guid? ResolvedBy = null, DateTimeOffset? ResolvedAt = null);

/// <summary>How somebody wants to end a case.</summary>
/// <param name="CreditUser">For <see cref="PaymentResolution.Credit"/>: whose wallet.</param>
/// <param name="CreditIdr">For <see cref="PaymentResolution.Credit"/>: how much, as the gateway itself said.</param>
public sealed record ResolveCase(
    PaymentResolution Resolution, string Reason, Guid By, DateTimeOffset At, Guid? CreditUser = null, long? CreditIdr = null, string? BankReference = null);

/// <summary>The queue of the payment desk.</summary>
public sealed class PaymentCases(DataSources sources)
{
    private const string Columns = """
        id, kind, reference, merchant_ref, deposit, user_id, expected, amount, detail, opened_at, status, resolution, credit_user, credited, bank_ref, reason,
        resolved_by, resolved_at
        """;

    private static readonly Dictionary<string, PaymentCaseKind> Kinds = Enum.GetValues<PaymentCaseKind>().ToDictionary(Word);
    private static readonly Dictionary<string, PaymentResolution> Resolutions = Enum.GetValues<PaymentResolution>().ToDictionary(Word);

    /// <summary>Opens a case; the same kind and reference once, however often it is seen.</summary>
    public async Task OpenAsync(PaymentCase seen, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("""
            INSERT INTO payment_cases (kind, reference, merchant_ref, deposit, user_id, expected, amount, detail, opened_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (kind, reference) DO NOTHING
            """);
        Add(command, Word(seen.Kind), NpgsqlDbType.Text);
        Add(command, seen.Reference, NpgsqlDbType.Text);
        Add(command, seen.MerchantRef, NpgsqlDbType.Text);
        Add(command, seen.Deposit, NpgsqlDbType.Text);
        Add(command, seen.UserId, NpgsqlDbType.Uuid);
        Add(command, seen.ExpectedIdr, NpgsqlDbType.Bigint);
        Add(command, seen.AmountIdr, NpgsqlDbType.Bigint);
        Add(command, seen.Detail, NpgsqlDbType.Text);
        Add(command, seen.OpenedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>One, or null.</summary>
    public async Task<PaymentCase?> FindAsync(Guid id, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand($"SELECT {Columns} FROM payment_cases WHERE id = $1");
        Add(command, id, NpgsqlDbType.Uuid);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Read(row) : null;
    }

    /// <summary>The newest behind a position, open ones or those that were ended.</summary>
    public async Task<IReadOnlyList<PaymentCase>> ListAsync(bool resolved, int limit, DeskPosition? after = null, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand($"""
            SELECT {Columns} FROM payment_cases WHERE status {(resolved ? "= 'RESOLVED'" : "IN ('OPEN', 'CREDITING')")}
              {(after is null ? "" : "AND (opened_at, id) < ($2, $3)")} ORDER BY opened_at DESC, id DESC LIMIT $1
            """);
        Add(command, limit, NpgsqlDbType.Integer);
        if (after is not null)
        {
            Add(command, after.At.UtcDateTime, NpgsqlDbType.TimestampTz);
            Add(command, after.Id, NpgsqlDbType.Uuid);
        }

        var rows = new List<PaymentCase>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) rows.Add(Read(row));
        return rows;
    }

    /// <summary>
    /// Stores how a case ends; a credit is stored as begun, and finished when the ledger has it. False when it is not open any more, or the
    /// payment is credited under another case.
    /// </summary>
    public async Task<bool> ResolveAsync(Guid id, ResolveCase how, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            UPDATE payment_cases SET status = $2, resolution = $3, credit_user = $4, credited = $5, bank_ref = $6, reason = $7, resolved_by = $8, resolved_at = $9
            WHERE id = $1 AND status = 'OPEN'
            """);
        Add(command, id, NpgsqlDbType.Uuid);
        Add(command, how.Resolution == PaymentResolution.Credit ? "CREDITING" : "RESOLVED", NpgsqlDbType.Text);
        Add(command, Word(how.Resolution), NpgsqlDbType.Text);
        Add(command, how.CreditUser, NpgsqlDbType.Uuid);
        Add(command, how.CreditIdr, NpgsqlDbType.Bigint);
        Add(command, how.BankReference, NpgsqlDbType.Text);
        Add(command, how.Reason, NpgsqlDbType.Text);
        Add(command, how.By, NpgsqlDbType.Uuid);
        Add(command, how.At.UtcDateTime, NpgsqlDbType.TimestampTz);
        try
        {
            return await command.ExecuteNonQueryAsync(cancellation) > 0;
        }
        catch (PostgresException twice) when (twice is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "payment_cases_credited_once" })
        {
            return false;
        }
    }

    /// <summary>Those of these references about which a person has decided, and nothing is open.</summary>
    public async Task<IReadOnlySet<string>> DecidedAsync(IReadOnlyCollection<string> references, CancellationToken cancellation = default)
    {
        var decided = new HashSet<string>();
        if (references.Count == 0) return decided;
        await using var command = sources.Queries.CreateCommand(
            "SELECT reference FROM payment_cases WHERE reference = ANY($1) GROUP BY reference HAVING bool_and(status = 'RESOLVED')");
        command.Parameters.Add(new() { Value = references.ToArray() });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) decided.Add(row.GetString(0));
        return decided;
    }

    /// <summary>What the credit of a reference in a wallet was booked for; null when there is none.</summary>
    public async Task<string?> CreditedForAsync(Guid wallet, string reference, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT reference_id FROM wallet_transactions WHERE wallet_id = $1 AND operation_id = $2");
        Add(command, wallet, NpgsqlDbType.Uuid);
        Add(command, $"tripay:{reference}", NpgsqlDbType.Text);
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    /// <summary>The ledger has the credit.</summary>
    public Task CreditedAsync(Guid id, CancellationToken cancellation = default) =>
        SetAsync("UPDATE payment_cases SET status = 'RESOLVED' WHERE id = $1 AND status = 'CREDITING'", id, cancellation);

    /// <summary>The ledger refused the credit for good: the case is open again, and says so.</summary>
    public Task ReopenAsync(Guid id, CancellationToken cancellation = default) => SetAsync(
        "UPDATE payment_cases SET status = 'OPEN', resolution = NULL, credit_user = NULL, credited = NULL WHERE id = $1 AND status = 'CREDITING'", id, cancellation);

    private async Task SetAsync(string sql, Guid id, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        Add(command, id, NpgsqlDbType.Uuid);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static PaymentCase Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), Kinds[row.GetString(1)], row.GetString(2), Text(row, 3), Text(row, 4), row.IsDBNull(5) ? null : row.GetGuid(5), Number(row, 6), Number(row, 7),
        Text(row, 8), row.GetFieldValue<DateTimeOffset>(9), row.GetString(10), row.IsDBNull(11) ? null : Resolutions[row.GetString(11)],
        row.IsDBNull(12) ? null : row.GetGuid(12), Number(row, 13), Text(row, 14), Text(row, 15), row.IsDBNull(16) ? null : row.GetGuid(16),
        row.IsDBNull(17) ? null : row.GetFieldValue<DateTimeOffset>(17));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static void Add(NpgsqlCommand command, object? value, NpgsqlDbType type) =>
        command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());
}
