using System.Globalization;

namespace Webrana.Data.Promos;

/// <summary>What is known of a person for rewards.</summary>
public sealed record PersonRow(Guid UserId, string Email, string? Phone, Guid? ReferredBy);

/// <summary>
/// One person who was invited and confirmed the address; name and address of a closed account are empty. The stage is the rewards grain's word,
/// null while it has said nothing.
/// </summary>
/// <param name="KeptIdr">What of a reward that was taken back had been spent, and was left to the inviter.</param>
public sealed record InvitedRow(
    Guid UserId, string Name, string Email, DateTimeOffset JoinedAt, string? Stage, long? RewardIdr, long? PaidAtMs, long KeptIdr);

/// <param name="PaidSince">Of these, since the month's first moment.</param>
public sealed record ReferralTotals(long EarnedIdr, long JoinedCount, long PaidCount, long PaidSince);

/// <summary>Reading who invited whom, and what came of it.</summary>
public sealed class ReferralQueries(DataSources sources)
{
    // A friend is who read the mailbox. A row that an unconfirmed registration leaves would tell the code's owner, who may have typed it in
    // themself, that the address was new (ADR 57). Whoever closed an account had signed in to it, and so had confirmed; closing took the mark away.
    const string HasJoined = "(u.email_confirmed OR u.closed_at IS NOT NULL)";

    /// <summary>A person by id; null when there is no such account.</summary>
    public async Task<PersonRow?> PersonAsync(Guid userId, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT id, email, phone, referred_by FROM identity.users WHERE id = $1 AND email IS NOT NULL");
        command.Parameters.Add(new() { Value = userId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new PersonRow(reader.GetGuid(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetGuid(3))
            : null;
    }

    /// <summary>Whether two people ever signed in from the same address with the same browser.</summary>
    public async Task<bool> ShareDeviceAsync(Guid one, Guid other, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT EXISTS (SELECT FROM identity.sessions a JOIN identity.sessions b ON b.ip = a.ip AND b.user_agent = a.user_agent
                           WHERE a.user_id = $1 AND b.user_id = $2 AND a.user_agent <> '')
            """);
        command.Parameters.Add(new() { Value = one });
        command.Parameters.Add(new() { Value = other });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Whether following "invited by" from <paramref name="referrer"/> leads to <paramref name="referee"/>.</summary>
    public async Task<bool> IsRingAsync(Guid referrer, Guid referee, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            WITH RECURSIVE above (id, depth) AS (
                SELECT referred_by, 1 FROM identity.users WHERE id = $1
                UNION ALL
                SELECT u.referred_by, a.depth + 1 FROM above a JOIN identity.users u ON u.id = a.id WHERE a.depth < 10)
            SELECT EXISTS (SELECT FROM above WHERE id = $2)
            """);
        command.Parameters.Add(new() { Value = referrer });
        command.Parameters.Add(new() { Value = referee });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Whether a person ever kept a reward that was to be taken back, because it had been spent.</summary>
    public async Task<bool> HasKeptAsync(Guid referrer, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand(
            "SELECT EXISTS (SELECT FROM promo_usages WHERE user_id = $1 AND stage = 4 AND kept > 0 AND subject_id LIKE 'referral:%')");
        command.Parameters.Add(new() { Value = referrer });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>What a person earned by inviting.</summary>
    public async Task<ReferralTotals> TotalsAsync(Guid referrer, DateTimeOffset monthFrom, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand($"""
            SELECT coalesce(sum(CASE stage WHEN 2 THEN amount ELSE kept END), 0)::bigint, count(*) FILTER (WHERE stage = 2),
                   count(*) FILTER (WHERE stage = 2 AND reserved_at >= $2), (SELECT count(*) FROM identity.users u WHERE u.referred_by = $1 AND {HasJoined})
            FROM promo_usages WHERE user_id = $1 AND stage IN (2, 4) AND subject_id LIKE 'referral:%'
            """);
        command.Parameters.Add(new() { Value = referrer });
        command.Parameters.Add(new() { Value = monthFrom.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new ReferralTotals(reader.GetInt64(0), reader.GetInt64(3), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>Who was invited and came, newest first.</summary>
    /// <param name="cursor">From the page before; null for the first.</param>
    public async Task<(IReadOnlyList<InvitedRow> Rows, string? Next)> InvitedAsync(
        Guid referrer, int limit, string? cursor, CancellationToken cancellation = default)
    {
        var after = long.TryParse(cursor, CultureInfo.InvariantCulture, out var ticks) && ticks > 0 && ticks <= DateTime.MaxValue.Ticks
            ? new DateTime(ticks, DateTimeKind.Utc)
            : DateTime.MaxValue.ToUniversalTime();
        await using var command = sources.Queries.CreateCommand($"""
            SELECT u.id, CASE WHEN u.closed_at IS NULL THEN u.name ELSE '' END, CASE WHEN u.closed_at IS NULL THEN u.email ELSE '' END, u.created_at,
                   g.payload -> 'referral' ->> 'stage', (g.payload -> 'referral' -> 'referrer' ->> 'amount')::bigint,
                   (g.payload -> 'referral' ->> 'paidAt')::bigint, coalesce((g.payload -> 'referral' -> 'referrer' ->> 'kept')::bigint, 0)
            FROM identity.users u LEFT JOIN grain_state g ON g.state = 'rewards' AND g.key = 'rewards:' || u.id::text
            WHERE u.referred_by = $1 AND {HasJoined} AND u.created_at < $2 ORDER BY u.created_at DESC LIMIT $3
            """);
        command.Parameters.Add(new() { Value = referrer });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = limit + 1 });
        var rows = new List<InvitedRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new InvitedRow(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.IsDBNull(5) ? null : reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetInt64(6), reader.GetInt64(7)));
        }

        if (rows.Count <= limit) return (rows, null);
        rows.RemoveAt(limit);
        return (rows, rows[^1].JoinedAt.UtcTicks.ToString(CultureInfo.InvariantCulture));
    }
}
