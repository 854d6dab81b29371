namespace Webrana.Data.Desk;

/// <summary>Which orders the desk might have to look at. Read by the index of states; whether something is the matter, the order itself says.</summary>
public sealed class OrderCandidates(DataSources sources)
{
    /// <summary>Keys of orders in the making, the oldest first.</summary>
    public Task<IReadOnlyList<string>> InTheMakingAsync(int limit, CancellationToken cancellation = default) =>
        ReadAsync("SELECT key FROM grain_state WHERE state = 'droplet' AND status = 'PROVISIONING' ORDER BY sort_at, key LIMIT $1", limit, cancellation);

    /// <summary>Keys of failed orders, the newest first.</summary>
    public Task<IReadOnlyList<string>> FailedAsync(int limit, CancellationToken cancellation = default) =>
        ReadAsync("SELECT key FROM grain_state WHERE state = 'droplet' AND status = 'FAILED' ORDER BY sort_at DESC, key DESC LIMIT $1", limit, cancellation);

    private async Task<IReadOnlyList<string>> ReadAsync(string sql, int limit, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(sql);
        command.Parameters.Add(new() { Value = limit });
        var keys = new List<string>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) keys.Add(row.GetString(0));
        return keys;
    }
}
