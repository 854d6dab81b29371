using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Webrana.BrowserTesting;
using Webrana.Web.Hosting;

namespace Webrana.Web.Tests.Sessions;

/// <summary>The ring that closes sessions' cookies, in its folder: whoever copies that opens nothing without the certificate.</summary>
public sealed class KeyRingTests : IDisposable
{
    const string Text = "session-customer";

    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webrana-ring-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task With_a_certificate_the_ring_itself_cannot_be_read_from_its_folder()
    {
        var settings = With(Certificate("ring"));
        var closed = await InWebAsync(ring => ring.Protect(Text), settings);
        // By another Web that shares the folder, or this one after a restart.
        Assert.Equal(Text, await InWebAsync(ring => ring.Unprotect(closed), settings));
        var keys = Keys();
        Assert.Contains("EncryptedKey", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("<masterKey", keys, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<CryptographicException>(() => InWebAsync(ring => ring.Unprotect(closed), With(Certificate("another"))));
    }

    [Fact]
    public async Task A_certificate_that_was_replaced_still_opens_what_it_closed()
    {
        var former = Certificate("former");
        var closed = await InWebAsync(ring => ring.Protect(Text), With(former));
        Assert.Equal(Text, await InWebAsync(ring => ring.Unprotect(closed), [.. With(Certificate("next")), "--Web:Protection:FormerCertificateFiles:0", former]));
    }

    [Fact]
    public async Task Without_one_the_ring_is_as_readable_as_its_folder()
    {
        var closed = await InWebAsync(ring => ring.Protect(Text));
        Assert.Equal(Text, await InWebAsync(ring => ring.Unprotect(closed)));
        Assert.Contains("<masterKey", Keys(), StringComparison.Ordinal);
    }

    string Keys() => string.Concat(_folder.GetFiles("key-*.xml").Select(file => File.ReadAllText(file.FullName)));

    static string[] With(string certificate) => ["--Web:Protection:CertificateFile", certificate, "--Web:Protection:CertificatePassword", "kunci"];

    string Certificate(string name)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(Now.AddDays(-1), Now.AddYears(1));
        var file = Path.Combine(_folder.FullName, $"{name}.p12");
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pkcs12, "kunci"));
        return file;
    }

    /// <summary>The Web as it is put together, not started: its ring is read when it is first used.</summary>
    async Task<string> InWebAsync(Func<IDataProtector, string> act, params string[] settings)
    {
        await using var web = WebApp.Create(
        [
            "--applicationName", "Webrana.Web", "--contentRoot", RepositoryPath.Of("src", "Web"), "--environment", "Development",
            "--Api:BaseUrl", "http://127.0.0.1:9", "--Web:KeysFolder", _folder.FullName, "--Logging:LogLevel:Default", "None", .. settings,
        ]);
        return act(web.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test"));
    }
}
