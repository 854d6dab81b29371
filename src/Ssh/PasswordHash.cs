using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;

namespace Webrana.Ssh;

/// <summary>Passwords of servers: what a person can copy, and what a server's shadow file may hold.</summary>
public static class PasswordHash
{
    /// <summary>Without what people mix up, and without what a shell or a keyboard layout would change.</summary>
    private const string Readable = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    // 116 bits: nobody guesses it, so the hash needs no more work than its lowest sensible cost.
    private const int Length = 20;
    private const int Cost = 6;

    /// <summary>A new random password of 20 letters and digits.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString(Readable, Length);

    /// <summary>bcrypt (<c>$2y$</c>), as crypt(3) of every distribution on sale and cloud-init's <c>chpasswd</c> take it.</summary>
    public static string Bcrypt(string password) => OpenBsdBCrypt.Generate("2y", password.ToCharArray(), RandomNumberGenerator.GetBytes(16), Cost);

    /// <summary>Whether a hash is of this password.</summary>
    public static bool Matches(string password, string hash) => OpenBsdBCrypt.CheckPassword(hash, password.ToCharArray());
}
