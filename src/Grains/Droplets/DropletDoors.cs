using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Data.Droplets;
using Webrana.Data.Protection;
using Webrana.Domain.Droplets;
using Webrana.Grains.SshKeys;
using Webrana.Ssh;

namespace Webrana.Grains.Droplets;

/// <summary>What a new droplet is created with so that it can be entered.</summary>
/// <param name="UserData">cloud-init; secret enough not to be logged.</param>
/// <param name="KeyIds">Ids of keys on the provider account, beside the customer's own.</param>
public sealed record DropletSeed(string UserData, IReadOnlyList<long> KeyIds)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(DropletSeed);
}

/// <summary>
/// The keys to servers and what is done with them. Stateless: the rows hold the truth. Secrets and pins live in real time, however the
/// sandbox turns the business clock.
/// </summary>
public sealed class DropletDoors(InstanceAccess rows, AccessSeal seal, ISshDoor ssh, ISshEndpoints endpoints, NoMailKeys noMail, CustomerKeys customerKeys)
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>The rows themselves.</summary>
    public InstanceAccess Rows => rows;

    /// <summary>Makes sure that this installation has its keys, and says what to create the droplet with. Null: not now.</summary>
    public async Task<DropletSeed?> SeedAsync(InstanceId instance, int generation, OrderPart order)
    {
        if (await noMail.FindAsync(order.AccountId) is not { } keyId)
            return null;
        if (await customerKeys.EnsureAsync(order.AccountId, order.SshKeys) is not { } chosen)
            return null;
        var pair = SshKeyPair.Generate($"webrana-{instance}");
        var row = await rows.EnsureAsync(instance.Value, generation, new AccessDraft(pair.PublicLine, pair.PrivatePem, PasswordHash.NewPassword()), Now);
        // Shown already (a replay after a crash): the hash of a password nobody knows keeps root from being open.
        var hash = PasswordHash.Bcrypt(row.Password ?? PasswordHash.NewPassword());
        var boot = new FirstBoot(row.PublicKey, hash, PasswordLogin(order));
        return new DropletSeed(boot.UserData(order.UserData, $"webrana-{Guid.NewGuid():N}"), keyId == 0 ? chosen : [keyId, .. chosen]);
    }

    /// <summary>Who chose keys logs in with keys.</summary>
    public static bool PasswordLogin(OrderPart order) => order.SshKeyIds.Count == 0;

    /// <summary>The provider did not know our key.</summary>
    public void KeyUnknown(string account)
    {
        noMail.Forget(account);
        customerKeys.Forget(account);
    }

    /// <summary>The door to a server for somebody else to go through.</summary>
    public async Task<Result<ManagedAccess, AccessError>> OpenAsync(InstanceId instance, int generation, string ipv4)
    {
        if (await rows.FindAsync(instance.Value, generation) is not { } row)
            return AccessError.NotManaged;
        return await endpoints.FindAsync(ipv4, CancellationToken.None) is { } endpoint
            ? new ManagedAccess(endpoint.Host, endpoint.Port, endpoint.User, seal.Seal(row.PrivateKey, Now), row.HostKey, row.Generation)
            : AccessError.Unreachable;
    }

    /// <summary>Goes through it ourselves. The host key is pinned by the first connection that the server let in.</summary>
    /// <param name="command">Readable by everybody on the server: no secret in it.</param>
    /// <param name="input">Its standard input.</param>
    public async Task<SshOutcome> RunAsync(InstanceId instance, int generation, string ipv4, string command, string input, CancellationToken cancellation)
    {
        if (await rows.FindAsync(instance.Value, generation, cancellation) is not { } row)
            return new SshOutcome.Failed(SshFailure.KeyRefused, null);
        if (await endpoints.FindAsync(ipv4, cancellation) is not { } endpoint)
            return new SshOutcome.Failed(SshFailure.Unreachable, null);
        var hostKey = row.HostKey;
        if (hostKey is null)
        {
            // Pin first, and only then send: the input of the command may be a password.
            var target = new SshTarget(endpoint.Host, endpoint.Port, endpoint.User, row.PrivateKey, null);
            var first = await ssh.RunAsync(target, "true", "", cancellation);
            if (first is not SshOutcome.Ran { HostKey: var shown })
                return first;
            hostKey = await rows.PinAsync(instance.Value, generation, shown, cancellation);
        }

        return await ssh.RunAsync(new SshTarget(endpoint.Host, endpoint.Port, endpoint.User, row.PrivateKey, hostKey), command, input, cancellation);
    }

    /// <summary>The next installation with this one's key, no pin and a new password; the same one however often it is asked for.</summary>
    public async Task<AccessRow?> ContinueAsync(InstanceId instance, int generation)
    {
        if (await rows.FindAsync(instance.Value, generation) is not { } row)
            return null;
        var draft = new AccessDraft(row.PublicKey, row.PrivateKey, PasswordHash.NewPassword());
        var next = await rows.EnsureAsync(instance.Value, generation + 1, draft, Now);
        if (next.PublicKey == row.PublicKey)
            return next;
        // Of a replacement that never came to be: its key is on no server.
        await rows.DeleteAsync(instance.Value, keep: generation);
        return await rows.EnsureAsync(instance.Value, generation + 1, draft, Now);
    }

    /// <summary>The password that this reset sets.</summary>
    public Task<string?> OfferPasswordAsync(InstanceId instance, int generation, string operationId) =>
        rows.OfferPasswordAsync(instance.Value, generation, operationId, PasswordHash.NewPassword());

    /// <summary>The password, for this operation.</summary>
    public Task<string?> RevealAsync(InstanceId instance, int generation, string operationId) => rows.RevealAsync(instance.Value, generation, operationId, Now);
}
