using Webrana.DigitalOcean.Json;

namespace Webrana.DigitalOcean;

public sealed partial class DigitalOceanClient
{
    /// <summary>What this account may buy, and where it is in stock now.</summary>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public Task<ProviderResult<IReadOnlyList<Size>>> ListSizesAsync(CancellationToken cancellationToken = default) =>
        AllPagesAsync(
            page => _http.ReadAsync(
                $"v2/sizes?{page.Query}",
                root => Envelope.Many(root, "sizes", DigitalOceanJson.Default.IReadOnlyListSize, page),
                cancellationToken),
            size => size.Slug);

    /// <summary>All regions, retired ones included.</summary>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public Task<ProviderResult<IReadOnlyList<Region>>> ListRegionsAsync(CancellationToken cancellationToken = default) =>
        AllPagesAsync(
            page => _http.ReadAsync(
                $"v2/regions?{page.Query}",
                root => Envelope.Many(root, "regions", DigitalOceanJson.Default.IReadOnlyListRegion, page),
                cancellationToken),
            region => region.Slug);

    /// <summary>The distributions' images.</summary>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public Task<ProviderResult<IReadOnlyList<Image>>> ListDistributionImagesAsync(CancellationToken cancellationToken = default) =>
        AllPagesAsync(
            page => _http.ReadAsync(
                $"v2/images?type=distribution&{page.Query}",
                root => Envelope.Many(root, "images", DigitalOceanJson.Default.IReadOnlyListImage, page),
                cancellationToken),
            image => image.Id);

    /// <summary>The account's droplet snapshots.</summary>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public Task<ProviderResult<IReadOnlyList<Snapshot>>> ListSnapshotsAsync(CancellationToken cancellationToken = default) =>
        ListSnapshotsAsync("v2/snapshots?resource_type=droplet&", "snapshots", cancellationToken);

    /// <summary>One droplet's snapshots.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public Task<ProviderResult<IReadOnlyList<Snapshot>>> ListDropletSnapshotsAsync(
        long dropletId, CancellationToken cancellationToken = default) =>
        ListSnapshotsAsync($"v2/droplets/{dropletId}/snapshots?", "snapshots", cancellationToken);

    /// <summary>One droplet's backups.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public Task<ProviderResult<IReadOnlyList<Snapshot>>> ListDropletBackupsAsync(
        long dropletId, CancellationToken cancellationToken = default) =>
        ListSnapshotsAsync($"v2/droplets/{dropletId}/backups?", "backups", cancellationToken);

    /// <summary>How a droplet's backups are set up.</summary>
    /// <param name="dropletId">The droplet.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public Task<ProviderResult<BackupSetup>> GetBackupSetupAsync(long dropletId, CancellationToken cancellationToken = default) =>
        _http.ReadAsync(
            $"v2/droplets/{dropletId}/backups/policy",
            root => Envelope.One(root, "policy", DigitalOceanJson.Default.BackupSetup),
            cancellationToken);

    /// <summary>Deletes a snapshot for ever. IsNotFound when it is gone already.</summary>
    /// <param name="snapshotId">The snapshot.</param>
    /// <param name="cancellationToken">Cancels the waiting, not the deletion.</param>
    public Task<ProviderResult<Done>> DeleteSnapshotAsync(string snapshotId, CancellationToken cancellationToken = default)
    {
        // An empty id would name the whole collection.
        ArgumentException.ThrowIfNullOrEmpty(snapshotId);
        return _http.DeleteAsync($"v2/snapshots/{Uri.EscapeDataString(snapshotId)}", cancellationToken);
    }

    Task<ProviderResult<IReadOnlyList<Snapshot>>> ListSnapshotsAsync(string path, string member, CancellationToken cancellationToken) =>
        AllPagesAsync(
            page => _http.ReadAsync(
                path + page.Query,
                root => Envelope.Many(root, member, DigitalOceanJson.Default.IReadOnlyListSnapshot, page),
                cancellationToken),
            snapshot => snapshot.Id);
}
