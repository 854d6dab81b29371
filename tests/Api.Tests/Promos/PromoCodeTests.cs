using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Promos;
using Webrana.Wire.Wallets;
using static Webrana.Api.Tests.Promos.PromoTestKit;

namespace Webrana.Api.Tests.Promos;

/// <summary>What a customer learns about codes, what they cannot learn, and invitations.</summary>
[Collection(ApiCollection.Name)]
public sealed class PromoCodeTests(SharedApi api)
{
    [Fact]
    public async Task A_code_says_why_it_does_not_apply_where_the_customer_may_know()
    {
        await ForgetAttemptsAsync(api.Host);
        var (admin, customer) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync());
        var code = (await CreateAsync(admin, Bonus(NewCode()) with { PaymentMethods = ["BRIVA"] })).Code!;
        var below = await AskAsync(customer, 99_999, code).RefusedAsync(422, ProblemCodes.PromoBelowMinimum);
        Assert.Equal(100_000, below.Number("minimum"));
        await AskAsync(customer, 100_000, code, "QRIS").RefusedAsync(422, ProblemCodes.PromoWrongChannel);
        await DepositAsync(customer, 99_999, "BRIVA", code).RefusedAsync(422, ProblemCodes.PromoBelowMinimum);
        await DepositAsync(customer, 100_000, "QRIS", code).RefusedAsync(422, ProblemCodes.PromoWrongChannel);

        var quote = await AskAsync(customer, 100_000, $" {code.ToLowerInvariant()} ").ReadAsync<PromoQuote>();
        Assert.Equal((10_000, 110_000), (quote.BonusAmount, quote.TotalCredit));
        await Scenario.PayAsync(api.Host, customer, 100_000, "BRIVA", code, 110_000);
        await AskAsync(customer, 100_000, code).RefusedAsync(422, ProblemCodes.PromoAlreadyUsed);
        await DepositAsync(customer, 100_000, "BRIVA", code).RefusedAsync(422, ProblemCodes.PromoAlreadyUsed);
        // None of this was a guess.
        for (var n = 0; n < 12; n++) await AskAsync(customer, 50_000, code).RefusedAsync(422, ProblemCodes.PromoBelowMinimum);
    }

    [Fact]
    public async Task Unknown_off_to_come_ended_sold_out_and_not_for_you_are_one_answer()
    {
        await ForgetAttemptsAsync(api.Host);
        var (admin, customer) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync());
        var now = TimeProvider.System.GetUtcNow();
        await Scenario.PayAsync(api.Host, customer, 100_000, "BRIVA", null, 100_000);
        string[] codes =
        [
            "TIDAKADA", "?", (await CreateAsync(admin, Bonus(NewCode()) with { IsActive = false })).Code!, (await CreateAsync(admin, Bonus(NewCode()) with { StartDate = now.AddDays(1) })).Code!,
            (await CreateAsync(admin, Bonus(NewCode()) with { EndDate = now.AddDays(-1) })).Code!, (await CreateAsync(admin, Bonus(NewCode()) with { ForNewUsersOnly = true })).Code!,
            (await CreateAsync(admin, Bonus(NewCode()) with { Budget = 1 })).Code!,
        ];
        var answers = new List<string>();
        foreach (var code in codes) answers.Add((await AskAsync(customer, 200_000, code).RefusedAsync(422, ProblemCodes.PromoCodeInvalid)).Detail!);
        Assert.Single(answers.Distinct());
        await ForgetAttemptsAsync(api.Host);
        foreach (var code in codes) await DepositAsync(customer, 200_000, "BRIVA", code).RefusedAsync(422, ProblemCodes.PromoCodeInvalid);
        Assert.Single((await customer.Http.GetAsync("/api/v1/wallet/deposits").ReadAsync<Page<Deposit>>()).Items);
    }

    // What holds guessing back is counted in rows all the same; nothing else is asked.
    [Fact]
    public async Task A_code_that_is_sold_out_refuses_a_top_up_and_a_question_without_asking_about_promos()
    {
        await ForgetAttemptsAsync(api.Host);
        var (admin, first, late) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync());
        foreach (var person in new[] { admin, first, late }) await WelcomedAsync(person);
        var promo = await CreateAsync(admin, Bonus(NewCode()) with { MaxUsageTotal = 1 });
        await Scenario.PayAsync(api.Host, first, 100_000, "BRIVA", promo.Code, 110_000);
        await Eventually.Async(
            () => admin.Http.GetAsync($"/internal/promos/{promo.Id}/usage").ReadAsync<PromoUsagePage>(), page => page.Items is [{ Status: PromoUsageStatus.Committed }],
            ApiHost.Patience, "the usage is committed", TestContext.Current.CancellationToken);

        string[] asked = ["promo_codes", "promo_counters", "promo_usages", "promo_identities", "deposit_places"];
        using var statements = new Statements(api.Host);
        for (var n = 0; n < 4; n++)
        {
            await DepositAsync(late, 100_000, "BRIVA", promo.Code!).RefusedAsync(422, ProblemCodes.PromoCodeInvalid);
            await AskAsync(late, 100_000, promo.Code).RefusedAsync(422, ProblemCodes.PromoCodeInvalid);
        }
        Assert.Empty(statements.Naming(asked));
        Assert.NotEmpty(statements.Naming("promo_code_attempts"));
        await AskAsync(late, 100_000, NewCode()).RefusedAsync(422, ProblemCodes.PromoCodeInvalid);
        Assert.NotEmpty(statements.Naming(asked));
        Assert.Empty((await late.Http.GetAsync("/api/v1/wallet/deposits").ReadAsync<Page<Deposit>>()).Items);
        await ForgetAttemptsAsync(api.Host);
    }

    // What follows a confirmed address asks promos too, behind it.
    Task<long> WelcomedAsync(TestUser user) => Eventually.Async(
        () => api.Host.Database.ScalarAsync<long>($"SELECT count(*) FROM grain_state WHERE key = 'rewards:{user.Id}' AND (payload ->> 'welcomed')::boolean"), count => count == 1,
        ApiHost.Patience, "the welcome was looked for", TestContext.Current.CancellationToken);

    [Fact]
    public async Task Ten_failed_codes_an_hour_however_many_ask_at_once_and_typing_an_amount_is_free()
    {
        await ForgetAttemptsAsync(api.Host);
        var customer = await api.Host.NewCustomerAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => AskAsync(customer, 100_000, $"TEBAK{n}")));
        Assert.Equal(10, answers.Count(answer => answer.StatusCode == HttpStatusCode.UnprocessableEntity));
        Assert.Equal(20, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(60));
        await DepositAsync(customer, 100_000, "BRIVA", "TEBAK31").RefusedAsync(429, ProblemCodes.TooManyPromoCodes);
        // The address too, not the account alone.
        await AskAsync(await api.Host.NewCustomerAsync(), 100_000, "TEBAK32").RefusedAsync(429, ProblemCodes.TooManyPromoCodes);
        for (var n = 0; n < 15; n++) await AskAsync(customer, 100_000 + n).ExpectAsync(HttpStatusCode.OK);
        // And the account, from whatever address it comes next.
        Assert.Equal(1, await api.Host.Database.ExecuteAsync("DELETE FROM promo_code_attempts WHERE who = sha256('address:127.0.0.1')"));
        await AskAsync(customer, 100_000, "TEBAK33").RefusedAsync(429, ProblemCodes.TooManyPromoCodes);
        await AskAsync(await api.Host.NewCustomerAsync(), 100_000, "TEBAK34").RefusedAsync(422, ProblemCodes.PromoCodeInvalid);
        await AgeAttemptsAsync(api.Host, TimeSpan.FromMinutes(61));
        await AskAsync(customer, 100_000, "TEBAK33").RefusedAsync(422, ProblemCodes.PromoCodeInvalid);
        await ForgetAttemptsAsync(api.Host);
    }

    [Theory]
    [InlineData("""{"amount": 0}""", 422, ProblemCodes.InvalidAmount)]
    [InlineData("""{"amount": 1000000001}""", 422, ProblemCodes.InvalidAmount)]
    [InlineData("""{"amount": 1.5}""", 400, ProblemCodes.MalformedBody)]
    [InlineData("""{}""", 400, ProblemCodes.MalformedBody)]
    [InlineData("""{"amount": 10000, "paymentMethod": ""}""", 422, ProblemCodes.ValidationFailed)]
    public async Task Nonsense_is_refused_before_anything_is_computed(string body, int status, string code)
    {
        var customer = await api.Host.NewCustomerAsync();
        await customer.Http.PostAsync("/api/v1/promos/validate", body).RefusedAsync(status, code);
    }

    [Fact]
    public async Task An_invited_friends_first_top_up_rewards_both_and_the_names_stay_masked()
    {
        var admin = await api.Host.NewAdminAsync();
        var promo = await CreateAsync(admin, new PromoFields("Undang teman", PromoType.ReferralBonus, PromoValueType.Fixed, 10_000, MinDeposit: 50_000, RefereeValue: 5_000));
        try
        {
            var inviter = await api.Host.NewCustomerAsync();
            var before = await inviter.Http.GetAsync("/api/v1/referral").ReadAsync<Referral>();
            Assert.Equal($"http://panel.test/register?ref={before.Code}", before.Link);
            Assert.Equal((0, 0), (before.Earned, before.JoinedCount));
            await Eventually.Async(
                () => inviter.Http.GetAsync("/api/v1/referral").ReadAsync<Referral>(), referral => referral.Offer is { Value: 10_000, RefereeValue: 5_000, MinDeposit: 50_000 },
                ApiHost.Patience, "the offer is known", TestContext.Current.CancellationToken);

            var http = api.Host.Anonymous();
            var email = $"dewi.{Guid.NewGuid():n}@example.com";
            await http.PostAsync("/api/v1/auth/register", new RegisterRequest(email, TestUser.Password, "Dewi Lestari", ReferralCode: before.Code.ToLowerInvariant())).ExpectAsync(HttpStatusCode.Created);
            var (userId, token) = MailSink.LinkOf(await api.Host.Mails.NextAsync(email), "confirm-email");
            await http.PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);
            var id = new Webrana.Contracts.UserId(Guid.Parse(userId));
            var friend = new TestUser(id, email, api.Host.As(id));
            await Scenario.PayAsync(api.Host, friend, 100_000, "BRIVA", null, 105_000);

            var after = await Eventually.Async(
                () => inviter.Http.GetAsync("/api/v1/referral").ReadAsync<Referral>(), referral => referral is { Earned: 10_000, Items: [{ Status: ReferralStatus.Paid }] }, ApiHost.Patience, "the inviter was rewarded",
                TestContext.Current.CancellationToken);
            var seen = Assert.Single(after!.Items);
            Assert.Equal((ReferralStatus.Paid, 10_000), (seen.Status, seen.Amount));
            Assert.DoesNotContain("Lestari", seen.Name, StringComparison.Ordinal);
            Assert.DoesNotContain(email.Split('@')[0], seen.Email, StringComparison.Ordinal);
            Assert.Equal(10_000, (await inviter.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>()).Bonus);
            await inviter.Http.GetAsync("/api/v1/referral?limit=0").RefusedAsync(400, ProblemCodes.InvalidLimit);
            // The queue is everybody's.
            Assert.DoesNotContain((await admin.Http.GetAsync("/internal/promos/reviews").ReadAsync<Page<PromoReview>>()).Items, review => review.UserId == friend.Id.ToString());
            await admin.Http.PostAsync($"/internal/promos/reviews/{friend.Id}", new DecideReviewRequest(true, "")).RefusedAsync(422, ProblemCodes.ValidationFailed);
            await admin.Http.PostAsync("/internal/promos/reviews/nobody", new DecideReviewRequest(true, "x")).RefusedAsync(404, ProblemCodes.NotFound);
        }
        finally
        {
            await admin.Http.SendJsonAsync(HttpMethod.Delete, $"/internal/promos/{promo.Id}", null).ExpectAsync(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task A_welcome_in_doubt_stands_in_the_queue_and_is_decided_by_its_kind()
    {
        var (admin, watcher) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync());
        var promo = await CreateAsync(admin, new PromoFields("Selamat datang", PromoType.NewUserBonus, PromoValueType.Fixed, 25_000, IsPublic: true));
        try
        {
            await Eventually.Async(
                () => watcher.Http.GetAsync("/api/v1/promos").ReadAsync<Page<Promo>>(), page => page.Items.Any(one => one.Id == promo.Id),
                ApiHost.Patience, "the promo is known", TestContext.Current.CancellationToken);
            var number = $"0817{Random.Shared.Next(10_000_000, 99_999_999)}";
            var first = await RegisterAsync(number);
            await HasAsync(first, 25_000);
            var second = await RegisterAsync($"+62{number[1..]}");
            var waiting = await Eventually.Async(
                () => admin.Http.GetAsync("/internal/promos/reviews").ReadAsync<Page<PromoReview>>(), page => page.Items.Any(review => review.UserId == second.Id.ToString()),
                ApiHost.Patience, "the welcome waits", TestContext.Current.CancellationToken);
            var review = Assert.Single(waiting!.Items, review => review.UserId == second.Id.ToString());
            Assert.Equal(
                (PromoReviewKind.Welcome, second.Email, first.Id.ToString(), first.Email, (string?)null, 25_000L),
                (review.Kind, review.Email, review.ReferrerId, review.ReferrerEmail, review.DepositId, review.RefereeAmount));
            Assert.Equal([ReferralDoubt.SharedPhone], review.Doubts);
            Assert.Equal(0, (await second.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>()).Balance);

            // Whoever was decided while the list was read makes no page of nothing.
            await MarkAsync(first, "REVIEW", 86_400_000);
            Assert.Equal(second.Id.ToString(), Assert.Single((await admin.Http.GetAsync("/internal/promos/reviews?limit=1").ReadAsync<Page<PromoReview>>()).Items).UserId);
            await MarkAsync(first, "ACTIVE", -86_400_000);

            var path = $"/internal/promos/reviews/{second.Id}";
            await admin.Http.PostAsync(path, new DecideReviewRequest(true, "Satu keluarga")).RefusedAsync(404, ProblemCodes.NotFound);
            await admin.Http.PostAsync(path, new DecideReviewRequest(true, "Satu keluarga", PromoReviewKind.Welcome)).ExpectAsync(HttpStatusCode.NoContent);
            await admin.Http.PostAsync(path, new DecideReviewRequest(false, "Satu orang", PromoReviewKind.Welcome)).RefusedAsync(409, ProblemCodes.AlreadyDecided);
            await HasAsync(second, 25_000);
        }
        finally
        {
            await admin.Http.SendJsonAsync(HttpMethod.Delete, $"/internal/promos/{promo.Id}", null).ExpectAsync(HttpStatusCode.NoContent);
        }
    }

    async Task MarkAsync(TestUser user, string status, long laterMs) => Assert.Equal(1, await api.Host.Database.ExecuteAsync(
        $"UPDATE grain_state SET status = '{status}', sort_at = sort_at + {laterMs} WHERE key = 'rewards:{user.Id}'"));

    // The number is not proven: the answer is the same as for a code that nobody has.
    [Fact]
    public async Task A_code_used_with_this_number_by_another_account_is_not_told_from_an_unknown_one()
    {
        await ForgetAttemptsAsync(api.Host);
        var (admin, number) = (await api.Host.NewAdminAsync(), $"0817{Random.Shared.Next(10_000_000, 99_999_999)}");
        var code = (await CreateAsync(admin, Bonus(NewCode()))).Code!;
        var (first, second) = (await RegisterAsync(number), await RegisterAsync(number));
        await Scenario.PayAsync(api.Host, first, 100_000, "BRIVA", code, 110_000);
        var unknown = await AskAsync(second, 100_000, "TIDAKADA").RefusedAsync(422, ProblemCodes.PromoCodeInvalid);
        Assert.Equal(unknown.Detail, (await AskAsync(second, 100_000, code).RefusedAsync(422, ProblemCodes.PromoCodeInvalid)).Detail);
        await DepositAsync(second, 100_000, "BRIVA", code).RefusedAsync(422, ProblemCodes.PromoCodeInvalid);
        await ForgetAttemptsAsync(api.Host);
    }

    async Task<TestUser> RegisterAsync(string phone)
    {
        var (http, email) = (api.Host.Anonymous(), $"dewi.{Guid.NewGuid():n}@example.com");
        await http.PostAsync("/api/v1/auth/register", new RegisterRequest(email, TestUser.Password, "Dewi Lestari", phone)).ExpectAsync(HttpStatusCode.Created);
        var (userId, token) = MailSink.LinkOf(await api.Host.Mails.NextAsync(email), "confirm-email");
        await http.PostAsync("/api/v1/auth/confirm-email", new ConfirmEmailRequest(userId, token)).ExpectAsync(HttpStatusCode.NoContent);
        var id = new Webrana.Contracts.UserId(Guid.Parse(userId));
        var user = new TestUser(id, email, api.Host.As(id));
        // A welcome that came later would meet the promos, and the queue, of another test.
        await WelcomedAsync(user);
        return user;
    }

    static Task<Wallet> HasAsync(TestUser user, long balanceIdr) => Eventually.Async(
        () => user.Http.GetAsync("/api/v1/wallet").ReadAsync<Wallet>(), wallet => wallet.Balance == balanceIdr, ApiHost.Patience, "the bonus came",
        TestContext.Current.CancellationToken);

    static Task<HttpResponseMessage> DepositAsync(TestUser customer, long amount, string method, string code) =>
        customer.Http.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(amount, method, code));
}
