using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Webrana.Web.Sessions;

/// <summary>Carries what a person typed from the first step of signing in to the second: sealed, for five minutes, in the page itself, so that no Web has to remember it.</summary>
/// <param name="protection">The key ring that all Webs share.</param>
public sealed class LoginTicket(IDataProtectionProvider protection)
{
    static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    readonly ITimeLimitedDataProtector _seal = protection.CreateProtector("webrana.web.login").ToTimeLimitedDataProtector();

    /// <summary>Seals it.</summary>
    /// <param name="email">As typed.</param>
    /// <param name="password">As typed.</param>
    public string Seal(string email, string password) => _seal.Protect(JsonSerializer.Serialize(new[] { email, password }), Life);

    /// <summary>Opens it; null for none, a made-up one, or one that is too old.</summary>
    /// <param name="ticket">From the form.</param>
    public (string Email, string Password)? Open(string? ticket)
    {
        if (string.IsNullOrEmpty(ticket)) return null;
        try
        {
            return JsonSerializer.Deserialize<string[]>(_seal.Unprotect(ticket)) is [var email, var password] ? (email, password) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
