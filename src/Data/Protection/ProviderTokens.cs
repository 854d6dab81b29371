using Microsoft.AspNetCore.DataProtection;

namespace Webrana.Data.Protection;

/// <summary>
/// Provider tokens at rest: the API closes them before they travel, silos open them to call. Whoever reads the rows without the key ring
/// reads nothing.
/// </summary>
public sealed class ProviderTokens(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("webrana.provider.token");

    /// <summary>Encrypts a token.</summary>
    public string Close(string token) => _protector.Protect(token);

    /// <summary>The token again.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Not closed by this installation.</exception>
    public string Open(string closed) => _protector.Unprotect(closed);
}
