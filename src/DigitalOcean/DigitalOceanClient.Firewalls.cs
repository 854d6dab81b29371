using Webrana.DigitalOcean.Json;

namespace Webrana.DigitalOcean;

public sealed partial class DigitalOceanClient
{
    /// <summary>All firewalls of the account.</summary>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public Task<ProviderResult<IReadOnlyList<Firewall>>> ListFirewallsAsync(CancellationToken cancellationToken = default) =>
        AllPagesAsync(
            page => _http.ReadAsync(
                $"v2/firewalls?{page.Query}", root => Envelope.Many(root, "firewalls", DigitalOceanJson.Default.IReadOnlyListFirewall, page), cancellationToken),
            firewall => firewall.Id);

    /// <summary>Makes one. Refused: IsFirewallNameTaken. There is no idempotency key: after an unknown outcome look by name.</summary>
    /// <param name="wish">All of it.</param>
    /// <param name="cancellationToken">Cancels the waiting, not the making.</param>
    public Task<ProviderResult<Firewall>> CreateFirewallAsync(FirewallWish wish, CancellationToken cancellationToken = default) =>
        _http.PostAsync(
            "v2/firewalls", wish, DigitalOceanJson.Default.FirewallWish, SendDeadline.None,
            root => Envelope.One(root, "firewall", DigitalOceanJson.Default.Firewall), cancellationToken);

    /// <summary>Replaces all of one; the same again changes nothing.</summary>
    /// <param name="firewallId">The firewall.</param>
    /// <param name="wish">All of it.</param>
    /// <param name="cancellationToken">Cancels the waiting, not the change.</param>
    public Task<ProviderResult<Firewall>> UpdateFirewallAsync(string firewallId, FirewallWish wish, CancellationToken cancellationToken = default) =>
        _http.PutAsync(
            $"v2/firewalls/{Uri.EscapeDataString(firewallId)}", wish, DigitalOceanJson.Default.FirewallWish,
            root => Envelope.One(root, "firewall", DigitalOceanJson.Default.Firewall), cancellationToken);

    /// <summary>Takes one away; everything reaches its droplets then.</summary>
    /// <param name="firewallId">The firewall.</param>
    /// <param name="cancellationToken">Cancels the waiting, not the removal.</param>
    public Task<ProviderResult<Done>> DeleteFirewallAsync(string firewallId, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync($"v2/firewalls/{Uri.EscapeDataString(firewallId)}", cancellationToken);
}
