using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Deposits;
using Webrana.Wire.Wallets;

namespace Webrana.Web.Tests.Fakes;

static class FakeAdmin
{
    public static void Map(WebApplication app, FakeWorld world)
    {
        var admin = app.MapGroup("/internal").AddEndpointFilter(async (call, next) =>
            Roles.Staff.Split(',').Any(role => call.HttpContext.Request.Headers.Authorization.ToString().Contains(role, StringComparison.Ordinal)) ? await next(call) : FakeWorld.Problem(403, ProblemCodes.Forbidden));
        FakeNotices.MapAdmin(admin, world);
        admin.MapGet("/users", (string? search) => new Page<AdminUser>(
            [.. world.Users.Where(user => search is null || user.Name.Contains(search, StringComparison.OrdinalIgnoreCase) || user.Email.Contains(search, StringComparison.OrdinalIgnoreCase))]));
        admin.MapGet("/users/{id}", (string id) => world.Users.FirstOrDefault(user => user.Id == id) is { } user ? Results.Json(user) : FakeWorld.Problem(404, ProblemCodes.NotFound));
        admin.MapGet("/wallets", () => new Page<AdminWallet>(
            [.. world.Users.Select(user => new AdminWallet(user.Id, user.Email, user.Balance ?? 0, 0, user.Balance ?? 0, 0, world.Now.AddHours(-3)))]));
        admin.MapGet("/wallets/{id}", () => world.Wallet);
        admin.MapGet("/wallets/{id}/transactions", () => new Page<Transaction>(world.Transactions));
        admin.MapPost("/wallets/{id}/adjustments", (CreateAdjustmentRequest asked) =>
        {
            var booked = new Transaction("t-adj", "wallet-1", asked.Amount > 0 ? TransactionType.Credit : TransactionType.Debit, asked.Amount, world.Wallet.Balance,
                world.Wallet.Balance + asked.Amount, ReferenceType.Adjustment, null, asked.Reason, world.Now);
            world.Transactions.Insert(0, booked);
            world.Wallet = world.Wallet with { Balance = booked.BalanceAfter, Available = booked.BalanceAfter };
            return Results.Json(booked, statusCode: 201);
        });
        admin.MapGet("/deposits", (string? status) => new Page<Deposit>([.. world.Deposits.Where(deposit => status is null || string.Equals(deposit.Status.ToString(), status, StringComparison.OrdinalIgnoreCase))]));
        admin.MapGet("/instances", () => new Page<AdminInstance>(
            [.. world.Instances.Select(server => new AdminInstance(server.Id, FakeWorld.UserId, server.Name, server.Status, server.Ipv4, server.Region, server.Image, server.PlanId, server.BillingPeriod,
                server.Price, server.NextRenewalAt, server.AutoRenew, "512340077", "utama", server.CreatedAt, server.FailureReason))]));
        admin.MapGet("/ledger/trial-balance", () => new TrialBalance(
            [
                new("GATEWAY", 575_000, 0, 575_000 - world.MissingDepositIdr, 0, world.MissingDepositIdr), new("HOLDS", 0, 150_000, -150_000),
                new("PROMO_EXPENSE", 50_000, 25_000, 25_000), new("REVENUE", 0, 200_000, -100_000, -100_000), new("WALLETS", 0, 250_000, -250_000),
            ],
            world.MissingDepositIdr == 0));
        FakeDesk.Map(admin, world);
        FakeProvider.Map(admin, world);
        FakePromos.MapAdmin(admin, world);
        FakeBilling.MapAdmin(admin, world);
        admin.MapGet("/plans", () => new Page<AdminPlan>(world.AdminPlans));
        admin.MapPatch("/plans/{id}", (string id, UpdatePlanRequest asked) =>
        {
            world.Reasons.Enqueue(asked.Reason);
            var at = world.AdminPlans.FindIndex(plan => plan.Id == id);
            world.AdminPlans[at] = world.AdminPlans[at] with { Name = asked.Name ?? world.AdminPlans[at].Name, Hidden = asked.Hidden ?? world.AdminPlans[at].Hidden };
            return Results.Json(world.AdminPlans[at]);
        });
        admin.MapPost("/plans", (CreatePlanRequest asked) =>
        {
            world.Reasons.Enqueue(asked.Reason);
            world.CreatedPlan = asked;
            var made = world.AdminPlans[0] with
            {
                Id = asked.Id, Name = asked.Name, Size = asked.Size, PriceMonthly = asked.PriceMonthly, Hidden = asked.Hidden, SortOrder = asked.SortOrder,
                ProviderCostUsd = asked.ProviderCostUsd, StockLimit = asked.StockLimit, Sold = 0, Retired = false,
            };
            world.AdminPlans.Add(made);
            return Results.Json(made, statusCode: StatusCodes.Status201Created);
        });
        admin.MapDelete("/plans/{id}", (string id, [FromBody] ChangeReason asked) =>
        {
            world.Reasons.Enqueue(asked.Reason);
            var at = world.AdminPlans.FindIndex(plan => plan.Id == id);
            world.AdminPlans[at] = world.AdminPlans[at] with { Retired = true };
            return Results.NoContent();
        });
        admin.MapPatch("/plans/{id}/pricing", (string id, PlanPricing asked) =>
        {
            world.Reasons.Enqueue(asked.Reason);
            world.Pricing = asked;
            var at = world.AdminPlans.FindIndex(plan => plan.Id == id);
            world.AdminPlans[at] = world.AdminPlans[at] with
            {
                PriceHourly = asked.PriceHourly, PriceDaily = asked.PriceDaily, PriceMonthly = asked.PriceMonthly ?? 0, PriceYearly = asked.PriceYearly,
                AllowDaily = asked.AllowDaily ?? false, AllowMonthly = asked.AllowMonthly ?? false, AllowYearly = asked.AllowYearly ?? false,
            };
            return Results.Json(world.AdminPlans[at]);
        });
    }
}
