namespace Webrana.Wire.SshKeys;

/// <summary>A public key of the customer's library: <c>GET /api/v1/ssh-keys</c>.</summary>
/// <param name="Id">Opaque; for <c>sshKeyIds</c> of an order or a rebuild.</param>
/// <param name="Name">For people.</param>
/// <param name="Type">Such as <c>ssh-ed25519</c>.</param>
/// <param name="PublicKey">Type and key, without a comment.</param>
/// <param name="Fingerprint"><c>SHA256:…</c>, as <c>ssh-keygen -l</c> shows it.</param>
/// <param name="CreatedAt">When it was added.</param>
public sealed record SshKey(string Id, string Name, string Type, string PublicKey, string Fingerprint, DateTimeOffset CreatedAt);

/// <summary>
/// <c>POST /api/v1/ssh-keys</c> → 201 <see cref="SshKey"/>. Refused: 422 <c>invalid_key</c>, 409 <c>duplicate_key</c>, <c>key_name_taken</c>, <c>too_many_keys</c>.
/// </summary>
/// <param name="Name">1 to 64 characters, unique in the library.</param>
/// <param name="PublicKey">One line as in a .pub file.</param>
public sealed record CreateSshKeyRequest(string Name, string PublicKey);
