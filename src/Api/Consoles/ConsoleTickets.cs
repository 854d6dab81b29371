using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;

namespace Webrana.Api.Consoles;

/// <summary>What a ticket says. Its secret is known to nobody else: the session grain keeps a hash.</summary>
/// <param name="Session">The grain that knows it.</param>
/// <param name="Login">The login it was asked for with.</param>
/// <param name="AsAdmin">Asked for by an admin who is not the owner.</param>
internal sealed record ConsolePass(
    Guid Session, InstanceId Instance, UserId User, Guid Login, bool AsAdmin, ConsoleKind Kind, DateTimeOffset ExpiresAt, byte[] Secret)
{
    /// <summary>A plain hash is enough for 256 random bits.</summary>
    public byte[] Hash => SHA256.HashData(Secret);
}

/// <summary>
/// Tickets as text: sealed with the key ring that all API processes share, so that a made-up, altered or expired one is refused here, in
/// memory, without a database or a grain. Only what we issued ourselves, and that is counted per user, costs a call.
/// </summary>
internal sealed class ConsoleTickets(IDataProtectionProvider protection, TimeProvider clock)
{
    private const byte Version = 1;
    private const int SecretLength = 32;
    private const int Length = 1 + 16 + 16 + 16 + 16 + 1 + 1 + 8 + SecretLength;

    // What a seal adds differs between key rings; anything outside of this is not one of ours and not worth decoding.
    private const int Shortest = Length;
    private const int Longest = 512;

    private readonly IDataProtector _protector = protection.CreateProtector("webrana.console.ticket");

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretLength);

    public string Seal(ConsolePass pass)
    {
        var plain = new byte[Length];
        plain[0] = Version;
        pass.Session.TryWriteBytes(plain.AsSpan(1));
        pass.Instance.Value.TryWriteBytes(plain.AsSpan(17));
        pass.User.Value.TryWriteBytes(plain.AsSpan(33));
        pass.Login.TryWriteBytes(plain.AsSpan(49));
        plain[65] = pass.AsAdmin ? (byte)1 : (byte)0;
        plain[66] = (byte)pass.Kind;
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(67), pass.ExpiresAt.ToUnixTimeMilliseconds());
        pass.Secret.CopyTo(plain.AsSpan(75));
        return Base64Url.EncodeToString(_protector.Protect(plain));
    }

    /// <summary>Reads a ticket for this server and kind; null for anything that is not one of ours, not for them, or too old.</summary>
    public ConsolePass? Read(ReadOnlySpan<char> text, InstanceId instance, ConsoleKind kind)
    {
        if (text.Length is < Shortest or > Longest || !Base64Url.IsValid(text))
            return null;
        byte[] plain;
        try
        {
            plain = _protector.Unprotect(Base64Url.DecodeFromChars(text));
        }
        catch (CryptographicException)
        {
            return null;
        }

        if (plain.Length != Length || plain[0] != Version)
            return null;
        var pass = new ConsolePass(
            new Guid(plain.AsSpan(1, 16)),
            new InstanceId(new Guid(plain.AsSpan(17, 16))),
            new UserId(new Guid(plain.AsSpan(33, 16))),
            new Guid(plain.AsSpan(49, 16)),
            plain[65] == 1,
            (ConsoleKind)plain[66],
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(67))),
            plain[75..]);
        return pass.Instance == instance && pass.Kind == kind && clock.GetUtcNow() < pass.ExpiresAt ? pass : null;
    }
}
