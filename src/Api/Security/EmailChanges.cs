using Microsoft.AspNetCore.Identity;
using Npgsql;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Data;
using Webrana.Wire.Security;

namespace Webrana.Api.Security;

/// <summary>
/// A new address takes both addresses' word: a stolen session alone cannot carry an account away, and a mistyped address cannot lose one. The row goes
/// last, so that a link followed again after a crash does what is left.
/// </summary>
public sealed class EmailChanges(UserManager<User> users, DataSources sources, AccountMails mails, TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>Sends the two links; replaces a change that waits.</summary>
    public async Task<Refusal?> StartAsync(User user, string newEmail, CancellationToken cancellation)
    {
        var (old, fresh) = (Secrets.New(Secrets.EmailChange), Secrets.New(Secrets.EmailChange));
        var now = clock.GetUtcNow();
        await using var command = sources.Queries.CreateCommand("""
            INSERT INTO identity.email_changes (user_id, new_email, old_hash, new_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (user_id) DO UPDATE SET new_email = $2, old_hash = $3, new_hash = $4, old_agreed = false, new_agreed = false, created_at = $5, expires_at = $6
            """);
        foreach (var value in new object[] { user.Id, newEmail, Secrets.Hash(old), Secrets.Hash(fresh), now.UtcDateTime, (now + Life).UtcDateTime })
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
        return await mails.SendEmailChangeAsync(user, newEmail, old, fresh);
    }

    /// <summary>The change that waits, or null.</summary>
    public async Task<EmailChange?> PendingAsync(Guid user, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand(
            "SELECT new_email, old_agreed, new_agreed, expires_at FROM identity.email_changes WHERE user_id = $1 AND expires_at > $2");
        command.Parameters.Add(new() { Value = user });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new EmailChange(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), new DateTimeOffset(row.GetDateTime(3), TimeSpan.Zero))
            : null;
    }

    /// <summary>Drops the change that waits.</summary>
    public async Task CancelAsync(Guid user, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand("DELETE FROM identity.email_changes WHERE user_id = $1");
        command.Parameters.Add(new() { Value = user });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Takes one address's word; with both, the address changes.</summary>
    public async Task<(EmailChangeAnswer? Answer, Refusal? Refusal)> AgreeAsync(string token, CancellationToken cancellation)
    {
        if (await TakeWordAsync(Secrets.Hash(token), cancellation) is not var (id, newEmail, both) || await users.FindByIdAsync(id.ToString("D")) is not { } user)
            return (null, Refusal.Of(ProblemKinds.InvalidToken));
        if (!both)
            return (new EmailChangeAnswer(false), null);
        var before = user.Email!;
        if (!string.Equals(before, newEmail, StringComparison.Ordinal))
        {
            (user.UserName, user.Email, user.EmailConfirmed) = (newEmail, newEmail, true);
            try
            {
                // The stamp, too: links to a new password that went to the old address die with it.
                if (!(await users.UpdateSecurityStampAsync(user)).Succeeded)
                    return (null, await DroppedAsync(id, cancellation));
            }
            catch (Microsoft.EntityFrameworkCore.DbUpdateException race) when (race.InnerException is PostgresException { SqlState: "23505" })
            {
                return (null, await DroppedAsync(id, cancellation));
            }

            // Said to the old address: if it was not its owner, this is where they hear of it.
            if ((await mails.SendEmailChangedAsync(user, before)).IsOk is false)
                return (null, Refusal.Of(ProblemKinds.TemporarilyUnavailable));
        }

        var contact = await mails.PutContactAsync(user);
        if (!contact.IsOk)
            return (null, Refusal.From(contact));
        await CancelAsync(id, cancellation);
        return (new EmailChangeAnswer(true), null);
    }

    private async Task<Refusal> DroppedAsync(Guid user, CancellationToken cancellation)
    {
        await CancelAsync(user, cancellation);
        return Refusal.Of(ProblemKinds.EmailTaken);
    }

    private async Task<(Guid User, string NewEmail, bool Both)?> TakeWordAsync(byte[] hash, CancellationToken cancellation)
    {
        await using var command = sources.Queries.CreateCommand("""
            UPDATE identity.email_changes SET old_agreed = old_agreed OR old_hash = $1, new_agreed = new_agreed OR new_hash = $1
            WHERE (old_hash = $1 OR new_hash = $1) AND expires_at > $2 RETURNING user_id, new_email, old_agreed AND new_agreed
            """);
        command.Parameters.Add(new() { Value = hash });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? (row.GetGuid(0), row.GetString(1), row.GetBoolean(2)) : null;
    }
}
