using Microsoft.AspNetCore.Identity;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Contracts;
using Webrana.Data.Shop;

namespace Webrana.Api.Accounts;

/// <summary>
/// Checks e-mail, password and second factor, without telling by words or by time which addresses have an account: every try that fails costs the same
/// counting and two hashes, whoever it is for, and only somebody who knows the password of a confirmed account learns anything else.
/// </summary>
public sealed class SignIn(
    UserManager<User> users, SignInTries tries, PendingRegistrations pending, TwoFactor twoFactor, ShopState shop, TimeProvider clock, RefusedAccess refused)
{
    // Any hash of the current format: verifying against it takes as long as verifying against a real one.
    internal static readonly string NobodysHash = new PasswordHasher<User>().HashPassword(new User(), Guid.NewGuid().ToString());

    /// <summary>The user, or why not.</summary>
    public async Task<(User? User, Refusal? Refusal)> CheckAsync(string email, string password, string? code, string address, CancellationToken cancellation)
    {
        if (await tries.TakeAsync(email, address, cancellation) is { } wait)
            return (null, wait);
        var user = await users.FindByEmailAsync(email);
        var right = user is not null && await users.CheckPasswordAsync(user, password);
        if (user is null)
            users.PasswordHasher.VerifyHashedPassword(new User(), NobodysHash, password);
        // That an address waits for its confirmation is said of the last registration, never of an account: an unconfirmed one, a confirmed one whose
        // address somebody registered again, and none at all are answered alike (ADR 61).
        if (user is null || !right || !user.EmailConfirmed)
            return (null, Refusal.Of(await pending.IsChosenAsync(email, password, cancellation) ? ProblemKinds.EmailNotConfirmed : ProblemKinds.InvalidCredentials));
        if (await MayEnterAsync(user) is { } closed)
            return (null, closed);
        if (user.TwoFactorEnabled)
        {
            // Being asked for the code is no failure, and no success that would give back the tries of somebody who guesses codes.
            if (string.IsNullOrWhiteSpace(code))
            {
                await tries.GiveBackAsync(email, address, cancellation);
                return (null, Refusal.Of(ProblemKinds.TwoFactorRequired));
            }

            if (!await twoFactor.TakeAsync(user, code, cancellation))
            {
                refused.Note(RefusedReason.SecondFactor, new UserId(user.Id));
                return (null, Refusal.Of(ProblemKinds.InvalidTwoFactorCode));
            }
        }

        await tries.ForgetAsync(email, address, cancellation);
        return (user, null);
    }

    /// <summary>Why somebody who has proven who they are may not come in, or null.</summary>
    public async Task<Refusal?> MayEnterAsync(User user)
    {
        if (await users.IsLockedOutAsync(user))
            return Refusal.Wait(ProblemKinds.LockedOut, (user.LockoutEnd ?? clock.GetUtcNow()) - clock.GetUtcNow());
        if (!user.EmailConfirmed)
            return Refusal.Of(ProblemKinds.EmailNotConfirmed);
        return (await shop.ReadAsync()).IsFrozen(user.Id) ? Refusal.Of(ProblemKinds.AccountFrozen) : null;
    }

    /// <summary>Whether it is really the owner who asks for a change: null, or the refusal. Counted as signing in is.</summary>
    public async Task<Refusal?> ProveAsync(User user, string password, string address, CancellationToken cancellation)
    {
        if (await TakeTryAsync(user, address, cancellation) is { } wait)
            return wait;
        if (!await users.CheckPasswordAsync(user, password))
            return Refusal.Of(ProblemKinds.WrongPassword);
        await tries.GiveBackAsync(user.Email!, address, cancellation);
        return null;
    }

    /// <summary>Takes a try at a code of a signed-in person.</summary>
    public Task<Refusal?> TakeTryAsync(User user, string address, CancellationToken cancellation) => tries.TakeAsync(user.Email!, address, cancellation);

    /// <summary>The code was right.</summary>
    public Task WasRightAsync(User user, string address, CancellationToken cancellation) => tries.ForgetAsync(user.Email!, address, cancellation);
}
