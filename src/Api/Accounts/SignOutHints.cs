using Webrana.Api.Hosting;
using Webrana.Contracts;
using Webrana.Contracts.Feeds;

namespace Webrana.Api.Accounts;

/// <summary>Tells whoever carries something of a user's (open consoles) that a login ended, so that it looks at once and not within the minute.</summary>
public sealed class SignOutHints(IClusterClient cluster)
{
    /// <param name="user">Null: nothing ended.</param>
    public async Task TellAsync(UserId? user)
    {
        if (user is not { } gone)
            return;
        try
        {
            await cluster.GetGrain<IFeedGrain>(GrainKeys.Feed(gone)).Publish(UserEventKind.SignedOut, gone.ToString());
        }
        catch (Exception away) when (ClusterAway.Is(away))
        {
            // A hint: who misses it looks within the minute. Logging out itself must not fail for it.
        }
    }
}
