using Microsoft.AspNetCore.Identity;
using Webrana.Api.Problems;
using Webrana.Data.Shop;

namespace Webrana.Api.Accounts;

/// <summary>Checks e-mail and password, without telling by words or by time which addresses have an account.</summary>
public sealed class SignIn(UserManager<User> users, AuthLimits limits, ShopState shop, TimeProvider clock)
{
    // Any hash of the current format: verifying against it takes as long as verifying against a real one.
    private static readonly string NobodysHash = new PasswordHasher<User>().HashPassword(new User(), Guid.NewGuid().ToString());

    /// <summary>The user, or why not.</summary>
    public async Task<(User? User, Refusal? Refusal)> CheckAsync(string email, string password, string address)
    {
        if (limits.BeforeSignIn(email, address) is { } wait)
            return (null, wait);
        var user = await users.FindByEmailAsync(email);
        if (user is null)
        {
            users.PasswordHasher.VerifyHashedPassword(new User(), NobodysHash, password);
            limits.SignInFailed(email, address);
            return (null, Refusal.Of(ProblemKinds.InvalidCredentials));
        }

        if (await users.IsLockedOutAsync(user))
            return (null, Refusal.Wait(ProblemKinds.LockedOut, (user.LockoutEnd ?? clock.GetUtcNow()) - clock.GetUtcNow()));
        if (!await users.CheckPasswordAsync(user, password))
        {
            limits.SignInFailed(email, address);
            await users.AccessFailedAsync(user);
            return (null, Refusal.Of(ProblemKinds.InvalidCredentials));
        }

        // Only somebody who knows the password learns that the address waits for its confirmation.
        if (!user.EmailConfirmed)
            return (null, Refusal.Of(ProblemKinds.EmailNotConfirmed));
        if ((await shop.ReadAsync()).IsFrozen(user.Id))
            return (null, Refusal.Of(ProblemKinds.AccountFrozen));
        if (user.AccessFailedCount > 0)
            await users.ResetAccessFailedCountAsync(user);
        return (user, null);
    }
}
