namespace Webrana.Api.Consoles;

/// <summary>
/// Looks whether a console may go on: its limits every few seconds, the right to it every minute and at once when the feed hints that a
/// login ended or the server changed. A hint may be lost; the minute is not.
/// </summary>
internal sealed class ConsoleWatch(ConsolePass pass, ConsoleTraffic traffic, IConsoleAccess access, ConsoleOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>Completes with the reason to end.</summary>
    public async Task<ConsoleEnd> RunAsync(IConsoleHints hints, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Look, clock);
        var (asked, answered) = (clock.GetTimestamp(), clock.GetTimestamp());
        var tick = timer.WaitForNextTickAsync(cancellation).AsTask();
        var hint = hints.NextAsync(cancellation);
        while (true)
        {
            var hinted = await Task.WhenAny(tick, hint) == hint;
            if (hinted)
            {
                await hint;
                hint = hints.NextAsync(cancellation);
            }
            else
            {
                await tick;
                tick = timer.WaitForNextTickAsync(cancellation).AsTask();
                await hints.RenewAsync();
            }

            if (Reached() is { } limit)
                return limit;
            if (!hinted && clock.GetElapsedTime(asked) < options.ReauthoriseEvery)
                continue;
            asked = clock.GetTimestamp();
            try
            {
                if (await access.CheckAsync(pass, cancellation) is { } refused)
                    return refused;
                answered = clock.GetTimestamp();
            }
            catch (Exception away) when (ConsoleAccess.IsAway(away))
            {
                if (clock.GetElapsedTime(answered) >= options.BlindLimit)
                    return ConsoleEnd.Blind;
            }
        }
    }

    private ConsoleEnd? Reached() =>
        traffic.Open >= options.AbsoluteLimit ? ConsoleEnd.TooLong
        : traffic.Idle >= options.IdleLimit ? ConsoleEnd.Idle
        : traffic.Stalled >= options.StallLimit ? ConsoleEnd.SlowReader
        : null;
}
