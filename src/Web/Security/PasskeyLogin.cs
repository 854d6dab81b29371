using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Webrana.Client;
using Webrana.Web.Sessions;
using Webrana.Wire;
using Webrana.Wire.Security;

namespace Webrana.Web.Security;

/// <summary>Signing in with a passkey: the sign-in page's script asks here for what to sign, and sends the answer with the page's form.</summary>
static class PasskeyLogin
{
    // Browsers answer with a few kilobytes.
    const int MostLetters = 16 * 1024;

    public static void MapPasskeyLogin(this WebApplication app) => app.MapPost("/login/passkey", AskAsync);

    public static bool TryRead(string? state, string? credential, [NotNullWhen(true)] out PasskeySignInRequest? request)
    {
        request = null;
        if (string.IsNullOrEmpty(state) || credential is null or { Length: 0 or > MostLetters }) return false;
        try
        {
            using var parsed = JsonDocument.Parse(credential);
            request = new PasskeySignInRequest(state, parsed.RootElement.Clone());
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Asking changes nothing and tells nothing about anybody, so it takes no antiforgery token.
    static async Task<IResult> AskAsync(HttpContext context, WebranaClient client)
    {
        var asked = await client.Auth.AskPasskeyAsync(Visitors.Of(context), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return asked.IsOk ? Results.Json(asked.Value, WireJson.Options) : Results.StatusCode(asked.Failure.Status is { } status and >= 400 and < 500 ? status : 503);
    }
}
