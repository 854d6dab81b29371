using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.SshKeys;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    const string SshKeyLibrary = "api/v1/ssh-keys";

    /// <summary>The public keys, oldest first.</summary>
    public Task<ApiResult<Page<SshKey>>> SshKeysAsync(CancellationToken cancellationToken = default) => Get<Page<SshKey>>(SshKeyLibrary, cancellationToken);

    /// <summary>Adds a public key; what it refuses stands on <see cref="CreateSshKeyRequest"/>.</summary>
    public Task<ApiResult<SshKey>> AddSshKeyAsync(CreateSshKeyRequest request, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<SshKey>(ApiRequest.Post(SshKeyLibrary, request, key), cancellationToken);

    /// <summary>Takes a key out of the library.</summary>
    public Task<ApiResult<Nothing>> RemoveSshKeyAsync(string id, IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Send<Nothing>(ApiRequest.Delete($"{SshKeyLibrary}/{Query.Segment(id)}", key: key), cancellationToken);
}
