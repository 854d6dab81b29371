using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Events;
using Webrana.Wire.Wallets;

namespace Webrana.Web.Tests.Fakes;

static class FakeCustomer
{
    public static void Map(WebApplication app, FakeWorld world)
    {
        FakeBilling.MapShop(app);
        app.MapGet("/api/v1/plans", () => new Page<Wire.Plans.Plan>(world.Plans));
        app.MapGet("/api/v1/regions", () => new Page<Wire.Plans.Region>(world.Regions));
        app.MapGet("/api/v1/images", () => new Page<Wire.Plans.Image>(world.Images));
        var mine = app.MapGroup("/api/v1").AddEndpointFilter(async (call, next) =>
            call.HttpContext.Request.Headers.Authorization.ToString().StartsWith("Bearer session-", StringComparison.Ordinal) ? await next(call) : FakeWorld.Problem(401, ProblemCodes.Unauthenticated));
        mine.MapGet("/me", async (HttpContext context) =>
        {
            var me = Me(world, Roles.Staff.Split(',').FirstOrDefault(role => context.Request.Headers.Authorization.ToString().Contains(role, StringComparison.Ordinal)));
            await world.ProfileGate();
            return me;
        });
        mine.MapPatch("/me", (UpdateProfileRequest asked) =>
        {
            world.Users[0] = world.Users[0] with { Name = asked.Name ?? world.Users[0].Name, Phone = asked.Phone };
            return Me(world, null);
        });
        FakeSecurity.Map(mine, world);
        mine.MapGet("/wallet", async () =>
        {
            var wallet = world.Wallet;
            await world.WalletGate();
            return wallet;
        });
        FakeBilling.Map(mine, world);
        mine.MapGet("/wallet/runway", () => world.Runway);
        mine.MapGet("/wallet/transactions", async (string? referenceType, int? limit, string? cursor) =>
        {
            var page = Slice<Transaction>([.. world.Transactions.Where(row => referenceType is null || Name(row.ReferenceType) == referenceType)], limit, cursor);
            await world.RowsGate();
            return page;
        });
        mine.MapGet("/wallet/channels", () => new Page<PaymentChannel>(world.Channels));
        mine.MapGet("/wallet/deposits", (int? limit, string? cursor) => Slice(world.Deposits, limit, cursor));
        mine.MapGet("/wallet/deposits/{id}", (string id) => Found(world.Deposits.FirstOrDefault(deposit => deposit.Id == id)));
        mine.MapPost("/wallet/deposit", (CreateDepositRequest asked) =>
        {
            var fee = world.Channels.First(channel => channel.Code == asked.PaymentMethod).CustomerFee;
            var bonus = asked.PromoCode is null ? FakePromos.Best(asked.Amount) : new Wire.Promos.PromoQuote("gajian", "Gajian", 25_000, asked.Amount + 25_000);
            var promo = bonus.PromoId is { } promoId
                ? new DepositPromo(promoId, bonus.Name!, bonus.BonusAmount, bonus.IsBonus, bonus.BonusExpiryDays, DepositPromoStatus.Held, world.Now.AddHours(1)) : null;
            var made = world.Deposits[0] with { Id = "d-new", Amount = asked.Amount, TotalCredit = bonus.TotalCredit, BonusAmount = bonus.BonusAmount, Promo = promo, PaymentMethod = asked.PaymentMethod, CustomerFee = fee, AmountToPay = asked.Amount + fee, Status = DepositStatus.Pending };
            world.Deposits.Insert(0, made);
            return Results.Json(made, statusCode: 201);
        });
        mine.MapGet("/events", world.StreamAsync);
        MapServers(mine, world);
        FakePromos.MapCustomer(mine, world);
        FakeConsole.Map(app, mine, world);
        FakeMonitoring.Map(mine, world);
        FakeKeys.Map(mine, world);
        FakeNotices.MapCustomer(mine, world);
        FakeAccess.Map(mine, world);
        FakeUpkeep.Map(mine, world);
        FakeResize.Map(mine, world);
    }

    static void MapServers(IEndpointRouteBuilder mine, FakeWorld world)
    {
        mine.MapGet("/instances", (int? limit, string? cursor) => Slice(world.Instances, limit, cursor));
        mine.MapGet("/instances/{id}", (string id) => Found(world.Instances.FirstOrDefault(server => server.Id == id)));
        mine.MapGet("/instances/{id}/activity", (int? limit, string? cursor) => Slice(world.Activity, limit, cursor));
        mine.MapGet("/instances/{id}/actions/{action}", (string action) => Found(world.Activity.FirstOrDefault(done => done.Id == action)));
        mine.MapPatch("/instances/{id}", (string id, UpdateInstanceRequest asked) => Change(world, id, server =>
            server with { Name = asked.Name ?? server.Name, AutoRenew = asked.AutoRenew ?? server.AutoRenew, Protected = asked.Protected ?? server.Protected, Tags = asked.Tags ?? server.Tags, Priority = asked.Priority ?? server.Priority }));
        mine.MapPost("/instances/{id}/{act}", (string id, string act) =>
        {
            var type = act switch
            {
                "power-on" => InstanceActionType.PowerOn,
                "power-off" => InstanceActionType.PowerOff,
                "shutdown" => InstanceActionType.Shutdown,
                "reset-password" => InstanceActionType.ResetPassword,
                _ => InstanceActionType.Reboot,
            };
            return Begin(world, id, type);
        });
        mine.MapDelete("/instances/{id}", (string id, string confirm) =>
        {
            if (world.Instances.First(server => server.Id == id).Name != confirm) return FakeWorld.Problem(422, ProblemCodes.ConfirmationMismatch);
            Change(world, id, server => server with { Status = InstanceStatus.Terminating });
            return Results.Json(new ActionAccepted("a-destroy"), statusCode: 202);
        });
        mine.MapPost("/orders", (CreateOrderRequest asked) =>
        {
            var price = world.Plans.First(plan => plan.Id == asked.PlanId).PriceMonthly;
            world.Ordered = asked;
            world.Instances.Insert(0, world.Instances[0] with { Id = "i-new", Name = asked.Name, Status = InstanceStatus.Provisioning, Ipv4 = null, NextRenewalAt = null, CreatedAt = world.Now });
            world.Wallet = world.Wallet with { Held = price, Available = world.Wallet.Balance - price };
            return Results.Json(new OrderAccepted("o-new", "i-new", price), statusCode: 202);
        });
    }

    /// <summary>An act is accepted and under way.</summary>
    public static IResult Begin(FakeWorld world, string id, InstanceActionType type, InstanceStatus? status = null)
    {
        var action = new InstanceAction($"a-{world.Activity.Count + 1}", type, ActionStatus.InProgress, world.Now, null, "customer", null);
        world.Activity.Insert(0, action);
        Change(world, id, server => server with { RunningAction = action, Status = status ?? server.Status });
        return Results.Json(new ActionAccepted(action.Id), statusCode: 202);
    }

    /// <summary>The act under way ends, well unless asked otherwise: what a poller of the real API would see next.</summary>
    public static void Finish(
        FakeWorld world, string id, InstanceStatus status, string? ip = null, string? message = null, ActionStatus ended = ActionStatus.Completed)
    {
        if (world.Instances.First(server => server.Id == id).RunningAction is { } running)
        {
            var at = world.Activity.FindIndex(action => action.Id == running.Id);
            world.Activity[at] = world.Activity[at] with { Status = ended, CompletedAt = world.Now.AddSeconds(12), Message = message };
        }

        Change(world, id, server => server with { Status = status, RunningAction = null, Ipv4 = ip ?? server.Ipv4 });
        world.Publish(EventTypes.InstanceChanged, id);
    }

    /// <summary>An order that is no act of the log comes through.</summary>
    public static void Ready(FakeWorld world, string id)
    {
        Change(world, id, server => server with { Status = InstanceStatus.Running, RunningAction = null, Cancellable = false, Ipv4 = "165.22.200.9" });
        world.Publish(EventTypes.InstanceChanged, id);
    }

    static IResult Change(FakeWorld world, string id, Func<Instance, Instance> change)
    {
        var at = world.Instances.FindIndex(server => server.Id == id);
        world.Instances[at] = change(world.Instances[at]);
        return Results.Json(world.Instances[at]);
    }

    static Profile Me(FakeWorld world, string? staff) => staff is not null
        ? new Profile(world.Users[2].Id, staff + "@example.com", "Admin", null, [staff, Roles.Customer], null, "id")
        : new Profile(FakeWorld.UserId, world.Users[0].Email, world.Users[0].Name, world.Users[0].Phone, ["customer"], "SARI25", world.Locale);

    static IResult Found<T>(T? thing) => thing is null ? FakeWorld.Problem(404, ProblemCodes.NotFound) : Results.Json(thing);

    public static Page<T> Slice<T>(IReadOnlyList<T> all, int? limit, string? cursor)
    {
        var from = cursor is null ? 0 : int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
        var to = Math.Min(all.Count, from + (limit ?? 50));
        return new Page<T>([.. all.Skip(from).Take(to - from)], to < all.Count ? to.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    static string Name(ReferenceType type) => System.Text.Json.JsonSerializer.SerializeToElement(type, WireJson.Options).GetString()!;
}
