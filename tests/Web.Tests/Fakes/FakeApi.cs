using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Security;

namespace Webrana.Web.Tests.Fakes;

/// <summary>
/// An API of the tests' own: the wire contract over real HTTP, on data a test can change. It decides nothing; that is the API's own tests' business.
/// </summary>
sealed class FakeApi : IAsyncDisposable
{
    readonly WebApplication _app;

    FakeApi(WebApplication app, FakeWorld world) => (_app, World) = (app, world);

    public FakeWorld World { get; }

    public Uri Address => new(_app.Urls.First());

    public static async Task<FakeApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions));
        var world = new FakeWorld();
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            world.Note(context.Request);
            if (world.Refuse(context.Request) is { } refusal)
            {
                context.Response.StatusCode = refusal.Status;
                await context.Response.WriteAsJsonAsync(refusal, WireJson.Options, "application/problem+json");
                return;
            }

            context.Response.Headers[WireHeaders.Time] = world.Now.ToString("O");
            await next(context);
        });
        app.UseWebSockets();
        FakeAccounts.Map(app, world);
        FakeCustomer.Map(app, world);
        FakeAdmin.Map(app, world);
        FakeLegal.Map(app, world);
        FakeAccount.Map(app, world);
        await app.StartAsync();
        return new FakeApi(app, world);
    }

    public async ValueTask DisposeAsync()
    {
        World.EndEvents();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

static class FakeAccounts
{
    public static void Map(WebApplication app, FakeWorld world)
    {
        app.MapGet("/health/live", () => "ok");
        app.MapGet("/api/v1/notices", () => new Page<Wire.Shop.ShopNotice>([.. world.Stops.Values.Select(stop => new Wire.Shop.ShopNotice(stop.Switch, stop.MessageId, stop.MessageEn, stop.Since!.Value))]));
        app.MapGet("/api/v1/notices/maintenance", () => new Page<Wire.Shop.MaintenanceNotice>(
            world.Maintenance is { MessageId: { } indonesian, MessageEn: { } english, From: { } begins, Until: { } ends } ? [new Wire.Shop.MaintenanceNotice(indonesian, english, begins, ends)] : []));
        app.MapPost("/api/v1/auth/register", (RegisterRequest asked) =>
        {
            world.LastInvitation = asked.ReferralCode;
            return Results.Json(new Registered("user-" + asked.Email.Length), statusCode: 201);
        });
        app.MapPost("/api/v1/auth/confirm-email", (ConfirmEmailRequest asked) =>
            asked.Token == "good" ? Results.NoContent() : FakeWorld.Problem(422, ProblemCodes.InvalidToken));
        app.MapPost("/api/v1/auth/resend-confirmation", () => Results.StatusCode(202));
        app.MapPost("/api/v1/auth/forgot-password", () => Results.StatusCode(202));
        app.MapPost("/api/v1/auth/reset-password", (ResetPasswordRequest asked) =>
            asked.Token == "good" ? Results.NoContent() : FakeWorld.Problem(422, ProblemCodes.InvalidToken));
        app.MapPost("/api/v1/auth/confirm-email-change", (ConfirmEmailChangeRequest asked) => asked.Token switch
        {
            "old" => Results.Json(new EmailChangeAnswer(false)),
            "new" => Results.Json(new EmailChangeAnswer(true)),
            _ => FakeWorld.Problem(422, ProblemCodes.InvalidToken),
        });
        app.MapPost("/api/v1/auth/sessions", (CreateSessionRequest asked, HttpRequest request) =>
            world.Visited(request, asked) is { } refusal ? refusal
            : asked.Password == FakeWorld.Password
                ? Results.Json(new SessionCreated("session-" + FakeWorld.RoleOf(asked.Email), FakeWorld.UserId), statusCode: 201)
                : FakeWorld.Problem(401, ProblemCodes.InvalidCredentials));
        app.MapPost("/api/v1/auth/sessions/exchange", async (ExchangeSessionRequest asked) =>
        {
            await world.ExchangeGate;
            return asked.Session.StartsWith("session-", StringComparison.Ordinal) && !world.EndedSessions.Contains(asked.Session)
                ? Results.Json(world.NewToken(asked.Session))
                : FakeWorld.Problem(401, ProblemCodes.InvalidSession);
        });
        app.MapDelete("/api/v1/auth/sessions", (Delegate)((HttpRequest request) => world.EndSessionAsync(request)));
    }
}
