namespace Webrana.Data.Billing;

/// <summary>Which warnings reached their reader. Each call is one statement and safe to repeat.</summary>
public sealed class NoticeDeliveries(DataSources sources)
{
    /// <summary>It was taken by the mail server, or opened in the panel; the first time counts.</summary>
    public async Task NoteAsync(string noticeId, DateTimeOffset at, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand(
            "INSERT INTO warning_deliveries (notice_id, delivered_at) VALUES ($1, $2) ON CONFLICT (notice_id) DO NOTHING");
        command.Parameters.Add(new() { Value = noticeId });
        command.Parameters.Add(new() { Value = at.ToUniversalTime() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>When it reached its reader; null: it did not.</summary>
    public async Task<DateTimeOffset?> FindAsync(string noticeId, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("SELECT delivered_at FROM warning_deliveries WHERE notice_id = $1");
        command.Parameters.Add(new() { Value = noticeId });
        return await command.ExecuteScalarAsync(cancellation) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }
}
