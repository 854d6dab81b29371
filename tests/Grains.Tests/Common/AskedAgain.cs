namespace Webrana.Grains.Tests.Common;

/// <summary>
/// Asks again where a contract promises a soon answer and none came, as the API's own client does: on a busy machine five seconds pass. The
/// second call joins the first (see <see cref="Webrana.Contracts.AnswerWithin"/>), so that nothing is done twice by it.
/// </summary>
public sealed class AskedAgain : IOutgoingGrainCallFilter
{
    // As long as tests wait for anything (WebranaCluster.Patience).
    const int Most = 18;

    /// <inheritdoc/>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        for (var left = Most; ; left--)
        {
            try
            {
                await context.Invoke();
                return;
            }
            catch (TimeoutException) when (left > 0 && context.Request.GetDefaultResponseTimeout() is not null)
            {
                // The same call once more, of whichever activation there is now.
            }
        }
    }
}
