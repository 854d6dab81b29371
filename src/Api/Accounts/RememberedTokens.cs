using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;

namespace Webrana.Api.Accounts;

/// <summary>
/// Access tokens that were decrypted and found genuine, so that the next request with the same token need not decrypt it again. What is
/// remembered is only that the token is ours and what it says; whether its time is up is judged at every request by the framework's handler,
/// as for a token seen for the first time.
/// <para>
/// Revocation: an access token cannot be revoked (ADR 7), only its session can, and the token ends by itself after at most
/// <see cref="AuthOptions.AccessTokenLife"/>. Neither is changed here. The one thing that ends tokens earlier is revoking the Data Protection
/// keys they are encrypted with: that takes effect at most <see cref="AuthOptions.TokenRecheck"/> later than it would without this memory.
/// </para>
/// </summary>
internal sealed class RememberedTokens(ISecureDataFormat<AuthenticationTicket> inner, TimeProvider clock, AuthOptions options)
    : ISecureDataFormat<AuthenticationTicket>
{
    // Two generations: when the young one is full it becomes the old one, and the old one is dropped. Bounded, without a list of who came when.
    private readonly int _capacity = Math.Max(1, options.RememberedTokens / 2);
    private readonly Lock _turning = new();
    private ConcurrentDictionary<TokenHash, Genuine> _young = new();
    private ConcurrentDictionary<TokenHash, Genuine> _old = new();
    private long _decrypted;

    /// <summary>How many tokens were decrypted.</summary>
    internal long Decrypted => Interlocked.Read(ref _decrypted);

    /// <summary>How many are remembered; those in both generations count twice.</summary>
    internal int Count => _young.Count + _old.Count;

    public string Protect(AuthenticationTicket data) => inner.Protect(data);

    public string Protect(AuthenticationTicket data, string? purpose) => inner.Protect(data, purpose);

    public AuthenticationTicket? Unprotect(string? protectedText, string? purpose) => inner.Unprotect(protectedText, purpose);

    public AuthenticationTicket? Unprotect(string? protectedText)
    {
        if (protectedText is null or { Length: > 4096 }) return inner.Unprotect(protectedText);
        var hash = TokenHash.Of(protectedText);
        var now = clock.GetUtcNow();
        if (_young.TryGetValue(hash, out var known) && now < known.RecheckAt) return known.Ticket();
        if (_old.TryGetValue(hash, out known) && now < known.RecheckAt)
        {
            Remember(hash, known);
            return known.Ticket();
        }

        Interlocked.Increment(ref _decrypted);
        // A forgery is not remembered: it could only push genuine tokens out.
        if (inner.Unprotect(protectedText) is not { } ticket) return null;
        var fresh = new Genuine(ticket, now + options.TokenRecheck);
        if (ticket.Properties.ExpiresUtc is { } expires && expires > now) Remember(hash, fresh);
        return fresh.Ticket();
    }

    private void Remember(TokenHash hash, Genuine token)
    {
        _young[hash] = token;
        if (_young.Count < _capacity) return;
        lock (_turning)
        {
            if (_young.Count >= _capacity) (_old, _young) = (_young, new());
        }
    }

    private sealed record Genuine(AuthenticationTicket Stored, DateTimeOffset RecheckAt)
    {
        // A principal and properties of its own for every request: what one request adds to its user, no other may see.
        public AuthenticationTicket Ticket() =>
            new(new ClaimsPrincipal(Stored.Principal.Identities.Select(identity => identity.Clone())), Stored.Properties.Clone(), Stored.AuthenticationScheme);
    }

    /// <summary>SHA-256 of a token: the memory of a process holds no list of credentials.</summary>
    private readonly record struct TokenHash(UInt128 High, UInt128 Low)
    {
        public static TokenHash Of(string token)
        {
            Span<byte> text = stackalloc byte[Encoding.UTF8.GetMaxByteCount(token.Length) is var most and <= 2048 ? most : 0];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            if (text.IsEmpty) SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
            else SHA256.HashData(text[..Encoding.UTF8.GetBytes(token, text)], hash);
            return new TokenHash(
                System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash),
                System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash[16..]));
        }
    }
}
