namespace Webrana.Data.Droplets;

/// <summary>Who uses which server name. Each call is one statement and safe to repeat.</summary>
public sealed class ServerNames(DataSources sources)
{
    /// <summary>Claims a name for an instance.</summary>
    /// <param name="name">In canonical (lower) case.</param>
    /// <returns>False when another instance of this owner has it.</returns>
    public async Task<bool> ClaimAsync(Guid owner, string name, Guid instance, CancellationToken cancellation = default)
    {
        // The update changes nothing; it makes RETURNING answer the row that was there first.
        await using var command = sources.State.CreateCommand("""
            INSERT INTO server_names AS n (owner, name, instance) VALUES ($1, $2, $3)
            ON CONFLICT (owner, name) DO UPDATE SET instance = n.instance
            RETURNING instance
            """);
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = instance });
        return (Guid)(await command.ExecuteScalarAsync(cancellation))! == instance;
    }

    /// <summary>Gives back every name of an instance except <paramref name="keep"/> (null: all of them).</summary>
    public async Task ReleaseAsync(Guid instance, string? keep, CancellationToken cancellation = default)
    {
        await using var command = sources.State.CreateCommand("DELETE FROM server_names WHERE instance = $1 AND name IS DISTINCT FROM $2");
        command.Parameters.Add(new() { Value = instance });
        command.Parameters.Add(new() { Value = (object?)keep ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
