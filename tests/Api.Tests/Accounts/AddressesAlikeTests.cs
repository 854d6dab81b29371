using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Webrana.Api.Security;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Promos;

namespace Webrana.Api.Tests.Accounts;

/// <summary>
/// Whoever does not read a mailbox learns nothing of its address: registering, signing in, asking for mails and being made to wait look the same whether
/// it has an account, one that waits for its confirmation, or none (ADR 57, ADR 61).
/// </summary>
[Collection(ApiCollection.Name)]
public sealed partial class AddressesAlikeTests(SharedApi api)
{
    const string First = "sandi-orang-asing-1";
    const string Second = "sandi-orang-asing-2";
    const string Wrong = "salah-sekali-1";

    [Fact]
    public async Task A_known_an_unconfirmed_and_an_unknown_address_answer_one_script_alike_step_by_step()
    {
        var waiting = NewAddress();
        await From("203.0.113.20").PostAsync("/api/v1/auth/register", Person(waiting, "sandi-pemilik-alamat")).ExpectAsync(HttpStatusCode.Created);

        var (unknown, statuses) = await AskEverythingAsync(NewAddress());
        var (unconfirmed, _) = await AskEverythingAsync(waiting);
        var (known, _) = await AskEverythingAsync((await api.Host.NewCustomerAsync()).Email);

        // What the script was written for: every kind of answer was seen, the waits included.
        Assert.Equal([201, 403, 401, 201, 403, 401, 403, 429, 403, 202, 202, 422, 422, 202, 202, 202, 429, 429, 422, 401, 401, 401, 401, 429], statuses);
        Assert.Equal(unknown, unconfirmed);
        Assert.Equal(unknown, known);
    }

    /// <summary>Or whoever types in somebody's address with a code of their own would read there whether it was new.</summary>
    [Fact]
    public async Task Whose_code_was_registered_with_sees_a_friend_when_the_mailbox_was_read_and_nothing_before_that()
    {
        var inviter = await api.Host.NewCustomerAsync();
        var code = (await inviter.Http.GetAsync("/api/v1/me").ReadAsync<Profile>()).ReferralCode!;
        var before = await inviter.Http.GetStringAsync("/api/v1/referral");
        var (unknown, unconfirmed, known) = (NewAddress(), NewAddress(), (await api.Host.NewCustomerAsync()).Email);
        await RegisterAsync(unconfirmed, First);
        foreach (var email in new[] { unknown, unconfirmed, known })
        {
            await InviteAsync(email);
            Assert.Equal(before, await inviter.Http.GetStringAsync("/api/v1/referral"));
        }

        var (userId, token) = MailSink.LinkOf(await api.Host.Mails.NextAsync(unknown), "confirm-email");
        await api.Host.Anonymous().PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);
        var joined = await inviter.Http.GetAsync("/api/v1/referral").ReadAsync<Referral>();
        Assert.Equal((1, "O•••", $"{unknown[0]}•••@example.com"), (joined.JoinedCount, Assert.Single(joined.Items).Name, joined.Items[0].Email));

        Task InviteAsync(string email) => From("203.0.113.40")
            .PostAsync("/api/v1/auth/register", Person(email, Second) with { ReferralCode = code }).ExpectAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_a_registration_chose_opens_no_account_and_goes_when_its_address_is_confirmed()
    {
        var email = NewAddress();
        await RegisterAsync(email, First);
        Assert.Equal(1, await RowsAsync(email));
        var (userId, token) = MailSink.LinkOf(await api.Host.Mails.NextAsync(email), "confirm-email");
        await api.Host.Anonymous().PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);
        Assert.Equal(0, await RowsAsync(email));
        await LogInAsync(email, First).ReadAsync<TokenPair>();

        // A stranger takes the address for a new one: neither way in opens, for a script or a browser, and the owner's password does as ever.
        await RegisterAsync(email, Second);
        await LogInAsync(email, Second).RefusedAsync(403, ProblemCodes.EmailNotConfirmed);
        await api.Host.Anonymous().PostAsync("/api/v1/auth/sessions", new CreateSessionRequest(email, Second)).RefusedAsync(403, ProblemCodes.EmailNotConfirmed);
        await LogInAsync(email, First).ReadAsync<TokenPair>();
        Assert.Equal(2, await api.Host.Database.ScalarAsync<long>($"select count(*) from identity.sessions where user_id = '{userId}'"));
    }

    [Fact]
    public async Task Who_registered_an_address_later_does_not_see_that_its_owner_confirmed_it()
    {
        var email = NewAddress();
        await RegisterAsync(email, First);
        var (userId, token) = MailSink.LinkOf(await api.Host.Mails.NextAsync(email), "confirm-email");
        await RegisterAsync(email, Second);
        await LogInAsync(email, Second).RefusedAsync(403, ProblemCodes.EmailNotConfirmed);
        await api.Host.Anonymous().PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);
        await LogInAsync(email, Second).RefusedAsync(403, ProblemCodes.EmailNotConfirmed);
        await LogInAsync(email, First).ReadAsync<TokenPair>();
    }

    [Fact]
    public async Task It_is_told_as_long_as_a_link_lives_of_a_customers_address_as_of_a_new_one()
    {
        foreach (var email in new[] { NewAddress(), (await api.Host.NewCustomerAsync()).Email })
        {
            await RegisterAsync(email, First);
            // A link asked for lives a day from now, and so does this.
            await SetExpiryAsync(email, "now() + interval '1 minute'");
            await ResendAsync(email);
            Assert.True(await api.Host.Database.ScalarAsync<bool>($"select expires_at > now() + interval '23 hours' from identity.pending_registrations where address = {Key(email)}"));
            await LogInAsync(email, First).RefusedAsync(403, ProblemCodes.EmailNotConfirmed);

            await SetExpiryAsync(email, "now() - interval '1 minute'");
            await ResendAsync(email);
            await LogInAsync(email, First).RefusedAsync(401, ProblemCodes.InvalidCredentials);
            await SecurityJanitor.SweepAsync(api.Host.Sources, TimeProvider.System.GetUtcNow(), default);
            Assert.Equal(0, await RowsAsync(email));

            await RegisterAsync(email, Second);
            await LogInAsync(email, Second).RefusedAsync(403, ProblemCodes.EmailNotConfirmed);
        }
    }

    /// <summary>A count that an owner's sign-in takes back would show that there is an owner.</summary>
    [Fact]
    public async Task An_owner_who_signs_in_takes_their_own_tries_back_and_nobody_elses()
    {
        var email = (await api.Host.NewCustomerAsync()).Email;
        foreach (var address in new[] { "198.51.100.31", "198.51.100.32" })
        {
            for (var i = 0; i < 4; i++)
                await LogInAsync(email, Wrong, address).RefusedAsync(401, ProblemCodes.InvalidCredentials);
        }

        await LogInAsync(email, Wrong, "203.0.113.31").RefusedAsync(401, ProblemCodes.InvalidCredentials);
        await LogInAsync(email, TestUser.Password, "203.0.113.31").ReadAsync<TokenPair>();
        Assert.Equal(8, await TriesAsync(email));
        for (var i = 0; i < 2; i++)
            await LogInAsync(email, Wrong, "198.51.100.33").RefusedAsync(401, ProblemCodes.InvalidCredentials);
        await LogInAsync(email, Wrong, "198.51.100.33").RefusedAsync(429, ProblemCodes.LockedOut);
    }

    /// <summary>Each step as whoever asks sees it, and how many tries it left on the address's count.</summary>
    async Task<(IReadOnlyList<string> Seen, IReadOnlyList<int> Statuses)> AskEverythingAsync(string email)
    {
        var (here, there, elsewhere) = (From("203.0.113.21"), From("203.0.113.22"), From("203.0.113.23"));
        var (seen, statuses) = (new List<string>(), new List<int>());
        var id = JsonSerializer.Deserialize<Registered>(await SeeAsync("register", here, "register", Person(email, First)), WireJson.Options)!.UserId;
        await SeeAsync("sign in with what was chosen", here, "login", new LoginRequest(email, First));
        await SeeAsync("sign in with another", here, "login", new LoginRequest(email, Wrong));
        await SeeAsync("register again", here, "register", Person(email, Second));
        await SeeAsync("sign in with what was chosen now", here, "login", new LoginRequest(email, Second));
        await SeeAsync("sign in with what was chosen first", here, "login", new LoginRequest(email, First));
        await SeeAsync("sign in as a browser", here, "sessions", new CreateSessionRequest(email, Second, "123456"));
        await SeeAsync("sign in once too often", here, "login", new LoginRequest(email, Second));
        await SeeAsync("sign in from another place", there, "login", new LoginRequest(email, Second));
        await SeeAsync("resend", here, "resend-confirmation", new ResendConfirmationRequest(email));
        await SeeAsync("forget", here, "forgot-password", new ForgotPasswordRequest(email));
        await SeeAsync("confirm with a made-up link", here, "confirm-email", new ConfirmEmailRequest(id, "Q2ZESjhO"));
        await SeeAsync("reset with a made-up link", here, "reset-password", new ResetPasswordRequest(id, "Q2ZESjhO", "kopi-tubruk-78"));
        for (var i = 0; i < 3; i++)
            await SeeAsync("resend", here, "resend-confirmation", new ResendConfirmationRequest(email));
        await SeeAsync("resend once too often", here, "resend-confirmation", new ResendConfirmationRequest(email));
        await SeeAsync("forget once too often", here, "forgot-password", new ForgotPasswordRequest(email));
        await SeeAsync("register with a weak password", here, "register", Person(email, "kurang"));
        for (var i = 0; i < 4; i++)
            await SeeAsync("sign in with another from there", there, "login", new LoginRequest(email, Wrong));
        await SeeAsync("sign in from a third place", elsewhere, "login", new LoginRequest(email, Second));
        return (seen, statuses);

        async Task<string> SeeAsync(string step, HttpClient from, string route, object question)
        {
            using var answer = await from.PostAsync($"/api/v1/auth/{route}", question);
            var body = await answer.Content.ReadAsStringAsync();
            var text = OneOfAKind().Replace(body, "…");
            var headers = string.Join(' ', answer.Headers.Concat(answer.Content.Headers).Select(header => header.Key).Order(StringComparer.Ordinal));
            seen.Add($"{step}: {(int)answer.StatusCode} {text} [{headers}] {await TriesAsync(email)} tries");
            statuses.Add((int)answer.StatusCode);
            return body;
        }
    }

    // Ids and traces differ from answer to answer.
    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\"traceId\":\"[^\"]*\"")]
    private static partial Regex OneOfAKind();

    static string NewAddress() => $"{Guid.NewGuid():n}@example.com";

    static RegisterRequest Person(string email, string password) => new(email, password, "Orang Asing");

    HttpClient From(string address)
    {
        var http = api.Host.Anonymous();
        http.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", address);
        return http;
    }

    Task RegisterAsync(string email, string password) => api.Host.Anonymous().PostAsync("/api/v1/auth/register", Person(email, password)).ExpectAsync(HttpStatusCode.Created);

    Task ResendAsync(string email) =>
        api.Host.Anonymous().PostAsync("/api/v1/auth/resend-confirmation", new ResendConfirmationRequest(email)).ExpectAsync(HttpStatusCode.Accepted);

    Task<HttpResponseMessage> LogInAsync(string email, string password, string address = "203.0.113.30") =>
        From(address).PostAsync("/api/v1/auth/login", new LoginRequest(email, password));

    Task<int> TriesAsync(string email) => api.Host.Database.ScalarAsync<int>($"select coalesce(max(tries), 0) from identity.sign_in_tries where key = {Key(email)}");

    Task<long> RowsAsync(string email) => api.Host.Database.ScalarAsync<long>($"select count(*) from identity.pending_registrations where address = {Key(email)}");

    async Task SetExpiryAsync(string email, string expiry) =>
        Assert.Equal(1, await api.Host.Database.ExecuteAsync($"update identity.pending_registrations set expires_at = {expiry} where address = {Key(email)}"));

    static string Key(string email) => $"sha256(convert_to('{email.ToUpperInvariant()}', 'UTF8'))";
}
