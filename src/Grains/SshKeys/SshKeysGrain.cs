using Webrana.Contracts;
using Webrana.Contracts.SshKeys;
using Webrana.Domain.SshKeys;
using Webrana.Grains.Common;

namespace Webrana.Grains.SshKeys;

/// <summary>A customer's library of public keys.</summary>
[GrainType("ssh-keys")]
public sealed class SshKeysGrain : Grain, ISshKeysGrain
{
    /// <summary>More than anybody has; keeps the record small.</summary>
    public const int Most = 50;

    private readonly DurableState<SshKeysState> _state;
    private readonly TimeProvider _clock;

    public SshKeysGrain([PersistentState(StateNames.SshKeys, StorageNames.State)] IPersistentState<SshKeysState> state, TimeProvider clock)
    {
        _state = new DurableState<SshKeysState>(state, this);
        _clock = clock;
    }

    private IReadOnlyList<StoredKey> Keys => _state.Value.Keys;

    /// <inheritdoc/>
    public async Task<Result<SshKeyView, SshKeyError>> Add(AddSshKey command)
    {
        if (SshPublicKey.Parse(command.PublicKey, out var fault) is not { } key)
            return Result<SshKeyView, SshKeyError>.Refused(SshKeyError.InvalidKey, WhyNot(fault));
        if (Keys.FirstOrDefault(known => known.Id == command.OperationId) is { } known)
            return known.Fingerprint == key.Fingerprint && known.Name == command.Name ? known.View() : SshKeyError.OperationConflict;
        if (Keys.Any(other => other.Fingerprint == key.Fingerprint))
            return SshKeyError.DuplicateKey;
        if (Keys.Any(other => string.Equals(other.Name, command.Name, StringComparison.OrdinalIgnoreCase)))
            return SshKeyError.KeyNameTaken;
        if (Keys.Count >= Most)
            return SshKeyError.TooManyKeys;

        var added = new StoredKey(command.OperationId, command.Name, key.Type, key.Line, key.Fingerprint, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        await _state.Update(state => state with { Keys = [.. state.Keys, added] });
        return added.View();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SshKeyView>> List() => Task.FromResult<IReadOnlyList<SshKeyView>>([.. Keys.Select(key => key.View())]);

    /// <inheritdoc/>
    public Task<Result<IReadOnlyList<SshKeyView>, SshKeyError>> Find(IReadOnlyList<string> keyIds)
    {
        var found = new List<SshKeyView>();
        foreach (var id in keyIds.Distinct(StringComparer.Ordinal))
        {
            if (Keys.FirstOrDefault(key => key.Id == id) is not { } key)
                return Task.FromResult(Result<IReadOnlyList<SshKeyView>, SshKeyError>.Refused(SshKeyError.NotFound, $"There is no key '{id}'."));
            found.Add(key.View());
        }

        return Task.FromResult(Result<IReadOnlyList<SshKeyView>, SshKeyError>.Ok(found));
    }

    /// <inheritdoc/>
    public async Task<Result<Done, SshKeyError>> Remove(string keyId)
    {
        var removed = await _state.Update(state =>
            state.Keys.Any(key => key.Id == keyId) ? state with { Keys = [.. state.Keys.Where(key => key.Id != keyId)] } : null);
        return removed ? Done.Instance : SshKeyError.NotFound;
    }

    private static string WhyNot(SshKeyFault fault) => fault switch
    {
        SshKeyFault.PrivateKey => "This is a private key: keep it to yourself, and replace it if it has left your machine.",
        SshKeyFault.TypeNotSupported => "Servers do not take this type of key.",
        SshKeyFault.TooShort => "This RSA key is shorter than 2048 bits.",
        _ => "The text cannot be read as a key.",
    };
}
