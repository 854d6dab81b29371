namespace Webrana.Data.Protection;

/// <summary>
/// How a key ring itself is protected. Configuration section <c>Protection</c>, the same in every API and silo; <c>Web:Protection</c> of the Web, which
/// compiles this file for a ring of its own.
/// </summary>
public sealed class ProtectionOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Protection";

    /// <summary>
    /// A PKCS#12 file whose certificate encrypts the ring's keys, so that a copy of the database (of the Web's folder) alone opens nothing. Null
    /// (default): they lie readable there, and whatever guards that place is as precious as they are.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>That file's password; null when it has none.</summary>
    public string? CertificatePassword { get; set; }

    /// <summary>Certificates used before: they still open the keys they once encrypted. Same password.</summary>
    public IList<string> FormerCertificateFiles { get; } = [];
}
