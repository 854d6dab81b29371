using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Webrana.Domain.SshKeys;

/// <summary>Why a text is not a key that can be used.</summary>
public enum SshKeyFault
{
    /// <summary>Not one line of type, base64 and comment.</summary>
    NotAKey,

    /// <summary>Somebody pasted the half that must never leave his machine.</summary>
    PrivateKey,

    /// <summary>A type that servers do not take any more (dss), or that they do not know.</summary>
    TypeNotSupported,

    /// <summary>RSA below 2048 bits.</summary>
    TooShort,
}

/// <summary>A public key as OpenSSH writes it: one line of an authorized_keys file without options.</summary>
/// <param name="Type">Such as <c>ssh-ed25519</c>.</param>
/// <param name="Blob">The key itself, base64.</param>
/// <param name="Comment">What follows; empty when nothing does.</param>
/// <param name="Fingerprint"><c>SHA256:…</c>, as ssh-keygen -l shows it.</param>
public sealed record SshPublicKey(string Type, string Blob, string Comment, string Fingerprint)
{
    private const string Rsa = "ssh-rsa";
    private const int SmallestRsaBits = 2048;

    private static readonly string[] Types = ["ssh-ed25519", Rsa, "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];

    /// <summary>Type and key without the comment: what is given to servers.</summary>
    public string Line => $"{Type} {Blob}";

    /// <summary>Reads a pasted key.</summary>
    /// <param name="text">Surrounding white space is forgiven; anything else is not guessed at.</param>
    /// <param name="fault">Why there is no key.</param>
    public static SshPublicKey? Parse(string text, out SshKeyFault fault)
    {
        var line = text.Trim();
        fault = line.Contains("PRIVATE KEY", StringComparison.Ordinal) ? SshKeyFault.PrivateKey : SshKeyFault.NotAKey;
        if (line.Any(char.IsControl))
            return null;
        var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2 || Decode(parts[1]) is not { } blob || ReadField(blob, 0) is not { } type || Encoding.ASCII.GetString(blob, 4, type) != parts[0])
            return null;
        if (!Types.Contains(parts[0]))
        {
            fault = SshKeyFault.TypeNotSupported;
            return null;
        }

        if (!HasWholeFields(blob))
            return null;
        if (parts[0] == Rsa && RsaBits(blob) < SmallestRsaBits)
        {
            fault = SshKeyFault.TooShort;
            return null;
        }

        var fingerprint = "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=');
        return new SshPublicKey(parts[0], parts[1], parts.Length == 3 ? parts[2].Trim() : "", fingerprint);
    }

    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var written) ? bytes[..written] : null;
    }

    /// <summary>The length of the field at an offset; null when it reaches beyond the end.</summary>
    private static int? ReadField(byte[] blob, int at) =>
        blob.Length - at >= 4 && BinaryPrimitives.ReadInt32BigEndian(blob.AsSpan(at)) is >= 0 and var length && length <= blob.Length - at - 4 ? length : null;

    /// <summary>Every key is a row of length-prefixed fields that fills the blob, at least a type and one number.</summary>
    private static bool HasWholeFields(byte[] blob)
    {
        var (at, fields) = (0, 0);
        while (at < blob.Length)
        {
            if (ReadField(blob, at) is not { } length)
                return false;
            at += 4 + length;
            fields++;
        }

        return fields >= 2;
    }

    /// <summary>The third field (type, exponent, modulus), without its sign byte.</summary>
    private static int RsaBits(byte[] blob)
    {
        var at = 0;
        for (var field = 0; field < 2; field++)
            at += 4 + (ReadField(blob, at) ?? 0);
        if (ReadField(blob, at) is not { } length)
            return 0;
        var modulus = blob.AsSpan(at + 4, length).TrimStart((byte)0);
        return modulus.IsEmpty ? 0 : ((modulus.Length - 1) * 8) + 32 - System.Numerics.BitOperations.LeadingZeroCount(modulus[0]);
    }
}
