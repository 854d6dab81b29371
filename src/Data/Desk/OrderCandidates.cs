namespace Webrana.Data.Desk;

/// <summary>An order, and its place in its list.</summary>
public sealed record OrderCandidate(long SortAt, string Key);

/// <summary>Which orders the desk might have to look at. Read by the index of states; whether something is the matter, the order itself says.</summary>
public sealed class OrderCandidates(DataSources sources)
{
    /// <summary>Orders in the making, the oldest first.</summary>
    public Task<IReadOnlyList<OrderCandidate>> InTheMakingAsync(int limit, OrderCandidate? after, CancellationToken cancellation = default) => ReadAsync(
        $"SELECT sort_at, key FROM grain_state WHERE state = 'droplet' AND status = 'PROVISIONING' AND sort_at IS NOT NULL {(after is null ? "" : "AND (sort_at, key) > ($2, $3)")} ORDER BY sort_at, key LIMIT $1",
        limit, after, cancellation);

    /// <summary>Failed orders, the newest first.</summary>
    public Task<IReadOnlyList<OrderCandidate>> FailedAsync(int limit, OrderCandidate? after, CancellationToken cancellation = default) => ReadAsync(
        $"SELECT sort_at, key FROM grain_state WHERE state = 'droplet' AND status = 'FAILED' AND sort_at IS NOT NULL {(after is null ? "" : "AND (sort_at, key) < ($2, $3)")} ORDER BY sort_at DESC, key DESC LIMIT $1",
        limit, after, cancellation);

    /// <summary>Which of these keys are orders.</summary>
    public async Task<IReadOnlySet<string>> ThoseOrderedAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation = default)
    {
        var ordered = new HashSet<string>();
        if (keys.Count == 0) return ordered;
        await using var command = sources.Queries.CreateCommand("SELECT key FROM grain_state WHERE state = 'droplet' AND key = ANY($1) AND status IS NOT NULL");
        command.Parameters.Add(new() { Value = keys.ToArray() });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) ordered.Add(row.GetString(0));
        return ordered;
    }

    private async Task<IReadOnlyList<OrderCandidate>> ReadAsync(string sql, int limit, OrderCandidate? after, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        command.Parameters.Add(new() { Value = limit });
        if (after is not null)
        {
            command.Parameters.Add(new() { Value = after.SortAt });
            command.Parameters.Add(new() { Value = after.Key });
        }

        var found = new List<OrderCandidate>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) found.Add(new OrderCandidate(row.GetInt64(0), row.GetString(1)));
        return found;
    }
}
