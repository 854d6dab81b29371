namespace Webrana.Data.States;

/// <summary>One listed grain: its key, and where it stands in the list.</summary>
/// <param name="Key">The grain key (<c>droplet:{id}</c>).</param>
/// <param name="SortAt">The list position, unix ms; newest first.</param>
public sealed record StateRow(string Key, string? Owner, string? Status, long SortAt);

/// <summary>One page; <c>Next</c> is null on the last one.</summary>
public sealed record StatePage(IReadOnlyList<StateRow> Rows, string? Next);

/// <summary>Which grains to list. Exactly the shapes that the four indexes serve.</summary>
/// <param name="State">The state name (<c>droplet</c>).</param>
/// <param name="Owner">Only this owner's, or null for everybody's.</param>
/// <param name="Status">Only in this status, or null for all.</param>
public sealed record StateFilter(string State, string? Owner = null, string? Status = null);

/// <summary>One due grain.</summary>
public sealed record DueRow(string Key, long DueAt, string? Owner = null);

/// <summary>
/// Lists of grains, from the plain columns that every state write sets in its own statement: a list and its grain cannot disagree.
/// Filters and sorts never read the payload.
/// </summary>
public sealed class StateQueries(DataSources sources)
{
    /// <summary>The most rows one page may have.</summary>
    public const int MaxPage = 200;

    /// <summary>A page of grains, newest (<c>sort_at</c>) first. <paramref name="cursor"/> comes from the page before; a foreign one starts over.</summary>
    public async Task<StatePage> ListAsync(StateFilter filter, int limit, string? cursor = null, CancellationToken cancellation = default)
    {
        limit = Math.Clamp(limit, 1, MaxPage);
        var after = PageCursor.Parse(cursor);
        await using var command = sources.Queries.CreateCommand($"""
            SELECT key, owner, status, sort_at FROM grain_state
            WHERE state = $1 AND sort_at IS NOT NULL
              {(filter.Owner is null ? "" : "AND owner = $5")} {(filter.Status is null ? "" : "AND status = $6")}
              {(after is null ? "" : "AND (sort_at, key) < ($2, $3)")}
            ORDER BY sort_at DESC, key DESC LIMIT $4
            """);
        command.Parameters.Add(new() { Value = filter.State });
        command.Parameters.Add(new() { Value = after?.SortAt ?? 0 });
        command.Parameters.Add(new() { Value = after?.Key ?? "" });
        command.Parameters.Add(new() { Value = limit + 1 });
        command.Parameters.Add(new() { Value = filter.Owner ?? "" });
        command.Parameters.Add(new() { Value = filter.Status ?? "" });
        var rows = new List<StateRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new StateRow(
                reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetInt64(3)));
        }

        if (rows.Count <= limit) return new StatePage(rows, null);
        rows.RemoveAt(limit);
        return new StatePage(rows, new PageCursor(rows[^1].SortAt, rows[^1].Key).ToString());
    }

    /// <summary>What is due in one of 16 shards, longest overdue first.</summary>
    /// <param name="state">The state name.</param>
    /// <param name="now">Business time, unix ms.</param>
    /// <param name="shard">0 to 15; shards partition the owners, so that one person's things are in one, or the keys of what nobody owns.</param>
    /// <param name="limit">The most rows to answer.</param>
    /// <param name="after">Only what comes behind this one; null for the first.</param>
    public async Task<IReadOnlyList<DueRow>> DueAsync(
        string state, long now, int shard, int limit, DueRow? after = null, CancellationToken cancellation = default)
    {
        // The index leads to the shard's rows in the order of their times; those of one instant are sorted by key as they are met.
        await using var command = sources.Queries.CreateCommand($"""
            SELECT key, due_at, owner FROM grain_state
            WHERE state = $1 AND hashtext(coalesce(owner, key)) & 15 = $3 AND due_at <= $2
              {(after is null ? "" : "AND (due_at, key) > ($5, $6)")}
            ORDER BY due_at, key LIMIT $4
            """);
        command.Parameters.Add(new() { Value = state });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = shard });
        command.Parameters.Add(new() { Value = limit });
        if (after is not null)
        {
            command.Parameters.Add(new() { Value = after.DueAt });
            command.Parameters.Add(new() { Value = after.Key });
        }

        var due = new List<DueRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) due.Add(new DueRow(reader.GetString(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        return due;
    }

    /// <summary>When one grain is due, unix ms; null when it waits for nothing.</summary>
    public async Task<long?> DueOfAsync(string state, string key, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT due_at FROM grain_state WHERE state = $1 AND key = $2");
        command.Parameters.Add(new() { Value = state });
        command.Parameters.Add(new() { Value = key });
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    /// <summary>Where the oldest grain in a status stands (<c>sort_at</c>, unix ms); null when there is none.</summary>
    public async Task<long?> OldestAsync(string state, string status, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("SELECT min(sort_at) FROM grain_state WHERE state = $1 AND status = $2");
        command.Parameters.Add(new() { Value = state });
        command.Parameters.Add(new() { Value = status });
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    /// <summary>When the next grain of any state becomes due, unix ms; null when nothing waits.</summary>
    public async Task<long?> NextDueAsync(string state, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT min(first.due_at) FROM generate_series(0, 15) shard
            CROSS JOIN LATERAL (
                SELECT due_at FROM grain_state WHERE state = $1 AND hashtext(coalesce(owner, key)) & 15 = shard AND due_at IS NOT NULL ORDER BY due_at LIMIT 1) first
            """);
        command.Parameters.Add(new() { Value = state });
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }
}
