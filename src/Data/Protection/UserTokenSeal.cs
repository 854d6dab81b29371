using Microsoft.AspNetCore.DataProtection;

namespace Webrana.Data.Protection;

/// <summary>
/// Keeps what proves a second factor (the authenticator's secret, recovery codes): <c>identity.user_tokens</c> holds noise, the key ring is needed to
/// read it.
/// </summary>
public sealed class UserTokenSeal(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("webrana.identity.user-tokens");

    /// <summary>Closes a value for its row.</summary>
    public string Seal(string value) => _protector.Protect(value);

    /// <summary>Opens it.</summary>
    public string Open(string stored) => _protector.Unprotect(stored);
}
