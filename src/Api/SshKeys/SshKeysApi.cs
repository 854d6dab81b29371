using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Api.Accounts;
using Webrana.Api.Droplets;
using Webrana.Api.Problems;
using Webrana.Api.Security;
using Webrana.Api.Swagger;
using Webrana.Contracts;
using Webrana.Contracts.SshKeys;
using Webrana.Wire;
using Webrana.Wire.SshKeys;

namespace Webrana.Api.SshKeys;

/// <summary>The customer's public keys: <c>/api/v1/ssh-keys</c>.</summary>
public static class SshKeysApi
{
    private const int LongestKey = 16_384;

    private static readonly CreateSshKeyRequest Example = new(
        "laptop", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2 dewi@laptop");

    public static RouteGroupBuilder MapSshKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/ssh-keys").WithTags("SSH keys").ForCustomers(TokenAreas.SshKeys);
        keys.MapGet("", List).Describe("All your public keys, oldest first.");
        keys.MapPost("", Add).Describe(
            "Add a public key; choose it when you order a server.", Example,
            ProblemKinds.ValidationFailed, ProblemKinds.InvalidKey, ProblemKinds.DuplicateKey, ProblemKinds.KeyNameTaken, ProblemKinds.TooManyKeys,
            ProblemKinds.OperationConflict);
        keys.MapDelete("/{id}", Remove).Describe("Take a key out of the library; servers that have it keep it.", ProblemKinds.NotFound);
        return api;
    }

    private static async Task<Ok<Page<SshKey>>> List([AsParameters] DropletServices services) =>
        TypedResults.Ok(new Page<SshKey>([.. (await Library(services).List()).Select(ToWire)]));

    private static async Task<Results<Created<SshKey>, Refusal>> Add(CreateSshKeyRequest body, [AsParameters] DropletServices services)
    {
        var name = body.Name.Trim();
        var invalid = new FieldErrors()
            .Check(name.Length is > 0 and <= 64 && !name.Any(char.IsControl), "name", "1 to 64 characters.")
            .Check(body.PublicKey.Length is > 0 and <= LongestKey, "publicKey", "One line of a .pub file.")
            .Refusal;
        if (invalid is not null)
            return invalid;
        return (await Library(services).Add(new AddSshKey(services.Operation.ToString(), name, body.PublicKey))).ToCreated(_ => "/api/v1/ssh-keys", ToWire);
    }

    private static async Task<Results<NoContent, Refusal>> Remove(string id, [AsParameters] DropletServices services)
    {
        var removed = await Library(services).Remove(id);
        return removed.IsOk ? TypedResults.NoContent() : Refusal.From(removed);
    }

    private static ISshKeysGrain Library(DropletServices services) => services.Cluster.GetGrain<ISshKeysGrain>(GrainKeys.SshKeys(services.User));

    private static SshKey ToWire(SshKeyView key) => new(key.KeyId, key.Name, key.Type, key.PublicKey, key.Fingerprint, key.CreatedAt);
}
