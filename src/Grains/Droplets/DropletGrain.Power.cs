namespace Webrana.Grains.Droplets;

/// <summary>The power state that we owe: tried for as long as it is owed, with growing pauses. The rules are in <see cref="OwedPowerChanges"/>.</summary>
public sealed partial class DropletGrain
{
    private int _powerFailures;
    private DateTimeOffset _powerAt;

    /// <summary>The pause before the next try at a power state that was not reached; null when it may be tried now.</summary>
    private Next? PowerPause()
    {
        var failures = State.PowerTries?.Failures ?? 0;
        if (_powerFailures != failures)
        {
            (_powerFailures, _powerAt) = (failures, RealTime.GetUtcNow() + Retry(failures));
            if (failures > 0)
                LogPowerOwed(_log, _instance, State.PowerWish, failures);
        }

        return failures > 0 && _powerAt - RealTime.GetUtcNow() is { Ticks: > 0 } wait ? Next.In(wait) : null;
    }

    /// <summary>What an idle server does: the power state that we owe; in its pauses, and behind it, the image and the name.</summary>
    private async Task<Next> KeepUp()
    {
        var rest = Next.Idle;
        if (State.PowerWish != PowerWish.None)
        {
            if (PowerPause() is not { } pause)
            {
                await Apply(state => state.FulfilWish(NowMs));
                return Next.Now;
            }

            rest = pause;
        }

        if (ImageStep() is { } image)
            return (await image).Or(rest);
        if (!State.OwesRename())
            return rest;
        if (RenameWait() is { } wait)
            return wait.Or(rest);
        await Apply(state => state.FulfilRename(NowMs));
        return Next.Now;
    }
}
