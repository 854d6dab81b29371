using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Time.Testing;
using Webrana.Api.Accounts;

namespace Webrana.Api.Tests.Accounts;

public sealed class RememberedTokensTests
{
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    readonly Cipher _cipher = new();

    RememberedTokens New(int remembered = 100) => new(_cipher, _clock, new AuthOptions { RememberedTokens = remembered });

    string Issue(string user, TimeSpan life) => _cipher.Protect(new AuthenticationTicket(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], "test")),
        new AuthenticationProperties { ExpiresUtc = _clock.GetUtcNow() + life },
        "test"));

    [Fact]
    public void A_token_is_decrypted_once_and_means_the_same_every_time()
    {
        var tokens = New();
        var (ani, budi) = (Issue("ani", TimeSpan.FromMinutes(10)), Issue("budi", TimeSpan.FromMinutes(10)));
        for (var n = 0; n < 5; n++)
        {
            Assert.Equal("ani", tokens.Unprotect(ani)!.Principal.FindFirstValue(ClaimTypes.NameIdentifier));
            Assert.Equal("budi", tokens.Unprotect(budi)!.Principal.FindFirstValue(ClaimTypes.NameIdentifier));
        }

        Assert.Equal(2, _cipher.Decrypted);
    }

    [Fact]
    public void A_forged_token_is_refused_every_time_and_takes_nobody_s_place()
    {
        var tokens = New(remembered: 2);
        var genuine = Issue("ani", TimeSpan.FromMinutes(10));
        Assert.NotNull(tokens.Unprotect(genuine));
        for (var n = 0; n < 50; n++) Assert.Null(tokens.Unprotect($"forged-{n}"));
        Assert.Null(tokens.Unprotect(genuine + "x"));
        Assert.Null(tokens.Unprotect(new string('x', 10_000)));
        Assert.NotNull(tokens.Unprotect(genuine));
        Assert.Equal(53, _cipher.Decrypted);
    }

    [Fact]
    public void Its_time_is_never_prolonged()
    {
        var tokens = New();
        var token = Issue("ani", TimeSpan.FromSeconds(30));
        var expires = tokens.Unprotect(token)!.Properties.ExpiresUtc;
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(expires, tokens.Unprotect(token)!.Properties.ExpiresUtc); // the handler refuses it by this
        Assert.True(expires < _clock.GetUtcNow());
    }

    [Fact]
    public void Revoked_keys_end_remembered_tokens_at_the_recheck()
    {
        var tokens = New();
        var token = Issue("ani", TimeSpan.FromMinutes(10));
        Assert.NotNull(tokens.Unprotect(token));
        _cipher.RevokeKeys();
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(tokens.Unprotect(token));
    }

    [Fact]
    public void What_one_request_adds_to_its_user_no_other_sees()
    {
        var tokens = New();
        var token = Issue("ani", TimeSpan.FromMinutes(10));
        var first = tokens.Unprotect(token)!;
        ((ClaimsIdentity)first.Principal.Identity!).AddClaim(new Claim(ClaimTypes.Role, "admin"));
        first.Principal.AddIdentity(new ClaimsIdentity([new Claim(ClaimTypes.Role, "admin")], "test"));
        first.Properties.ExpiresUtc = null;
        var second = tokens.Unprotect(token)!;
        Assert.False(second.Principal.IsInRole("admin"));
        Assert.NotNull(second.Properties.ExpiresUtc);
        Assert.Equal(1, _cipher.Decrypted);
    }

    [Fact]
    public void Only_so_many_are_remembered_and_the_busy_ones_stay()
    {
        var tokens = New(remembered: 20);
        var busy = Issue("ani", TimeSpan.FromMinutes(10));
        for (var n = 0; n < 1000; n++)
        {
            Assert.NotNull(tokens.Unprotect(busy));
            Assert.NotNull(tokens.Unprotect(Issue($"user-{n}", TimeSpan.FromMinutes(10))));
            Assert.True(tokens.Count <= 20, $"{tokens.Count} are remembered");
        }

        Assert.Equal(1001, tokens.Decrypted);
    }

    /// <summary>In place of Data Protection: tickets by number, and how often it was asked.</summary>
    sealed class Cipher : ISecureDataFormat<AuthenticationTicket>
    {
        readonly Dictionary<string, AuthenticationTicket> _issued = [];

        public int Decrypted { get; private set; }

        public void RevokeKeys() => _issued.Clear();

        public string Protect(AuthenticationTicket data)
        {
            var token = $"token-{_issued.Count}";
            _issued.Add(token, data);
            return token;
        }

        public string Protect(AuthenticationTicket data, string? purpose) => Protect(data);

        public AuthenticationTicket? Unprotect(string? protectedText)
        {
            Decrypted++;
            return _issued.GetValueOrDefault(protectedText!);
        }

        public AuthenticationTicket? Unprotect(string? protectedText, string? purpose) => Unprotect(protectedText);
    }
}
