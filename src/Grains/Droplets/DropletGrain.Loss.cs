using Webrana.Contracts.Providers;
using Webrana.DigitalOcean;

namespace Webrana.Grains.Droplets;

/// <summary>
/// A droplet that an action does not find. One answer is believed as little as one list: the provider may say 404 for a moment, and a token
/// may open another account, where every server is missing.
/// </summary>
public sealed partial class DropletGrain
{
    /// <summary>The droplet as its action sees it; one that is there again is missed no more.</summary>
    private async Task<ProviderResult<Droplet>?> LookAtDroplet(CancellationToken cancellation)
    {
        var seen = await _cloud.Get(State.Droplet!.Id, State.Order!.AccountId, CallShare.Action, cancellation);
        if (seen is ProviderResult<Droplet>.Ok)
            await Apply(state => state.ActionFinds());
        return seen;
    }

    /// <summary>
    /// A look of the action's did not find it: lost when that is so for long enough and the account stands. A charge that was begun is left to
    /// who began it: asked for twice at once, it could be paid and not be noted.
    /// </summary>
    private async Task<Next> LoseIt()
    {
        await Apply(state => state.ActionMisses(RealMs));
        if (State.Action?.MissingSinceReal is not { } since || RealMs - since <= _options.NotFoundMs
            || State.Renewing is not null || await ProviderAccount.View() is { Alarm: not ProviderAlarm.None })
        {
            return Next.In(Retry(Math.Min(++_failures, 4)));
        }

        // What else is under its tag may be the server, after a restore of the database: a person judges (LookForMissing).
        if (await Strangers(CancellationToken.None) is not { Count: 0 })
            return Next.In(Retry(Math.Min(++_failures, 4)));
        if (!await SettleBeforeEnd() || !await Apply(state => state.LostGivingBack(_instance, Now)))
            return Next.In(Retry(++_failures));
        LogLost(_log, _instance, State.Droplet!.Id);
        await Hit("action.lost_stored");
        return Next.Now;
    }
}
