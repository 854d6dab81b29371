namespace Webrana.Data.Providers;

/// <summary>
/// Fenced budget rows of a provider account: calls are taken here, in blocks, before they are made, so that a restarted or second
/// activation of the account's grain can never spend more than the provider allows.
/// </summary>
public sealed class ProviderBudget(DataSources sources)
{
    /// <summary>Takes up to <paramref name="wanted"/> calls of one minute.</summary>
    /// <param name="account">Our id of the provider account.</param>
    /// <param name="minute">Unix minutes of real time.</param>
    /// <param name="wanted">How many at most.</param>
    /// <param name="perMinute">The minute's limit.</param>
    /// <param name="perHour">The limit of this and the 59 minutes before.</param>
    /// <returns>How many were taken; 0 when the budget is spent.</returns>
    public async Task<int> TakeAsync(
        string account, long minute, int wanted, int perMinute, int perHour, CancellationToken cancellation = default)
    {
        await using var connection = await sources.State.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);

        await using var open = connection.CreateCommand();
        open.CommandText = "INSERT INTO provider_budget (account, minute, taken) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING";
        open.Parameters.Add(new() { Value = account });
        open.Parameters.Add(new() { Value = minute });
        await open.ExecuteNonQueryAsync(cancellation);

        // The row lock makes takers of one minute queue; rows of earlier minutes no longer change.
        await using var look = connection.CreateCommand();
        look.CommandText = "SELECT taken FROM provider_budget WHERE account = $1 AND minute = $2 FOR UPDATE";
        look.Parameters.Add(new() { Value = account });
        look.Parameters.Add(new() { Value = minute });
        var taken = (int)(await look.ExecuteScalarAsync(cancellation))!;

        await using var past = connection.CreateCommand();
        past.CommandText = "SELECT coalesce(sum(taken), 0)::int FROM provider_budget WHERE account = $1 AND minute < $2 AND minute > $2 - 60";
        past.Parameters.Add(new() { Value = account });
        past.Parameters.Add(new() { Value = minute });
        var hour = (int)(await past.ExecuteScalarAsync(cancellation))!;

        var granted = Math.Max(0, Math.Min(wanted, Math.Min(perMinute - taken, perHour - hour - taken)));
        if (granted > 0)
        {
            await using var take = connection.CreateCommand();
            take.CommandText = "UPDATE provider_budget SET taken = taken + $3 WHERE account = $1 AND minute = $2";
            take.Parameters.Add(new() { Value = account });
            take.Parameters.Add(new() { Value = minute });
            take.Parameters.Add(new() { Value = granted });
            await take.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return granted;
    }
}
