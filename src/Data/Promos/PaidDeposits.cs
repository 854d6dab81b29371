namespace Webrana.Data.Promos;

/// <summary>What a person paid in before, for promos that ask.</summary>
public sealed class PaidDeposits(DataSources sources)
{
    /// <summary>
    /// Whether a person ever paid a deposit of at least so much. One whose money was given back counts as well: paying and taking back makes
    /// nobody new.
    /// </summary>
    /// <param name="except">The grain key of the deposit that asks; empty for none.</param>
    public async Task<bool> EverAsync(Guid owner, long leastIdr, string except, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT EXISTS (SELECT FROM grain_state WHERE state = 'deposit' AND owner = $1 AND status IN ('PAID', 'REFUND') AND key <> $3
                                                     AND (payload ->> 'amount')::bigint >= $2)
            """);
        command.Parameters.Add(new() { Value = owner.ToString("D") });
        command.Parameters.Add(new() { Value = leastIdr });
        command.Parameters.Add(new() { Value = except });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>
    /// Whether a person has another paid deposit of at least so much that rewards were asked about. Of two that are paid in the same moments
    /// neither stands in the other's way, in whatever order one hears of them.
    /// </summary>
    /// <param name="except">The grain key of the deposit that asks.</param>
    public async Task<bool> ToldAsync(Guid owner, long leastIdr, string except, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("""
            SELECT EXISTS (SELECT FROM grain_state WHERE state = 'deposit' AND owner = $1 AND status = 'PAID' AND key <> $3
                                                     AND (payload ->> 'amount')::bigint >= $2 AND payload @> '{"payments": [{"told": true}]}')
            """);
        command.Parameters.Add(new() { Value = owner.ToString("D") });
        command.Parameters.Add(new() { Value = leastIdr });
        command.Parameters.Add(new() { Value = except });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }
}
