using Webrana.Client.Events;
using Webrana.Client.Http;

namespace Webrana.Client;

public sealed partial class WebranaSession
{
    /// <summary>
    /// Opens the stream of everything that is this user's. It ends when the connection does; reconnecting, and reading everything again after it, is the caller's.
    /// </summary>
    /// <param name="cancellationToken">Gives up opening; reading has its own.</param>
    public async Task<ApiResult<EventStream>> OpenEventsAsync(CancellationToken cancellationToken = default)
    {
        var opened = await _transport.OpenAsync(
            ApiRequest.Get("api/v1/events"), _tokens, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!opened.IsOk) return opened.Failure;
        return new EventStream(opened.Value, _transport.Options.EventSilence);
    }
}
