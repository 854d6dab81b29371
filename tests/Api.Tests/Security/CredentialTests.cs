using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Security;

namespace Webrana.Api.Tests.Security;

/// <summary>Password, address and logins of one person.</summary>
[Collection(ApiCollection.Name)]
public sealed class CredentialTests(SharedApi api)
{
    const string NewPassword = "kopi-susu-gula-aren";

    ApiHost Host => api.Host;

    [Fact]
    public async Task A_new_password_takes_the_old_one_ends_every_other_login_and_is_told_by_mail()
    {
        var user = await Host.NewCustomerAsync();
        var other = await Host.LogInAsync(user.Email).ReadAsync<TokenPair>();
        var mine = await Host.SignedInAsync(user.Email);

        await mine.PostAsync("/api/v1/me/password", new ChangePasswordRequest("bukan-yang-ini", NewPassword)).RefusedAsync(422, ProblemCodes.WrongPassword);
        await mine.PostAsync("/api/v1/me/password", new ChangePasswordRequest(TestUser.Password, "pendek")).RefusedAsync(422, ProblemCodes.WeakPassword);
        await Host.Anonymous().PostAsync("/api/v1/auth/refresh", new RefreshRequest(other.RefreshToken)).ReadAsync<TokenPair>();
        await mine.PostAsync("/api/v1/me/password", new ChangePasswordRequest(TestUser.Password, NewPassword)).ExpectAsync(HttpStatusCode.NoContent);

        await Host.LogInAsync(user.Email).RefusedAsync(401, ProblemCodes.InvalidCredentials);
        await Host.LogInAsync(user.Email, NewPassword).ReadAsync<TokenPair>();
        Assert.Contains(await mine.GetAsync("/api/v1/me/sessions").ReadAsync<Page<SignedInDevice>>() is var left ? left.Items : [], device => device.Current);
        Assert.Equal(2, left.Items.Count); // this one and the one made with the new password
        Assert.Contains("/account/security", (await Host.Mails.NextAsync(user.Email)).Content.Text, StringComparison.Ordinal);
        Assert.NotNull((await mine.GetAsync("/api/v1/me/security").ReadAsync<SecurityOverview>()).PasswordChangedAt);
    }

    [Fact]
    public async Task An_address_changes_only_when_both_addresses_have_said_yes()
    {
        var user = await Host.NewCustomerAsync();
        var mine = await Host.SignedInAsync(user.Email);
        var fresh = $"{Guid.NewGuid():n}@example.com";
        await mine.PostAsync("/api/v1/me/email", new ChangeEmailRequest("not an address", TestUser.Password)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await mine.PostAsync("/api/v1/me/email", new ChangeEmailRequest(fresh, "salah-sekali-1")).RefusedAsync(422, ProblemCodes.WrongPassword);
        await mine.PostAsync("/api/v1/me/email", new ChangeEmailRequest(fresh, TestUser.Password)).ExpectAsync(HttpStatusCode.Accepted);
        var (old, @new) = (await Host.MailedTokenAsync(user.Email), await Host.MailedTokenAsync(fresh));

        Assert.False((await AgreeAsync(@new).ReadAsync<EmailChangeAnswer>()).Done);
        Assert.False((await AgreeAsync(@new).ReadAsync<EmailChangeAnswer>()).Done); // the same word twice is one word
        Assert.Equal(user.Email, (await mine.GetAsync("/api/v1/me").ReadAsync<Profile>()).Email);
        Assert.True((await mine.GetAsync("/api/v1/me/security").ReadAsync<SecurityOverview>()).EmailChange!.NewAgreed);
        Assert.True((await AgreeAsync(old).ReadAsync<EmailChangeAnswer>()).Done);

        Assert.Equal(fresh, (await mine.GetAsync("/api/v1/me").ReadAsync<Profile>()).Email);
        Assert.Contains(fresh, (await Host.Mails.NextAsync(user.Email)).Content.Text, StringComparison.Ordinal);
        await Host.LogInAsync(user.Email).RefusedAsync(401, ProblemCodes.InvalidCredentials);
        await Host.LogInAsync(fresh).ReadAsync<TokenPair>();
        await AgreeAsync(old).RefusedAsync(422, ProblemCodes.InvalidToken);
        await AgreeAsync("wbr_ec_never-existed").RefusedAsync(422, ProblemCodes.InvalidToken);
    }

    [Fact]
    public async Task An_address_that_has_an_account_is_not_told_apart_until_its_owner_says_yes()
    {
        var (user, other) = (await Host.NewCustomerAsync(), await Host.NewCustomerAsync());
        var mine = await Host.SignedInAsync(user.Email);
        await mine.PostAsync("/api/v1/me/email", new ChangeEmailRequest(other.Email, TestUser.Password)).ExpectAsync(HttpStatusCode.Accepted);
        var (old, @new) = (await Host.MailedTokenAsync(user.Email), await Host.MailedTokenAsync(other.Email));
        await AgreeAsync(old).ReadAsync<EmailChangeAnswer>();
        await AgreeAsync(@new).RefusedAsync(409, ProblemCodes.EmailTaken);
        Assert.Equal(user.Email, (await mine.GetAsync("/api/v1/me").ReadAsync<Profile>()).Email);
    }

    [Fact]
    public async Task A_change_of_address_that_was_dropped_or_replaced_has_dead_links()
    {
        var user = await Host.NewCustomerAsync();
        var mine = await Host.SignedInAsync(user.Email);
        await mine.PostAsync("/api/v1/me/email", new ChangeEmailRequest($"{Guid.NewGuid():n}@example.com", TestUser.Password)).ExpectAsync(HttpStatusCode.Accepted);
        var replaced = await Host.MailedTokenAsync(user.Email);
        await mine.PostAsync("/api/v1/me/email", new ChangeEmailRequest($"{Guid.NewGuid():n}@example.com", TestUser.Password)).ExpectAsync(HttpStatusCode.Accepted);
        var dropped = await Host.MailedTokenAsync(user.Email);
        await mine.DeleteAsync("/api/v1/me/email").ExpectAsync(HttpStatusCode.NoContent);
        foreach (var token in new[] { replaced, dropped })
            await AgreeAsync(token).RefusedAsync(422, ProblemCodes.InvalidToken);
    }

    [Fact]
    public async Task Every_login_is_listed_with_where_it_came_from_and_ends_alone_or_with_all()
    {
        var user = await Host.NewCustomerAsync();
        var laptop = await BrowserAsync(user.Email, "Firefox/140 (Linux)", "203.0.113.5");
        var phone = await BrowserAsync(user.Email, "Chrome/150 (Android)", "198.51.100.7");
        var script = await Host.LogInAsync(user.Email).ReadAsync<TokenPair>();

        var listed = (await laptop.Http.GetAsync("/api/v1/me/sessions").ReadAsync<Page<SignedInDevice>>()).Items;
        Assert.Equal(3, listed.Count);
        var mine = Assert.Single(listed, device => device.Current);
        Assert.Equal(("Firefox/140 (Linux)", "203.0.113.5", DeviceKind.Web), (mine.UserAgent, mine.Address, mine.Kind));
        var other = Assert.Single(listed, device => device.UserAgent == "Chrome/150 (Android)");

        var stranger = await Host.NewCustomerAsync();
        await (await Host.SignedInAsync(stranger.Email)).DeleteAsync($"/api/v1/me/sessions/{other.Id}").RefusedAsync(404, ProblemCodes.NotFound);
        await laptop.Http.DeleteAsync($"/api/v1/me/sessions/{other.Id}").ExpectAsync(HttpStatusCode.NoContent);
        await laptop.Http.DeleteAsync($"/api/v1/me/sessions/{other.Id}").RefusedAsync(404, ProblemCodes.NotFound);
        await ExchangeAsync(phone.Session).RefusedAsync(401, ProblemCodes.InvalidSession);
        // Its access token lives a few minutes longer, but changes nothing about the account.
        await phone.Http.GetAsync("/api/v1/me/sessions").RefusedAsync(401, ProblemCodes.InvalidSession);

        await laptop.Http.DeleteAsync("/api/v1/me/sessions?keepCurrent=true").ExpectAsync(HttpStatusCode.NoContent);
        await Host.Anonymous().PostAsync("/api/v1/auth/refresh", new RefreshRequest(script.RefreshToken)).RefusedAsync(401, ProblemCodes.InvalidRefreshToken);
        await ExchangeAsync(laptop.Session).ReadAsync<AccessToken>();
        await laptop.Http.DeleteAsync("/api/v1/me/sessions").ExpectAsync(HttpStatusCode.NoContent);
        await ExchangeAsync(laptop.Session).RefusedAsync(401, ProblemCodes.InvalidSession);
    }

    [Fact]
    public async Task Signing_out_everywhere_is_said_on_open_streams_and_ends_those_of_the_login()
    {
        var user = await Host.NewCustomerAsync();
        var mine = await Host.SignedInAsync(user.Email);
        using var stream = await mine.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());
        Assert.StartsWith("id:", await lines.ReadLineAsync(), StringComparison.Ordinal);
        await mine.DeleteAsync("/api/v1/me/sessions").ExpectAsync(HttpStatusCode.NoContent);
        Assert.Contains("event: session.ended", await lines.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_not_seen_before_is_told_by_mail_and_a_known_one_is_not()
    {
        var user = await Host.NewCustomerAsync();
        await BrowserAsync(user.Email, "Firefox/140 (Linux)", "203.0.113.5");
        await BrowserAsync(user.Email, "Firefox/140 (Linux)", "203.0.113.5");
        Assert.False(Host.Mails.HasMail(user.Email));
        await BrowserAsync(user.Email, "Chrome/150 (Android)", "198.51.100.7");
        var told = (await Host.Mails.NextAsync(user.Email)).Content.Text;
        Assert.Contains("198.51.100.7", told, StringComparison.Ordinal);
        Assert.Contains("Chrome, Android", told, StringComparison.Ordinal);
    }

    Task<HttpResponseMessage> AgreeAsync(string token) => Host.Anonymous().PostAsync("/api/v1/auth/confirm-email-change", new ConfirmEmailChangeRequest(token));

    Task<HttpResponseMessage> ExchangeAsync(string session) => Host.Anonymous().PostAsync("/api/v1/auth/sessions/exchange", new ExchangeSessionRequest(session));

    /// <summary>Signs in as the Web does for a browser: it names the browser and where it is.</summary>
    async Task<(string Session, HttpClient Http)> BrowserAsync(string email, string agent, string address)
    {
        var web = Host.Anonymous();
        web.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
        web.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", address);
        var created = await web.PostAsync("/api/v1/auth/sessions", new CreateSessionRequest(email, TestUser.Password)).ReadAsync<SessionCreated>(HttpStatusCode.Created);
        var access = await ExchangeAsync(created.Session).ReadAsync<AccessToken>();
        return (created.Session, Host.WithToken(access.Token));
    }
}
