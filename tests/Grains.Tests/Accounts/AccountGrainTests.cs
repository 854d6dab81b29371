using Microsoft.Extensions.DependencyInjection;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Data.Billing;
using Webrana.Data.Faults;
using Webrana.Data.Notices;
using Webrana.Grains.Common;
using Webrana.Grains.Notifications;
using Webrana.Grains.Tests.Common;
using Webrana.Grains.Tests.Deposits;
using Webrana.Testing;

namespace Webrana.Grains.Tests.Accounts;

[Collection(DepositCollection.Name)]
public sealed class AccountGrainTests(DepositCluster cluster)
{
    static readonly TimeSpan Patience = WebranaCluster.Patience;

    static Notice Mail(string id) => Notice.ConfirmEmail(id, "https://webrana.example/confirm");

    IAccountGrain Account(UserId user) => cluster.Cluster.Grains.GetGrain<IAccountGrain>(GrainKeys.Account(user));

    [Fact]
    public async Task A_contact_is_stored_and_replaced()
    {
        var user = new UserId(Guid.NewGuid());
        Assert.Equal(AccountError.NotFound, (await Account(user).GetContact()).Error);
        Assert.Equal(AccountError.NotFound, (await Account(user).Notify(Mail("m"))).Error);

        var contact = new AccountContact(user, "a@example.com", "Ani", "0812", "id");
        await Account(user).PutContact(contact);
        await Account(user).PutContact(contact with { Locale = "en" });
        Assert.Equal(contact with { Locale = "en" }, (await Account(user).GetContact()).Value);
    }

    /// <summary>The fault: somebody read the person before the account was closed, and writes the contact back after it was erased.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_contact_that_was_forgotten_is_never_put_back(bool hadOne)
    {
        var user = new UserId(Guid.NewGuid());
        var contact = new AccountContact(user, $"{user}@example.com", "Ani", "0812", "id", EmailConfirmed: true);
        if (hadOne)
            Assert.True((await Account(user).PutContact(contact)).IsOk);
        Assert.True((await Account(user).Forget()).IsOk);
        Assert.True((await Account(user).Forget()).IsOk);

        Assert.Equal(AccountError.NotFound, (await Account(user).PutContact(contact)).Error);
        Assert.Equal(AccountError.NotFound, (await Account(user).LinkTelegram(7, "ani")).Error);
        await cluster.Cluster.Orleans.DeactivateAsync(Account(user));
        Assert.Equal(AccountError.NotFound, (await Account(user).PutContact(contact)).Error);
        Assert.Equal(AccountError.NotFound, (await Account(user).GetContact()).Error);
        Assert.Equal(0, await cluster.Cluster.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM grain_state WHERE key = 'account:{user}' AND payload::text LIKE '%example.com%'"));
    }

    [Fact]
    public async Task The_same_notice_id_is_told_once_and_its_secret_is_forgotten_when_it_left()
    {
        var user = await cluster.CustomerAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Account(user).Notify(Mail("confirm-1"))));
        var received = await cluster.Mails.NextToAsync(DepositCluster.MailOf(user));
        Assert.True((await Account(user).Notify(Mail("confirm-1"))).IsOk);
        await cluster.Cluster.SweepAsync();

        Assert.Single(cluster.Mails.To(DepositCluster.MailOf(user)));
        Assert.Equal("confirm-1@webrana.local", received.MessageId);
        Assert.Contains("https://webrana.example/confirm", received.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("https://webrana.example/confirm", received.TextBody, StringComparison.Ordinal);
        await Eventually.Async(async () => await FactsAsync(user, "confirm-1") == "{}", Patience, "the link is forgotten");
    }

    [Fact]
    public async Task A_mail_server_that_is_away_delays_a_mail_and_does_not_lose_it()
    {
        var user = await cluster.CustomerAsync();
        cluster.Mails.Answer = "421 come back later";
        try
        {
            Assert.True((await Account(user).Notify(Notice.PasswordChanged("late-1", cluster.Cluster.Clock.GetUtcNow()))).IsOk);
            await cluster.Cluster.SweepAsync();
            await Eventually.Async(async () => await AnswerAsync(user, "late-1") is not null, Patience, "the first attempt failed");
            Assert.Equal(NoticeDeliveryState.Waiting, (await Account(user).DeliveryOf("late-1")).State);
            // While the server refuses: it is tried again every few seconds.
            Assert.Empty(cluster.Mails.To(DepositCluster.MailOf(user)));
        }
        finally
        {
            cluster.Mails.Answer = null;
        }
        await cluster.TurnAsync(TimeSpan.FromMinutes(5));
        await cluster.Cluster.SweepAsync();
        // The silo's own courier may have it under its lease: then the sweep does not wait for it.
        var delivery = await Eventually.Async(
            () => Account(user).DeliveryOf("late-1"), now => now.State == NoticeDeliveryState.Delivered, Patience, "it is delivered");
        Assert.Single(cluster.Mails.To(DepositCluster.MailOf(user)));
        Assert.True(delivery.DeliveredAt > delivery.ToldAt);
    }

    // Nothing that cannot be undone is done to a server before this row is a day old.
    [Fact]
    public async Task A_last_warning_has_reached_its_reader_when_the_mail_server_took_it_and_not_before()
    {
        var user = await cluster.CustomerAsync();
        var warning = $"droplet:{Guid.NewGuid()}:short:2:last";
        cluster.Mails.Answer = "421 come back later";
        try
        {
            await Account(user).Notify(Notice.FinalWarning(warning, new InstanceId(Guid.NewGuid()), "web-1", cluster.Cluster.Clock.GetUtcNow().AddDays(1)));
            await cluster.Cluster.SweepAsync();
            await Eventually.Async(async () => await AnswerAsync(user, warning) is not null, Patience, "the first attempt failed");
            Assert.Null(await new NoticeDeliveries(cluster.Cluster.Sources).FindAsync(warning, TestContext.Current.CancellationToken));
        }
        finally
        {
            cluster.Mails.Answer = null;
        }

        await cluster.TurnAsync(TimeSpan.FromMinutes(5));
        await cluster.Cluster.SweepAsync();
        await cluster.Mails.NextToAsync(DepositCluster.MailOf(user));
        await Eventually.Async(
            async () => await new NoticeDeliveries(cluster.Cluster.Sources).FindAsync(warning) is not null, Patience, "it has reached its reader");
    }

    [Fact]
    public async Task A_mailbox_that_does_not_exist_is_undeliverable_until_the_notice_is_opened_or_sent_again()
    {
        var user = await cluster.CustomerAsync();
        cluster.Mails.Answer = "550 no such mailbox";
        try
        {
            await Account(user).Notify(Notice.PasswordChanged("gone-1", cluster.Cluster.Clock.GetUtcNow()));
            await Eventually.Async(async () => (await Account(user).DeliveryOf("gone-1")).State == NoticeDeliveryState.Undeliverable, Patience, "it is undeliverable");
        }
        finally
        {
            cluster.Mails.Answer = null;
        }
        var outbox = new Data.Notices.Outbox(cluster.Cluster.Sources);
        var open = Assert.Single((await outbox.OpenAsync(DeliveryStage.Refused, 200, null, TestContext.Current.CancellationToken)).Rows, row => row.UserId == user.Value);
        Assert.Contains("550", open.Answer, StringComparison.Ordinal);

        await new NoticeRows(cluster.Cluster.Sources).OpenedAsync(user.Value, null, cluster.Cluster.Clock.GetUtcNow(), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(NoticeDeliveryState.Delivered, (await Account(user).DeliveryOf("gone-1")).State);

        Assert.True(await outbox.ResendAsync(open.Id, cluster.Cluster.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
        await cluster.Cluster.SweepAsync();
        await cluster.Mails.NextToAsync(DepositCluster.MailOf(user));
        Assert.Single(cluster.Mails.To(DepositCluster.MailOf(user)));
        Assert.Equal(NoticeDeliveryState.Unknown, (await Account(user).DeliveryOf("never-told")).State);
    }

    [Fact]
    public async Task A_link_that_waits_lies_sealed_and_is_mailed_as_it_was()
    {
        var user = await cluster.CustomerAsync();
        cluster.Mails.Answer = "421 come back later";
        try
        {
            await Account(user).Notify(Mail("sealed-1"));
            await Eventually.Async(async () => await AnswerAsync(user, "sealed-1") is not null, Patience, "the first attempt failed");
            Assert.DoesNotContain("webrana.example", await FactsAsync(user, "sealed-1") ?? "", StringComparison.Ordinal);
        }
        finally
        {
            cluster.Mails.Answer = null;
        }

        await cluster.TurnAsync(TimeSpan.FromMinutes(5));
        await cluster.Cluster.SweepAsync();
        Assert.Contains("https://webrana.example/confirm", (await cluster.Mails.NextToAsync(DepositCluster.MailOf(user))).HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_whose_mail_is_refused_is_forgotten_and_cannot_be_sent_again()
    {
        var user = await cluster.CustomerAsync();
        cluster.Mails.Answer = "550 no such mailbox";
        try
        {
            await Account(user).Notify(Mail("refused-1"));
            await Eventually.Async(async () => await FactsAsync(user, "refused-1") == "{}", Patience, "the link is forgotten");
        }
        finally
        {
            cluster.Mails.Answer = null;
        }

        Assert.Equal(NoticeDeliveryState.Undeliverable, (await Account(user).DeliveryOf("refused-1")).State);
        var outbox = new Data.Notices.Outbox(cluster.Cluster.Sources);
        var open = Assert.Single((await outbox.OpenAsync(DeliveryStage.Refused, 200, null, TestContext.Current.CancellationToken)).Rows, row => row.UserId == user.Value);
        Assert.False(await outbox.ResendAsync(open.Id, cluster.Cluster.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
        // Another link is asked for, and is another notice.
        await Account(user).Notify(Mail("refused-2"));
        Assert.Equal("refused-2@webrana.local", (await cluster.Mails.NextToAsync(DepositCluster.MailOf(user))).MessageId);
    }

    [Fact]
    public async Task A_link_that_could_not_be_mailed_within_its_day_is_given_up_and_forgotten()
    {
        var user = await cluster.CustomerAsync();
        cluster.Mails.Answer = "421 come back later";
        try
        {
            await Account(user).Notify(Mail("old-link-1"));
            await Eventually.Async(async () => await AnswerAsync(user, "old-link-1") is not null, Patience, "the first attempt failed");
            Assert.NotEqual("{}", await FactsAsync(user, "old-link-1"));
            await cluster.TurnAsync(TimeSpan.FromHours(25));
            await cluster.Cluster.SweepAsync();
            await Eventually.Async(async () => await FactsAsync(user, "old-link-1") == "{}", Patience, "the link is forgotten");
        }
        finally
        {
            cluster.Mails.Answer = null;
        }

        Assert.Equal(NoticeDeliveryState.Undeliverable, (await Account(user).DeliveryOf("old-link-1")).State);
        Assert.Empty(cluster.Mails.To(DepositCluster.MailOf(user)));
    }

    [Fact]
    public async Task Dying_between_the_servers_yes_and_our_note_repeats_the_same_message_id()
    {
        var user = await cluster.CustomerAsync();
        var died = cluster.Cluster.FailPoints.Arm("courier.sent", FailMode.Throw, subject: "twice-1");
        await Account(user).Notify(Mail("twice-1"));
        await died.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await cluster.Cluster.SweepAsync();
        Assert.Single(cluster.Mails.To(DepositCluster.MailOf(user))); // Under its lease nobody touches it.

        await cluster.Cluster.Database.ExecuteAsync($"UPDATE notice_deliveries SET leased_until = '-infinity' WHERE user_id = '{user}'", TestContext.Current.CancellationToken);
        await cluster.Cluster.SweepAsync();
        await Eventually.Async(() => Task.FromResult(cluster.Mails.To(DepositCluster.MailOf(user)).Count == 2), Patience, "it is repeated");
        Assert.Single(cluster.Mails.To(DepositCluster.MailOf(user)).Select(mail => mail.MessageId).Distinct());
    }

    [Fact]
    public async Task A_notice_that_cannot_be_rendered_is_refused_at_once()
    {
        var user = await cluster.CustomerAsync();
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Account(user).Notify(new Notice("bad-1", NoticeKind.DepositPaid, new Dictionary<string, string>())));
    }

    [Fact]
    public async Task What_was_switched_off_is_not_told_and_what_is_mandatory_stays_on()
    {
        var user = await cluster.CustomerAsync();
        var off = new ChangeNoticePreferences([new NoticePreference(NoticeKind.DepositPaid, NoticeChannels.None)], true, 50_000);
        var changed = (await Account(user).ChangePreferences(off)).Value!;
        Assert.Equal(50_000, changed.BalanceAlertIdr);
        Assert.Equal(NoticeChannels.None, changed.Kinds.Single(kind => kind.Kind == NoticeKind.DepositPaid).Channels);
        var mandatory = new ChangeNoticePreferences([new NoticePreference(NoticeKind.FinalWarning, NoticeChannels.Panel)], false, null);
        Assert.Equal(AccountError.NoticeMandatory, (await Account(user).ChangePreferences(mandatory)).Error);
        Assert.Equal(AccountError.InvalidAmount, (await Account(user).ChangePreferences(new ChangeNoticePreferences([], true, -1))).Error);

        await Account(user).Notify(Notice.DepositPaid("quiet-1", 50_000, 50_000));
        await Account(user).Notify(Notice.PasswordChanged("loud-1", cluster.Cluster.Clock.GetUtcNow()));
        Assert.Contains("loud-1", (await cluster.Mails.NextToAsync(DepositCluster.MailOf(user))).MessageId, StringComparison.Ordinal);
        var shown = await new NoticeRows(cluster.Cluster.Sources).PanelAsync(user.Value, [], false, 10, null, TestContext.Current.CancellationToken);
        Assert.Equal("loud-1", Assert.Single(shown.Rows).NoticeId);
        Assert.Equal(1, await new NoticeRows(cluster.Cluster.Sources).UnreadAsync(user.Value, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whoever_confirms_an_address_is_welcomed_once()
    {
        var user = new UserId(Guid.NewGuid());
        var contact = new AccountContact(user, DepositCluster.MailOf(user), "Ani", null, "en");
        await Account(user).PutContact(contact);
        await Account(user).PutContact(contact with { EmailConfirmed = true });
        Assert.Equal("Your Webrana account is ready, Ani", (await cluster.Mails.NextToAsync(DepositCluster.MailOf(user))).Subject);
        await Account(user).PutContact(contact with { EmailConfirmed = true, Name = "Ani R" });
        await cluster.Cluster.SweepAsync();
        Assert.Single(cluster.Mails.To(DepositCluster.MailOf(user)));
    }

    [Fact]
    public async Task Mails_that_an_earlier_release_kept_in_the_state_leave_as_rows()
    {
        var user = await cluster.CustomerAsync();
        await cluster.Cluster.Orleans.DeactivateAsync(Account(user));
        await cluster.Cluster.Database.ExecuteAsync($$"""
            UPDATE grain_state SET due_at = 1, payload = payload || '{"outbox":[{"id":"old-1","template":"ServerReady","values":{"server":"web-1","ip":"203.0.113.7","url":"https://webrana.example/servers/x"},"failures":3,"tryAt":1}]}'
            WHERE state = 'account' AND key = 'account:{{user}}'
            """, TestContext.Current.CancellationToken);
        await cluster.Cluster.SweepAsync();
        var mail = await cluster.Mails.NextToAsync(DepositCluster.MailOf(user));
        Assert.Equal("old-1@webrana.local", mail.MessageId);
        Assert.Contains("https://webrana.example/servers/x", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_age_of_the_outbox_can_be_watched()
    {
        var user = await cluster.CustomerAsync();
        cluster.Mails.Answer = "421 come back later";
        try
        {
            await Account(user).Notify(Notice.PasswordChanged("aged-1", cluster.Cluster.Clock.GetUtcNow()));
            await Eventually.Async(async () => await AnswerAsync(user, "aged-1") is not null, Patience, "it waits");
            await cluster.TurnAsync(TimeSpan.FromMinutes(30));
            var metrics = cluster.Cluster.Services.GetRequiredService<OutboxMetrics>();
            await Eventually.Async(() => metrics.OldestAgeSeconds > 60, Patience, "its age is seen");
        }
        finally
        {
            cluster.Mails.Answer = null;
        }
        await cluster.TurnAsync(TimeSpan.FromHours(1));
        await cluster.Cluster.SweepAsync();
    }

    async Task<string?> AnswerAsync(UserId user, string noticeId) => await ReadAsync("d.answer", user, noticeId);

    async Task<string?> FactsAsync(UserId user, string noticeId) => await ReadAsync("n.facts::text", user, noticeId);

    async Task<string?> ReadAsync(string column, UserId user, string noticeId)
    {
        await using var command = cluster.Cluster.Sources.Queries.CreateCommand(
            $"SELECT {column} FROM notices n JOIN notice_deliveries d ON d.notice = n.id WHERE n.user_id = $1 AND n.notice_id = $2");
        command.Parameters.Add(new() { Value = user.Value });
        command.Parameters.Add(new() { Value = noticeId });
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) as string;
    }
}
