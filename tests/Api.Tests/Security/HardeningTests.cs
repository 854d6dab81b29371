using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webrana.Api.Accounts;
using Webrana.Api.Security;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Security;

namespace Webrana.Api.Tests.Security;

/// <summary>An API that trusts no proxy, holds callers to few requests, and whose logs and password checks are watched.</summary>
public sealed class WatchedApi : IAsyncLifetime
{
    ApiHost? _host;

    internal ApiHost Host => _host!;

    internal ConcurrentQueue<string> Logs { get; } = new();

    internal CountingHasher Hasher { get; } = new();

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync(
        new Dictionary<string, string?> { ["RequestLimits:PerUserAMinute"] = "60", ["RequestLimits:PerAddressAMinute"] = "600", ["Edge:TrustedProxies:0"] = "192.0.2.1" },
        services =>
        {
            services.AddLogging(log => log.AddProvider(new LogWatcher(Logs)).SetMinimumLevel(LogLevel.Information));
            services.Replace(ServiceDescriptor.Scoped<IPasswordHasher<User>>(_ => Hasher));
        });

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }

    internal sealed class CountingHasher : PasswordHasher<User>
    {
        int _checks;
        int _made;

        public int Checks => Volatile.Read(ref _checks);

        public int Made => Volatile.Read(ref _made);

        public override string HashPassword(User user, string password)
        {
            Interlocked.Increment(ref _made);
            return base.HashPassword(user, password);
        }

        public override PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Interlocked.Increment(ref _checks);
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}

public sealed class HardeningTests(WatchedApi watched) : IClassFixture<WatchedApi>
{
    ApiHost Host => watched.Host;

    /// <summary>What a person types, and what we give them to keep: none of it in any line of the API's logs, scopes included.</summary>
    [Fact]
    public async Task A_whole_journey_leaves_no_secret_and_no_personal_data_in_the_logs()
    {
        var email = $"rahasia.{Guid.NewGuid():n}@example.com";
        const string password = "kata-sandi-sangat-rahasia";
        const string name = "Nama Lengkap Rahasia";
        const string phone = "081299887766";
        var anonymous = Host.Anonymous();
        await anonymous.PostAsync("/api/v1/auth/register", new RegisterRequest(email, password, name, phone)).ReadAsync<Registered>(HttpStatusCode.Created);
        var (userId, link) = MailSink.LinkOf(await Host.Mails.NextAsync(email), "confirm-email");
        await anonymous.PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, link)).ExpectAsync(HttpStatusCode.NoContent);
        await Host.LogInAsync(email, "kata-sandi-yang-salah").RefusedAsync(401, ProblemCodes.InvalidCredentials);
        var pair = await Host.LogInAsync(email, password).ReadAsync<TokenPair>();
        var mine = Host.WithToken(pair.AccessToken);
        var setup = await mine.PostAsync("/api/v1/me/two-factor/setup", new SetUpTwoFactorRequest(password)).ReadAsync<TwoFactorSetup>();
        var token = await mine.PostAsync("/api/v1/api-tokens", new CreateApiTokenRequest("x", ["read"], password)).ReadAsync<ApiTokenCreated>(HttpStatusCode.Created);
        await Host.WithToken(token.Token).GetAsync("/api/v1/wallet").ExpectAsync(HttpStatusCode.OK);
        await mine.PostAsync("/api/v1/me/email", new ChangeEmailRequest($"baru.{email}", password)).ExpectAsync(HttpStatusCode.Accepted);
        await mine.PostAsync("/api/v1/orders", "{\"password\": \"" + password).RefusedAsync(400, ProblemCodes.MalformedBody);

        string[] secrets = [email, password, name, phone, link, pair.AccessToken, pair.RefreshToken, setup.Secret.Replace(" ", "", StringComparison.Ordinal), token.Token, "kata-sandi-yang-salah"];
        Assert.NotEmpty(watched.Logs);
        foreach (var secret in secrets)
            Assert.DoesNotContain(watched.Logs, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_unknown_address_costs_the_same_hashes_as_a_known_one()
    {
        var known = (await Host.NewCustomerAsync()).Email;
        foreach (var email in new[] { known, $"{Guid.NewGuid():n}@example.com" })
        {
            var before = watched.Hasher.Checks;
            await Host.LogInAsync(email, "salah-sekali-1").RefusedAsync(401, ProblemCodes.InvalidCredentials);
            Assert.Equal(before + 2, watched.Hasher.Checks);
        }
    }

    [Fact]
    public async Task Registering_with_a_known_address_is_answered_as_with_a_new_one_and_costs_the_same_hash()
    {
        var known = (await Host.NewCustomerAsync()).Email;
        foreach (var email in new[] { known, $"{Guid.NewGuid():n}@example.com" })
        {
            var before = watched.Hasher.Made;
            var answer = await Host.Anonymous().PostAsync("/api/v1/auth/register", new RegisterRequest(email, "kata-sandi-baru-1", "Sari")).ReadAsync<Registered>(HttpStatusCode.Created);
            Assert.True(Guid.TryParse(answer.UserId, out _));
            Assert.Equal(before + 1, watched.Hasher.Made);
        }
    }

    [Fact]
    public async Task Signing_in_behind_a_registration_is_answered_alike_and_costs_the_same_hashes_whoever_has_the_address()
    {
        var (confirmed, waiting) = ((await Host.NewCustomerAsync()).Email, $"{Guid.NewGuid():n}@example.com");
        await Host.Anonymous().PostAsync("/api/v1/auth/register", new RegisterRequest(waiting, "kata-sandi-pertama-1", "Sari")).ExpectAsync(HttpStatusCode.Created);
        foreach (var email in new[] { confirmed, waiting, $"{Guid.NewGuid():n}@example.com" })
        {
            var made = watched.Hasher.Made;
            await Host.Anonymous().PostAsync("/api/v1/auth/register", new RegisterRequest(email, "kata-sandi-baru-1", "Sari")).ExpectAsync(HttpStatusCode.Created);
            Assert.Equal(made + 1, watched.Hasher.Made);
            foreach (var (password, status, code) in new[] { ("kata-sandi-baru-1", 403, ProblemCodes.EmailNotConfirmed), ("salah-sekali-1", 401, ProblemCodes.InvalidCredentials) })
            {
                var checks = watched.Hasher.Checks;
                await Host.LogInAsync(email, password).RefusedAsync(status, code);
                Assert.Equal(checks + 2, watched.Hasher.Checks);
            }
        }
    }

    /// <summary>A try is counted before it is judged, so that guesses sent at once are counted as guesses sent one by one.</summary>
    [Fact]
    public async Task Of_many_guesses_at_once_no_more_are_judged_than_of_many_in_a_row()
    {
        var email = (await Host.NewCustomerAsync()).Email;
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Host.LogInAsync(email, "salah-sekali-1")));
        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.Unauthorized), answer => Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero));
    }

    [Fact]
    public async Task A_flood_of_one_user_is_held_back_with_a_time_and_costs_nobody_else_theirs()
    {
        var (busy, calm) = (await Host.NewCustomerAsync(), await Host.NewCustomerAsync());
        // Twice a minute's worth: thirty places at once and one more a second, however slow the machine is with them.
        var answers = await Task.WhenAll(Enumerable.Range(0, 120).Select(_ => busy.Http.GetAsync("/api/v1/me")));
        var held = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.InRange(held.Count, 10, 90);
        Assert.All(held, answer => Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero));
        await calm.Http.GetAsync("/api/v1/me").ExpectAsync(HttpStatusCode.OK);
    }

    /// <summary>The limiter that the pipeline asks, with addresses that no other test comes from.</summary>
    [Fact]
    public void A_flood_from_one_address_without_a_token_is_held_back_and_costs_no_other_address_theirs()
    {
        var limiter = Host.Services.GetRequiredService<IOptions<RateLimiterOptions>>().Value.GlobalLimiter!;
        bool Passes(string address, string path = "/api/v1/plans")
        {
            var http = new DefaultHttpContext { RequestServices = Host.Services };
            (http.Connection.RemoteIpAddress, http.Request.Path) = (IPAddress.Parse(address), path);
            using var lease = limiter.AttemptAcquire(http);
            return lease.IsAcquired;
        }

        var flood = Enumerable.Range(0, 2_000).Select(_ => Passes("198.51.100.7")).ToList();
        Assert.DoesNotContain(false, flood.Take(300));
        Assert.Contains(false, flood);
        Assert.True(Passes("198.51.100.8"));
        // Neither health checks nor the gateway can slow down.
        Assert.True(Enumerable.Range(0, 400).All(_ => Passes("198.51.100.7", "/health/live") && Passes("198.51.100.7", "/webhooks/tripay")));
    }

    [Fact]
    public async Task What_is_refused_is_counted_by_reason_and_warned_of_by_id_alone()
    {
        using var counted = new MetricCollector<long>(Host.Services.GetRequiredService<IMeterFactory>(), RefusedAccess.MeterName, RefusedAccess.CounterName);
        var (customer, guarded) = (await Host.NewCustomerAsync(), await Host.NewCustomerAsync());
        await Host.Anonymous().GetAsync("/internal/users").RefusedAsync(401, ProblemCodes.Unauthenticated);
        await customer.Http.GetAsync("/internal/users").RefusedAsync(403, ProblemCodes.Forbidden);
        var mine = await Host.SignedInAsync(customer.Email);
        var token = await mine.PostAsync("/api/v1/api-tokens", new CreateApiTokenRequest("x", ["read"], TestUser.Password)).ReadAsync<ApiTokenCreated>(HttpStatusCode.Created);
        await Host.WithToken(token.Token).PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(50_000, "BRIVA")).RefusedAsync(403, ProblemCodes.InsufficientScope);
        var theirs = await Host.SignedInAsync(guarded.Email);
        var secret = (await theirs.PostAsync("/api/v1/me/two-factor/setup", new SetUpTwoFactorRequest(TestUser.Password)).ReadAsync<TwoFactorSetup>()).Secret.Replace(" ", "", StringComparison.Ordinal);
        await theirs.PostAsync("/api/v1/me/two-factor", new EnableTwoFactorRequest(Totp.CodeAt(secret, TimeProvider.System.GetUtcNow()))).ExpectAsync(HttpStatusCode.OK);
        // As long as no code of the app, and none of the codes that are printed.
        await Host.LogInAsync(guarded.Email, code: "12345").RefusedAsync(401, ProblemCodes.InvalidTwoFactorCode);
        var nobody = $"{Guid.NewGuid():n}@example.com";
        foreach (var _ in Enumerable.Range(0, 6))
            (await Host.LogInAsync(nobody, "salah-sekali-1")).Dispose();

        var reasons = counted.GetMeasurementSnapshot().Select(one => $"{one.Tags["reason"]}").ToList();
        foreach (var reason in Enum.GetNames<RefusedReason>())
            Assert.Contains(reason, reasons);
        var warned = watched.Logs.Where(line => line.StartsWith("Access refused: ", StringComparison.Ordinal)).ToList();
        Assert.Contains(warned, line => line.StartsWith($"Access refused: Role, user {customer.Id}, route /internal/users", StringComparison.Ordinal));
        Assert.Contains(warned, line => line.StartsWith($"Access refused: Scope, user {customer.Id}, route /api/v1/wallet/deposit", StringComparison.Ordinal));
        Assert.Contains(warned, line => line.StartsWith($"Access refused: SecondFactor, user {guarded.Id}, ", StringComparison.Ordinal));
        Assert.All(warned, line => Assert.DoesNotContain("@", line, StringComparison.Ordinal));
        Assert.All(warned, line => Assert.DoesNotContain("127.0.0.1", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_is_no_proxy_of_ours_cannot_choose_the_address_that_is_counted()
    {
        var user = await Host.NewCustomerAsync();
        var http = Host.Anonymous();
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.99");
        var pair = await http.PostAsync("/api/v1/auth/login", new LoginRequest(user.Email, TestUser.Password)).ReadAsync<TokenPair>();
        var device = Assert.Single((await Host.WithToken(pair.AccessToken).GetAsync("/api/v1/me/sessions").ReadAsync<Page<SignedInDevice>>()).Items);
        Assert.Equal("127.0.0.1", device.Address);
    }

    /// <summary>Fields that are ours to decide are ignored where a stranger sends them.</summary>
    [Fact]
    public async Task Nobody_assigns_themselves_a_role_a_balance_a_price_or_another_owner()
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        var made = await Host.Anonymous().PostAsync(
            "/api/v1/auth/register",
            $$"""{"email":"{{email}}","password":"{{TestUser.Password}}","name":"Budi","roles":["admin"],"emailConfirmed":true,"balance":1000000,"userId":"{{Guid.NewGuid()}}"}""").ReadAsync<Registered>(HttpStatusCode.Created);
        await Host.LogInAsync(email).RefusedAsync(403, ProblemCodes.EmailNotConfirmed);
        var user = Host.As(new Contracts.UserId(Guid.Parse(made.UserId)));
        Assert.DoesNotContain("admin", (await user.GetAsync("/api/v1/me").ReadAsync<Profile>()).Roles);
        Assert.Equal(0, (await user.GetAsync("/api/v1/wallet").ReadAsync<Wire.Wallets.Wallet>()).Balance);
        var changed = await user.SendJsonAsync(
            HttpMethod.Patch, "/api/v1/me",
            $$"""{"name":"Budi B","email":"lain@example.com","roles":["admin"],"id":"{{Guid.NewGuid()}}","referralCode":"AAAAAAAAAA"}""").ReadAsync<Profile>();
        Assert.Equal((email, made.UserId), (changed.Email, changed.Id));
        Assert.DoesNotContain("admin", changed.Roles);
        Assert.NotEqual("AAAAAAAAAA", changed.ReferralCode);
        var deposit = await user.PostAsync(
            "/api/v1/wallet/deposit",
            $$"""{"amount":50000,"paymentMethod":"BRIVA","status":"PAID","totalCredit":99000000,"userId":"{{Guid.NewGuid()}}","bonusAmount":1000000}""").ReadAsync<Deposit>(HttpStatusCode.Created);
        Assert.Equal((DepositStatus.Pending, 50_000, made.UserId), (deposit.Status, deposit.TotalCredit, deposit.UserId));
        await user.PostAsync("/api/v1/orders", """{"planId":"basic-1","region":"sgp1","image":"ubuntu-24-04-x64","name":"gratis-01","price":0}""")
            .RefusedAsync(409, ProblemCodes.InsufficientBalance);
    }

    [Fact]
    public async Task Bodies_and_pages_have_a_size_that_nobody_exceeds()
    {
        var user = await Host.NewCustomerAsync();
        await user.Http.PostAsync("/api/v1/ssh-keys", $$"""{"name":"x","publicKey":"{{new string('A', 1_100_000)}}"}""").RefusedAsync(413, ProblemCodes.BodyTooLarge);
        foreach (var limit in new[] { "0", "201", "-1", "1000000" })
            await user.Http.GetAsync($"/api/v1/wallet/transactions?limit={limit}").RefusedAsync(400, ProblemCodes.InvalidLimit);
        await user.Http.PostAsync("/api/v1/api-tokens", $$"""{"name":"x","scopes":[{{string.Concat(Enumerable.Repeat("[", 40))}}""").RefusedAsync(400, ProblemCodes.MalformedBody);
    }
}
