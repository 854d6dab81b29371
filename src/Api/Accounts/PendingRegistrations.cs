using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Webrana.Data;

namespace Webrana.Api.Accounts;

/// <summary>
/// What the last registration of each address chose as password, for as long as a link to confirm it lives, and whether or not the address had an account
/// (ADR 61). Whoever signs in with it is told to confirm the address: told the same of every address, because the answer comes from this row and from no
/// account. It opens nothing. Real time; of the address only a hash is kept.
/// </summary>
public sealed class PendingRegistrations(
    UserManager<User> users, IdentityDb db, DataSources sources, IOptions<DataProtectionTokenProviderOptions> links, TimeProvider clock)
{
    /// <summary>Takes the place of what the address's registration before chose. In the transaction that runs on identity's tables, where one does.</summary>
    public Task RememberAsync(string email, string passwordHash, CancellationToken cancellation)
    {
        var (address, until) = (Key(email), (clock.GetUtcNow() + links.Value.TokenLifespan).UtcDateTime);
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO identity.pending_registrations (address, password_hash, expires_at) VALUES ({address}, {passwordHash}, {until})
            ON CONFLICT (address) DO UPDATE SET password_hash = excluded.password_hash, expires_at = excluded.expires_at
            """, cancellation);
    }

    /// <summary>Whether this is what the address's last registration chose. Costs one hash, also where there is no row.</summary>
    public async Task<bool> IsChosenAsync(string email, string password, CancellationToken cancellation)
    {
        await using var look = sources.Queries.CreateCommand("SELECT password_hash FROM identity.pending_registrations WHERE address = $1 AND expires_at > $2");
        look.Parameters.Add(new() { Value = Key(email) });
        look.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        var chosen = await look.ExecuteScalarAsync(cancellation) as string;
        var verdict = users.PasswordHasher.VerifyHashedPassword(new User(), chosen ?? SignIn.NobodysHash, password);
        return chosen is not null && verdict != PasswordVerificationResult.Failed;
    }

    /// <summary>Another link was asked for, by whoever and whether or not there is one to send: what still stands stands as long as that would.</summary>
    public async Task ProlongAsync(string email, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var prolong = sources.Queries.CreateCommand("UPDATE identity.pending_registrations SET expires_at = $3 WHERE address = $1 AND expires_at > $2");
        foreach (var value in new object[] { Key(email), now.UtcDateTime, (now + links.Value.TokenLifespan).UtcDateTime })
            prolong.Parameters.Add(new() { Value = value });
        await prolong.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// The address is confirmed: what the account's own registration chose opens it from now on. What another one chose since stays until its time, or
    /// whoever it was would learn that an owner has confirmed.
    /// </summary>
    public async Task ConfirmedAsync(User user, CancellationToken cancellation)
    {
        await using var forget = sources.Queries.CreateCommand("DELETE FROM identity.pending_registrations WHERE address = $1 AND password_hash = $2");
        forget.Parameters.Add(new() { Value = Key(user.Email!) });
        forget.Parameters.Add(new() { Value = user.PasswordHash ?? "" });
        await forget.ExecuteNonQueryAsync(cancellation);
    }

    // As UserManager finds addresses, so that one account has one row.
    private byte[] Key(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(users.NormalizeEmail(email)!));
}
