using Webrana.Domain.Promos;

namespace Webrana.Data.Promos;

/// <summary>The past that drafts of promos are replayed against.</summary>
public sealed class PromoReplayQueries(DataSources sources)
{
    // A preview is for a person who waits: more than this is not looked at.
    private const int Most = 200_000;

    /// <summary>Paid deposits created since, oldest first, with the person's largest one before and who had invited the person.</summary>
    public async Task<IReadOnlyList<ReplayedDeposit>> DepositsAsync(DateTimeOffset from, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT d.owner::uuid, d.amount, d.method, d.sort_at, d.largest_before, u.referred_by
            FROM (SELECT owner, key, sort_at, status, (payload ->> 'amount')::bigint AS amount, payload ->> 'method' AS method,
                         max((payload ->> 'amount')::bigint) OVER (PARTITION BY owner ORDER BY sort_at, key ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS largest_before
                  FROM grain_state WHERE state = 'deposit' AND status IN ('PAID', 'REFUND')
                    AND owner IN (SELECT owner FROM grain_state WHERE state = 'deposit' AND status = 'PAID' AND sort_at >= $1)) d
            LEFT JOIN identity.users u ON u.id = d.owner::uuid
            WHERE d.status = 'PAID' AND d.sort_at >= $1 ORDER BY d.sort_at, d.key LIMIT $2
            """);
        command.CommandTimeout = 120;
        command.Parameters.Add(new() { Value = from.ToUnixTimeMilliseconds() });
        command.Parameters.Add(new() { Value = Most });
        var deposits = new List<ReplayedDeposit>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            deposits.Add(new ReplayedDeposit(
                reader.GetGuid(0), reader.GetInt64(1), reader.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)),
                reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetGuid(5)));
        }

        return deposits;
    }

    /// <summary>People who registered since and confirmed their address, oldest first: what a welcome bonus would have been given for.</summary>
    public async Task<IReadOnlyList<ReplayedDeposit>> PeopleAsync(DateTimeOffset from, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            "SELECT id, created_at, referred_by FROM identity.users WHERE email_confirmed AND created_at >= $1 ORDER BY created_at, id LIMIT $2");
        command.Parameters.Add(new() { Value = from.UtcDateTime });
        command.Parameters.Add(new() { Value = Most });
        var people = new List<ReplayedDeposit>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            people.Add(new ReplayedDeposit(reader.GetGuid(0), 0, "", reader.GetFieldValue<DateTimeOffset>(1), null, reader.IsDBNull(2) ? null : reader.GetGuid(2)));
        return people;
    }
}
