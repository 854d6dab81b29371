using Webrana.DigitalOcean.Json;

namespace Webrana.DigitalOcean;

public sealed partial class DigitalOceanClient
{
    /// <summary>
    /// Asks for one droplet. Sent at most once. After Unknown, list by the wish's unique tag for at least two minutes (lists lag) before
    /// asking again. Refused: IsDropletLimit, IsImageInvalid, IsSizeInvalid, IsSizeUnavailable, IsNameInvalid, IsKeyNotYetKnown (transient).
    /// </summary>
    /// <param name="wish">What to make; carry a tag of its own.</param>
    /// <param name="sendBefore">Checked when the body is about to be written; passed: NotSent(TooLate).</param>
    /// <param name="cancellationToken">Cancels the waiting, not the creation.</param>
    public Task<ProviderResult<CreatedDroplet>> CreateDropletAsync(
        DropletCreate wish, SendDeadline sendBefore, CancellationToken cancellationToken = default) =>
        _http.PostAsync("v2/droplets", wish, DigitalOceanJson.Default.DropletCreate, sendBefore, Envelope.Created, cancellationToken);

    /// <summary>One droplet. IsNotFound may be true for some seconds after its creation was accepted.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<ProviderResult<Droplet>> GetDropletAsync(long dropletId, CancellationToken cancellationToken = default) =>
        _http.ReadAsync(
            $"v2/droplets/{dropletId}", root => Envelope.One(root, "droplet", DigitalOceanJson.Default.Droplet), cancellationToken);

    /// <summary>One page of droplets. Eventually consistent: a new droplet may be missing for some seconds.</summary>
    /// <param name="page">Which page.</param>
    /// <param name="tag">Only droplets with this tag; null for all.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<ProviderResult<Page<Droplet>>> ListDropletsAsync(
        PageRequest page, string? tag = null, CancellationToken cancellationToken = default) =>
        _http.ReadAsync(
            $"v2/droplets?{page.Query}{(tag is null ? "" : $"&tag_name={Uri.EscapeDataString(tag)}")}",
            root => Envelope.Many(root, "droplets", DigitalOceanJson.Default.IReadOnlyListDroplet, page),
            cancellationToken);

    /// <summary>All droplets, page by page; see <see cref="ListDropletsAsync"/>.</summary>
    /// <param name="tag">Only droplets with this tag; null for all.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public Task<ProviderResult<IReadOnlyList<Droplet>>> ListAllDropletsAsync(
        string? tag = null, CancellationToken cancellationToken = default) =>
        AllPagesAsync(page => ListDropletsAsync(page, tag, cancellationToken), droplet => droplet.Id);

    /// <summary>
    /// Destroys a droplet and its backups for ever; snapshots stay. Check id, tag and creation time first. Poll until IsNotFound; a second
    /// delete is refused as IsNotFound too.
    /// </summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="cancellationToken">Cancels the waiting, not the destruction.</param>
    public Task<ProviderResult<Done>> DeleteDropletAsync(long dropletId, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync($"v2/droplets/{dropletId}", cancellationToken);

    /// <summary>Starts an action. Refused as IsPendingEvent while another one runs.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="request">What to do.</param>
    /// <param name="sendBefore">Checked when the body is about to be written; passed: NotSent(TooLate).</param>
    /// <param name="cancellationToken">Cancels the waiting, not the action.</param>
    public Task<ProviderResult<DropletAction>> StartActionAsync(
        long dropletId, DropletActionRequest request, SendDeadline sendBefore = default, CancellationToken cancellationToken = default) =>
        _http.PostAsync(
            $"v2/droplets/{dropletId}/actions",
            request,
            DigitalOceanJson.Default.DropletActionRequest,
            sendBefore,
            root => Envelope.One(root, "action", DigitalOceanJson.Default.DropletAction),
            cancellationToken);

    /// <summary>One action.</summary>
    /// <param name="actionId">The action.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<ProviderResult<DropletAction>> GetActionAsync(long actionId, CancellationToken cancellationToken = default) =>
        _http.ReadAsync(
            $"v2/actions/{actionId}", root => Envelope.One(root, "action", DigitalOceanJson.Default.DropletAction), cancellationToken);

    /// <summary>One page of the account's actions, newest first: one read tells how every droplet is getting on.</summary>
    /// <param name="page">Which page.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<ProviderResult<Page<DropletAction>>> ListActionsAsync(PageRequest page, CancellationToken cancellationToken = default) =>
        ListActionsAsync("v2/actions", page, cancellationToken);

    /// <summary>One page of a droplet's actions, newest first.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<ProviderResult<Page<DropletAction>>> ListDropletActionsAsync(
        long dropletId, PageRequest page, CancellationToken cancellationToken = default) =>
        ListActionsAsync($"v2/droplets/{dropletId}/actions", page, cancellationToken);

    Task<ProviderResult<Page<DropletAction>>> ListActionsAsync(string path, PageRequest page, CancellationToken cancellationToken) =>
        _http.ReadAsync(
            $"{path}?{page.Query}",
            root => Envelope.Many(root, "actions", DigitalOceanJson.Default.IReadOnlyListDropletAction, page),
            cancellationToken);
}
