using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Limits;

namespace Webrana.Web.Tests.Fakes;

sealed partial class FakeWorld
{
    public AccountLimits Limits { get; set; } = new(20, 3, 8, 10_000_000, 129_000, 450_000, Start.AddDays(-12), new HigherLimits(50, 16, 50_000_000, 1_550_000, 18));

    public LimitsByHand? LimitsByHand { get; set; }

    public ClosingState Closing { get; set; } = new(2, 0, 12_500, 25_000, 0, 0);

    public CloseAccountRequest? Closed { get; set; }

    /// <summary>The answer to a closing waits for it.</summary>
    public Task ClosingGate { get; set; } = Task.CompletedTask;
}

static class FakeAccount
{
    public static void Map(WebApplication app, FakeWorld world)
    {
        app.MapGet("/api/v1/me/limits", () => world.Limits);
        app.MapGet("/internal/users/{id}/limits", () => new CustomerLimitsState(world.Limits, world.LimitsByHand));
        app.MapPut("/internal/users/{id}/limits", (SetLimitsRequest asked) =>
        {
            world.LimitsByHand = new LimitsByHand(asked.Servers, asked.PlanVcpus, asked.SpendPerDay, asked.Reason, "admin@example.com", world.Now);
            return new CustomerLimitsState(world.Limits with { Servers = asked.Servers ?? world.Limits.Servers }, world.LimitsByHand);
        });
        app.MapGet("/api/v1/me/export", () => Results.File("PK"u8.ToArray(), "application/zip", "webrana.zip"));
        app.MapGet("/api/v1/me/closing", () => world.Closing);
        app.MapPost("/api/v1/me/closing", async (CloseAccountRequest asked) =>
        {
            if (asked.Password != FakeWorld.Password) return FakeWorld.Problem(422, ProblemCodes.WrongPassword);
            world.Closed = asked;
            await world.ClosingGate;
            return Results.StatusCode(202);
        });
    }
}
