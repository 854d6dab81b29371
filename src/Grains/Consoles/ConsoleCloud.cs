using Webrana.Contracts.Consoles;
using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;
using Webrana.Grains.Providers;

namespace Webrana.Grains.Consoles;

/// <summary>Asks the provider for a screen: the plan's action <c>get_console</c>.</summary>
public sealed class ConsoleCloud(ProviderGate gate)
{
    /// <summary>
    /// The grant; null where the provider knows no such action, as DigitalOcean's public API does (422). A busy droplet, no permit, and no
    /// answer are none of that: ask again.
    /// </summary>
    public async Task<(ConsoleGrant? Grant, bool Unanswered)> AskAsync(ConsoleTarget target)
    {
        var result = await gate.Call(target.AccountId, CallShare.Action, cloud => cloud.StartActionAsync(target.DropletId, DropletActionRequest.GetConsole));
        return result switch
        {
            ProviderResult<DropletAction>.Ok ok => (ok.Value.Console, false),
            ProviderResult<DropletAction>.Refused { Refusal: { Status: 422, IsTransient: false } } => (null, false),
            _ => (null, true),
        };
    }
}
