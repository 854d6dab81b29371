namespace Webrana.Data.Protection;

/// <summary>How the key ring itself is protected. Configuration section <c>Protection</c>, the same in every API and silo.</summary>
public sealed class ProtectionOptions
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Protection";

    /// <summary>
    /// A PKCS#12 file whose certificate encrypts the ring's keys, so that a copy of the database alone opens nothing. Null (default):
    /// they lie readable in the database, and its password is as precious as they are.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>That file's password; null when it has none.</summary>
    public string? CertificatePassword { get; set; }

    /// <summary>Certificates used before: they still open the keys they once encrypted. Same password.</summary>
    public IList<string> FormerCertificateFiles { get; } = [];
}
