using System.Text.Json.Serialization;

namespace Webrana.Wire.Droplets;

/// <summary>
/// <c>POST /api/v1/instances/{id}/rebuild</c> → 202 <see cref="ActionAccepted"/>. Wipes the server. Refused: 409 <c>action_in_progress</c>,
/// 409 <c>invalid_state</c>, 422 <c>image_unavailable</c>, 422 <c>ssh_key_unknown</c>.
/// </summary>
/// <param name="Image">One of <c>GET /instances/{id}/rebuild-options</c>.</param>
/// <param name="SshKeyIds">
/// Keys of <c>GET /api/v1/ssh-keys</c> that root logs in with afterwards, and no others; password login is then off. An empty list: by password.
/// Left out: those that the order or the last rebuild named.
/// </param>
public sealed record RebuildRequest(string Image, IReadOnlyList<string>? SshKeyIds = null);

/// <summary>One item of <c>GET /api/v1/instances/{id}/rebuild-options</c>: what would become of the server, to be told before it is confirmed.</summary>
/// <param name="Image">Slug.</param>
/// <param name="Name">The image's own name.</param>
/// <param name="Distribution">Such as <c>Ubuntu</c>.</param>
/// <param name="Method">How it gets onto the server.</param>
/// <param name="KeepsAddress">
/// The IP addresses stay. False: the server moves to a new machine with another address. Even where they stay, a server that cannot be entered
/// three minutes after the rebuild is moved likewise; snapshots and backups go with the machine it leaves.
/// </param>
/// <param name="Current">It is what is installed now.</param>
public sealed record RebuildOption(string Image, string Name, string Distribution, RebuildMethod Method, bool KeepsAddress, bool Current);

/// <summary>How an image gets onto a server.</summary>
[JsonConverter(typeof(WireEnumConverter<RebuildMethod>))]
public enum RebuildMethod
{
    /// <summary>Same machine, same addresses.</summary>
    [JsonStringEnumMemberName("IN_PLACE")] InPlace,

    /// <summary>A new machine with another address; the old one is destroyed once the new one is ready.</summary>
    [JsonStringEnumMemberName("REPLACE")] Replace,
}
