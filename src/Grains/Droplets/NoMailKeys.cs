using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Domain.Droplets;
using Webrana.Grains.Providers;
using Webrana.Ssh;

namespace Webrana.Grains.Droplets;

/// <summary>
/// One key on each provider account whose private half nobody has. A droplet created with any key gets no password by mail (which would
/// reach us, not the customer, and expire root's password); the first boot takes it off the server again. One per account and not one per
/// server: that would cost every order two more calls of a budget that a thousand orders share.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim holds nothing to free unless its wait handle is asked for.")]
public sealed partial class NoMailKeys(ProviderGate gate, IOptions<DropletOptions> options, ILogger<NoMailKeys> log)
{
    private readonly ConcurrentDictionary<string, long> _known = new(StringComparer.Ordinal);

    // The provider allows ten key lists a minute: a thousand orders at once must not each ask (its 429 would stop them all).
    private readonly SemaphoreSlim _one = new(1, 1);

    private string Name => $"webrana-{options.Value.Install}-no-mail";

    /// <summary>The key's id; 0 when our token may not see keys; null when it cannot be known now.</summary>
    public async Task<long?> FindAsync(string account)
    {
        if (_known.TryGetValue(account, out var known))
            return known;
        await _one.WaitAsync();
        try
        {
            return _known.TryGetValue(account, out known) ? known : await ReadAsync(account);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<long?> ReadAsync(string account)
    {
        var listed = await gate.Call(account, CallShare.Lifecycle, cloud => cloud.ListSshKeysAsync());
        if (listed is not ProviderResult<IReadOnlyList<SshKey>>.Ok ok)
            return Refused(account, listed?.WhyRefused);
        if (ok.Value.FirstOrDefault(key => key.Name == Name) is { } found)
            return _known[account] = found.Id;

        // Two silos at once make two of them: both keep the mail away.
        var line = SshKeyPair.Generate(FirstBoot.NoMailComment).PublicLine;
        var made = await gate.Call(account, CallShare.Lifecycle, cloud => cloud.CreateSshKeyAsync(Name, line));
        return made is ProviderResult<SshKey>.Ok created ? _known[account] = created.Value.Id : Refused(account, made?.WhyRefused);
    }

    /// <summary>The provider does not know it (any more): look again at the next order.</summary>
    public void Forget(string account) => _known.TryRemove(account, out _);

    private long? Refused(string account, Refusal? refusal)
    {
        if (refusal is not { IsForbidden: true })
            return null;
        LogForbidden(log, account);
        return 0;
    }

    [LoggerMessage(LogLevel.Error, "The token of provider account {Account} may not read or add SSH keys: the provider will mail us passwords that customers wait for")]
    private static partial void LogForbidden(ILogger logger, string account);
}
