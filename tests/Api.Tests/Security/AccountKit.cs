using System.Net;
using System.Net.Http.Headers;
using Webrana.Api.Tests.Support;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Tests.Security;

/// <summary>Signing in as a person does, with a login that can end.</summary>
static class AccountKit
{
    public static Task<HttpResponseMessage> LogInAsync(this ApiHost host, string email, string password = TestUser.Password, string? code = null) =>
        host.Anonymous().PostAsync("/api/v1/auth/login", new LoginRequest(email, password, code));

    /// <summary>A client whose token belongs to a login of its own.</summary>
    public static async Task<HttpClient> SignedInAsync(this ApiHost host, string email, string password = TestUser.Password) =>
        host.WithToken((await host.LogInAsync(email, password).ReadAsync<TokenPair>()).AccessToken);

    public static HttpClient WithToken(this ApiHost host, string token)
    {
        var http = host.Anonymous();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    public static Task<HttpResponseMessage> DeleteAsync(this HttpClient http, string path, object? body) => http.SendJsonAsync(HttpMethod.Delete, path, body);

    /// <summary>The token of the link in the next mail to an address.</summary>
    public static async Task<string> MailedTokenAsync(this ApiHost host, string address)
    {
        var text = (await host.Mails.NextAsync(address)).Content.Text;
        return System.Text.RegularExpressions.Regex.Match(text, @"[?&]token=([A-Za-z0-9_-]+)").Groups[1].Value;
    }
}
