using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Tests.Accounts;

[Collection(ApiCollection.Name)]
public sealed class RegistrationTests(SharedApi api)
{
    readonly HttpClient _http = api.Host.Anonymous();

    static RegisterRequest Person(string? email = null) => new(email ?? $"{Guid.NewGuid():n}@example.com", TestUser.Password, "Siti Aminah", "081298765432");

    [Fact]
    public async Task A_person_registers_confirms_by_the_mail_and_logs_in()
    {
        var person = Person();
        var registered = await _http.PostAsync("/api/v1/auth/register", person).ReadAsync<Registered>(HttpStatusCode.Created);
        var login = new LoginRequest(person.Email, person.Password);
        await _http.PostAsync("/api/v1/auth/login", login).RefusedAsync(403, "email_not_confirmed");

        var mail = await api.Host.Mails.NextAsync(person.Email);
        var (userId, token) = MailSink.LinkOf(mail, "confirm-email");
        Assert.Equal(registered.UserId, userId);
        await _http.PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);
        await _http.PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);

        var tokens = await _http.PostAsync("/api/v1/auth/login", login).ReadAsync<TokenPair>();
        using var signedIn = new HttpClient { BaseAddress = api.Host.Address };
        signedIn.DefaultRequestHeaders.Authorization = new("Bearer", tokens.AccessToken);
        var me = await signedIn.GetAsync("/api/v1/me").ReadAsync<Profile>();
        Assert.Equal((registered.UserId, person.Email, person.Name, person.Phone, "id"), (me.Id, me.Email, me.Name, me.Phone, me.Locale));
        Assert.Equal([Roles.Customer], me.Roles);
        Assert.Equal(10, me.ReferralCode!.Length);
    }

    [Fact]
    public async Task An_address_is_registered_once_whatever_its_case()
    {
        var person = Person();
        var made = await _http.PostAsync("/api/v1/auth/register", person).ReadAsync<Registered>(HttpStatusCode.Created);
        var again = await _http.PostAsync("/api/v1/auth/register", person with { Email = person.Email.ToUpperInvariant() }).ReadAsync<Registered>(HttpStatusCode.Created);
        Assert.NotEqual(made.UserId, again.UserId);
        Assert.Equal(made.UserId, await IdsOfAsync(person.Email));
    }

    /// <summary>The ids of all accounts of an address.</summary>
    Task<string> IdsOfAsync(string email) =>
        api.Host.Database.ScalarAsync<string>($"select string_agg(id::text, ',') from identity.users where normalized_email = '{email.ToUpperInvariant()}'");

    [Fact]
    public async Task Who_registers_with_a_customers_address_hears_nothing_of_them_and_they_are_told_by_mail()
    {
        var customer = await api.Host.NewCustomerAsync();
        var person = Person(customer.Email) with { Password = "bukan-sandi-pemilik-1" };
        var answered = await _http.PostAsync("/api/v1/auth/register", person).ReadAsync<Registered>(HttpStatusCode.Created);
        Assert.NotEqual(customer.Id.ToString(), answered.UserId);
        var mail = await api.Host.Mails.NextAsync(customer.Email);
        Assert.Contains("/login", mail.Content.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("token=", mail.Content.Text, StringComparison.Ordinal);
        Assert.Equal(customer.Id.ToString(), await IdsOfAsync(customer.Email));

        // Nothing of theirs has changed, what was chosen opens nothing, and what a new address would be refused for, a known one is, too.
        await _http.PostAsync("/api/v1/auth/login", new LoginRequest(customer.Email, person.Password)).RefusedAsync(403, ProblemCodes.EmailNotConfirmed);
        await _http.PostAsync("/api/v1/auth/login", new LoginRequest(customer.Email, TestUser.Password)).ExpectAsync(HttpStatusCode.OK);
        await _http.PostAsync("/api/v1/auth/register", person with { Password = "kurang" }).RefusedAsync(422, ProblemCodes.WeakPassword);
    }

    [Fact]
    public async Task Ten_registrations_of_one_address_at_once_make_one_account()
    {
        var person = Person();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _http.PostAsync("/api/v1/auth/register", person)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.DoesNotContain(",", await IdsOfAsync(person.Email), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password", "kurang")]
    [InlineData("password", "aaaaaaaaaaaa")]
    public async Task A_weak_password_is_refused_with_its_rules(string field, string password)
    {
        var problem = await _http.PostAsync("/api/v1/auth/register", Person() with { Password = password }).RefusedAsync(422, ProblemCodes.WeakPassword);
        Assert.Contains(field, problem.Errors!);
    }

    [Theory]
    [InlineData("email", "not-an-address", "Siti", null, null, null)]
    [InlineData("email", "a@b@c.example", "Siti", null, null, null)]
    [InlineData("name", "x1@example.com", "  ", null, null, null)]
    [InlineData("phone", "x2@example.com", "Siti", "0812-ABC", null, null)]
    [InlineData("locale", "x3@example.com", "Siti", null, "fr", null)]
    [InlineData("referralCode", "x4@example.com", "Siti", null, null, "NOSUCHCODE")]
    public async Task Fields_that_cannot_be_used_are_named(string field, string email, string name, string? phone, string? locale, string? referral)
    {
        var body = new RegisterRequest(email, TestUser.Password, name, phone, referral, locale);
        var problem = await _http.PostAsync("/api/v1/auth/register", body).RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.Equal([field], problem.Errors!.Keys);
    }

    [Fact]
    public async Task A_registration_whose_process_died_with_its_transaction_is_mailed_all_the_same()
    {
        // What a crash before the answer leaves: a user, and the request for the mail.
        var person = Person();
        await using (var scope = api.Host.Services.CreateAsyncScope())
        {
            var registration = scope.ServiceProvider.GetRequiredService<Api.Accounts.Registration>();
            await registration.CreateAsync(new(Guid.NewGuid(), person.Email, person.Password, person.Name, null, "id", null), default);
        }

        var (userId, token) = MailSink.LinkOf(await api.Host.Mails.NextAsync(person.Email), "confirm-email");
        await _http.PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);
        await _http.PostAsync("/api/v1/auth/login", new LoginRequest(person.Email, person.Password)).ExpectAsync(HttpStatusCode.OK);
    }

    /// <summary>Builds before the requests were rows left accounts without contact and mail; asking for the link again is their way out.</summary>
    [Fact]
    public async Task A_registration_that_was_never_mailed_is_healed_by_the_next_attempt()
    {
        var person = Person();
        await using (var scope = api.Host.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<Api.Accounts.User>>();
            var user = new Api.Accounts.User
            {
                Id = Guid.NewGuid(), UserName = person.Email, Email = person.Email, Name = person.Name, Locale = "id",
                CreatedAt = TimeProvider.System.GetUtcNow(),
            };
            Assert.True((await users.CreateAsync(user, person.Password)).Succeeded);
        }

        await _http.PostAsync("/api/v1/auth/register", person).ExpectAsync(HttpStatusCode.Created);
        var (userId, token) = MailSink.LinkOf(await api.Host.Mails.NextAsync(person.Email), "confirm-email");
        await _http.PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);
        await _http.PostAsync("/api/v1/auth/login", new LoginRequest(person.Email, person.Password)).ExpectAsync(HttpStatusCode.OK);
    }

    /// <summary>Whoever had the address first may be a stranger who hopes that its owner confirms it: the owner has to hear of the other password.</summary>
    [Fact]
    public async Task Who_registers_again_before_confirming_gets_the_link_again_and_is_told_that_the_first_password_holds()
    {
        var first = Person();
        await _http.PostAsync("/api/v1/auth/register", first).ExpectAsync(HttpStatusCode.Created);
        var mail = await api.Host.Mails.NextAsync(first.Email);
        Assert.DoesNotContain("/forgot-password", mail.Content.Text, StringComparison.Ordinal);

        var again = first with { Password = "sandi-pendaftaran-kedua-1" };
        for (var i = 0; i < 4; i++)
            await _http.PostAsync("/api/v1/auth/register", again).ExpectAsync(HttpStatusCode.Created);
        mail = await api.Host.Mails.NextAsync(first.Email);
        Assert.Contains("/forgot-password", mail.Content.Text, StringComparison.Ordinal);
        // One an hour; the hour may have ended in between, and no second one.
        var told = await api.Host.Database.ScalarAsync<long>($"""
            select count(*) from notices n join identity.users u on u.id = n.user_id where u.normalized_email = '{first.Email.ToUpperInvariant()}' and n.kind = 'ConfirmEmailAgain'
            """);
        Assert.InRange(told, 1, 2);

        var (userId, token) = MailSink.LinkOf(mail, "confirm-email");
        await _http.PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);
        // The last registration's password waits for a confirmation that is not this one, and so opens nothing.
        await _http.PostAsync("/api/v1/auth/login", new LoginRequest(first.Email, again.Password)).RefusedAsync(403, ProblemCodes.EmailNotConfirmed);
        await _http.PostAsync("/api/v1/auth/login", new LoginRequest(first.Email, first.Password)).ExpectAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_registration_repeated_with_its_key_gets_the_same_user()
    {
        var person = Person();
        var key = Guid.NewGuid().ToString();
        var first = await _http.PostAsync("/api/v1/auth/register", person, key).ReadAsync<Registered>(HttpStatusCode.Created);
        var second = await _http.PostAsync("/api/v1/auth/register", person, key).ReadAsync<Registered>(HttpStatusCode.Created);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Resending_and_forgetting_answer_the_same_for_strangers()
    {
        var stranger = $"{Guid.NewGuid():n}@example.com";
        await _http.PostAsync("/api/v1/auth/resend-confirmation", new ResendConfirmationRequest(stranger)).ExpectAsync(HttpStatusCode.Accepted);
        await _http.PostAsync("/api/v1/auth/forgot-password", new ForgotPasswordRequest(stranger)).ExpectAsync(HttpStatusCode.Accepted);
        await Eventually.Async(
            async () => await api.Host.Database.ScalarAsync<long>($"select count(*) from identity.mail_requests where address = '{stranger}'") == 0,
            ApiHost.Patience, "what was asked for is done with");
        Assert.False(api.Host.Mails.HasMail(stranger));
    }

    [Fact]
    public async Task Mails_on_request_are_limited_per_address_known_or_not()
    {
        var stranger = $"{Guid.NewGuid():n}@example.com";
        for (var i = 0; i < 5; i++)
            await _http.PostAsync("/api/v1/auth/forgot-password", new ForgotPasswordRequest(stranger)).ExpectAsync(HttpStatusCode.Accepted);
        using var response = await _http.PostAsync("/api/v1/auth/forgot-password", new ForgotPasswordRequest(stranger));
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_referral_code_of_a_customer_is_taken()
    {
        var friend = await api.Host.NewCustomerAsync();
        var me = await friend.Http.GetAsync("/api/v1/me").ReadAsync<Profile>();
        var registered = await _http.PostAsync("/api/v1/auth/register", Person() with { ReferralCode = me.ReferralCode!.ToLowerInvariant() })
            .ReadAsync<Registered>(HttpStatusCode.Created);
        var referrer = await api.Host.Database.ScalarAsync<Guid>($"select referred_by from identity.users where id = '{registered.UserId}'");
        Assert.Equal(friend.Id.Value, referrer);
    }

    [Fact]
    public async Task A_person_changes_name_phone_and_language()
    {
        var user = await api.Host.NewCustomerAsync();
        var changed = await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/me", new UpdateProfileRequest("Budi Hartono", "", "en")).ReadAsync<Profile>();
        Assert.Equal(("Budi Hartono", null, "en"), (changed.Name, changed.Phone, changed.Locale));
        Assert.Equivalent(changed, await user.Http.GetAsync("/api/v1/me").ReadAsync<Profile>());
        await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/me", new UpdateProfileRequest(Locale: "de")).RefusedAsync(422, ProblemCodes.ValidationFailed);
    }

    /// <summary>Promos compare numbers: whoever could try one after the other would learn whose are here.</summary>
    [Fact]
    public async Task A_person_gives_a_few_phone_numbers_a_day_and_no_more()
    {
        var user = await api.Host.NewCustomerAsync();
        for (var n = 0; n < 5; n++)
        {
            var phone = new UpdateProfileRequest(Phone: $"08129900110{n}");
            await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/me", phone).ExpectAsync(HttpStatusCode.OK);
            await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/me", phone).ExpectAsync(HttpStatusCode.OK);
        }

        await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/me", new UpdateProfileRequest(Phone: "081299001109")).RefusedAsync(429, ProblemCodes.TooManyRequests);
        // Nothing else is held back, and a number is taken out at any time.
        var changed = await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/me", new UpdateProfileRequest("Budi Hartono", "")).ReadAsync<Profile>();
        Assert.Equal(("Budi Hartono", null), (changed.Name, changed.Phone));
    }

    [Fact]
    public async Task Nobody_makes_himself_an_admin_by_sending_more_than_was_asked()
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        await _http.PostAsync("/api/v1/auth/register", $$"""
            {"email":"{{email}}","password":"{{TestUser.Password}}","name":"Mallory","roles":["admin"],"role":"admin","emailConfirmed":true,"balance":1000000}
            """).ExpectAsync(HttpStatusCode.Created);
        await _http.PostAsync("/api/v1/auth/login", new LoginRequest(email, TestUser.Password)).RefusedAsync(403, ProblemCodes.EmailNotConfirmed);
        var roles = await api.Host.Database.ScalarAsync<string>($"""
            select string_agg(r.name, ',') from identity.users u join identity.user_roles l on l.user_id = u.id join identity.roles r on r.id = l.role_id where u.email = '{email}'
            """);
        Assert.Equal(Roles.Customer, roles);
    }
}
