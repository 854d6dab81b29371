using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Webrana.BrowserTesting;
using Webrana.Web.Hosting;
using Webrana.Web.Tests.Fakes;

namespace Webrana.Web.Tests.Browser;

/// <summary>The real Web on a fake API, for tests that speak HTTP themselves.</summary>
sealed partial class WebSite : IAsyncDisposable
{
    readonly WebApplication _web;
    readonly DirectoryInfo _keys;
    readonly HttpClient _http;

    WebSite(FakeApi api, WebApplication web, DirectoryInfo keys)
    {
        (Api, _web, _keys) = (api, web, keys);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = new Uri(web.Urls.First()) };
    }

    public FakeApi Api { get; }

    public CookieContainer Cookies { get; } = new();

    public static async Task<WebSite> StartAsync(params string[] settings)
    {
        var api = await FakeApi.StartAsync();
        var keys = Directory.CreateTempSubdirectory("webrana-keys-");
        var web = WebApp.Create(
        [
            "--applicationName", "Webrana.Web", "--contentRoot", RepositoryPath.Of("src", "Web"), "--environment", "Development",
            "--urls", "http://127.0.0.1:0", "--Api:BaseUrl", api.Address.AbsoluteUri, "--Web:KeysFolder", keys.FullName,
            "--Logging:LogLevel:Default", "Error", .. settings,
        ]);
        await web.StartAsync();
        return new WebSite(api, web, keys);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(path);

    /// <summary>Fills in the form of a page as a browser would, with its antiforgery token.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string path, string handler, Dictionary<string, string> fields, string? formPath = null)
    {
        var html = await _http.GetStringAsync(formPath ?? path);
        fields["__RequestVerificationToken"] = Token().Match(html).Groups[1].Value;
        fields["_handler"] = handler;
        using var form = new FormUrlEncodedContent(fields);
        return await _http.PostAsync(path, form);
    }

    public async Task<HttpResponseMessage> PostAsync(string path, Dictionary<string, string> fields)
    {
        using var form = new FormUrlEncodedContent(fields);
        return await _http.PostAsync(path, form);
    }

    public Task<HttpResponseMessage> SignInAsync(string returnUrl = "/servers", string password = FakeWorld.Password) =>
        SubmitAsync("/login?returnUrl=" + Uri.EscapeDataString(returnUrl), "login", new() { ["Form.Email"] = "sari@example.com", ["Form.Password"] = password });

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _web.StopAsync();
        await _web.DisposeAsync();
        await Api.DisposeAsync();
        _keys.Delete(recursive: true);
    }

    [GeneratedRegex("""name="__RequestVerificationToken" value="([^"]+)""")]
    private static partial Regex Token();
}
