using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Webrana.Data.Protection;

/// <summary>
/// Carries a secret from a silo to an API process for the next minute: on the wire, in a dump or in a trace it is noise, and kept it
/// turns useless. Both ends share the key ring.
/// </summary>
public sealed class AccessSeal(IDataProtectionProvider protection)
{
    /// <summary>How long a sealed secret can be opened.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly IDataProtector _protector = protection.CreateProtector("webrana.access.sealed");

    /// <summary>Closes a secret.</summary>
    /// <param name="now">Real time.</param>
    public byte[] Seal(string secret, DateTimeOffset now)
    {
        var plain = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(secret)];
        BinaryPrimitives.WriteInt64BigEndian(plain, (now + Life).ToUnixTimeMilliseconds());
        Encoding.UTF8.GetBytes(secret, plain.AsSpan(sizeof(long)));
        return _protector.Protect(plain);
    }

    /// <summary>Opens it; null when its minute is over or it is not of this installation.</summary>
    /// <param name="now">Real time.</param>
    public string? Open(byte[] sealedSecret, DateTimeOffset now)
    {
        try
        {
            var plain = _protector.Unprotect(sealedSecret);
            return BinaryPrimitives.ReadInt64BigEndian(plain) >= now.ToUnixTimeMilliseconds() ? Encoding.UTF8.GetString(plain.AsSpan(sizeof(long))) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
