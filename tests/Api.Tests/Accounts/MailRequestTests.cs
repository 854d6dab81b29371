using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Webrana.Api.Accounts;
using Webrana.Api.Tests.Support;
using Webrana.Data.Faults;
using Webrana.Testing;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Tests.Accounts;

/// <summary>Mails that somebody asked for are rows before they are mails (ADR 64). A host of its own: its silos go away.</summary>
public sealed partial class MailRequestTests : IAsyncLifetime
{
    ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>Only an address that gets a mail has to do with the cluster: asked in an outage, the answer told whose address was asked for.</summary>
    [Fact]
    public async Task While_the_cluster_is_away_every_address_is_answered_alike_and_the_mails_come_when_it_is_back()
    {
        var (known, waiting, unknown) = ((await _host.NewCustomerAsync()).Email, NewAddress(), NewAddress());
        await RegisterAsync(waiting);
        await _host.Mails.NextWithLinkAsync(waiting, "confirm-email");
        await NothingWaitsAsync();

        _host.Outage.Lasts = true;
        var answers = new List<string>();
        foreach (var email in new[] { known, waiting, unknown })
            answers.Add(await AskEverythingAsync(email));
        Assert.Matches("^202 .*\n202 .*\n201 ", answers[0]);
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
        Assert.Equal(9, await WaitingAsync());
        Assert.DoesNotContain(new[] { known, waiting, unknown }, email => _host.Mails.HasMail(email));

        _host.Outage.Lasts = false;
        await _host.Mails.NextWithLinkAsync(known, "reset-password");
        await _host.Mails.NextWithLinkAsync(waiting, "confirm-email");
        await _host.Mails.NextWithLinkAsync(unknown, "confirm-email");
        await NothingWaitsAsync();
        // Who registered with a customer's address in the outage is told nothing still, and the customer is.
        Assert.Equal(1, await NoticesAsync(known, "AccountExists"));
        Assert.Equal(0, await NoticesAsync(known, "ConfirmEmail"));
        Assert.Equal(0, await NoticesAsync(waiting, "ResetPassword"));
    }

    [Fact]
    public async Task A_request_whose_API_died_behind_its_answer_is_mailed_by_another_and_once_however_often_it_is_taken_up()
    {
        var email = (await _host.NewCustomerAsync()).Email;
        // One that nobody has taken up yet, and the same again, as it stands where one died between the mail and the end of its row.
        var askedAt = $"'{TimeProvider.System.GetUtcNow():O}'";
        await PutAsync(email, askedAt, "now()");
        await PutAsync(email, askedAt, "now()");
        await _host.Mails.NextWithLinkAsync(email, "reset-password");
        await NothingWaitsAsync();
        Assert.Equal(1, await NoticesAsync(email, "ResetPassword"));
    }

    [Theory]
    [InlineData("mail.taken")]
    [InlineData("mail.sent")]
    public async Task A_mail_whose_API_died_on_its_way_is_sent_by_whoever_takes_its_row_up_again_and_is_one(string arrow)
    {
        var email = (await _host.NewCustomerAsync()).Email;
        var died = _host.Services.GetRequiredService<FailPoints>().Arm(arrow, FailMode.Throw, subject: email);
        await _host.Anonymous().PostAsync("/api/v1/auth/forgot-password", new ForgotPasswordRequest(email)).ExpectAsync(HttpStatusCode.Accepted);
        await died;
        Assert.Equal(1, await WaitingAsync());

        // Its lease has run out.
        await _host.Database.ExecuteAsync("update identity.mail_requests set try_at = now()", TestContext.Current.CancellationToken);
        await _host.Mails.NextWithLinkAsync(email, "reset-password");
        await NothingWaitsAsync();
        Assert.Equal(1, await NoticesAsync(email, "ResetPassword"));
    }

    [Fact]
    public async Task A_request_that_another_API_holds_waits_for_it_and_one_that_is_a_day_old_is_given_up()
    {
        var (held, old) = ((await _host.NewCustomerAsync()).Email, (await _host.NewCustomerAsync()).Email);
        await PutAsync(held, "now()", "now() + interval '1 hour'");
        await PutAsync(old, "now() - interval '25 hours'", "now()");
        await Eventually.Async(
            async () => await WaitingAsync() == 1, ApiHost.Patience, "what is a day old is gone", TestContext.Current.CancellationToken);
        Assert.Equal(0, await NoticesAsync(old, "ResetPassword"));
        Assert.Equal(0, await NoticesAsync(held, "ResetPassword"));
        await _host.Database.ExecuteAsync("update identity.mail_requests set try_at = now()", TestContext.Current.CancellationToken);
        await _host.Mails.NextWithLinkAsync(held, "reset-password");
    }

    [Fact]
    public async Task Several_APIs_that_take_requests_up_at_once_take_each_of_them_once()
    {
        // Later than the host's own worker takes anything.
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(2));
        var requests = new MailRequests(_host.Sources, clock);
        for (var i = 0; i < 40; i++)
            await PutAsync($"nobody-{i}@example.com", "now()", "now() + interval '1 hour'");

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => requests.TakeAsync(10, TestContext.Current.CancellationToken)));
        var ids = taken.SelectMany(some => some).Select(request => request.Id).ToList();
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        // One that died gives up nothing but time.
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(40, (await requests.TakeAsync(100, TestContext.Current.CancellationToken)).Count);
        Assert.Empty(await requests.TakeAsync(100, TestContext.Current.CancellationToken));
    }

    async Task<string> AskEverythingAsync(string email)
    {
        var seen = new List<string>();
        foreach (var (route, question) in new (string, object)[]
        {
            ("forgot-password", new ForgotPasswordRequest(email)), ("resend-confirmation", new ResendConfirmationRequest(email)), ("register", Person(email)),
        })
        {
            using var answer = await _host.Anonymous().PostAsync($"/api/v1/auth/{route}", question);
            var headers = string.Join(' ', answer.Headers.Concat(answer.Content.Headers).Select(header => header.Key).Order(StringComparer.Ordinal));
            seen.Add($"{(int)answer.StatusCode} {OneOfAKind().Replace(await answer.Content.ReadAsStringAsync(), "…")} [{headers}]");
        }

        return string.Join('\n', seen);
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex OneOfAKind();

    static string NewAddress() => $"{Guid.NewGuid():n}@example.com";

    static RegisterRequest Person(string email) => new(email, "sandi-orang-asing-1", "Orang Asing");

    Task RegisterAsync(string email) =>
        _host.Anonymous().PostAsync("/api/v1/auth/register", Person(email)).ExpectAsync(System.Net.HttpStatusCode.Created);

    // A link to a new password, asked for and to be taken up at these times.
    Task<int> PutAsync(string email, string askedAt, string tryAt) => _host.Database.ExecuteAsync(
        $"insert into identity.mail_requests (kind, address, person, asked_at, try_at) values (1, '{email}', '{Guid.Empty}', {askedAt}, {tryAt})",
        TestContext.Current.CancellationToken);

    Task<long> WaitingAsync() => _host.Database.ScalarAsync<long>("select count(*) from identity.mail_requests", TestContext.Current.CancellationToken);

    Task NothingWaitsAsync() => Eventually.Async(
        async () => await WaitingAsync() == 0, ApiHost.Patience, "every request is done with", TestContext.Current.CancellationToken);

    Task<long> NoticesAsync(string email, string kind) => _host.Database.ScalarAsync<long>(
        $"select count(*) from notices n join identity.users u on u.id = n.user_id where u.normalized_email = '{email.ToUpperInvariant()}' and n.kind = '{kind}'",
        TestContext.Current.CancellationToken);
}
