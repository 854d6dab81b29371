using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Data;

namespace Webrana.Api.Promos;

/// <summary>
/// Counts promo codes that did not apply: ten an hour for an account and ten for a network address, over all API processes. A try is
/// taken before the code is looked at and given back when it was no guess, so that parallel requests cannot look at an eleventh; if the
/// process dies in between, one try is lost for at most an hour. Real time, as all such limits: a turned business clock gives no new tries.
/// </summary>
public sealed class CodeAttempts(DataSources sources, TimeProvider clock)
{
    /// <summary>Failed codes allowed in one window.</summary>
    public const int Most = 10;

    /// <summary>How long a failure counts, from the first one on.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Takes a try; the refusal says when the next one is free.</summary>
    public async Task<Refusal?> TakeAsync(HttpContext http)
    {
        var now = clock.GetUtcNow();
        await using var connection = await sources.Queries.OpenConnectionAsync(http.RequestAborted);
        await using var transaction = await connection.BeginTransactionAsync(http.RequestAborted);
        // In the order of the keys, so that two requests never wait for each other's second row.
        await using var take = new NpgsqlCommand("""
            INSERT INTO promo_code_attempts AS a (who, window_started_at, failures) SELECT who, $2, 1 FROM unnest($1) who ORDER BY who
            ON CONFLICT (who) DO UPDATE
                SET failures = CASE WHEN a.window_started_at <= $3 THEN 1 ELSE a.failures + 1 END,
                    window_started_at = CASE WHEN a.window_started_at <= $3 THEN $2 ELSE a.window_started_at END
                WHERE a.failures < $4 OR a.window_started_at <= $3
            """, connection, transaction);
        var who = Who(http);
        take.Parameters.Add(new() { Value = who });
        take.Parameters.Add(new() { Value = now.UtcDateTime });
        take.Parameters.Add(new() { Value = (now - Window).UtcDateTime });
        take.Parameters.Add(new() { Value = Most });
        if (await take.ExecuteNonQueryAsync(http.RequestAborted) == who.Length)
        {
            await ForgetOldAsync(connection, transaction, now - Window, http.RequestAborted);
            await transaction.CommitAsync(http.RequestAborted);
            return null;
        }

        await transaction.RollbackAsync(http.RequestAborted);
        return Refusal.Wait(ProblemKinds.TooManyPromoCodes, await WaitAsync(connection, who, now, http.RequestAborted));
    }

    /// <summary>It was no guess: the code applied, or the customer may know why it does not.</summary>
    public async Task GiveBackAsync(HttpContext http)
    {
        await using var command = sources.Queries.CreateCommand("""
            UPDATE promo_code_attempts a SET failures = failures - 1
            FROM (SELECT who FROM promo_code_attempts WHERE who = ANY($1) AND failures > 0 ORDER BY who FOR UPDATE) held WHERE a.who = held.who
            """);
        command.Parameters.Add(new() { Value = Who(http) });
        // Not the request's token: whoever hangs up has not guessed either.
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>The account and the network: of an IPv6 address the 64 bits that are one household's.</summary>
    private static byte[][] Who(HttpContext http) => [Hash($"user:{http.User.GetUserId()}"), Hash($"address:{Network(http.Connection.RemoteIpAddress)}")];

    private static string Network(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }

    private static byte[] Hash(string who) => SHA256.HashData(Encoding.UTF8.GetBytes(who));

    /// <summary>Every try clears a few rows whose hour is over: the table stays as small as an hour's failures.</summary>
    private static async Task ForgetOldAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset before, CancellationToken cancellation)
    {
        await using var forget = new NpgsqlCommand("""
            DELETE FROM promo_code_attempts WHERE who IN
                (SELECT who FROM promo_code_attempts WHERE window_started_at <= $1 ORDER BY window_started_at LIMIT 10 FOR UPDATE SKIP LOCKED)
            """, connection, transaction);
        forget.Parameters.Add(new() { Value = before.UtcDateTime });
        await forget.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<TimeSpan> WaitAsync(NpgsqlConnection connection, byte[][] who, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var read = new NpgsqlCommand("SELECT max(window_started_at) FROM promo_code_attempts WHERE who = ANY($1) AND failures >= $2", connection);
        read.Parameters.Add(new() { Value = who });
        read.Parameters.Add(new() { Value = Most });
        if (await read.ExecuteScalarAsync(cancellation) is not DateTime started)
            return Window;
        // A parallel request may have begun the window a moment after this one looked at the clock.
        var wait = new DateTimeOffset(started, TimeSpan.Zero) + Window - now;
        return wait < Window ? wait : Window;
    }
}
