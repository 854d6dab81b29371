using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Shop;

namespace Webrana.Web.Tests.Fakes;

/// <summary>The desk's own acts on the fake world.</summary>
static class FakeDesk
{
    public static void Map(IEndpointRouteBuilder admin, FakeWorld world)
    {
        admin.MapGet("/staff", () => new Page<AdminUser>([.. world.Users.Where(user => user.Roles.Any(role => role != Roles.Customer))]));
        admin.MapPost("/users/{id}/roles", (string id, SetRoleRequest asked) =>
        {
            var at = world.Users.FindIndex(user => user.Id == id);
            var name = asked.Role.ToString().ToLowerInvariant();
            var roles = world.Users[at].Roles.Where(role => role != name);
            world.Users[at] = world.Users[at] with { Roles = [.. asked.Held ? roles.Append(name) : roles] };
            return Results.Json(world.Users[at]);
        });
        foreach (var frozen in new[] { true, false })
        {
            admin.MapPost($"/users/{{id}}/{(frozen ? "freeze" : "unfreeze")}", (string id, DeskActRequest asked) =>
            {
                var at = world.Users.FindIndex(user => user.Id == id);
                world.Users[at] = world.Users[at] with { FrozenSince = frozen ? world.Now : null, FrozenReason = frozen ? asked.Reason : null };
                return Results.Json(world.Users[at]);
            });
        }

        admin.MapGet("/switches", () => new Page<ShopSwitchState>([.. Enum.GetValues<ShopSwitchName>().Select(name => world.Stops.GetValueOrDefault(name) ?? new ShopSwitchState(name, false, null, null, null, null, null))]));
        admin.MapPut("/switches/{id}", (string id, SetSwitchRequest asked) =>
        {
            var name = Enum.Parse<ShopSwitchName>(id, ignoreCase: true);
            var state = new ShopSwitchState(name, asked.Stopped, asked.MessageId, asked.MessageEn, asked.Reason, "admin@example.com", world.Now);
            world.Stops.Remove(name);
            if (asked.Stopped) world.Stops[name] = state;
            return Results.Json(state);
        });
        admin.MapGet("/maintenance", () => world.Maintenance);
        admin.MapPut("/maintenance", (SetMaintenanceRequest asked) =>
            world.Maintenance = new MaintenanceState(asked.MessageId, asked.MessageEn, asked.From, asked.Until, asked.Reason, "admin@example.com", world.Now));
        admin.MapPost("/maintenance/end", (DeskActRequest _) => world.Maintenance = new MaintenanceState(null, null, null, null, null, null, null));
        admin.MapGet("/audit", () => new Page<AuditEntry>(
            [
                new("2", world.Now.AddHours(-1), "admin:a", "customer.frozen", $"account:{FakeWorld.UserId}", "Kartu curian", "admin@example.com", Json("""{"frozen": false}"""), Json("""{"frozen": true}""")),
                new("1", world.Now.AddDays(-1), "admin:a", "plan.priced", "plan:basic-1", null, "admin@example.com", Json("""{"priceMonthly": 129000}"""), Json("""{"priceMonthly": 139000}""")),
            ]));
        admin.MapGet("/audit/verification", () => new AuditVerification(!world.AuditBroken, 2, 2, new string('a', 64), world.AuditBroken ? [new AuditFault(1, "altered")] : []));
        admin.MapGet("/search", (string q) => new Page<FoundItem>(
            [
                .. world.Users.Where(user => user.Email.StartsWith(q, StringComparison.OrdinalIgnoreCase)).Select(user => new FoundItem(FoundKind.Customer, user.Id, user.Id, user.Email, user.Name, user.Email, "EMAIL")),
                .. world.Instances.Where(server => server.Ipv4 == q || server.Name == q).Select(server => new FoundItem(FoundKind.Server, server.Id, FakeWorld.UserId, "sari@example.com", server.Name, q, "IP")),
            ]));
        admin.MapGet("/users/{id}/timeline", (string id) => Timeline(world));
        admin.MapGet("/instances/{id}/timeline", (string id, string? cursor) => cursor is null
            ? Timeline(world) with { NextCursor = world.OlderStory ? "older" : null }
            : new Page<TimelineEntry>([new(world.Now.AddDays(-60), "ACTION", "i/0", "Create", null, null, "user:u", "droplet:i-web-01", "create", "Completed")]));
        admin.MapGet("/instances/{id}", (string id) => world.Instances.FirstOrDefault(server => server.Id == id) is { } server
            ? Results.Json(new AdminInstance(server.Id, FakeWorld.UserId, server.Name, server.Status, server.Ipv4, server.Region, server.Image, server.PlanId, server.BillingPeriod,
                server.Price, server.NextRenewalAt, server.AutoRenew, "512340077", "utama", server.CreatedAt, null,
                world.Blocked.ContainsKey(id) ? Wire.Billing.SuspensionReason.Blocked : Wire.Billing.SuspensionReason.None, world.Blocked.GetValueOrDefault(id)))
            : FakeWorld.Problem(404, ProblemCodes.NotFound));
        admin.MapDelete("/instances/{id}/consoles", (string id) => Results.NoContent());
        admin.MapPost("/instances/{id}/suspend", (string id, BlockServerRequest asked) => Block(world, id, asked.Message ?? "abuse"));
        admin.MapPost("/instances/{id}/unsuspend", (string id, DeskActRequest asked) => Block(world, id, null));
        admin.MapPost("/users/{id}/two-factor/disable", (string id, DeskActRequest asked) =>
        {
            var at = world.Users.FindIndex(user => user.Id == id);
            if (!world.Users[at].TwoFactor) return FakeWorld.Problem(409, ProblemCodes.TwoFactorOff);
            world.Users[at] = world.Users[at] with { TwoFactor = false };
            return Results.Json(world.Users[at]);
        });
        admin.MapGet("/stuck-orders", (string? trouble) => new Page<StuckOrder>(
            [.. world.StuckOrders.Where(order => trouble is null || order.Trouble.ToString().Equals(trouble, StringComparison.OrdinalIgnoreCase))]));
        admin.MapPost("/stuck-orders/{id}/retry", (string id, DeskActRequest asked) =>
        {
            var at = world.StuckOrders.FindIndex(order => order.OrderId == id);
            var anew = world.StuckOrders[at].Trouble == OrderTrouble.Failed;
            if (anew) world.StuckOrders[at] = world.StuckOrders[at] with { PlacedAgainAs = "i-web-01" };
            else world.StuckOrders.RemoveAt(at);
            return Results.Json(new OrderRetried(anew ? "i-web-01" : id, anew), statusCode: 202);
        });
        admin.MapPost("/stuck-orders/{id}/fail", (string id, DeskActRequest asked) =>
        {
            var at = world.StuckOrders.FindIndex(order => order.OrderId == id);
            if (world.StuckOrders[at].Trouble != OrderTrouble.Late) return FakeWorld.Problem(409, ProblemCodes.NotStuck);
            world.StuckOrders[at] = world.StuckOrders[at] with { Trouble = OrderTrouble.Failed, Held = 0, GivesUpAt = null, FailureReason = "given_up" };
            return Results.NoContent();
        });
        admin.MapGet("/money-requests", () => new Page<MoneyRequest>(world.MoneyRequests));
        admin.MapPost("/money-requests/{id}/approve", (string id, DeskActRequest asked) =>
        {
            var at = world.MoneyRequests.FindIndex(one => one.Id == id);
            world.MoneyRequests[at] = world.MoneyRequests[at] with { Status = MoneyRequestStatus.Done, DecidedBy = "admin@example.com", DecidedAt = world.Now, DecisionReason = asked.Reason };
            return Results.Json(world.MoneyRequests[at]);
        });
        admin.MapPost("/wallets/{userId}/payouts", (string userId, CreatePayoutRequest asked) =>
        {
            var made = new MoneyRequest("p-1", MoneyRequestKind.Payout, userId, "sari@example.com", asked.Amount, asked.Reference, asked.Reason, MoneyRequestStatus.Done, "admin@example.com", world.Now, null, null, null, null, true);
            world.MoneyRequests.Insert(0, made);
            return Results.Json(made, statusCode: 202);
        });
        admin.MapGet("/payment-cases", async (bool? resolved, int? limit, int? cursor) =>
        {
            var all = world.PaymentCases.Where(one => one.Status == "RESOLVED" == (resolved == true)).ToList();
            var end = (cursor ?? 0) + (limit ?? 50);
            var page = new Page<PaymentCase>([.. all.Take(end).Skip(cursor ?? 0)], end < all.Count ? end.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
            await world.RowsGate();
            return page;
        });
        admin.MapPost("/payment-cases/{id}/resolve", (string id, ResolvePaymentCaseRequest asked) =>
        {
            var at = world.PaymentCases.FindIndex(one => one.Id == id);
            world.PaymentCases[at] = world.PaymentCases[at] with { Status = "RESOLVED", Resolution = asked.Resolution, Reason = asked.Reason, BankReference = asked.BankReference, ResolvedBy = "admin@example.com", ResolvedAt = world.Now };
            return Results.Json(world.PaymentCases[at]);
        });
        admin.MapGet("/dashboard", () => new Dashboard(
            1_350_000, 7, 42, 2, world.Unpaid, 1, 0, 3, world.Now.AddMinutes(-12), 0, 0, 0, 2, 1,
            world.SilosAway ? null : 4_512, world.SilosAway ? null : 4_700, world.SilosAway ? null : 18, world.SilosAway ? null : 231.40m, world.Stops.Count,
            [new DeskAlarm("PROVIDER_BALANCE", "primary", "This month costs 231 USD, the budget is 200.", world.Now.AddHours(-1), null)], world.Now,
            world.SilosAway ? null : -31.40m, world.SilosAway ? null : 200));
        admin.MapGet("/alarms", () => new Page<DeskAlarm>([]));
        admin.MapGet("/reports/{id}", (string id, string? by) => Enum.Parse<ReportName>(id, ignoreCase: true) switch
        {
            ReportName.Overdue => Overdue(by ?? "day"),
            ReportName.Liability => Liability,
            var name => new Report(
                name, "2026-12-01", "2026-12-01", "day", ["period", "charges", "orders", "renewals", "other", "refunds", "net"],
                ["orders", "renewals", "other", "refunds", "net"], [["2026-12-01", "3", "258000", "129000", "0", "0", "387000"]],
                new Dictionary<string, long> { ["orders"] = 258_000, ["renewals"] = 129_000, ["net"] = 387_000 }),
        });
        admin.MapGet("/reports/{id}/csv", (string id) => Results.Text("period,charges\r\n2026-12-01,3\r\n", "text/csv"));
        admin.MapGet("/settlement", (string? day) => new Settlement(
            day ?? "2026-11-30", 2, 304_250, 8_250, 296_000, 1, 200_000, 100_000, [new SettlementLine("T0001X7", "WBR-1", 100_000, null)]));
    }

    static IResult Block(FakeWorld world, string id, string? message)
    {
        var at = world.Instances.FindIndex(server => server.Id == id);
        world.Blocked.Remove(id);
        if (message is not null) world.Blocked[id] = message;
        world.Instances[at] = world.Instances[at] with { Status = message is null ? Wire.Droplets.InstanceStatus.Running : Wire.Droplets.InstanceStatus.Suspended };
        var server = world.Instances[at];
        return Results.Json(new AdminInstance(server.Id, FakeWorld.UserId, server.Name, server.Status, server.Ipv4, server.Region, server.Image, server.PlanId, server.BillingPeriod,
            server.Price, server.NextRenewalAt, server.AutoRenew, "512340077", "utama", server.CreatedAt));
    }

    static Page<TimelineEntry> Timeline(FakeWorld world) => new(
        [
            new(world.Now.AddHours(-1), "ADMIN", "2", "customer.frozen", "Kartu curian", null, "admin:a", $"account:{FakeWorld.UserId}", "audit:2", null),
            new(world.Now.AddHours(-2), "MONEY", $"{FakeWorld.UserId}-12", "RENEWAL", "Perpanjangan web-01", -129_000, null, "droplet:i-web-01", "renew:i-web-01:2", "REVENUE"),
            new(world.Now.AddHours(-3), "ACTION", "i/1", "Reboot", null, null, "user:u", "droplet:i-web-01", "reboot-1", "Completed"),
            new(world.Now.AddHours(-4), "NOTICE", "n-1", "server.suspended", "MAIL REFUSED: 550 no such mailbox", null, null, null, $"outbox:{FakeWorld.UserId}", "FAILED"),
            new(world.Now.AddDays(-1), "SIGN_IN", "s-1", "WEB", "Firefox", null, null, null, "10.0.0.7", "OPEN"),
        ]);

    // A small shop's day and a large one's: both have to fit.
    static readonly Report Liability = new(
        ReportName.Liability, "2026-12-01", "2026-12-02", "day",
        ["period", "received", "spent", "promos", "corrected", "paidOut", "bonusGiven", "bonusSpent", "bonusLapsed", "cash", "bonus", "balance"],
        ["received", "spent", "promos", "corrected", "paidOut", "bonusGiven", "bonusSpent", "bonusLapsed", "cash", "bonus", "balance"],
        [
            ["2026-12-01", "500000", "129000", "25000", "0", "0", "25000", "0", "0", "371000", "25000", "396000"],
            ["2026-12-02", "3250000000", "1187500000", "112500000", "-2500000", "75000000", "125000000", "98750000", "12500000", "2084121000", "13775000", "2097896000"],
        ],
        new Dictionary<string, long> { ["received"] = 3_250_500_000, ["balanceNow"] = 2_097_896_000, ["bonusNow"] = 13_775_000 });

    static Report Overdue(string by) => new(
        ReportName.Overdue, "2026-12-01", "2026-12-31", by, ["period", "missed", "missedAmount", "paidLater", "paidLaterAmount", "stillDue", "stillDueAmount"],
        ["missedAmount", "paidLaterAmount", "stillDueAmount"],
        [by == "month" ? ["2026-12", "9", "1161000", "6", "774000", "1", "129000"] : ["2026-12-01", "2", "258000", "1", "129000", "1", "129000"]],
        new Dictionary<string, long> { ["overdueNow"] = 129_000 },
        new ReportList(
            ["instance", "server", "customer", "status", "price", "due", "days"], ["price"],
            [["i-db-01", "db-01", "sari@example.com", "SUSPENDED", "129000", "2026-12-01 10:00", "4"]]));

    static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
