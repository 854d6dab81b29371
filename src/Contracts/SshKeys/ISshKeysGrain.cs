using Orleans.Concurrency;

namespace Webrana.Contracts.SshKeys;

/// <summary>
/// A customer's library of public SSH keys. Names and keys are unique in it. Taking a key out changes no server that has it.
/// Key <c>ssh-keys:{userId}</c>.
/// </summary>
[Alias("ssh-keys")]
public interface ISshKeysGrain : IGrainWithStringKey
{
    /// <summary>Adds a key; its id is the operation id, and the same operation again is answered with the same key.</summary>
    [ResponseTimeout(AnswerWithin.Short), Alias("add")]
    Task<Result<SshKeyView, SshKeyError>> Add(AddSshKey command);

    /// <summary>All keys, oldest first.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("list")]
    Task<IReadOnlyList<SshKeyView>> List();

    /// <summary>These keys, each once, in this order. Refused as a whole (NotFound, the detail names the first) when one is not in the library.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("find")]
    Task<Result<IReadOnlyList<SshKeyView>, SshKeyError>> Find(IReadOnlyList<string> keyIds);

    /// <summary>Takes a key out of the library.</summary>
    [Alias("remove")]
    Task<Result<Done, SshKeyError>> Remove(string keyId);
}

/// <param name="OperationId">The caller's id of this intent; becomes the key's id.</param>
/// <param name="Name">For people; unique in the library, whatever its case.</param>
/// <param name="PublicKey">One line as in a .pub file.</param>
[GenerateSerializer, Immutable, Alias("add-ssh-key")]
public sealed record AddSshKey([property: Id(0)] string OperationId, [property: Id(1)] string Name, [property: Id(2)] string PublicKey);

/// <param name="PublicKey">Type and base64, without the comment.</param>
/// <param name="Fingerprint"><c>SHA256:…</c></param>
[GenerateSerializer, Immutable, Alias("ssh-key-view")]
public sealed record SshKeyView(
    [property: Id(0)] string KeyId,
    [property: Id(1)] string Name,
    [property: Id(2)] string Type,
    [property: Id(3)] string PublicKey,
    [property: Id(4)] string Fingerprint,
    [property: Id(5)] DateTimeOffset CreatedAt);

/// <summary>Why a key was refused; the library is unchanged.</summary>
[GenerateSerializer, Alias("ssh-key-error")]
public enum SshKeyError
{
    NotFound,

    /// <summary>Not a public key that servers take; the detail says why.</summary>
    InvalidKey,
    DuplicateKey,
    KeyNameTaken,
    TooManyKeys,

    /// <summary>The operation id was used for another key.</summary>
    OperationConflict,
}
