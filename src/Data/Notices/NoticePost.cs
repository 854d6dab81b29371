using System.Text.Json;
using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;
using Webrana.Data.Batching;

namespace Webrana.Data.Notices;

/// <summary>
/// Adds notices with everything that has to leave: a notice and its ways out are one statement, so that none is ever there without the
/// other, and notices of many customers share it: a renewal day tells a hundred thousand.
/// </summary>
public sealed class NoticePost : IAsyncDisposable
{
    private const int MaxBatch = 256;

    // In key order, so that two silos with the same notices do not deadlock. Webhooks are found by the statement itself.
    private const string Sql = """
        WITH item AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                AS t (id, user_id, notice_id, kind, facts, in_panel, created_at, by_mail, by_telegram, code, bulk)),
        added AS (
            INSERT INTO notices (id, user_id, notice_id, kind, facts, in_panel, created_at)
            SELECT id, user_id, notice_id, kind, facts::jsonb, in_panel, created_at FROM item ORDER BY id
            ON CONFLICT (id) DO NOTHING RETURNING id),
        queued AS (
            INSERT INTO notice_deliveries (notice, user_id, channel, target, bulk, try_at, created_at)
            SELECT i.id, i.user_id, w.channel, w.target, i.bulk, i.created_at, i.created_at
            FROM added a JOIN item i ON i.id = a.id CROSS JOIN LATERAL (
                SELECT 1::smallint AS channel, '' AS target WHERE i.by_mail
                UNION ALL
                SELECT 2::smallint, '' WHERE i.by_telegram
                UNION ALL
                SELECT 3::smallint, h.id::text FROM webhooks h
                WHERE h.user_id = i.user_id AND h.active AND i.code IS NOT NULL AND (h.events = '{}' OR i.code = ANY (h.events))) w)
        SELECT id FROM added
        """;

    private readonly NpgsqlDataSource _source;
    private readonly BatchQueue<Posting, bool> _postings;

    public NoticePost(DataSources sources)
    {
        _source = sources.State;
        _postings = new("notice-post", 2, Take, batch => Halving.RunAsync(batch, InsertAsync));
    }

    /// <summary>Adds a notice and everything that has to leave. False when it was there before; nothing is added then.</summary>
    /// <param name="channels">Beside webhooks.</param>
    /// <param name="code">The kind's code, which webhooks choose by; null when no webhook may see it.</param>
    /// <param name="bulk">It is told to very many at once: it leaves behind whatever is not.</param>
    public Task<bool> AddAsync(NoticeRow notice, IReadOnlyCollection<DeliveryChannel> channels, string? code, bool bulk) =>
        _postings.Enqueue(new Posting(notice, channels.Contains(DeliveryChannel.Mail), channels.Contains(DeliveryChannel.Telegram), code, bulk));

    /// <summary>Lets the statements in flight finish; what is posted later fails.</summary>
    public ValueTask DisposeAsync() => _postings.DisposeAsync();

    // One notice never stands twice in a statement: both would be told that they were the first.
    private static void Take(ChannelReader<Request<Posting, bool>> queue, List<Request<Posting, bool>> batch)
    {
        var ids = new HashSet<Guid>();
        while (batch.Count < MaxBatch && queue.TryPeek(out var next) && ids.Add(next.Input.Notice.Id) && queue.TryRead(out next)) batch.Add(next);
    }

    private async Task InsertAsync(List<Request<Posting, bool>> batch)
    {
        await using var command = _source.CreateCommand(Sql);
        Add(posting => posting.Notice.Id, NpgsqlDbType.Uuid);
        Add(posting => posting.Notice.UserId, NpgsqlDbType.Uuid);
        Add(posting => posting.Notice.NoticeId, NpgsqlDbType.Text);
        Add(posting => posting.Notice.Kind, NpgsqlDbType.Text);
        Add(posting => JsonSerializer.Serialize(posting.Notice.Facts), NpgsqlDbType.Text);
        Add(posting => posting.Notice.InPanel, NpgsqlDbType.Boolean);
        Add(posting => posting.Notice.CreatedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
        Add(posting => posting.ByMail, NpgsqlDbType.Boolean);
        Add(posting => posting.ByTelegram, NpgsqlDbType.Boolean);
        Add(posting => posting.Code, NpgsqlDbType.Text);
        Add(posting => posting.Bulk, NpgsqlDbType.Boolean);
        var added = new HashSet<Guid>(batch.Count);
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) added.Add(reader.GetGuid(0));
        }

        foreach (var request in batch) request.Answer(added.Contains(request.Input.Notice.Id));

        void Add<T>(Func<Posting, T> column, NpgsqlDbType type) => command.Parameters.Add(
            new NpgsqlParameter<T[]> { TypedValue = [.. batch.Select(request => column(request.Input))], NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}

/// <summary>One notice on its way into the rows.</summary>
internal sealed record Posting(NoticeRow Notice, bool ByMail, bool ByTelegram, string? Code, bool Bulk);
