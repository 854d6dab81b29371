using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Webrana.Wire;
using Webrana.Wire.SshKeys;

namespace Webrana.Web.Tests.Fakes;

static class FakeKeys
{
    public static void Map(IEndpointRouteBuilder mine, FakeWorld world)
    {
        mine.MapGet("/ssh-keys", () => new Page<SshKey>(world.Keys));
        mine.MapPost("/ssh-keys", (CreateSshKeyRequest asked) =>
        {
            if (world.Keys.Any(known => known.Name == asked.Name)) return FakeWorld.Problem(409, ProblemCodes.KeyNameTaken);
            var added = new SshKey($"k-{world.Keys.Count + 1}", asked.Name, asked.PublicKey.Split(' ')[0], asked.PublicKey, "SHA256:1fqKSvnpj47FJbaheEEnASOBojzJ8SDNmvX/8SyWT48", world.Now);
            world.Keys.Add(added);
            return Results.Json(added, statusCode: 201);
        });
        mine.MapDelete("/ssh-keys/{id}", (string id) => world.Keys.RemoveAll(key => key.Id == id) > 0 ? Results.NoContent() : FakeWorld.Problem(404, ProblemCodes.NotFound));
    }
}
