using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Security;

namespace Webrana.Web.Tests.Fakes;

sealed partial class FakeWorld
{
    public SecurityOverview Security { get; set; } = new(false, 0, 1, Start.AddDays(-60), null);

    public List<SignedInDevice> Devices { get; } =
    [
        new("d-1", DeviceKind.Web, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "203.0.113.5", Start.AddDays(-9), Start, true),
        new("d-2", DeviceKind.Web, "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36", "198.51.100.7", Start.AddDays(-2), Start.AddHours(-5), false),
        new("d-3", DeviceKind.Api, null, null, Start.AddDays(-30), Start.AddDays(-1), false),
    ];

    public List<Passkey> Passkeys { get; } = [new("AQIDBA", "Laptop kerja", Start.AddDays(-12), true)];

    public List<ApiToken> ApiTokens { get; } =
    [
        new("t-1", "Skrip cadangan", "wbr_pat_3kq0", ["servers:write", "wallet:read"], Start.AddDays(-20), Start.AddDays(70), Start.AddMinutes(-12), "203.0.113.80"),
        new("t-2", "Pemantauan", "wbr_pat_Zp1x", ["read"], Start.AddDays(-3), null, null, null),
    ];

    public CreateApiTokenRequest? TokenAsked { get; set; }

    public ChangePasswordRequest? PasswordChange { get; set; }

    /// <summary>Whether signing in asks for a code; 123456 is right.</summary>
    public bool AsksForCode { get; set; }

    /// <summary>How the last visitor was introduced by the Web: address and user agent.</summary>
    public (string? Address, string? Agent) LastVisitor { get; private set; }

    public IResult? Visited(HttpRequest request, CreateSessionRequest asked)
    {
        LastVisitor = (request.Headers["X-Forwarded-For"].FirstOrDefault(), request.Headers.UserAgent.ToString());
        if (!AsksForCode || asked.Password != Password) return null;
        return asked.TwoFactorCode switch
        {
            null => Problem(401, ProblemCodes.TwoFactorRequired),
            "123456" => null,
            _ => Problem(401, ProblemCodes.InvalidTwoFactorCode),
        };
    }
}

static class FakeSecurity
{
    static readonly string[] Codes = [.. Enumerable.Range(0, 10).Select(number => $"ABCD{number}-EFGH{number}")];

    public static void Map(IEndpointRouteBuilder mine, FakeWorld world)
    {
        mine.MapGet("/me/security", () => world.Security);
        mine.MapPost("/me/password", (ChangePasswordRequest asked) =>
        {
            if (asked.CurrentPassword != FakeWorld.Password) return FakeWorld.Problem(422, ProblemCodes.WrongPassword);
            world.PasswordChange = asked;
            return Results.NoContent();
        });
        mine.MapPost("/me/email", (ChangeEmailRequest asked) =>
        {
            world.Security = world.Security with { EmailChange = new EmailChange(asked.NewEmail, false, false, world.Now.AddDays(1)) };
            return Results.StatusCode(202);
        });
        mine.MapDelete("/me/email", () =>
        {
            world.Security = world.Security with { EmailChange = null };
            return Results.NoContent();
        });
        mine.MapGet("/me/sessions", () => new Page<SignedInDevice>(world.Devices));
        mine.MapDelete("/me/sessions/{id}", (string id) => world.Devices.RemoveAll(device => device.Id == id) > 0 ? Results.NoContent() : FakeWorld.Problem(404, ProblemCodes.NotFound));
        mine.MapDelete("/me/sessions", (bool? keepCurrent) =>
        {
            world.Devices.RemoveAll(device => !device.Current);
            if (keepCurrent is not true) world.EndedSessions.Add("session-customer");
            return Results.NoContent();
        });
        mine.MapPost("/me/two-factor/setup", (SetUpTwoFactorRequest asked) => asked.Password == FakeWorld.Password
            ? Results.Json(new TwoFactorSetup("JBSW Y3DP EHPK 3PXP", "otpauth://totp/Webrana:sari%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Webrana&digits=6&period=30"))
            : FakeWorld.Problem(422, ProblemCodes.WrongPassword));
        mine.MapPost("/me/two-factor", (EnableTwoFactorRequest asked) =>
        {
            if (asked.Code != "123456") return FakeWorld.Problem(422, ProblemCodes.WrongCode);
            world.Security = world.Security with { TwoFactor = true, RecoveryCodesLeft = 10 };
            return Results.Json(new RecoveryCodes(Codes));
        });
        mine.MapPost("/me/two-factor/recovery-codes", () => new RecoveryCodes(Codes));
        mine.MapDelete("/me/two-factor", (HttpRequest _) =>
        {
            world.Security = world.Security with { TwoFactor = false, RecoveryCodesLeft = 0 };
            return Results.NoContent();
        });
        mine.MapGet("/me/passkeys", () => new Page<Passkey>(world.Passkeys));
        mine.MapPost("/me/passkeys/options", () => new PasskeyChallenge(JsonDocument.Parse("{}").RootElement, "state"));
        mine.MapDelete("/me/passkeys/{id}", (string id) => world.Passkeys.RemoveAll(key => key.Id == id) > 0 ? Results.NoContent() : FakeWorld.Problem(404, ProblemCodes.NotFound));
        mine.MapGet("/api-tokens", () => new Page<ApiToken>(world.ApiTokens));
        mine.MapPost("/api-tokens", (CreateApiTokenRequest asked) =>
        {
            world.TokenAsked = asked;
            var made = new ApiToken($"t-{world.ApiTokens.Count + 1}", asked.Name, "wbr_pat_AbCd", asked.Scopes, world.Now, asked.ExpiresInDays is { } days ? world.Now.AddDays(days) : null, null, null);
            world.ApiTokens.Insert(0, made);
            return Results.Json(new ApiTokenCreated("wbr_pat_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_abcdefg", made), statusCode: 201);
        });
        mine.MapDelete("/api-tokens/{id}", (string id) => world.ApiTokens.RemoveAll(token => token.Id == id) > 0 ? Results.NoContent() : FakeWorld.Problem(404, ProblemCodes.NotFound));
    }
}
