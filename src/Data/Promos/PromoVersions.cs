using NpgsqlTypes;

namespace Webrana.Data.Promos;

/// <summary>The history of promos' rules. A version is noted before the promo's state carries it: never a deed without a name.</summary>
public sealed class PromoVersions(DataSources sources)
{
    /// <summary>Notes what is about to become version <paramref name="version"/>. An intent of the same version that never came to be is replaced.</summary>
    /// <param name="change"><c>CREATED</c>, <c>CHANGED</c> or <c>ARCHIVED</c>.</param>
    /// <param name="definition">The whole rule as JSON.</param>
    /// <param name="now">Business time.</param>
    public async Task NoteAsync(
        string promoId, int version, string change, string actor, string definition, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("""
            INSERT INTO promo_versions (promo_id, version, change, actor, definition, occurred_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (promo_id, version) DO UPDATE
                SET change = excluded.change, actor = excluded.actor, definition = excluded.definition, occurred_at = excluded.occurred_at
            """);
        command.Parameters.Add(new() { Value = promoId });
        command.Parameters.Add(new() { Value = version });
        command.Parameters.Add(new() { Value = change });
        command.Parameters.Add(new() { Value = actor });
        command.Parameters.Add(new() { Value = definition, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
