using Npgsql;
using Webrana.Contracts.Deposits;
using Webrana.Data;
using Webrana.Tripay.Callbacks;

namespace Webrana.Api.Webhooks;

/// <summary>
/// Signed callbacks, byte for byte, with what became of them. A callback is answered with success only after its row is here; a row stays
/// unhandled until the deposit grain was told, and a worker tells again.
/// </summary>
public sealed class PaymentInbox(DataSources sources, TimeProvider clock)
{
    private readonly NpgsqlDataSource _rows = sources.Queries;

    /// <summary>Stores the callback; the same reference, status and body once.</summary>
    public async Task<InboxEntry> TakeAsync(TripayPayment payment, string bodySha256, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        // DO UPDATE with nothing to change, because DO NOTHING returns no row for a duplicate.
        await using var command = _rows.CreateCommand("""
            INSERT INTO payment_inbox AS i (reference, status, body_sha256, body, received_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (reference, status, body_sha256) DO UPDATE SET received_at = i.received_at
            RETURNING i.id, i.handled_at IS NOT NULL
            """);
        command.Parameters.Add(new() { Value = payment.Reference });
        command.Parameters.Add(new() { Value = payment.StatusText });
        command.Parameters.Add(new() { Value = Convert.FromHexString(bodySha256) });
        command.Parameters.Add(new() { Value = body.ToArray() });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new InboxEntry(row.GetInt64(0), row.GetBoolean(1));
    }

    /// <summary>Notes what became of it. A verdict without <paramref name="handled"/> leaves it to the worker.</summary>
    public async Task NoteAsync(long id, string verdict, bool handled, CancellationToken cancellation)
    {
        await using var command = _rows.CreateCommand(
            "UPDATE payment_inbox SET verdict = $2, handled_at = CASE WHEN $3 THEN $4 ELSE handled_at END WHERE id = $1 AND handled_at IS NULL");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = verdict });
        command.Parameters.Add(new() { Value = handled });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Rows that nobody has handled for a while, oldest first.</summary>
    /// <param name="receivedBefore">Those that came later have their time yet.</param>
    /// <param name="behind">The last one that was read; null = from the start.</param>
    /// <param name="most">So many at once.</param>
    /// <param name="cancellation">Of the reading.</param>
    public async Task<IReadOnlyList<WaitingCallback>> WaitingAsync(DateTimeOffset receivedBefore, WaitingCallback? behind, int most, CancellationToken cancellation)
    {
        await using var command = _rows.CreateCommand("""
            SELECT id, body, received_at FROM payment_inbox
            WHERE handled_at IS NULL AND received_at <= $1 AND (received_at, id) > ($3, $4) ORDER BY received_at, id LIMIT $2
            """);
        command.Parameters.Add(new() { Value = receivedBefore.UtcDateTime });
        command.Parameters.Add(new() { Value = most });
        command.Parameters.Add(new() { Value = behind?.ReceivedAt.UtcDateTime ?? DateTime.UnixEpoch });
        command.Parameters.Add(new() { Value = behind?.Id ?? 0 });
        var waiting = new List<WaitingCallback>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            waiting.Add(new WaitingCallback(row.GetInt64(0), row.GetFieldValue<byte[]>(1), new DateTimeOffset(row.GetDateTime(2), TimeSpan.Zero)));
        return waiting;
    }

    /// <summary>What the deposit grain is told.</summary>
    internal static PaymentNotice Notice(TripayPayment payment) =>
        new(payment.Reference, payment.MerchantRef ?? "", payment.StatusText, payment.TotalAmountIdr);
}

/// <param name="Handled">True for a duplicate of a callback that was worked off.</param>
public sealed record InboxEntry(long Id, bool Handled);

/// <summary>A callback that waits, as it came.</summary>
public sealed record WaitingCallback(long Id, byte[] Body, DateTimeOffset ReceivedAt);
