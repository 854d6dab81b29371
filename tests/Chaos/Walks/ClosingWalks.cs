using Webrana.Wire.Accounts;

namespace Webrana.Chaos.Walks;

/// <summary>Accounts that are closed, or nearly.</summary>
internal static class ClosingWalks
{
    internal static async Task CloseAsync(Walker walker)
    {
        const long left = 12_500;
        var person = await walker.PersonAsync(left);
        // Signed out by the closing itself, its owner may be answered that nobody knows them: what is there tells.
        await walker.MayAsync(key => person.Session.CloseAccountAsync(new CloseAccountRequest(person.Password, GiveUp: left), key, walker.Cancellation));
        await walker.TurnUntilAsync(
            $"grain_state where state = 'closing' and key = 'closing:{person.UserId}' and payload->>'stage' = 'Closed'", "PT3M", 60, "the account is closed");
    }

    internal static async Task CallOffAsync(Walker walker)
    {
        const long left = 12_500;
        var person = await walker.PersonAsync(left);
        await walker.MayAsync(key => person.Session.CloseAccountAsync(new CloseAccountRequest(person.Password, GiveUp: left), key, walker.Cancellation));
        // Within the seconds for which it waits before it counts: more than its owner gave up.
        await walker.Load.GiveAsync(person, left, walker.Cancellation);
        await walker.TurnUntilAsync(
            $"grain_state where state = 'closing' and key = 'closing:{person.UserId}' and payload->>'stage' = 'CalledOff'", "PT1M", 20, "the account stays open");
    }
}
