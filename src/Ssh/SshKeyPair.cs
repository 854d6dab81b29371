using System.Buffers.Binary;
using System.Text;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Utilities;
using Org.BouncyCastle.Security;

namespace Webrana.Ssh;

/// <summary>An ed25519 key pair in the forms OpenSSH knows.</summary>
/// <param name="PublicLine">One line of an authorized_keys file: type, base64, comment.</param>
/// <param name="PrivatePem">The private half, unencrypted PEM. A secret: never logged, never stored as it is.</param>
public sealed record SshKeyPair(string PublicLine, string PrivatePem)
{
    private const string Algorithm = "ssh-ed25519";

    /// <summary>A new pair, from the system's randomness.</summary>
    /// <param name="comment">Ends the public line, for people; no spaces.</param>
    public static SshKeyPair Generate(string comment)
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        var publicBlob = OpenSshPublicKeyUtilities.EncodePublicKey(pair.Public);
        var privateBlob = OpenSshPrivateKeyUtilities.EncodePrivateKey(pair.Private);
        return new SshKeyPair($"{Algorithm} {Convert.ToBase64String(publicBlob)} {comment}", Pem(privateBlob));
    }

    /// <summary>The algorithm a public key blob names in its first field, such as <c>ssh-ed25519</c>.</summary>
    public static string AlgorithmOf(ReadOnlySpan<byte> blob)
    {
        var length = blob.Length < 4 ? -1 : BinaryPrimitives.ReadInt32BigEndian(blob);
        return length > 0 && length <= blob.Length - 4 ? Encoding.ASCII.GetString(blob.Slice(4, length)) : "";
    }

    /// <inheritdoc/>
    public override string ToString() => PublicLine;

    private static string Pem(byte[] blob)
    {
        var pem = new StringBuilder("-----BEGIN OPENSSH PRIVATE KEY-----\n");
        foreach (var line in Convert.ToBase64String(blob).Chunk(70))
            pem.Append(line).Append('\n');
        return pem.Append("-----END OPENSSH PRIVATE KEY-----\n").ToString();
    }
}
