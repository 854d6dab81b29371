using Orleans.Concurrency;

namespace Webrana.Contracts.Droplets;

/// <summary>
/// Another operating system for a server. The same grain as <see cref="IDropletGrain"/>, key <c>droplet:{instanceId}</c>; progress is an
/// action like any other.
/// </summary>
[Alias("droplet-rebuild")]
public interface IDropletRebuildGrain : IGrainWithStringKey
{
    /// <summary>
    /// What can be installed and how: in place, keeping its addresses, or by a new droplet, which has another address. To be told to the
    /// owner before they confirm.
    /// </summary>
    [ReadOnly, Alias("options")]
    Task<Result<RebuildChoices, RebuildError>> RebuildOptions();

    /// <summary>
    /// Wipes the server and installs an image. The old droplet of a replacement lives until the new one is ready; whatever fails before
    /// leaves it as it was. A rebuild in place after which our key is not accepted within three minutes becomes a replacement. Chosen keys
    /// are put on it through our own, or with the create of the new droplet.
    /// </summary>
    [Alias("rebuild")]
    Task<Result<ActionReceipt, RebuildError>> Rebuild(RebuildDroplet command);
}

/// <param name="OperationId">The caller's id of this intent; also the action's id.</param>
/// <param name="Image">The image's slug.</param>
/// <param name="Actor">Who asks: <c>user:{id}</c> or <c>admin:{id}</c>.</param>
/// <param name="SshKeyIds">Keys of the owner's library that shall be on it, and no others; none: it is entered by password. Null: those named last.</param>
[GenerateSerializer, Immutable, Alias("rebuild-droplet")]
public sealed record RebuildDroplet(
    [property: Id(0)] string OperationId,
    [property: Id(1)] string Image,
    [property: Id(2)] string Actor,
    [property: Id(3)] IReadOnlyList<string>? SshKeyIds = null);

/// <param name="Current">Slug of the image that is installed.</param>
[GenerateSerializer, Immutable, Alias("rebuild-choices")]
public sealed record RebuildChoices([property: Id(0)] string Current, [property: Id(1)] IReadOnlyList<RebuildChoice> Choices);

/// <param name="Image">Slug.</param>
/// <param name="Name">The image's own name (<c>24.04 (LTS) x64</c>).</param>
/// <param name="Distribution">Such as <c>Ubuntu</c>.</param>
[GenerateSerializer, Immutable, Alias("rebuild-choice")]
public sealed record RebuildChoice(
    [property: Id(0)] string Image, [property: Id(1)] string Name, [property: Id(2)] string Distribution, [property: Id(3)] RebuildMethod Method);

/// <summary>How an image gets onto a server.</summary>
[GenerateSerializer, Alias("rebuild-method")]
public enum RebuildMethod
{
    /// <summary>Same droplet, same addresses.</summary>
    InPlace,

    /// <summary>A new droplet with another address.</summary>
    Replace,
}

/// <summary>Why a rebuild was refused; the server is untouched.</summary>
[GenerateSerializer, Alias("rebuild-error")]
public enum RebuildError
{
    NotFound,

    /// <summary>Another action runs; the detail names it.</summary>
    ActionInProgress,
    InvalidState,

    /// <summary>Not on offer, or too big for the server's disk.</summary>
    ImageUnavailable,
    OperationConflict,

    /// <summary>The provider could not be asked; nothing was changed.</summary>
    TemporarilyUnavailable,

    /// <summary>A key id that is not in the owner's library.</summary>
    SshKeyUnknown,
}
