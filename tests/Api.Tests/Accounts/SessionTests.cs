using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Webrana.Api.Accounts;
using Webrana.Api.Tests.Support;
using Webrana.Data.Idempotency;
using Webrana.Wire;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Tests.Accounts;

[Collection(ApiCollection.Name)]
public sealed class SessionTests(SharedApi api)
{
    readonly HttpClient _http = api.Host.Anonymous();

    Task<HttpResponseMessage> LogIn(string email, string password = TestUser.Password) => _http.PostAsync("/api/v1/auth/login", new LoginRequest(email, password));

    async Task<HttpStatusCode> MeWith(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", accessToken) } };
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_its_second_use_ends_the_family()
    {
        var user = await api.Host.NewCustomerAsync();
        var first = await LogIn(user.Email).ReadAsync<TokenPair>();
        var second = await _http.PostAsync("/api/v1/auth/refresh", new RefreshRequest(first.RefreshToken)).ReadAsync<TokenPair>();
        Assert.Equal(HttpStatusCode.OK, await MeWith(second.AccessToken));

        await _http.PostAsync("/api/v1/auth/refresh", new RefreshRequest(first.RefreshToken)).RefusedAsync(401, ProblemCodes.InvalidRefreshToken);
        await _http.PostAsync("/api/v1/auth/refresh", new RefreshRequest(second.RefreshToken)).RefusedAsync(401, ProblemCodes.InvalidRefreshToken);
    }

    [Fact]
    public async Task Of_ten_uses_of_one_refresh_token_at_once_at_most_one_succeeds()
    {
        var user = await api.Host.NewCustomerAsync();
        var tokens = await LogIn(user.Email).ReadAsync<TokenPair>();
        var uses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _http.PostAsync("/api/v1/auth/refresh", new RefreshRequest(tokens.RefreshToken))));
        Assert.Equal(1, uses.Count(use => use.StatusCode == HttpStatusCode.OK));
        Assert.Equal(9, uses.Count(use => use.StatusCode == HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task A_refresh_repeated_with_its_key_gets_the_first_answer_instead_of_ending_the_family()
    {
        var user = await api.Host.NewCustomerAsync();
        var tokens = await LogIn(user.Email).ReadAsync<TokenPair>();
        var key = Guid.NewGuid().ToString();
        var first = await _http.PostAsync("/api/v1/auth/refresh", new RefreshRequest(tokens.RefreshToken), key).ReadAsync<TokenPair>();
        var again = await _http.PostAsync("/api/v1/auth/refresh", new RefreshRequest(tokens.RefreshToken), key).ReadAsync<TokenPair>();
        Assert.Equal(first, again);
    }

    [Fact]
    public async Task Another_login_is_another_family()
    {
        var user = await api.Host.NewCustomerAsync();
        var one = await LogIn(user.Email).ReadAsync<TokenPair>();
        var other = await LogIn(user.Email).ReadAsync<TokenPair>();
        await _http.PostAsync("/api/v1/auth/logout", new LogoutRequest(one.RefreshToken)).ExpectAsync(HttpStatusCode.NoContent);
        await _http.PostAsync("/api/v1/auth/refresh", new RefreshRequest(one.RefreshToken)).RefusedAsync(401, ProblemCodes.InvalidRefreshToken);
        await _http.PostAsync("/api/v1/auth/refresh", new RefreshRequest(other.RefreshToken)).ReadAsync<TokenPair>();
        await _http.PostAsync("/api/v1/auth/logout", new LogoutRequest("wbr_rt_never-existed")).ExpectAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_web_session_is_exchanged_again_and_again_until_it_is_ended()
    {
        var user = await api.Host.NewCustomerAsync();
        var session = await _http.PostAsync("/api/v1/auth/sessions", new CreateSessionRequest(user.Email, TestUser.Password)).ReadAsync<SessionCreated>(HttpStatusCode.Created);
        Assert.Equal(user.Id.ToString(), session.UserId);
        for (var i = 0; i < 3; i++)
        {
            var access = await _http.PostAsync("/api/v1/auth/sessions/exchange", new ExchangeSessionRequest(session.Session)).ReadAsync<AccessToken>();
            Assert.Equal(HttpStatusCode.OK, await MeWith(access.Token));
            Assert.InRange(access.ExpiresAt - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        }

        await _http.SendJsonAsync(HttpMethod.Delete, "/api/v1/auth/sessions", new EndSessionRequest(session.Session)).ExpectAsync(HttpStatusCode.NoContent);
        await _http.PostAsync("/api/v1/auth/sessions/exchange", new ExchangeSessionRequest(session.Session)).RefusedAsync(401, ProblemCodes.InvalidSession);
    }

    [Fact]
    public async Task A_refresh_token_is_no_session_and_a_session_is_no_refresh_token()
    {
        var user = await api.Host.NewCustomerAsync();
        var tokens = await LogIn(user.Email).ReadAsync<TokenPair>();
        var session = await _http.PostAsync("/api/v1/auth/sessions", new CreateSessionRequest(user.Email, TestUser.Password)).ReadAsync<SessionCreated>(HttpStatusCode.Created);
        await _http.PostAsync("/api/v1/auth/sessions/exchange", new ExchangeSessionRequest(tokens.RefreshToken)).RefusedAsync(401, ProblemCodes.InvalidSession);
        await _http.PostAsync("/api/v1/auth/refresh", new RefreshRequest(session.Session)).RefusedAsync(401, ProblemCodes.InvalidRefreshToken);
    }

    [Fact]
    public async Task A_session_slides_fourteen_days_and_then_ends_and_a_refresh_token_lives_thirty()
    {
        var user = await api.Host.NewCustomerAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var sessions = new SessionStore(api.Host.Sources, clock, Options.Create(new AuthOptions()));
        var origin = new RequestOrigin("127.0.0.1", "test");
        var session = await sessions.StartWebSessionAsync(user.Id, origin, default);
        var token = (await sessions.StartFamilyAsync(user.Id, origin, default)).RefreshToken;

        clock.Advance(TimeSpan.FromDays(13.9));
        Assert.Equal(user.Id, (await sessions.TouchWebSessionAsync(session, default))?.User);
        clock.Advance(TimeSpan.FromDays(13.9));
        Assert.Equal(user.Id, (await sessions.TouchWebSessionAsync(session, default))?.User);
        clock.Advance(TimeSpan.FromDays(14.1));
        Assert.Null(await sessions.TouchWebSessionAsync(session, default));
        Assert.Null(await sessions.RotateAsync(token, origin, default));
    }

    [Fact]
    public async Task No_credential_stands_in_the_database_as_it_is()
    {
        var user = await api.Host.NewCustomerAsync();
        var key = Guid.NewGuid().ToString();
        var tokens = await _http.PostAsync("/api/v1/auth/login", new LoginRequest(user.Email, TestUser.Password), key).ReadAsync<TokenPair>();
        var kept = await api.Host.Database.ScalarAsync<string>($"select encode(answer, 'escape') from idempotency_claims where id = '{new IdempotencyScope(Guid.Empty, "POST /api/v1/auth/login", key).Id}'");
        Assert.DoesNotContain(tokens.RefreshToken, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(tokens.RefreshToken))[..20], kept, StringComparison.Ordinal);
        var rows = await api.Host.Database.ScalarAsync<long>(
            $"select count(*) from identity.sessions where user_id = '{user.Id}' and encode(token_hash, 'escape') like '%{tokens.RefreshToken[..12]}%'");
        Assert.Equal(0, rows);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_are_answered_alike_and_lock_alike()
    {
        var known = (await api.Host.NewCustomerAsync()).Email;
        var unknown = $"{Guid.NewGuid():n}@example.com";
        foreach (var email in new[] { known, unknown })
        {
            for (var i = 0; i < 5; i++)
                await LogIn(email, "salah-sekali-1").RefusedAsync(401, ProblemCodes.InvalidCredentials);
            using var locked = await LogIn(email, "salah-sekali-1");
            Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
            Assert.True(locked.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }

        // Also the right password waits now.
        await LogIn(known).RefusedAsync(429, ProblemCodes.LockedOut);
        await LogIn((await api.Host.NewCustomerAsync()).Email).ReadAsync<TokenPair>();
    }

    [Fact]
    public async Task A_new_password_by_mail_ends_everything_that_is_open_and_works_once()
    {
        var user = await api.Host.NewCustomerAsync();
        var tokens = await LogIn(user.Email).ReadAsync<TokenPair>();
        var session = await _http.PostAsync("/api/v1/auth/sessions", new CreateSessionRequest(user.Email, TestUser.Password)).ReadAsync<SessionCreated>(HttpStatusCode.Created);

        await _http.PostAsync("/api/v1/auth/forgot-password", new ForgotPasswordRequest(user.Email)).ExpectAsync(HttpStatusCode.Accepted);
        var (userId, token) = MailSink.LinkOf(await api.Host.Mails.NextAsync(user.Email), "reset-password");
        await _http.PostAsync("/api/v1/auth/reset-password", new ResetPasswordRequest(userId, token, "pendek")).RefusedAsync(422, ProblemCodes.WeakPassword);
        await _http.PostAsync("/api/v1/auth/reset-password", new ResetPasswordRequest(userId, token, "kopi-susu-gula-aren")).ExpectAsync(HttpStatusCode.NoContent);
        await _http.PostAsync("/api/v1/auth/reset-password", new ResetPasswordRequest(userId, token, "kopi-susu-gula-jawa")).RefusedAsync(422, ProblemCodes.InvalidToken);

        await _http.PostAsync("/api/v1/auth/refresh", new RefreshRequest(tokens.RefreshToken)).RefusedAsync(401, ProblemCodes.InvalidRefreshToken);
        await _http.PostAsync("/api/v1/auth/sessions/exchange", new ExchangeSessionRequest(session.Session)).RefusedAsync(401, ProblemCodes.InvalidSession);
        await LogIn(user.Email).RefusedAsync(401, ProblemCodes.InvalidCredentials);
        await LogIn(user.Email, "kopi-susu-gula-aren").ReadAsync<TokenPair>();
    }

    [Theory]
    [InlineData("not-a-guid", "abc")]
    [InlineData("7d9b3c1e-5a34-4f0e-9c55-0b6f6c2f9a11", "abc")]
    [InlineData("7d9b3c1e-5a34-4f0e-9c55-0b6f6c2f9a11", "%%%")]
    public async Task A_link_that_was_never_sent_is_refused(string userId, string token)
    {
        await _http.PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).RefusedAsync(422, ProblemCodes.InvalidToken);
        await _http.PostAsync("/api/v1/auth/reset-password", new ResetPasswordRequest(userId, token, TestUser.Password)).RefusedAsync(422, ProblemCodes.InvalidToken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("CfDJ8Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_made_up_token_is_anonymous(string token) => Assert.Equal(HttpStatusCode.Unauthorized, await MeWith(token));

    [Fact]
    public async Task A_token_of_another_installation_is_anonymous()
    {
        var user = await api.Host.NewCustomerAsync();
        var elsewhere = new ServiceCollection();
        elsewhere.AddLogging().AddSingleton(TimeProvider.System).AddDataProtection();
        elsewhere.AddOptions<AuthOptions>();
        elsewhere.AddAuthentication(Microsoft.AspNetCore.Authentication.BearerToken.BearerTokenDefaults.AuthenticationScheme).AddBearerToken();
        elsewhere.TryAddSingleton<AccessTokens>();
        await using var services = elsewhere.BuildServiceProvider();
        var forged = services.GetRequiredService<AccessTokens>().Issue(user.Id, [Roles.Admin]);
        Assert.Equal(HttpStatusCode.Unauthorized, await MeWith(forged.Token));
    }
}
