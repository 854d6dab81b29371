using Npgsql;

namespace Webrana.Sandbox.Launcher.Commands;

/// <summary>
/// What `doctor --production` sees of the key ring itself. A certificate encrypts the keys that are made from then on: what was made before it stays as it
/// was, and goes on opening what it sealed.
/// </summary>
static class ProductionKeys
{
    /// <summary>Every key of the ring in the database is encrypted.</summary>
    internal static async Task<Finding> SealedAsync(string connection)
    {
        const string Name = "Sealed keys";
        if (connection.Length == 0)
            return new(false, Name, "DATABASE_URL: the application's connection string, to look whether keys lie readable in the database");
        try
        {
            await using var database = new NpgsqlConnection(connection);
            await database.OpenAsync();
            // Revocations lie there, too: they name keys, and hold nothing secret.
            await using var ask = new NpgsqlCommand("""
                SELECT count(*), count(*) FILTER (WHERE xml NOT LIKE '%encryptedSecret%' AND xml NOT LIKE '%encryptedKey%')
                FROM identity.data_protection_keys WHERE xml LIKE '<key %'
                """, database);
            await using var row = await ask.ExecuteReaderAsync();
            await row.ReadAsync();
            var (keys, plain) = (row.GetInt64(0), row.GetInt64(1));
            return plain > 0 ? new(false, Name, $"{plain} of {keys} keys lie readable in the database, from before the certificate: replace them (docs/OPERATIONS.md, Keys)")
                : keys == 0 ? new(false, Name, "there is no key yet: start the shop, and ask again")
                : new(true, Name, $"{keys} in the database, none of them readable without the certificate");
        }
        catch (Exception away) when (away is NpgsqlException or ArgumentException)
        {
            return new(false, Name, $"the database does not answer: {away.Message}");
        }
    }
}
