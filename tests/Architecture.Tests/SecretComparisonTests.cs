using System.Text.RegularExpressions;

namespace Webrana.Architecture.Tests;

/// <summary>
/// What a stranger presents is compared with a secret in a time that says nothing (ASVS 11.2.4): a comparison that stops at the first wrong byte gives
/// the secret away byte by byte. Most credentials are not compared at all, but found by their hash as a key.
/// </summary>
public sealed partial class SecretComparisonTests
{
    [Fact]
    public void What_is_compared_with_a_secret_is_compared_in_constant_time() => Assert.Equal(
        ["Api/Security/Totp.cs", "Grains/Consoles/ConsoleTicket.cs", "Tripay/TripaySignature.cs"],
        Files(text => text.Contains("CryptographicOperations.FixedTimeEquals", StringComparison.Ordinal)));

    // The audit log compares the links of its own chain, which anybody at the desk may read.
    [Fact]
    public void Nothing_that_hashes_or_signs_compares_byte_by_byte() => Assert.Equal(
        ["Data/Audit/AuditChain.cs"],
        Files(text => Hashes().IsMatch(text) && text.Contains("SequenceEqual", StringComparison.Ordinal)));

    static IEnumerable<string> Files(Func<string, bool> wanted)
    {
        var source = Path.Combine(Repository.Root, "src");
        return Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(source, path).Replace('\\', '/'), Full: path))
            .Where(file => !file.Path.Contains("/obj/", StringComparison.Ordinal) && wanted(File.ReadAllText(file.Full)))
            .Select(file => file.Path).Order(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\b(?:HMAC)?SHA(?:1|256|384|512)\b")]
    private static partial Regex Hashes();
}
