using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Webrana.Api.Legal;
using Webrana.Api.Problems;
using Webrana.Data.Legal;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Accounts;

/// <summary>A new person's data, already checked.</summary>
public sealed record NewPerson(Guid Id, string Email, string Password, string Name, string? Phone, string Locale, Guid? ReferredBy)
{
    public bool EmailConfirmed { get; init; }

    public string Role { get; init; } = Roles.Customer;

    /// <summary>From where; null when nobody knows.</summary>
    public string? Address { get; init; }
}

/// <summary>
/// Makes accounts. User, role, the yes to the terms, what the registration chose as password and the request for its mail are one transaction. Contact and
/// mail follow behind it, by whichever API takes the request up (ADR 64).
/// </summary>
public sealed class Registration(
    UserManager<User> users, IdentityDb db, PendingRegistrations pending, MailRequests requests, AccountMails mails, LegalLibrary legal, LegalRows acceptances,
    TimeProvider clock)
{
    /// <summary>The user, made now or by an earlier execution of the same operation; or why not.</summary>
    public async Task<(User? User, Refusal? Refusal)> CreateAsync(NewPerson person, CancellationToken cancellation)
    {
        var known = await users.FindByEmailAsync(person.Email);
        if (known?.Id == person.Id)
            return (known, null);
        if (known is not null)
            return (null, await RefuseKnownAsync(person, cancellation));
        var user = new User
        {
            Id = person.Id,
            UserName = person.Email,
            Email = person.Email,
            EmailConfirmed = person.EmailConfirmed,
            Name = person.Name.Trim(),
            Phone = person.Phone,
            Locale = person.Locale,
            ReferralCode = Secrets.NewReferralCode(),
            ReferredBy = person.ReferredBy,
            CreatedAt = clock.GetUtcNow(),
        };
        var inForce = await legal.InForceAsync();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        try
        {
            var made = await users.CreateAsync(user, person.Password);
            if (!made.Succeeded)
            {
                var refusal = Refuse(made);
                return (null, refusal.Kind == ProblemKinds.EmailTaken ? await LostRaceAsync() : refusal);
            }

            await AddRoleAsync(user.Id, person.Role, cancellation);
            // The form says so: who registers accepts what binds.
            await acceptances.AcceptAsync(
                user.Id, inForce, AcceptanceWay.Registration, person.Address, legal.Now, (NpgsqlTransaction)transaction.GetDbTransaction(), cancellation);
            await RememberAsync(person, user.PasswordHash!, cancellation);
            await transaction.CommitAsync(cancellation);
            return (user, null);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { SqlState: "23505" })
        {
            return (null, await LostRaceAsync());
        }

        // Two registrations of one address at once: the unique index let one of them win, and the other is answered as one that came later.
        async Task<Refusal> LostRaceAsync()
        {
            await transaction.RollbackAsync(cancellation);
            await RememberAsync(person, user.PasswordHash!, cancellation);
            return Refusal.Of(ProblemKinds.EmailTaken);
        }
    }

    /// <summary>Contact copy, then the first mail, at once and not by a request; both may be done again at any time.</summary>
    public async Task<Refusal?> TellAccountAsync(User user)
    {
        var contact = await mails.PutContactAsync(user);
        if (!contact.IsOk)
            return Refusal.From(contact);
        if (user.EmailConfirmed)
            return null;
        var mail = await mails.SendFirstConfirmationAsync(user);
        return mail.IsOk ? null : Refusal.From(mail);
    }

    /// <summary>Gives a role, making it when it is the first of its name. Safe to repeat.</summary>
    public async Task AddRoleAsync(Guid user, string role, CancellationToken cancellation)
    {
        var normalized = users.NormalizeName(role);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO identity.roles (id, name, normalized_name, concurrency_stamp) VALUES ({Guid.NewGuid()}, {role}, {normalized}, '1')
            ON CONFLICT (normalized_name) DO NOTHING
            """, cancellation);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO identity.user_roles (user_id, role_id) SELECT {user}, id FROM identity.roles WHERE normalized_name = {normalized}
            ON CONFLICT DO NOTHING
            """, cancellation);
    }

    /// <summary>Takes a role away. Safe to repeat.</summary>
    public Task RemoveRoleAsync(Guid user, string role, CancellationToken cancellation)
    {
        var normalized = users.NormalizeName(role);
        return db.Database.ExecuteSqlAsync($"""
            DELETE FROM identity.user_roles WHERE user_id = {user} AND role_id IN (SELECT id FROM identity.roles WHERE normalized_name = {normalized})
            """, cancellation);
    }

    /// <summary>
    /// A known address costs one hash and is refused a weak password, as a new one is, and what was chosen is remembered as of a new one: neither the
    /// answer nor a sign-in behind it tells the two apart (ADR 61).
    /// </summary>
    private async Task<Refusal> RefuseKnownAsync(NewPerson person, CancellationToken cancellation)
    {
        var nobody = new User { UserName = person.Email, Email = person.Email };
        var errors = new List<IdentityError>();
        foreach (var validator in users.PasswordValidators)
            errors.AddRange((await validator.ValidateAsync(users, nobody, person.Password)).Errors);
        if (errors.Count > 0)
            return WeakPassword(IdentityResult.Failed([.. errors]));
        await RememberAsync(person, users.PasswordHasher.HashPassword(nobody, person.Password), cancellation);
        return Refusal.Of(ProblemKinds.EmailTaken);
    }

    // Whoever is made with a confirmed address, as the first admin is, waits for no link. The mail is asked for whoever has the address (ADR 64).
    private async Task RememberAsync(NewPerson person, string passwordHash, CancellationToken cancellation)
    {
        if (person.EmailConfirmed)
            return;
        await pending.RememberAsync(person.Email, passwordHash, cancellation);
        await requests.AskAsync(db, MailRequestKind.Registration, person.Email, person.Id, cancellation);
    }

    private static Refusal Refuse(IdentityResult result)
    {
        var codes = result.Errors.Select(error => error.Code).ToHashSet();
        if (codes.Contains(nameof(IdentityErrorDescriber.DuplicateEmail)) || codes.Contains(nameof(IdentityErrorDescriber.DuplicateUserName)))
            return Refusal.Of(ProblemKinds.EmailTaken);
        return codes.All(code => code.StartsWith("Password", StringComparison.Ordinal))
            ? WeakPassword(result)
            : Refusal.Invalid(ProblemKinds.ValidationFailed, new Dictionary<string, string[]> { ["email"] = [.. result.Errors.Select(error => error.Description)] });
    }

    /// <summary>The rules a password breaks, in words.</summary>
    public static Refusal WeakPassword(IdentityResult result) => Refusal.Invalid(
        ProblemKinds.WeakPassword, new Dictionary<string, string[]> { ["password"] = [.. result.Errors.Select(error => error.Description)] });
}
