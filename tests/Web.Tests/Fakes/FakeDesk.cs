using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;

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
    }
}
