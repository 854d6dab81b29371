using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Contracts.Sweeping;
using Webrana.Grains.Accounts;
using Webrana.Grains.Common;
using Webrana.Grains.Tests.Deposits;

namespace Webrana.Grains.Tests.Accounts;

[Collection(DepositCollection.Name)]
public sealed class AccountGrainTests(DepositCluster cluster)
{
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

    [Fact]
    public async Task The_same_mail_id_is_sent_once()
    {
        var user = await cluster.CustomerAsync();
        var mail = Mail("confirm-1");
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Account(user).Notify(mail)));
        var received = await cluster.Mails.NextToAsync(DepositCluster.MailOf(user));
        await Account(user).Wake();
        Assert.True((await Account(user).Notify(mail)).IsOk);
        await Account(user).Wake();

        Assert.Single(cluster.Mails.To(DepositCluster.MailOf(user)));
        Assert.Equal("confirm-1@webrana.local", received.MessageId);
        Assert.Contains("https://webrana.example/confirm", received.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("https://webrana.example/confirm", received.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_that_is_away_delays_a_mail_and_does_not_lose_it()
    {
        var user = await cluster.CustomerAsync();
        cluster.Mails.Answer = "421 come back later";
        try
        {
            Assert.True((await Account(user).Notify(Mail("late-1"))).IsOk);
            await Account(user).Wake();
            Assert.Empty(cluster.Mails.To(DepositCluster.MailOf(user)));
            await cluster.TurnAsync(TimeSpan.FromSeconds(11));
            Assert.Equal(WakeOutcome.Deferred, await Account(user).Wake());
        }
        finally
        {
            cluster.Mails.Answer = null;
        }
        Assert.Equal(WakeOutcome.Settled, await Account(user).Wake()); // Not before its time.
        Assert.Empty(cluster.Mails.To(DepositCluster.MailOf(user)));
        await cluster.TurnAsync(TimeSpan.FromSeconds(21));
        await cluster.Cluster.SweepAsync();
        Assert.Single(cluster.Mails.To(DepositCluster.MailOf(user)));
    }

    [Fact]
    public async Task A_mailbox_that_does_not_exist_is_given_up()
    {
        var user = await cluster.CustomerAsync();
        cluster.Mails.Answer = "550 no such mailbox";
        try
        {
            await Account(user).Notify(Mail("gone-1"));
            await Account(user).Wake();
        }
        finally
        {
            cluster.Mails.Answer = null;
        }
        await cluster.TurnAsync(TimeSpan.FromHours(2));
        await cluster.Cluster.SweepAsync();
        Assert.Empty(cluster.Mails.To(DepositCluster.MailOf(user)));
    }

    [Fact]
    public async Task Dying_between_the_servers_yes_and_our_note_repeats_the_same_message_id()
    {
        var user = await cluster.CustomerAsync();
        var died = cluster.Cluster.FailPoints.Arm("account.mail_sent", FailMode.Throw, subject: GrainKeys.Account(user));
        await Account(user).Notify(Mail("twice-1"));
        await died.WaitAsync(TimeSpan.FromSeconds(10));
        await cluster.Cluster.Orleans.DeactivateAsync(Account(user));
        await cluster.Cluster.SweepAsync();

        var mails = cluster.Mails.To(DepositCluster.MailOf(user));
        Assert.Equal(2, mails.Count);
        Assert.Single(mails.Select(mail => mail.MessageId).Distinct());
    }

    [Fact]
    public async Task A_mail_that_cannot_be_rendered_is_refused_at_once()
    {
        var user = await cluster.CustomerAsync();
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Account(user).Notify(new Notice("bad-1", NoticeKind.DepositPaid, new Dictionary<string, string>())));
    }

    [Fact]
    public void The_outbox_remembers_a_bounded_number_of_ids_and_pauses_at_most_an_hour()
    {
        var state = new AccountState();
        for (var i = 0; i < 300; i++)
        {
            var mail = Mail($"m{i}");
            state = Outbox.Finished(Outbox.Taken(state, mail, 0), mail.NoticeId);
        }
        Assert.Equal(Outbox.RememberedIds, state.DoneIds.Count);
        Assert.True(Outbox.Knows(state, "m299"));
        Assert.Empty(state.Outbox);

        state = Outbox.Taken(state, Mail("slow"), 0);
        for (var i = 0; i < 60; i++) state = Outbox.Postponed(state, "slow", 0);
        Assert.Equal(3_600_000L, state.DueAtMs);
    }
}
