using Microsoft.AspNetCore.Identity;
using Webrana.Api.Accounts;
using Webrana.Data;

namespace Webrana.Api.Security;

/// <summary>The second factor of one person: an authenticator app, and ten codes for the day it is lost.</summary>
public sealed class TwoFactor(UserManager<User> users, DataSources sources, TimeProvider clock)
{
    private const int Codes = 10;

    /// <summary>What the app shows beside the account's name.</summary>
    private const string Issuer = "Webrana";

    /// <summary>A new secret, not in force before <see cref="EnableAsync"/>.</summary>
    public async Task<(string Secret, string Uri)> SetUpAsync(User user)
    {
        var secret = Totp.NewSecret();
        await users.SetAuthenticationTokenAsync(user, Provider, SecretName, secret);
        return (secret, Totp.Uri(Issuer, user.Email!, secret));
    }

    /// <summary>Whether a secret waits for its proof or is in force.</summary>
    public async Task<bool> HasSecretAsync(User user) => await users.GetAuthenticationTokenAsync(user, Provider, SecretName) is not null;

    /// <summary>Switches it on with the first code, and answers the recovery codes; null for a wrong code.</summary>
    public async Task<IReadOnlyList<string>?> EnableAsync(User user, string code, CancellationToken cancellation)
    {
        if (!await TakeAppCodeAsync(user, code, cancellation))
            return null;
        var codes = await NewRecoveryCodesAsync(user);
        Must(await users.SetTwoFactorEnabledAsync(user, true));
        return codes;
    }

    /// <summary>Switches it off and forgets secret and codes.</summary>
    public async Task DisableAsync(User user)
    {
        Must(await users.SetTwoFactorEnabledAsync(user, false));
        Must(await users.RemoveAuthenticationTokenAsync(user, Provider, SecretName));
        Must(await users.GenerateNewTwoFactorRecoveryCodesAsync(user, 0) is not null ? IdentityResult.Success : IdentityResult.Failed());
    }

    /// <summary>Ten new codes; the old ones open nothing any more.</summary>
    public async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(User user) => [.. (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, Codes))!];

    /// <summary>Uses up a code of the app or a recovery code. Each works once, however many requests bring it at the same moment.</summary>
    public async Task<bool> TakeAsync(User user, string code, CancellationToken cancellation)
    {
        var typed = code.Replace(" ", "", StringComparison.Ordinal).Trim();
        if (typed.Length == 6)
            return await TakeAppCodeAsync(user, typed, cancellation);
        return typed.Length > 6 && (await users.RedeemTwoFactorRecoveryCodeAsync(user, typed.ToUpperInvariant())).Succeeded;
    }

    private async Task<bool> TakeAppCodeAsync(User user, string code, CancellationToken cancellation)
    {
        if (await users.GetAuthenticationTokenAsync(user, Provider, SecretName) is not { } secret
            || Totp.StepOf(secret, code.Replace(" ", "", StringComparison.Ordinal), clock.GetUtcNow()) is not { } step)
            return false;
        await using var use = sources.Queries.CreateCommand(
            "UPDATE identity.users SET last_totp_step = $2 WHERE id = $1 AND (last_totp_step IS NULL OR last_totp_step < $2)");
        use.Parameters.Add(new() { Value = user.Id });
        use.Parameters.Add(new() { Value = step });
        return await use.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private static void Must(IdentityResult result)
    {
        // Somebody changed the same account at the same moment: the caller hears that nothing is certain, and asks again.
        if (!result.Succeeded)
            throw new TimeoutException($"The account changed meanwhile: {string.Join(", ", result.Errors.Select(error => error.Code))}.");
    }

    private const string Provider = "[Webrana]";
    private const string SecretName = "AuthenticatorSecret";
}
