using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Admin;

namespace Webrana.Web.Tests.Fakes;

/// <summary>Two provider accounts, one of them in trouble, and what the sweeps found.</summary>
static class FakeProvider
{
    public const string GoodToken = "dop_v1_good";

    public static void Map(RouteGroupBuilder admin, FakeWorld world)
    {
        var accounts = new List<ProviderAccount>
        {
            new("primary", "Akun utama", ProviderMode.Active, ProviderAlarmCode.None, null, true, "active", 100, 42, 56, 183.20m, world.Now.AddMinutes(-1),
                new ProviderSweep(world.Now.AddMinutes(-1), 39, 1, 0, 0, 0, 2, 0), -16.80m),
            new("kedua", "Akun kedua", ProviderMode.Draining, ProviderAlarmCode.TokenRefused, world.Now.AddMinutes(-12), false, "active", 25, 7, 16, 31.5m, world.Now.AddMinutes(-12), null),
        };
        admin.MapGet("/digitalocean/accounts", () => new Page<ProviderAccount>([.. accounts]));
        admin.MapPost("/digitalocean/accounts", (AddProviderAccountRequest asked) =>
        {
            world.Reasons.Enqueue(asked.Reason);
            if (asked.Token != GoodToken)
                return FakeWorld.Problem(422, ProblemCodes.TokenRefused);
            accounts.Add(new(asked.Id, asked.Name, ProviderMode.Active, ProviderAlarmCode.None, null, true, "active", 10, 0, 8, null, null, null));
            return Results.Json(accounts[^1], statusCode: 201);
        });
        foreach (var (word, mode) in new[] { ("enable", ProviderMode.Active), ("drain", ProviderMode.Draining), ("disable", ProviderMode.Disabled) })
        {
            admin.MapPost("/digitalocean/accounts/{id}/" + word, (string id, ChangeReason asked) =>
            {
                world.Reasons.Enqueue(asked.Reason);
                return Change(id, account => account with { Mode = mode });
            });
        }

        admin.MapPut("/digitalocean/accounts/{id}/token", (string id, ReplaceProviderTokenRequest asked) =>
        {
            world.Reasons.Enqueue(asked.Reason);
            return asked.Token == GoodToken
                ? Change(id, account => account with { Alarm = ProviderAlarmCode.None, AlarmSince = null })
                : FakeWorld.Problem(422, ProblemCodes.TokenRefused);
        });
        admin.MapGet("/reconciliation", () => new Page<DriftItem>(
        [
            new("primary", "512340099", "FOREIGN", null, "mesin-lain", world.Now.AddDays(-2), world.Now, null, null),
            new("primary", "512340100", "MISSING", "i-web-01", "web-01", world.Now.AddMinutes(-3), world.Now, null, "LOST"),
        ]));

        IResult Change(string id, Func<ProviderAccount, ProviderAccount> change)
        {
            var at = accounts.FindIndex(account => account.Id == id);
            accounts[at] = change(accounts[at]);
            return Results.Json(accounts[at]);
        }
    }
}
