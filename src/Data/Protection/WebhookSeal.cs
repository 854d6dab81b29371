using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Webrana.Data.Protection;

/// <summary>Keeps the signing secrets of customers' webhooks: rows hold noise, the key ring is needed to sign with them.</summary>
public sealed class WebhookSeal(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("webrana.webhooks.secret");

    /// <summary>Closes a secret for its row.</summary>
    public byte[] Seal(string secret) => _protector.Protect(System.Text.Encoding.UTF8.GetBytes(secret));

    /// <summary>Closes a stored one again, under the key in force.</summary>
    /// <exception cref="CryptographicException">The key ring does not know it any more.</exception>
    public byte[] SealAnew(byte[] stored) => _protector.Protect(_protector.Unprotect(stored));

    /// <summary>Opens it; null when the key ring does not know it any more.</summary>
    public string? Open(byte[] stored)
    {
        try
        {
            return System.Text.Encoding.UTF8.GetString(_protector.Unprotect(stored));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
