using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Events;
using Webrana.Wire.Notifications;
using Webrana.Wire.Papers;
using Webrana.Wire.Webhooks;

namespace Webrana.Web.Tests.Fakes;

/// <summary>Notices, webhooks and papers of the fake API.</summary>
static class FakeNotices
{
    public static void Fill(FakeWorld world)
    {
        world.Notices.AddRange(
        [
            Notice(world, "n-3", "server.ready", NotificationGroup.Servers, "web-01 siap dipakai di 203.0.113.7", "Server Anda menyala di 203.0.113.7. Masuk dengan kunci SSH Anda: ssh root@203.0.113.7.", "Buka server", "/servers/i-web-01", 1),
            Notice(world, "n-2", "renewal.balance_short", NotificationGroup.Servers, "Saldo kurang Rp 42.500 untuk db-01", "Isi saldo sebelum 15 Des 2026, 14.30 WIB agar db-01 tetap menyala.", "Isi saldo", "/wallet/top-up", 5),
            Notice(world, "n-1", "deposit.paid", NotificationGroup.Money, "Rp 150.000 sudah masuk ke saldo Anda", "Terima kasih. Saldo Anda sekarang Rp 1.250.000.", "Lihat saldo", "/wallet", 30) with { ReadAt = world.Now.AddHours(-20) },
        ]);
        world.Preferences = new NotificationPreferences(
            [
                new("account.new_sign_in", NotificationGroup.Account, true, true, true, true), new("deposit.paid", NotificationGroup.Money, false, true, true, true),
                new("server.ready", NotificationGroup.Servers, false, true, true, true), new("server.final_warning", NotificationGroup.Servers, true, true, true, false),
            ],
            50_000, null, true);
        world.Webhooks.Add(new Webhook("h-1", "https://hooks.example.com/webrana", ["server.ready", "deposit.paid"], true, world.Now.AddHours(-3), world.Now.AddDays(-9)));
        var seller = new InvoiceSeller("PT Webrana Nusantara", "Jl. Sudirman 1, Jakarta", "01.234.567.8-901.000", "tagihan@webrana.example");
        var buyer = new InvoiceBuyer("Budi Santoso", "budi@example.com", "081234567890");
        world.Invoices.AddRange(
        [
            new("WBR-2026-000124", InvoiceKind.Invoice, 150_000, "Perpanjangan server web-01, periode 3 (1 Des 2026 – 1 Jan 2027)", "w-7", "i-web-01", world.Now.AddHours(-2), seller, buyer, new InvoiceTax(135_135, 123_874, 14_865, 0, 12, "11/12")),
            new("WBR-2026-000123", InvoiceKind.Receipt, 200_000, "Isi saldo lewat BRIVA", "w-6", "d-paid", world.Now.AddHours(-3), seller, buyer, null),
        ]);
    }

    public static void MapCustomer(IEndpointRouteBuilder mine, FakeWorld world)
    {
        mine.MapGet("/notifications", (bool? unread, string? group) =>
        {
            Notification[] all = [.. world.Notices.Where(notice => (unread != true || notice.ReadAt is null) && (group is null || notice.Group.ToString().Equals(group, StringComparison.OrdinalIgnoreCase)))];
            return new NotificationPage(all, Unread(world));
        });
        mine.MapGet("/notifications/unread", () => new UnreadCount(Unread(world)));
        mine.MapPost("/notifications/read", (ReadNotificationsRequest asked) =>
        {
            for (var i = 0; i < world.Notices.Count; i++)
            {
                if (asked.Ids is null || asked.Ids.Contains(world.Notices[i].Id)) world.Notices[i] = world.Notices[i] with { ReadAt = world.Now };
            }

            world.Publish(EventTypes.NotificationCreated, "");
            return Results.NoContent();
        });
        mine.MapGet("/notifications/preferences", () => world.Preferences);
        mine.MapPatch("/notifications/preferences", (UpdateNotificationPreferencesRequest asked) =>
        {
            var chosen = (asked.Kinds ?? []).ToDictionary(kind => kind.Type);
            world.Preferences = world.Preferences with
            {
                Kinds = [.. world.Preferences.Kinds.Select(kind => chosen.TryGetValue(kind.Type, out var choice) ? kind with { Mail = choice.Mail, Panel = choice.Panel, Telegram = choice.Telegram } : kind)],
                BalanceAlert = asked.BalanceAlert is { } line ? line == 0 ? null : line : world.Preferences.BalanceAlert,
            };
            return world.Preferences;
        });
        mine.MapPost("/notifications/telegram", () => new TelegramCode("ABCDEFGH23", "https://t.me/webrana_bot?start=ABCDEFGH23", world.Now.AddMinutes(10)));
        mine.MapDelete("/notifications/telegram", () =>
        {
            world.Preferences = world.Preferences with { Telegram = null };
            return Results.NoContent();
        });
        MapWebhooks(mine, world);
        mine.MapGet("/invoices", (string? kind) => new Page<Invoice>([.. world.Invoices.Where(paper => kind is null || paper.Kind.ToString().Equals(kind, StringComparison.OrdinalIgnoreCase))]));
        mine.MapGet("/invoices/{id}", (string id) => world.Invoices.FirstOrDefault(paper => paper.Id == id) is { } paper ? Results.Json(paper, WireJson.Options) : FakeWorld.Problem(404, ProblemCodes.NotFound));
        mine.MapGet("/invoices/{id}/pdf", (string id) => Results.Bytes("%PDF-1.4"u8.ToArray(), "application/pdf"));
    }

    public static void MapAdmin(IEndpointRouteBuilder admin, FakeWorld world)
    {
        admin.MapGet("/outbox", () => new OutboxPage(
            [new("o-1", "n-9", "renewal.balance_short", FakeWorld.UserId, "budi@example.com", DeliveryChannel.Mail, DeliveryStage.Refused, 1, "550 no such mailbox", world.Now.AddHours(-30), null),
             new("o-2", "n-8", "server.ready", FakeWorld.UserId, "budi@example.com", DeliveryChannel.Webhook, DeliveryStage.Waiting, 4, "503 in 120 ms", world.Now.AddHours(-2), world.Now.AddMinutes(3))],
            1, world.Now.AddHours(-2)));
        admin.MapPost("/outbox/{id}/resend", (string id) =>
        {
            world.Resent.Add(id);
            return Results.NoContent();
        });
        admin.MapGet("/notices", () => new Page<NoticePreview>(
            [new("server.ready", NotificationGroup.Servers, false, Words("web-1 siap dipakai"), Words("web-1 is ready")), new("deposit.paid", NotificationGroup.Money, false, Words("Rp 150.000 sudah masuk"), Words("Rp 150.000 arrived"))]));
    }

    static void MapWebhooks(IEndpointRouteBuilder mine, FakeWorld world)
    {
        mine.MapGet("/webhooks", () => new Page<Webhook>(world.Webhooks));
        mine.MapPost("/webhooks", (CreateWebhookRequest asked) =>
        {
            if (!asked.Url.StartsWith("https://", StringComparison.Ordinal)) return FakeWorld.Problem(422, ProblemCodes.WebhookUrlInvalid);
            var made = new Webhook($"h-{world.Webhooks.Count + 1}", asked.Url, asked.Events ?? [], true, null, world.Now);
            world.Webhooks.Add(made);
            return Results.Json(new WebhookCreated(made, "whsec_c2VjcmV0"), WireJson.Options, statusCode: 201);
        });
        mine.MapPatch("/webhooks/{id}", (string id, UpdateWebhookRequest asked) =>
        {
            var at = world.Webhooks.FindIndex(hook => hook.Id == id);
            return world.Webhooks[at] = world.Webhooks[at] with { Active = asked.Active ?? world.Webhooks[at].Active };
        });
        mine.MapDelete("/webhooks/{id}", (string id) => world.Webhooks.RemoveAll(hook => hook.Id == id) > 0 ? Results.NoContent() : FakeWorld.Problem(404, ProblemCodes.NotFound));
        mine.MapPost("/webhooks/{id}/ping", () => Results.StatusCode(202));
        mine.MapPost("/webhooks/{id}/secret", (string id) => new WebhookCreated(world.Webhooks.First(hook => hook.Id == id), "whsec_bmV3"));
        mine.MapGet("/webhooks/{id}/deliveries", () => new Page<WebhookDelivery>(
            [new("x-2", "e-2", "server.ready", DeliveryStage.GivenUp, 14, "500 in 80 ms: broken", world.Now.AddHours(-1), world.Now), new("x-1", "e-1", "deposit.paid", DeliveryStage.Accepted, 1, "200 in 35 ms", world.Now.AddHours(-3), world.Now.AddHours(-3))]));
    }

    static long Unread(FakeWorld world) => world.Notices.Count(notice => notice.ReadAt is null);

    static NoticeWords Words(string subject) => new(subject, subject, $"<!doctype html><html lang=\"id\"><head><title>{subject}</title></head><body><p>{subject}</p></body></html>", subject + "\n");

    static Notification Notice(FakeWorld world, string id, string type, NotificationGroup group, string title, string body, string action, string path, int hoursAgo) => new(
        id, type, group, title, body, action, "https://panel.example" + path, new Dictionary<string, string>(), world.Now.AddHours(-hoursAgo), null);
}
