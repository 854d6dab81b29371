using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;

namespace Webrana.Data.Protection;

/// <summary>Encrypts a key ring itself, wherever it is kept. The Web compiles this file too, for the ring of its own.</summary>
internal static class RingCertificate
{
    /// <summary>With the certificate that the options name; without one the ring's keys lie readable.</summary>
    public static IDataProtectionBuilder ProtectKeysAs(this IDataProtectionBuilder ring, ProtectionOptions? options) => options?.CertificateFile is { Length: > 0 } file
        ? ring.ProtectKeysWithCertificate(Load(file, options))
            .UnprotectKeysWithAnyCertificate([.. options.FormerCertificateFiles.Append(file).Select(each => Load(each, options))])
        : ring;

    private static X509Certificate2 Load(string file, ProtectionOptions options) =>
        X509CertificateLoader.LoadPkcs12FromFile(file, options.CertificatePassword);
}
