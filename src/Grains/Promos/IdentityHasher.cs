using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Webrana.Contracts;
using Webrana.Domain.Promos;

namespace Webrana.Grains.Promos;

/// <summary>
/// Identities as keyed hashes: whoever reads the table without the key cannot try addresses against it, and a deleted account leaves no
/// address behind.
/// </summary>
public sealed class IdentityHasher(IOptions<PromoOptions> options)
{
    // Where no key is set (tests, sandbox) the hashes protect nobody: there are no real people there. Production refuses to start so.
    const string Unkeyed = "webrana-sandbox-identities-are-not-people";

    readonly byte[] _key = Encoding.UTF8.GetBytes(options.Value.IdentityKey ?? Unkeyed);

    /// <summary>The mailbox behind an address.</summary>
    public byte[] Email(string address) => Hash("email", PersonIdentity.Email(address));

    /// <summary>A phone number; null for what is none.</summary>
    public byte[]? Phone(string? phone) => PersonIdentity.Phone(phone) is { } digits ? Hash("phone", digits) : null;

    /// <summary>The account itself.</summary>
    public byte[] Account(UserId user) => Hash("account", user.ToString());

    byte[] Hash(string kind, string value) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{kind}:{value}"));
}
