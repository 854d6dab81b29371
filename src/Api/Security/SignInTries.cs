using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Data;

namespace Webrana.Api.Security;

/// <summary>
/// Counts tries to sign in, per address and network address and per address alone, over all API processes. A try is taken before the password is
/// looked at and forgotten when it was right, so that parallel guesses cannot outrun the count. An address without an account is counted by the same
/// statements: neither the answers nor their time tell it apart. Real time. Only hashes are kept.
/// </summary>
public sealed class SignInTries(DataSources sources, TimeProvider clock, IOptions<AuthOptions> options, RefusedAccess refused)
{
    /// <summary>Takes a try; the refusal says when the next one is free.</summary>
    public async Task<Refusal?> TakeAsync(string email, string address, CancellationToken cancellation) =>
        await TakeAsync(Pair(email, address), options.Value.FailuresPerEmailAndAddress, cancellation)
        ?? await TakeAsync(Key(email), options.Value.FailuresPerEmail, cancellation);

    /// <summary>
    /// It was right: nothing that was tried from here counts any more. What was tried from elsewhere does: whoever guesses there would see by a wait that
    /// does not come that an owner came by, and so that there is one.
    /// </summary>
    public async Task ForgetAsync(string email, string address, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand("""
            WITH mine AS (DELETE FROM identity.sign_in_tries WHERE key = $1 RETURNING tries)
            UPDATE identity.sign_in_tries SET tries = greatest(tries - coalesce((SELECT tries FROM mine), 1), 0) WHERE key = $2
            """);
        command.Parameters.Add(new() { Value = Pair(email, address) });
        command.Parameters.Add(new() { Value = Key(email) });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>It was no guess: this one try does not count.</summary>
    public async Task GiveBackAsync(string email, string address, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand("UPDATE identity.sign_in_tries SET tries = tries - 1 WHERE key = ANY($1) AND tries > 0");
        command.Parameters.Add(new() { Value = new[] { Pair(email, address), Key(email) } });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A new password by mail opens the account again, from everywhere that has not failed itself.</summary>
    public async Task ForgetAsync(string email, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand("DELETE FROM identity.sign_in_tries WHERE key = $1");
        command.Parameters.Add(new() { Value = Key(email) });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<Refusal?> TakeAsync(byte[] key, int most, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var take = sources.Queries.CreateCommand("""
            INSERT INTO identity.sign_in_tries AS t (key, tries, window_ends) VALUES ($1, 1, $3)
            ON CONFLICT (key) DO UPDATE
                SET tries = CASE WHEN t.window_ends <= $2 THEN 1 ELSE t.tries + 1 END,
                    window_ends = CASE WHEN t.window_ends <= $2 THEN $3 ELSE t.window_ends END
                WHERE t.window_ends <= $2 OR t.tries < $4
            """);
        foreach (var value in new object[] { key, now, now + options.Value.LockoutTime, most })
            take.Parameters.Add(new() { Value = value });
        if (await take.ExecuteNonQueryAsync(cancellation) == 1)
            return null;
        await using var look = sources.Queries.CreateCommand("SELECT window_ends FROM identity.sign_in_tries WHERE key = $1");
        look.Parameters.Add(new() { Value = key });
        var wait = await look.ExecuteScalarAsync(cancellation) is DateTime ends ? ends - now : TimeSpan.FromSeconds(1);
        refused.Note(RefusedReason.LockedOut);
        return Refusal.Wait(ProblemKinds.LockedOut, wait);
    }

    private static byte[] Key(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(EmailKey.Of(email)));

    private static byte[] Pair(string email, string address) => SHA256.HashData(Encoding.UTF8.GetBytes($"{EmailKey.Of(email)}\n{address}"));
}
