using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Droplets;

namespace Webrana.Web.Tests.Fakes;

/// <summary>Ways into servers, and rebuilds.</summary>
static class FakeAccess
{
    public const string Password = "kRt7mPq2xZbN9wYd4Hjs";

    public static void Map(IEndpointRouteBuilder mine, FakeWorld world)
    {
        mine.MapGet("/instances/{id}/access", (string id) => new InstanceAccess(
            "root", PasswordAvailable: !world.Revealed.Contains(id), PasswordLogin: true, "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDJxQnqPzKvdNzCEX4", world.Managed));
        mine.MapPost("/instances/{id}/credentials", (string id) => world.Revealed.Add(id)
            ? Results.Json(new InstanceCredentials("root", Password))
            : FakeWorld.Problem(410, ProblemCodes.CredentialsTaken));
        mine.MapGet("/instances/{id}/rebuild-options", () => new Page<RebuildOption>(
        [
            new("ubuntu-24-04-x64", "24.04 (LTS) x64", "Ubuntu", RebuildMethod.InPlace, KeepsAddress: true, Current: true),
            new("ubuntu-22-04-x64", "22.04 (LTS) x64", "Ubuntu", RebuildMethod.InPlace, KeepsAddress: true, Current: false),
            new("debian-12-x64", "12 x64", "Debian", RebuildMethod.Replace, KeepsAddress: false, Current: false),
        ], null));
        mine.MapPost("/instances/{id}/rebuild", (string id, RebuildRequest asked) =>
        {
            world.Rebuilt = asked;
            return FakeCustomer.Begin(world, id, InstanceActionType.Rebuild, InstanceStatus.Rebuilding);
        });
    }
}
