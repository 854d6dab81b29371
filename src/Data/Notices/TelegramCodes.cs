using System.Security.Cryptography;
using System.Text;

namespace Webrana.Data.Notices;

/// <summary>Codes that tie a Telegram chat to an account. Each works once.</summary>
public sealed class TelegramCodes(DataSources sources)
{
    /// <summary>How long a code works.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    // No 0, O, 1, I: it may have to be typed. 32^10: nobody guesses one in ten minutes.
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int Length = 10;

    /// <summary>A fresh code of an account; codes before it stop working.</summary>
    public async Task<string> NewAsync(Guid userId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        await using var command = sources.Queries.CreateCommand("""
            WITH old AS (DELETE FROM telegram_codes WHERE user_id = $2 OR expires_at < $4)
            INSERT INTO telegram_codes (code_hash, user_id, expires_at) VALUES ($1, $2, $3)
            """);
        command.Parameters.Add(new() { Value = Hash(code) });
        command.Parameters.Add(new() { Value = userId });
        command.Parameters.Add(new() { Value = (now + Life).UtcDateTime });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
        return code;
    }

    /// <summary>Whose code it is; it does not work a second time. Null for one that is unknown, used or too old.</summary>
    public async Task<Guid?> RedeemAsync(string code, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var command = sources.Queries.CreateCommand("DELETE FROM telegram_codes WHERE code_hash = $1 AND expires_at >= $2 RETURNING user_id");
        command.Parameters.Add(new() { Value = Hash(code.Trim().ToUpperInvariant()) });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        return await command.ExecuteScalarAsync(cancellation) as Guid?;
    }

    private static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
