using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Promos;
using Webrana.Wire.Wallets;

namespace Webrana.Web.Tests.Fakes;

/// <summary>Promos of the fake API. The arithmetic is the least that lets a page show something true; the rules are the API's own tests' business.</summary>
static class FakePromos
{
    public const string GoodCode = "GAJIAN25";

    static readonly (long From, long Bonus)[] Tiers = [(100_000, 10_000), (500_000, 75_000)];

    public static void Fill(FakeWorld world)
    {
        var start = FakeWorld.Start;
        world.Promos.AddRange(
        [
            Promo("akhir-pekan", "Bonus akhir pekan", null, PromoType.DepositBonus, PromoValueType.Fixed, 0, PromoStatus.On) with
            {
                Tiers = [.. Tiers.Select(tier => new PromoTier(tier.From, tier.Bonus))], PaymentMethods = ["QRIS", "BRIVA"], MaxUsageTotal = 1_000, Budget = 25_000_000,
                UsageCount = 412, BudgetUsed = 21_340_000, EndDate = start.AddDays(30), Version = 3, IsPublic = true, BonusExpiryDays = 90,
            },
            Promo("selamat-datang", "Welcome Bonus", "WELCOME25", PromoType.NewUserBonus, PromoValueType.Fixed, 25_000, PromoStatus.On) with
            {
                MinDeposit = 50_000, ForNewUsersOnly = true, UsageCount = 150, BudgetUsed = 3_750_000, BonusExpiryDays = 90, IsPublic = true,
            },
            Promo("tahun-baru", "Year End Cashback", "AKHIRTAHUN5", PromoType.DepositCashback, PromoValueType.Percentage, 5, PromoStatus.Soon) with
            {
                MinDeposit = 100_000, MaxDiscount = 100_000, MaxUsageTotal = 1_000, StartDate = start.AddDays(14), EndDate = start.AddDays(45), IsPublic = true,
            },
            Promo("teman", "Undang teman", null, PromoType.ReferralBonus, PromoValueType.Fixed, 10_000, PromoStatus.On) with
            {
                RefereeValue = 5_000, MinDeposit = 50_000, MonthlyCapPerReferrer = 10, UsageCount = 38, BudgetUsed = 380_000, Budget = 2_000_000, IsPublic = true,
            },
            Promo("kilat", "Kilat 11.11", "KILAT11", PromoType.DepositBonus, PromoValueType.Percentage, 11, PromoStatus.SoldOut) with
            {
                MinDeposit = 111_000, MaxDiscount = 55_000, MaxUsageTotal = 500, UsageCount = 500, BudgetUsed = 19_250_000, BonusExpiryDays = 30,
            },
            Promo("lama", "Ulang tahun Webrana", "ULTAH", PromoType.DepositBonus, PromoValueType.Percentage, 20, PromoStatus.Archived) with { UsageCount = 88, BudgetUsed = 1_760_000 },
        ]);
        world.PromoUsages.AddRange(Enumerable.Range(1, 12).Select(number => new PromoUsage(
            FakeWorld.UserId, number % 5 == 0 ? null : $"pelanggan{number}@example.com", $"0192f0c4-7a10-7b3e-9d55-3f1e6f2a9c{number:00}", number % 3 == 0 ? 75_000 : 10_000,
            number < 3 ? PromoUsageStatus.Reserved : PromoUsageStatus.Committed, start.AddHours(-number), number < 3 ? null : start.AddHours(-number).AddMinutes(6))));
        world.Bonuses.AddRange(
        [
            new BonusLot("lot-1", "Bonus akhir pekan", 10_000, start.AddDays(5)),
            new BonusLot("lot-2", "Welcome Bonus", 15_000, start.AddDays(64)),
        ]);
        world.Reviews.Add(new PromoReview(
            world.Users[1].Id, world.Users[1].Email, FakeWorld.UserId, world.Users[0].Email, "teman", "Undang teman", "0192f0c4-7a10-7b3e-9d55-3f1e6f2a9d01", 100_000, 10_000, 5_000,
            [ReferralDoubt.SharedPhone, ReferralDoubt.SharedDevice], start.AddHours(-5)));
    }

    public static void MapCustomer(IEndpointRouteBuilder mine, FakeWorld world)
    {
        mine.MapGet("/promos", () => new Page<Promo>(
            [.. world.Promos.Where(promo => promo.IsPublic && promo.Status is PromoStatus.On or PromoStatus.Soon).Select(promo => new Promo(
                promo.Id, promo.Name, promo.Code, promo.Type, promo.ValueType, promo.Value, promo.MaxDiscount, promo.MinDeposit, promo.Tiers, promo.PaymentMethods,
                promo.ForNewUsersOnly, promo.MaxUsagePerUser, promo.BonusExpiryDays, promo.Status, promo.StartDate, promo.EndDate, promo.RefereeValue))]));
        mine.MapPost("/promos/validate", (ValidatePromoRequest asked) => Quote(asked));
        mine.MapGet("/wallet/bonuses", () => new Page<BonusLot>(world.Bonuses));
        mine.MapGet("/referral", () => new Referral(
            "SARI25KOPI", "https://panel.example/register?ref=SARI25KOPI", 20_000, 4, 2,
            !world.HasReferralOffer ? null
                : world.ReferralMostIdr is { } most ? new ReferralOffer("Undang teman", PromoValueType.Percentage, 10, 5, 50_000, 10, 1, most)
                : new ReferralOffer("Undang teman", PromoValueType.Fixed, 10_000, 5_000, 50_000, 10, 1),
            [
                new ReferredFriend("B•••", "b•••@gmail.com", ReferralStatus.Paid, 10_000, FakeWorld.Start.AddDays(-9), FakeWorld.Start.AddDays(-8)),
                new ReferredFriend("D•••", "d•••@example.com", ReferralStatus.Paid, 10_000, FakeWorld.Start.AddDays(-40), FakeWorld.Start.AddDays(-38)),
                new ReferredFriend("R•••", "r•••@example.com", ReferralStatus.Joined, 0, FakeWorld.Start.AddDays(-1), null),
                new ReferredFriend("T•••", "t•••@example.com", ReferralStatus.InReview, 0, FakeWorld.Start.AddDays(-3), null),
                new ReferredFriend("W•••", "w•••@example.com", ReferralStatus.TakenBack, 0, FakeWorld.Start.AddDays(-50), null),
            ]));
    }

    public static void MapAdmin(IEndpointRouteBuilder admin, FakeWorld world)
    {
        admin.MapGet("/promos", (string? status, int? limit, string? cursor) => FakeCustomer.Slice(
            [.. world.Promos.Where(promo => status is null ? promo.Status != PromoStatus.Archived : string.Equals(Name(promo.Status), status, StringComparison.Ordinal))], limit, cursor));
        admin.MapGet("/promos/{id}", (string id) => Found(world.Promos.FirstOrDefault(promo => promo.Id == id)));
        admin.MapPost("/promos", (CreatePromoRequest asked) =>
        {
            world.Reasons.Enqueue(asked.Reason);
            var made = Of("p-new", asked, 1);
            world.Promos.Insert(0, made);
            return Results.Json(made, statusCode: 201);
        });
        admin.MapPatch("/promos/{id}", (string id, UpdatePromoRequest asked) =>
        {
            world.Reasons.Enqueue(asked.Reason);
            var at = world.Promos.FindIndex(promo => promo.Id == id);
            var active = asked.IsActive ?? world.Promos[at].IsActive;
            world.Promos[at] = world.Promos[at] with
            {
                Name = asked.Name ?? world.Promos[at].Name, IsActive = active, Status = active ? PromoStatus.On : PromoStatus.Off, Version = world.Promos[at].Version + 1,
            };
            return Results.Json(world.Promos[at]);
        });
        admin.MapDelete("/promos/{id}", (string id, [FromBody] ChangeReason asked) =>
        {
            world.Reasons.Enqueue(asked.Reason);
            var at = world.Promos.FindIndex(promo => promo.Id == id);
            world.Promos[at] = world.Promos[at] with { Status = PromoStatus.Archived, IsActive = false };
            return Results.NoContent();
        });
        admin.MapPost("/promos/code", () => new GeneratedCode("K7PWQ2MXNB4T"));
        admin.MapPost("/promos/preview", (PromoFields asked) => new PromoPreview(
            90, 1_284, 231, 187, 4_365_000, asked.Budget is null ? null : FakeWorld.Start.AddDays(-11),
            [new PromoTaker(FakeWorld.UserId, "sari@example.com", 4, 2_000_000, 300_000), new PromoTaker("u-2", null, 2, 1_000_000, 150_000), new PromoTaker("u-3", "toko.maju.sejahtera.abadi@example.com", 2, 900_000, 85_000)]));
        admin.MapGet("/promos/preview.csv", (string draft) =>
            Results.Text($"userId,email\r\n,{JsonSerializer.Deserialize<PromoFields>(draft, WireJson.Options)!.Name}\r\n", "text/csv"));
        admin.MapGet("/promos/{id}/usage", (string id, int? limit, string? cursor) =>
        {
            List<PromoUsage> all = id == "akhir-pekan" ? world.PromoUsages : [];
            var page = FakeCustomer.Slice(all, limit, cursor);
            return new PromoUsagePage(all.Count, all.Sum(usage => usage.Amount), page.Items, page.NextCursor);
        });
        admin.MapGet("/promos/{id}/usage.csv", (string id) => Results.Text("usedAt,amount\r\n2026-12-01T03:00:00Z,10000\r\n", "text/csv"));
        admin.MapGet("/promos/{id}/versions", (string id) =>
        {
            var now = world.Promos.First(promo => promo.Id == id).Fields;
            return new Page<PromoVersion>(
            [
                new PromoVersion(3, FakeWorld.Start.AddHours(-2), "admin:" + world.Users[2].Id, now, ActorEmail: "admin@example.com"),
                new PromoVersion(2, FakeWorld.Start.AddDays(-3), "admin:" + world.Users[2].Id, now with { Budget = 10_000_000, MaxUsageTotal = 400 }),
                new PromoVersion(1, FakeWorld.Start.AddDays(-20), "admin:" + world.Users[2].Id, now with { Budget = 10_000_000, MaxUsageTotal = 400, PaymentMethods = ["QRIS"] }),
            ]);
        });
        admin.MapGet("/promos/reviews", (string? cursor) =>
            world.FirstReviewsAreDecided && cursor is null ? new Page<PromoReview>([], "later") : new Page<PromoReview>(world.Reviews));
        admin.MapPost("/promos/reviews/{userId}", (string userId, DecideReviewRequest asked) =>
        {
            world.Decisions.Add((userId, asked));
            world.Reviews.RemoveAll(review => review.UserId == userId && review.Kind == asked.Kind);
            return Results.NoContent();
        });
    }

    public static PromoQuote Best(long amount)
    {
        var bonus = Tiers.LastOrDefault(tier => tier.From <= amount).Bonus;
        PromoHint? next = Tiers.FirstOrDefault(tier => tier.From > amount) is { Bonus: > 0 } more
            ? new PromoHint("akhir-pekan", "Bonus akhir pekan", more.From, more.From - amount, more.Bonus) : null;
        return bonus > 0 ? new PromoQuote("akhir-pekan", "Bonus akhir pekan", bonus, amount + bonus, true, 90, next) : new PromoQuote(null, null, 0, amount, Next: next);
    }

    static IResult Quote(ValidatePromoRequest asked)
    {
        if (asked.Code is null) return Results.Json(Best(asked.Amount));
        if (!string.Equals(asked.Code, GoodCode, StringComparison.OrdinalIgnoreCase)) return FakeWorld.Problem(422, ProblemCodes.PromoCodeInvalid);
        if (asked.Amount < 200_000)
        {
            return Results.Json(
                new ProblemBody
                {
                    Title = "x", Status = 422, Code = ProblemCodes.PromoBelowMinimum,
                    Extensions = new Dictionary<string, System.Text.Json.JsonElement> { ["minimum"] = System.Text.Json.JsonSerializer.SerializeToElement(200_000) },
                },
                WireJson.Options, "application/problem+json", 422);
        }

        return asked.PaymentMethod == "OVO" ? FakeWorld.Problem(422, ProblemCodes.PromoWrongChannel) : Results.Json(new PromoQuote("gajian", "Gajian", 25_000, asked.Amount + 25_000));
    }

    static AdminPromo Of(string id, PromoFields fields, int version) => new(
        id, fields.Name, fields.Code, fields.Type, fields.ValueType, fields.Value, fields.MaxDiscount, fields.MinDeposit, fields.MaxUsageTotal, fields.MaxUsagePerUser, fields.IsActive,
        fields.StartDate, fields.EndDate, fields.ForNewUsersOnly, fields.Budget, fields.BonusExpiryDays, fields.PaymentMethods ?? [], fields.Tiers ?? [], fields.Priority,
        fields.IsPublic ?? true, fields.RefereeValue, fields.MonthlyCapPerReferrer, fields.IsActive ? PromoStatus.On : PromoStatus.Off, 0, 0, version, FakeWorld.Start, FakeWorld.Start);

    static AdminPromo Promo(string id, string name, string? code, PromoType type, PromoValueType valueType, long value, PromoStatus status) =>
        Of(id, new PromoFields(name, type, valueType, value, code, MonthlyCapPerReferrer: null), 1) with { Status = status, IsActive = status != PromoStatus.Archived };

    static IResult Found<T>(T? thing) => thing is null ? FakeWorld.Problem(404, ProblemCodes.NotFound) : Results.Json(thing);

    static string Name(PromoStatus status) => System.Text.Json.JsonSerializer.SerializeToElement(status, WireJson.Options).GetString()!;
}
