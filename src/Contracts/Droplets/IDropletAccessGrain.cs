using Orleans.Concurrency;

namespace Webrana.Contracts.Droplets;

/// <summary>
/// How a server is entered: the managed key that was put on it when it was made, its pinned host key, its password, and a new
/// installation of it. The same grain as <see cref="IDropletGrain"/>, key <c>droplet:{instanceId}</c>.
/// </summary>
[Alias("droplet-access")]
public interface IDropletAccessGrain : IGrainWithStringKey
{
    /// <summary>
    /// The door to a running server. Only two may ask: the API's console, after its ticket proved that this user may enter this server
    /// now, and the silo itself. What comes back opens a root shell: it is used at once, never stored, logged, or sent to a browser. The
    /// private key inside is sealed (<c>AccessSeal</c>) and can be opened for one minute; ask again for the next connection.
    /// </summary>
    [Alias("open")]
    Task<Result<ManagedAccess, AccessError>> Open();

    /// <summary>
    /// Pins the host key that the first connection has shown. Answers the key that is pinned now: when it is another one, the caller has
    /// to hang up. Refused as <see cref="AccessError.Superseded"/> when the server was installed anew since <see cref="Open"/>.
    /// </summary>
    [Alias("pin")]
    Task<Result<PinnedHostKey, AccessError>> Pin(PinHostKey command);

    /// <summary>What the owner may know of it: no secret among it.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("access")]
    Task<Result<AccessView, DropletError>> Access();

    /// <summary>
    /// The password, once. The same operation id is answered again for ten minutes, for its answer may have been lost on the way; any
    /// other one is told that it is gone.
    /// </summary>
    [Alias("reveal")]
    Task<Result<Credentials, CredentialsError>> Reveal(string operationId);
}

/// <summary>A door to a server, open for a minute.</summary>
/// <param name="Host">Where SSH is reached: the server's public IPv4 address; loopback in the sandbox.</param>
/// <param name="Port">22; another one in the sandbox.</param>
/// <param name="User">Who to log in as: root.</param>
/// <param name="SealedKey">The private key, OpenSSH PEM, sealed with <c>Webrana.Data.Protection.AccessSeal</c>.</param>
/// <param name="HostKey">The pinned host key (<c>type base64</c>). Null: trust the first one shown, and <see cref="IDropletAccessGrain.Pin"/> it before anything is typed.</param>
/// <param name="Generation">Which installation of the server this is; goes back with the pin.</param>
[GenerateSerializer, Immutable, Alias("managed-access")]
public sealed record ManagedAccess(
    [property: Id(0)] string Host,
    [property: Id(1)] int Port,
    [property: Id(2)] string User,
    [property: Id(3)] byte[] SealedKey,
    [property: Id(4)] string? HostKey,
    [property: Id(5)] int Generation)
{
    /// <inheritdoc/>
    public override string ToString() => $"{User}@{Host}:{Port}";
}

/// <param name="HostKey">As shown by the server: <c>type base64</c>.</param>
/// <param name="Generation">From <see cref="ManagedAccess"/>.</param>
[GenerateSerializer, Immutable, Alias("pin-host-key")]
public sealed record PinHostKey([property: Id(0)] string HostKey, [property: Id(1)] int Generation);

/// <summary>The host key that is pinned now.</summary>
[GenerateSerializer, Immutable, Alias("pinned-host-key")]
public sealed record PinnedHostKey([property: Id(0)] string HostKey);

/// <summary>Why there is no door.</summary>
[GenerateSerializer, Alias("access-error")]
public enum AccessError
{
    NotFound,

    /// <summary>The server does not run, or its disk is being replaced.</summary>
    InvalidState,

    /// <summary>The server was made without a managed key.</summary>
    NotManaged,

    /// <summary>Nothing can listen at its address (a simulated server without an sshd).</summary>
    Unreachable,

    /// <summary>The server was installed anew meanwhile: ask for the door again.</summary>
    Superseded,
}

/// <summary>What an owner may know about entering a server.</summary>
/// <param name="User">Who to log in as.</param>
/// <param name="PasswordAvailable">A password waits to be shown, once.</param>
/// <param name="PasswordLogin">SSH takes the password; false when the order, or the last rebuild, named SSH keys: then they are the way in.</param>
/// <param name="HostKey">The pinned host key (<c>type base64</c>) to compare at the first login; null before our first connection.</param>
/// <param name="Managed">Our key is on it: console and password reset work over SSH. False after a copy was put back that did not let us in.</param>
[GenerateSerializer, Immutable, Alias("access-view")]
public sealed record AccessView(
    [property: Id(0)] string User,
    [property: Id(1)] bool PasswordAvailable,
    [property: Id(2)] bool PasswordLogin,
    [property: Id(3)] string? HostKey,
    [property: Id(4)] bool Managed);

/// <summary>A login. The password is secret and shown once.</summary>
[GenerateSerializer, Immutable, Alias("credentials")]
public sealed record Credentials([property: Id(0)] string User, [property: Id(1)] string Password)
{
    /// <inheritdoc/>
    public override string ToString() => User;
}

/// <summary>Why no password is shown.</summary>
[GenerateSerializer, Alias("credentials-error")]
public enum CredentialsError
{
    NotFound,

    /// <summary>There is none yet: the server is still being made.</summary>
    InvalidState,

    /// <summary>It was shown before, or we never knew it. A password reset makes a new one.</summary>
    CredentialsTaken,
}
