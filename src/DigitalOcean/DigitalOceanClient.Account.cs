using Webrana.DigitalOcean.Json;

namespace Webrana.DigitalOcean;

public sealed partial class DigitalOceanClient
{
    /// <summary>The account behind the token: its standing and its droplet limit. Also the check that a token works.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<ProviderResult<Account>> GetAccountAsync(CancellationToken cancellationToken = default) =>
        _http.ReadAsync("v2/account", root => Envelope.One(root, "account", DigitalOceanJson.Default.Account), cancellationToken);

    /// <summary>What the account owes.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<ProviderResult<Balance>> GetBalanceAsync(CancellationToken cancellationToken = default) =>
        _http.ReadAsync("v2/customers/my/balance", root => Envelope.Bare(root, DigitalOceanJson.Default.Balance), cancellationToken);

    /// <summary>All keys. The provider allows ten of these reads a minute.</summary>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public Task<ProviderResult<IReadOnlyList<SshKey>>> ListSshKeysAsync(CancellationToken cancellationToken = default) =>
        AllPagesAsync(
            page => _http.ReadAsync(
                $"v2/account/keys?{page.Query}",
                root => Envelope.Many(root, "ssh_keys", DigitalOceanJson.Default.IReadOnlyListSshKey, page),
                cancellationToken),
            key => key.Id);

    /// <summary>Adds a key. Refused: IsKeyAlreadyInUse, or 422 when malformed. Usable for creations some seconds later.</summary>
    /// <param name="name">For people.</param>
    /// <param name="publicKey">authorized_keys line.</param>
    /// <param name="cancellationToken">Cancels the waiting, not the adding.</param>
    public Task<ProviderResult<SshKey>> CreateSshKeyAsync(string name, string publicKey, CancellationToken cancellationToken = default) =>
        _http.PostAsync(
            "v2/account/keys",
            new SshKeyCreate(name, publicKey),
            DigitalOceanJson.Default.SshKeyCreate,
            SendDeadline.None,
            root => Envelope.One(root, "ssh_key", DigitalOceanJson.Default.SshKey),
            cancellationToken);

    /// <summary>Removes a key from the account; droplets made with it keep it.</summary>
    /// <param name="keyId">The key.</param>
    /// <param name="cancellationToken">Cancels the waiting, not the removal.</param>
    public Task<ProviderResult<Done>> DeleteSshKeyAsync(long keyId, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync($"v2/account/keys/{keyId}", cancellationToken);

    /// <summary>Makes a tag; making it twice is no error.</summary>
    /// <param name="name">Letters, digits, underscore, dash, colon; at most 255.</param>
    /// <param name="cancellationToken">Cancels the waiting, not the making.</param>
    public Task<ProviderResult<Tag>> CreateTagAsync(string name, CancellationToken cancellationToken = default) =>
        _http.PostAsync(
            "v2/tags",
            new TagCreate(name),
            DigitalOceanJson.Default.TagCreate,
            SendDeadline.None,
            root => Envelope.One(root, "tag", DigitalOceanJson.Default.Tag),
            cancellationToken);
}
