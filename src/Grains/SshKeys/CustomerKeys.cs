using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Grains.Droplets;
using Webrana.Grains.Providers;

namespace Webrana.Grains.SshKeys;

/// <summary>
/// Customers' keys on the provider account, where a droplet can be created with them. Stateless but for what was learnt: the provider
/// refuses a key it has, and then the list says under which id. Two customers with one key share that id. Names there say whose
/// installation it is and nothing about the customer.
/// </summary>
public sealed partial class CustomerKeys(ProviderGate gate, IOptions<DropletOptions> options, ILogger<CustomerKeys> log)
{
    private readonly ConcurrentDictionary<(string Account, string Fingerprint), long> _known = new();

    /// <summary>The keys' ids at the provider, added where it does not have them. Null: not all of them now.</summary>
    public async Task<IReadOnlyList<long>?> EnsureAsync(string account, IReadOnlyList<ChosenKey> keys)
    {
        var ids = new List<long>(keys.Count);
        foreach (var key in keys)
        {
            if (!_known.TryGetValue((account, key.Fingerprint), out var id))
            {
                if (await AddAsync(account, key) is not { } added)
                    return null;
                _known[(account, key.Fingerprint)] = id = added;
            }

            ids.Add(id);
        }

        return ids;
    }

    /// <summary>The provider did not know a key of this account: nothing learnt about it holds any more.</summary>
    public void Forget(string account)
    {
        foreach (var known in _known.Keys.Where(known => known.Account == account))
            _known.TryRemove(known, out _);
    }

    private async Task<long?> AddAsync(string account, ChosenKey key)
    {
        var name = $"webrana-{options.Value.Install}-{key.Fingerprint}";
        switch (await gate.Call(account, CallShare.Lifecycle, cloud => cloud.CreateSshKeyAsync(name, key.PublicKey)))
        {
            case ProviderResult<SshKey>.Ok ok:
                return ok.Value.Id;
            case ProviderResult<SshKey>.Refused { Refusal.IsKeyAlreadyInUse: true }:
                var listed = await gate.Call(account, CallShare.Lifecycle, cloud => cloud.ListSshKeysAsync());
                return listed is ProviderResult<IReadOnlyList<SshKey>>.Ok all
                    ? all.Value.FirstOrDefault(known => IsSame(known.PublicKey, key.PublicKey))?.Id
                    : null;
            case ProviderResult<SshKey>.Refused { Refusal: var refusal }:
                LogRefused(log, account, key.Fingerprint, refusal.Status, refusal.Message);
                return null;
            default:
                return null;
        }
    }

    /// <summary>The same key whatever its comment.</summary>
    private static bool IsSame(string line, string other) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).FirstOrDefault() == other.Split(' ')[1];

    [LoggerMessage(LogLevel.Warning, "Account {Account} refuses key {Fingerprint}: {Status} {Message}")]
    private static partial void LogRefused(ILogger logger, string account, string fingerprint, int status, string message);
}
