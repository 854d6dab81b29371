using Webrana.Contracts.Consoles;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Grains.Providers;

namespace Webrana.Grains.Consoles;

/// <summary>Asks the provider for a screen: the plan's action <c>get_console</c>.</summary>
public sealed class ConsoleCloud(ProviderGate gate)
{
    // Permits are paced over the minute and a droplet is busy for seconds: a person who waits for a screen can wait this long.
    private const int Attempts = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(700);

    /// <summary>
    /// The grant; null where the provider knows no such action, as DigitalOcean's public API does (422). A busy droplet, no permit, and no
    /// answer are none of that: ask again.
    /// </summary>
    public async Task<(ConsoleGrant? Grant, bool Unanswered)> AskAsync(ConsoleTarget target)
    {
        var result = await CallAsync(target);
        for (var attempt = 1; attempt < Attempts && (result is null || result.WhyRefused is { IsPendingEvent: true }); attempt++)
        {
            await Task.Delay(Pause);
            result = await CallAsync(target);
        }

        return result switch
        {
            ProviderResult<DropletAction>.Ok ok => (ok.Value.Console, false),
            ProviderResult<DropletAction>.Refused { Refusal: { Status: 422, IsTransient: false } } => (null, false),
            _ => (null, true),
        };
    }

    private Task<ProviderResult<DropletAction>?> CallAsync(ConsoleTarget target) =>
        gate.Call(target.AccountId, CallShare.Action, cloud => cloud.StartActionAsync(target.DropletId, DropletActionRequest.GetConsole));
}
