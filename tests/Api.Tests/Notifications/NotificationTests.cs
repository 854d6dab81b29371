using System.Net;
using Webrana.Api.Tests.Security;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Contracts.Accounts;
using Webrana.Contracts.Notifications;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;
using Webrana.Wire.Notifications;
using Webrana.Wire.Papers;
using Webrana.Wire.Security;
using Webrana.Wire.Webhooks;

namespace Webrana.Api.Tests.Notifications;

[Collection(ApiCollection.Name)]
public sealed class NotificationTests(SharedApi api)
{
    IAccountGrain Account(TestUser user) => api.Host.Cluster.GetGrain<IAccountGrain>(GrainKeys.Account(user.Id));

    [Fact]
    public async Task Notices_are_listed_in_either_language_counted_filtered_and_opened_by_their_owner_alone()
    {
        var (user, other) = (await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync());
        await Account(user).Notify(Notice.DepositPaid("d-1", 150_000, 150_000));
        await Account(user).Notify(Notice.ServerReady("s-1", new InstanceId(Guid.NewGuid()), "web-1", "203.0.113.7", LoginWay.Key));
        await Account(user).Notify(Notice.ConfirmEmail("c-1", "https://panel.test/confirm")); // A secret: not for the panel.

        var page = await user.Http.GetAsync("/api/v1/notifications?group=MONEY").ReadAsync<NotificationPage>();
        var paid = Assert.Single(page.Items);
        Assert.Equal(("deposit.paid", "Rp 150.000 sudah masuk ke saldo Anda", "http://panel.test/wallet"), (paid.Type, paid.Title, paid.Link));
        var english = await user.Http.GetAsync("/api/v1/notifications?locale=en&group=SERVERS").ReadAsync<NotificationPage>();
        Assert.Equal("web-1 is ready at 203.0.113.7", Assert.Single(english.Items).Title);
        Assert.DoesNotContain(await AllAsync(user), notice => notice.Type == "account.confirm_email");
        Assert.DoesNotContain(await AllAsync(other), notice => notice.Type == "deposit.paid");

        // The welcome comes behind the registration, and counts.
        await Eventually.Async(async () => (await AllAsync(user)).Any(notice => notice.Type == "account.welcome"), ApiHost.Patience, "the user is welcomed");
        var before = (await user.Http.GetAsync("/api/v1/notifications/unread").ReadAsync<UnreadCount>()).Unread;
        await other.Http.PostAsync("/api/v1/notifications/read", new ReadNotificationsRequest([paid.Id])).ExpectAsync(HttpStatusCode.NoContent);
        Assert.Equal(before, (await user.Http.GetAsync("/api/v1/notifications/unread").ReadAsync<UnreadCount>()).Unread);
        await user.Http.PostAsync("/api/v1/notifications/read", new ReadNotificationsRequest([paid.Id])).ExpectAsync(HttpStatusCode.NoContent);
        Assert.Equal(before - 1, (await user.Http.GetAsync("/api/v1/notifications/unread").ReadAsync<UnreadCount>()).Unread);
        Assert.DoesNotContain((await user.Http.GetAsync("/api/v1/notifications?unread=true").ReadAsync<NotificationPage>()).Items, notice => notice.Id == paid.Id);
        await user.Http.PostAsync("/api/v1/notifications/read", new ReadNotificationsRequest()).ExpectAsync(HttpStatusCode.NoContent);
        Assert.Equal(0, (await user.Http.GetAsync("/api/v1/notifications/unread").ReadAsync<UnreadCount>()).Unread);

        await user.Http.PostAsync("/api/v1/notifications/read", new ReadNotificationsRequest(["x"])).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await user.Http.GetAsync("/api/v1/notifications?group=FUN").RefusedAsync(422, ProblemCodes.ValidationFailed);
        await user.Http.GetAsync("/api/v1/notifications?locale=fr").RefusedAsync(422, ProblemCodes.ValidationFailed);
    }

    [Fact]
    public async Task A_program_does_not_read_a_last_warning_in_its_owners_place()
    {
        var user = await api.Host.NewCustomerAsync();
        var owner = await api.Host.SignedInAsync(user.Email);
        var made = await owner.PostAsync("/api/v1/api-tokens", new CreateApiTokenRequest("skrip", ["notifications:write"], TestUser.Password))
            .ReadAsync<ApiTokenCreated>(HttpStatusCode.Created);
        var program = api.Host.WithToken(made.Token);
        await Account(user).Notify(Notice.DepositPaid("d-1", 150_000, 150_000));
        await Account(user).Notify(Notice.FinalWarning("w-1", new InstanceId(Guid.NewGuid()), "web-1", TimeProvider.System.GetUtcNow()));

        await program.PostAsync("/api/v1/notifications/read", new ReadNotificationsRequest()).ExpectAsync(HttpStatusCode.NoContent);

        var unread = await UnreadAsync();
        Assert.Contains(unread, notice => notice.Type == "server.final_warning");
        Assert.DoesNotContain(unread, notice => notice.Type == "deposit.paid");

        await owner.PostAsync("/api/v1/notifications/read", new ReadNotificationsRequest()).ExpectAsync(HttpStatusCode.NoContent);

        Assert.DoesNotContain(await UnreadAsync(), notice => notice.Type == "server.final_warning");

        async Task<IReadOnlyList<Notification>> UnreadAsync() =>
            (await owner.GetAsync("/api/v1/notifications?unread=true").ReadAsync<NotificationPage>()).Items;
    }

    [Fact]
    public async Task Pages_of_notices_join_without_a_gap()
    {
        var user = await api.Host.NewCustomerAsync();
        for (var i = 0; i < 5; i++) await Account(user).Notify(Notice.DepositPaid($"d-{i}", 1 + i, 1));
        var first = await user.Http.GetAsync("/api/v1/notifications?group=MONEY&limit=2").ReadAsync<NotificationPage>();
        var second = await user.Http.GetAsync($"/api/v1/notifications?group=MONEY&limit=2&cursor={first.NextCursor}").ReadAsync<NotificationPage>();
        var third = await user.Http.GetAsync($"/api/v1/notifications?group=MONEY&limit=2&cursor={second.NextCursor}").ReadAsync<NotificationPage>();
        Assert.Equal(["5", "4", "3", "2", "1"], first.Items.Concat(second.Items).Concat(third.Items).Select(notice => notice.Data["amount"]));
        Assert.Null(third.NextCursor);
    }

    [Fact]
    public async Task Preferences_are_kept_and_what_is_mandatory_is_refused()
    {
        var user = await api.Host.NewCustomerAsync();
        var changed = await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/notifications/preferences",
            new UpdateNotificationPreferencesRequest([new NotificationChoice("renewal.paid", false, true, false)], 75_000)).ReadAsync<NotificationPreferences>();
        Assert.Equal(75_000, changed.BalanceAlert);
        Assert.False(changed.Kinds.Single(kind => kind.Type == "renewal.paid").Mail);
        Assert.True(changed.Kinds.Single(kind => kind.Type == "server.final_warning").Mandatory);
        await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/notifications/preferences",
            new UpdateNotificationPreferencesRequest([new NotificationChoice("server.final_warning", false, true, true)])).RefusedAsync(422, ProblemCodes.NoticeMandatory);
        await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/notifications/preferences",
            new UpdateNotificationPreferencesRequest([new NotificationChoice("account.confirm_email", false, false, false)])).RefusedAsync(422, ProblemCodes.ValidationFailed);
        var off = await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/notifications/preferences", new UpdateNotificationPreferencesRequest(BalanceAlert: 0)).ReadAsync<NotificationPreferences>();
        Assert.Null(off.BalanceAlert);
        await user.Http.PostAsync("/api/v1/notifications/telegram").RefusedAsync(409, ProblemCodes.TelegramUnavailable);
    }

    [Fact]
    public async Task A_webhook_shows_its_secret_once_takes_public_https_only_and_belongs_to_its_owner()
    {
        var (user, other) = (await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync());
        var made = await user.Http.PostAsync("/api/v1/webhooks", new CreateWebhookRequest("https://hooks.example.com/x", ["deposit.paid"]), "hook-1").ReadAsync<WebhookCreated>(HttpStatusCode.Created);
        Assert.StartsWith("whsec_", made.Secret, StringComparison.Ordinal);
        Assert.Equal(made, await user.Http.PostAsync("/api/v1/webhooks", new CreateWebhookRequest("https://hooks.example.com/x", ["deposit.paid"]), "hook-1").ReadAsync<WebhookCreated>(HttpStatusCode.Created), WebhookComparer);
        Assert.DoesNotContain(made.Secret, await (await user.Http.GetAsync("/api/v1/webhooks")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        foreach (var url in new[] { "http://hooks.example.com/", "https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/", "https://localhost/", "https://intranet/", "https://u:p@hooks.example.com/", "ftp://x.example.com", "https://db.internal/" })
            await user.Http.PostAsync("/api/v1/webhooks", new CreateWebhookRequest(url)).RefusedAsync(422, ProblemCodes.WebhookUrlInvalid);
        await user.Http.PostAsync("/api/v1/webhooks", new CreateWebhookRequest("https://hooks.example.com/", ["no.such"])).RefusedAsync(422, ProblemCodes.ValidationFailed);

        var path = $"/api/v1/webhooks/{made.Webhook.Id}";
        await other.Http.PostAsync(path + "/ping").RefusedAsync(404, ProblemCodes.NotFound);
        await other.Http.DeleteAsync(path).RefusedAsync(404, ProblemCodes.NotFound);
        await other.Http.GetAsync(path + "/deliveries").RefusedAsync(404, ProblemCodes.NotFound);
        await user.Http.PostAsync(path + "/ping").ExpectAsync(HttpStatusCode.Accepted);
        var ping = Assert.Single((await user.Http.GetAsync(path + "/deliveries").ReadAsync<Page<WebhookDelivery>>()).Items);
        Assert.Equal("webhook.ping", ping.Type);
        Assert.NotEqual(made.Secret, (await user.Http.PostAsync(path + "/secret").ReadAsync<WebhookCreated>()).Secret);
        Assert.False((await user.Http.SendJsonAsync(HttpMethod.Patch, path, new UpdateWebhookRequest(Active: false)).ReadAsync<Webhook>()).Active);
        await user.Http.PostAsync(path + "/ping").RefusedAsync(409, ProblemCodes.WebhookOff);
        await user.Http.DeleteAsync(path).ExpectAsync(HttpStatusCode.NoContent);
        for (var i = 0; i < 10; i++) await user.Http.PostAsync("/api/v1/webhooks", new CreateWebhookRequest("https://hooks.example.com/x")).ExpectAsync(HttpStatusCode.Created);
        await user.Http.PostAsync("/api/v1/webhooks", new CreateWebhookRequest("https://hooks.example.com/x")).RefusedAsync(409, ProblemCodes.TooManyWebhooks);
    }

    [Fact]
    public async Task An_admin_sees_what_is_stuck_sends_it_again_and_previews_every_kind()
    {
        var (admin, user) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync());
        await Account(user).Notify(Notice.PasswordChanged("p-1", DateTimeOffset.UnixEpoch));
        await Eventually.Async(async () => (await Account(user).DeliveryOf("p-1")).State == NoticeDeliveryState.Delivered, ApiHost.Patience, "it was mailed");
        await api.Host.Database.ExecuteAsync($"UPDATE notice_deliveries SET stage = 3, answer = '550 no such mailbox' WHERE user_id = '{user.Id}'");
        var stuck = (await admin.Http.GetAsync("/internal/outbox?stage=REFUSED&limit=200").ReadAsync<OutboxPage>()).Items.Single(item => item.UserId == user.Id.ToString() && item.Type == "account.password_changed");
        Assert.Equal((user.Email, "550 no such mailbox", DeliveryChannel.Mail), (stuck.Email, stuck.Answer, stuck.Channel));
        await admin.Http.PostAsync($"/internal/outbox/{stuck.Id}/resend", new DeskActRequest("Belum diterima")).ExpectAsync(HttpStatusCode.NoContent);
        await Eventually.Async(async () => (await Account(user).DeliveryOf("p-1")).State == NoticeDeliveryState.Delivered, ApiHost.Patience, "it was mailed again");
        // A link that was forgotten cannot be sent again, and nothing says that it was.
        await api.Host.Database.ExecuteAsync($"UPDATE notices SET facts = '{{}}' WHERE user_id = '{user.Id}' AND notice_id = 'p-1'");
        await admin.Http.PostAsync($"/internal/outbox/{stuck.Id}/resend", new DeskActRequest("Belum diterima juga")).RefusedAsync(404, ProblemCodes.NotFound);
        Assert.Equal(0, await api.Host.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE reason = 'Belum diterima juga'"));
        await admin.Http.PostAsync($"/internal/outbox/{Guid.NewGuid()}/resend", new DeskActRequest("Uji")).RefusedAsync(404, ProblemCodes.NotFound);
        await admin.Http.GetAsync("/internal/outbox?stage=ACCEPTED").RefusedAsync(422, ProblemCodes.ValidationFailed);

        var kinds = (await admin.Http.GetAsync("/internal/notices").ReadAsync<Page<NoticePreview>>()).Items;
        Assert.Equal(Enum.GetValues<NoticeKind>().Length - 1, kinds.Count);
        Assert.All(kinds, kind => Assert.StartsWith("<!doctype html>", kind.English.Html, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_top_up_and_charge_has_a_numbered_paper_of_its_owner_to_read_and_to_print()
    {
        var (user, other, admin) = (await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync(), await api.Host.NewAdminAsync());
        await Scenario.PayAsync(api.Host, user, 200_000, "BRIVA", null, 200_000);
        var order = await user.Http.PostAsync("/api/v1/orders", Scenario.Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var papers = await Eventually.Async(
            () => user.Http.GetAsync("/api/v1/invoices").ReadAsync<Page<Invoice>>(), page => page.Items.Count == 2, ApiHost.Patience, "both papers are there");
        Assert.Equal([InvoiceKind.Invoice, InvoiceKind.Receipt], papers.Items.Select(paper => paper.Kind));
        var invoice = papers.Items[0];
        Assert.Equal((order.Price, "Budi Santoso", user.Email), (invoice.Amount, invoice.Buyer.Name, invoice.Buyer.Email));
        Assert.Equal(invoice, await user.Http.GetAsync($"/api/v1/invoices/{invoice.Id}").ReadAsync<Invoice>());
        Assert.Single((await user.Http.GetAsync("/api/v1/invoices?kind=RECEIPT").ReadAsync<Page<Invoice>>()).Items);
        // It names its buyer as on the day it was written.
        await user.Http.SendJsonAsync(HttpMethod.Patch, "/api/v1/me", new UpdateProfileRequest("Nama Baru")).ExpectAsync(HttpStatusCode.OK);
        Assert.Equal(invoice, await user.Http.GetAsync($"/api/v1/invoices/{invoice.Id}").ReadAsync<Invoice>());

        foreach (var locale in new[] { "id", "en" })
        {
            var pdf = await (await user.Http.GetAsync($"/api/v1/invoices/{invoice.Id}/pdf?locale={locale}")).Content.ReadAsByteArrayAsync();
            Assert.StartsWith("%PDF-", System.Text.Encoding.Latin1.GetString(pdf, 0, 8), StringComparison.Ordinal);
            Assert.InRange(pdf.Length, 5_000, 500_000);
        }

        await other.Http.GetAsync($"/api/v1/invoices/{invoice.Id}").RefusedAsync(404, ProblemCodes.NotFound);
        await other.Http.GetAsync($"/api/v1/invoices/{invoice.Id}/pdf").RefusedAsync(404, ProblemCodes.NotFound);
        await user.Http.GetAsync("/api/v1/invoices/WBR-2026-1").RefusedAsync(404, ProblemCodes.NotFound);
        await user.Http.GetAsync("/api/v1/invoices?kind=BILL").RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.Contains((await admin.Http.GetAsync("/internal/invoices?limit=200").ReadAsync<Page<Invoice>>()).Items, paper => paper.Id == invoice.Id);
    }

    static readonly IEqualityComparer<WebhookCreated> WebhookComparer =
        EqualityComparer<WebhookCreated>.Create((a, b) => a?.Secret == b?.Secret && a?.Webhook.Id == b?.Webhook.Id, created => created.Secret.GetHashCode(StringComparison.Ordinal));

    static async Task<IReadOnlyList<Notification>> AllAsync(TestUser user) => (await user.Http.GetAsync("/api/v1/notifications?limit=200").ReadAsync<NotificationPage>()).Items;
}
