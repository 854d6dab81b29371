using System.Text.Json;
using Webrana.Sandbox.DigitalOcean.Cloud;
using Webrana.Sandbox.DigitalOcean.Guests;
using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Endpoints;

/// <summary>What the real provider does not have: faults, settings, the clock, a look behind the curtain. No token; loopback only.</summary>
internal static class SandboxEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, World world)
    {
        routes.MapGet("/health/ready", () => Results.Ok(new { status = "ready" }));
        routes.MapGet("/", () => Results.Content(HomePage.Html, "text/html; charset=utf-8"));
        var sandbox = routes.MapGroup("/_sandbox");

        sandbox.MapPost("/faults", (Fault fault) =>
        {
            if (!FaultKinds.All.Contains(fault.Kind))
                return Results.UnprocessableEntity(new { error = "unknown_fault", kinds = FaultKinds.All });
            if (fault.Count != 0)
                world.Faults.Add(fault);
            return Results.Ok(world.Faults.All());
        });
        sandbox.MapGet("/faults", () => world.Faults.All());
        sandbox.MapDelete("/faults", () =>
        {
            world.Faults.Clear();
            return Results.NoContent();
        });

        sandbox.MapGet("/requests", () => world.Requests.All());
        sandbox.MapDelete("/requests", () =>
        {
            world.Requests.Clear();
            return Results.NoContent();
        });

        sandbox.MapGet("/settings", () => world.Run(() => world.State.Settings));
        sandbox.MapPost("/settings", (JsonElement changes) => world.Run(() => Change(world, changes)));

        sandbox.MapGet("/clock", () => world.Run(() => Clock(world)));
        sandbox.MapPost("/clock", (ClockMove move) => world.TryMoveClock(move.OffsetMs)
            ? Results.Ok(world.Run(() => Clock(world)))
            : Results.UnprocessableEntity(new { error = "backwards", offsetMs = world.State.ClockOffsetMs }));

        sandbox.MapGet("/droplets", () => world.Run(() => Results.Json(world.State.Accounts.SelectMany(account => account.Droplets.Select(droplet => new
        {
            account = account.Number,
            publicIPv4 = Render.PublicIPv4(droplet),
            running = account.Actions.LastOrDefault(action => action.DropletId == droplet.Id && action.IsRunning)?.Type,
            droplet,
        })).ToList())));
        sandbox.MapGet("/ssh/{ipv4}", (string ipv4) => world.Run(() =>
            GuestRoom.At(world, ipv4) is { } droplet && world.Guests.Reach(world, droplet) is { } door ? Results.Ok(door) : Results.NotFound()));
        sandbox.MapGet("/actions", () => world.Run(() => Results.Json(world.State.Accounts.SelectMany(account => account.Actions).ToList())));
        sandbox.MapGet("/outbox", () => world.Run(() => Results.Json(world.State.Accounts.SelectMany(account => account.Outbox).ToList())));
    }

    static object Clock(World world) => new { now = DateTimeOffset.FromUnixTimeMilliseconds(world.NowMs), offsetMs = world.State.ClockOffsetMs };

    // Members that are not named keep their value.
    static IResult Change(World world, JsonElement changes)
    {
        if (changes.ValueKind != JsonValueKind.Object)
            return Results.BadRequest(new { error = "not_an_object" });
        try
        {
            var merged = JsonSerializer.SerializeToNode(world.State.Settings, JsonSerializerOptions.Web)!.AsObject();
            foreach (var change in changes.EnumerateObject())
                merged[change.Name] = System.Text.Json.Nodes.JsonNode.Parse(change.Value.GetRawText());
            var settings = merged.Deserialize<SimulatorSettings>(JsonSerializerOptions.Web)!;
            if (settings.VncServer is { } server && !(System.Net.IPEndPoint.TryParse(server, out var at) && System.Net.IPAddress.IsLoopback(at.Address) && at.Port > 0))
                return Results.UnprocessableEntity(new { error = "vnc_server_not_loopback" });
            if (settings.ActionSeconds is not (>= 0 and <= 3600) || settings.DropletLimit < 0 || settings.RequestsPerHour < 1 || settings.RequestsPerMinute < 1)
                return Results.UnprocessableEntity(new { error = "out_of_range" });
            world.State.Settings = settings;
            world.Changed();
            return Results.Ok(settings);
        }
        catch (JsonException problem)
        {
            return Results.BadRequest(new { error = "unreadable", problem.Message });
        }
    }

    internal sealed record ClockMove(long OffsetMs);
}
