using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Webrana.Testing;
using Webrana.Web.Sessions;
using Webrana.Web.Tests.Browser;
using Webrana.Wire;

namespace Webrana.Web.Tests.Sessions;

public sealed partial class SessionCookieTests
{
    static readonly IReadOnlyList<string> Pages =
    [
        .. typeof(ReturnUrl).Assembly.GetTypes().SelectMany(page => page.GetCustomAttributes<RouteAttribute>()).Select(route => Parameter().Replace(route.Template, "1")).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public async Task Signing_in_writes_one_cookie_that_scripts_cannot_read_and_nobody_can_open()
    {
        await using var site = await WebSite.StartAsync();
        using var answer = await site.SignInAsync();
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/servers", Local(answer));
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), set => set.StartsWith("webrana=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("session-customer", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_https_the_cookie_is_bound_to_the_host_and_secure()
    {
        await using var site = await WebSite.StartAsync("--Web:PublicUrl", "https://panel.example");
        using var answer = await site.SignInAsync();
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), set => set.StartsWith("__Host-webrana=", StringComparison.Ordinal));
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_wrong_password_signs_nobody_in_and_says_so()
    {
        await using var site = await WebSite.StartAsync();
        using var answer = await site.SignInAsync(password: "wrong");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("data-code=\"invalid_credentials\"", page, StringComparison.Ordinal);
        // The answer does not tell a new account that waits for its mail: the way to another one is there for everybody.
        Assert.Contains("data-testid=\"resend-link\"", page, StringComparison.Ordinal);
        Assert.Contains("Akun baru harus dikonfirmasi dulu", page, StringComparison.Ordinal);
        Assert.DoesNotContain(site.Cookies.GetAllCookies(), cookie => cookie.Name == "webrana");
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        await using var site = await WebSite.StartAsync();
        using var login = await site.PostAsync("/login", new() { ["_handler"] = "login", ["Form.Email"] = "a@b.c", ["Form.Password"] = "x" });
        Assert.Equal(HttpStatusCode.BadRequest, login.StatusCode);
        using var signedIn = await site.SignInAsync();
        using var logout = await site.PostAsync("/logout", []);
        Assert.Equal(HttpStatusCode.BadRequest, logout.StatusCode);
        Assert.Contains(site.Cookies.GetAllCookies(), cookie => cookie.Name == "webrana");
        Assert.Empty(site.Api.World.EndedSessions);
    }

    [Theory]
    [InlineData("/register", "register", "Form.Email")]
    [InlineData("/forgot-password", "mail-request", "Address")]
    [InlineData("/resend-confirmation", "mail-request", "Address")]
    [InlineData("/reset-password?userId=u&token=t", "reset", "Password")]
    [InlineData("/confirm-email-change?token=t", "agree", "Nothing")]
    public async Task Neither_is_any_other_form_that_changes_an_account_taken_without_its_token(string path, string handler, string field)
    {
        await using var site = await WebSite.StartAsync();
        Dictionary<string, string> Fields() => new() { ["_handler"] = handler, ["Form.Name"] = "S", ["Form.Password"] = "long-enough-1", [field] = "sari@example.com" };
        using var forged = await site.PostAsync(path, Fields());
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        // With it, the same form is taken: it was the token that was missing.
        using var own = await site.SubmitAsync(path, handler, Fields());
        Assert.InRange(own.StatusCode, HttpStatusCode.OK, HttpStatusCode.Found);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_at_the_API_and_takes_the_cookie_away()
    {
        await using var site = await WebSite.StartAsync();
        using var signedIn = await site.SignInAsync();
        using var answer = await site.SubmitAsync("/logout", "", [], formPath: "/servers");
        Assert.Equal("/login", Local(answer));
        Assert.Equal("session-customer", Assert.Single(site.Api.World.EndedSessions));
        Assert.DoesNotContain(site.Cookies.GetAllCookies(), cookie => cookie.Name == "webrana");
    }

    [Theory]
    [InlineData("/servers")]
    [InlineData("/wallet?type=Deposit")]
    [InlineData("/admin/customers")]
    public async Task The_panel_sends_strangers_to_the_sign_in_page_and_back(string path)
    {
        await using var site = await WebSite.StartAsync();
        using var answer = await site.GetAsync(path);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/login?returnUrl=" + Uri.EscapeDataString(path), Local(answer));
    }

    [Fact]
    public async Task A_customer_does_not_learn_that_there_is_an_admin_section()
    {
        await using var site = await WebSite.StartAsync();
        using var signedIn = await site.SignInAsync();
        using var answer = await site.GetAsync("/admin/customers");
        Assert.StartsWith("/not-found", Local(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/wallet", "/wallet")]
    [InlineData("/servers/i-1?tab=x", "/servers/i-1?tab=x")]
    [InlineData("//evil.example", "/servers")]
    [InlineData("/\\evil.example", "/servers")]
    [InlineData("https://evil.example", "/servers")]
    [InlineData("javascript:alert(1)", "/servers")]
    [InlineData("/\t/evil.example", "/servers")]
    [InlineData("", "/servers")]
    [InlineData(null, "/servers")]
    public void Signing_in_never_leads_off_the_site(string? asked, string led) => Assert.Equal(led, ReturnUrl.Safe(asked));

    [Fact]
    public async Task The_landing_page_needs_no_circuit()
    {
        await using var site = await WebSite.StartAsync();
        using var answer = await site.GetAsync("/");
        Assert.DoesNotContain("blazor.web.js", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>All of them, as a stranger and as a customer see them: a page that only redirects says no less to the browser.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_page_forbids_scripts_that_are_not_ours_and_frames(bool signedIn)
    {
        await using var site = await WebSite.StartAsync();
        if (signedIn)
            (await site.SignInAsync()).Dispose();
        Assert.True(Pages.Count > 50, $"only {Pages.Count} pages were found");
        foreach (var page in Pages)
        {
            using var answer = await site.GetAsync(page);
            string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(" | ", values) : "";
            // Two policies both hold: the framework adds one of its own to pages with a circuit.
            var policy = Header("Content-Security-Policy").Split([';', '|'], StringSplitOptions.TrimEntries);
            foreach (var rule in new[] { "default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'" })
                Assert.True(policy.Contains(rule), $"{page} has no {rule}: {string.Join("; ", policy)}");
            Assert.Equal((page, "nosniff"), (page, Header("X-Content-Type-Options")));
            Assert.Equal((page, "same-origin"), (page, Header("Referrer-Policy")));
            Assert.Equal((page, "camera=(), microphone=(), geolocation=()"), (page, Header("Permissions-Policy")));
            var html = await answer.Content.ReadAsStringAsync();
            Assert.False(ScriptOfItsOwn().IsMatch(html), $"{page} has a script in the page: {ScriptOfItsOwn().Match(html).Value}");
            Assert.False(Handler().IsMatch(html), $"{page} has a handler in the page: {Handler().Match(html).Value}");
        }
    }

    [Fact]
    public async Task Public_pages_speak_the_language_that_was_asked_for_and_remember_it()
    {
        await using var site = await WebSite.StartAsync();
        using var first = await site.GetAsync("/login");
        Assert.Contains("<html lang=\"id\"", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var asked = await site.GetAsync("/login?culture=en");
        Assert.Contains("Sign in", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var later = await site.GetAsync("/register");
        Assert.Contains("Create an account", await later.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var unknown = await site.GetAsync("/register?culture=xx");
        Assert.Contains("Create an account", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_says_alive_always_and_ready_only_with_the_API()
    {
        await using var site = await WebSite.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/health/live")).StatusCode);
        // Asked again and again, as whoever watches it does: the API has two seconds to answer, and this machine may be busy with another test.
        await Eventually.Async(
            async () => (await site.GetAsync("/health/ready")).StatusCode, status => status == HttpStatusCode.OK, TimeSpan.FromSeconds(60), "it is ready",
            TestContext.Current.CancellationToken);
        await using var alone = await WebSite.StartAsync("--Api:BaseUrl", "http://127.0.0.1:9");
        Assert.Equal(HttpStatusCode.OK, (await alone.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await alone.GetAsync("/health/ready")).StatusCode);
        using var landing = await alone.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, landing.StatusCode);
    }

    [Fact]
    public async Task Registration_shows_what_the_API_refuses()
    {
        await using var site = await WebSite.StartAsync();
        site.Api.World.RefuseNext("POST", "/api/v1/auth/register", 422, ProblemCodes.WeakPassword);
        using var answer = await site.SubmitAsync("/register", "register", new() { ["Form.Name"] = "S", ["Form.Email"] = "s@example.com", ["Form.Password"] = "long-enough-1" });
        Assert.Contains("data-code=\"weak_password\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"<script(?![^>]*\ssrc=)[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex ScriptOfItsOwn();

    [GeneratedRegex(@"<[a-z][^<>]*\son[a-z]+\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex Handler();

    static string Local(HttpResponseMessage answer)
    {
        var to = answer.Headers.Location!;
        return to.IsAbsoluteUri ? to.PathAndQuery : to.OriginalString;
    }
}
