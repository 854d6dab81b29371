using System.Buffers.Text;
using Webrana.Api.Accounts;
using Webrana.Api.Consoles;
using Webrana.Api.Security;

namespace Webrana.Api.Tests.Security;

/// <summary>How much there is to guess (ASVS 7.2.3, 11.5.1): at least 128 bits of the platform's generator, and no bit that never changes.</summary>
public sealed class SecretStrengthTests
{
    const int Drawn = 2_000;

    [Theory]
    [InlineData(Secrets.RefreshToken)]
    [InlineData(Secrets.WebSession)]
    [InlineData(Secrets.ApiToken)]
    [InlineData(Secrets.EmailChange)]
    public void A_credential_of_a_session_carries_256_bits(string prefix) => AllBitsMove(32, () =>
    {
        var secret = Secrets.New(prefix);
        Assert.StartsWith(prefix, secret, StringComparison.Ordinal);
        return Base64Url.DecodeFromChars(secret.AsSpan(prefix.Length));
    });

    [Fact]
    public void A_console_ticket_has_a_secret_of_at_least_128_bits() => AllBitsMove(ConsoleTickets.NewSecret().Length, ConsoleTickets.NewSecret);

    [Fact]
    public void A_second_factors_secret_is_of_160_bits()
    {
        var drawn = Enumerable.Range(0, Drawn).Select(_ => Totp.NewSecret()).ToList();
        // Five bits a character.
        Assert.All(drawn, secret => Assert.Equal(32, secret.Length));
        Assert.Equal(Drawn, drawn.Distinct().Count());
        Assert.All(Enumerable.Range(0, 32), at => Assert.Equal(32, drawn.Select(secret => secret[at]).Distinct().Count()));
    }

    /// <summary>Each bit is set in about half of the draws: within a tenth, which chance misses once in a life.</summary>
    static void AllBitsMove(int bytes, Func<byte[]> draw)
    {
        Assert.InRange(bytes, 16, 1024);
        var set = new int[bytes * 8];
        for (var n = 0; n < Drawn; n++)
        {
            var secret = draw();
            Assert.Equal(bytes, secret.Length);
            for (var bit = 0; bit < set.Length; bit++)
                set[bit] += (secret[bit / 8] >> (bit % 8)) & 1;
        }

        Assert.All(set, count => Assert.InRange(count, Drawn * 4 / 10, Drawn * 6 / 10));
    }
}
