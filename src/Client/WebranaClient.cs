using Webrana.Client.Http;
using Webrana.Wire;
using Webrana.Wire.Legal;
using Webrana.Wire.Plans;
using Webrana.Wire.Shop;

namespace Webrana.Client;

/// <summary>
/// Webrana's HTTP API, typed. This class holds what needs no token: the catalogue and signing in. <see cref="As(IAccessTokenSource)"/> gives the rest.
/// It holds no user's state, so one instance serves any number of users at once.
/// </summary>
public sealed class WebranaClient
{
    readonly Transport _transport;

    /// <summary>A client on an <see cref="HttpClient"/> whose <c>BaseAddress</c> is the API's root.</summary>
    /// <param name="http">Owned by the caller.</param>
    /// <param name="options">Null for the defaults.</param>
    public WebranaClient(HttpClient http, WebranaClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        _transport = new Transport(http, options ?? new WebranaClientOptions());
        Auth = new AuthClient(_transport);
    }

    /// <summary>Registration, signing in, sessions, passwords.</summary>
    public AuthClient Auth { get; }

    /// <summary>The same API as a user sees it.</summary>
    /// <param name="tokens">Where each call takes its token from.</param>
    public WebranaSession As(IAccessTokenSource tokens) => new(_transport, tokens);

    /// <summary>The same API as the holder of this token sees it.</summary>
    /// <param name="accessToken">From <see cref="AuthClient.LoginAsync"/>.</param>
    public WebranaSession As(string accessToken) => As(new FixedAccessToken(accessToken));

    /// <summary>What can be bought.</summary>
    public Task<ApiResult<Page<Plan>>> PlansAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Page<Plan>>(ApiRequest.Get("api/v1/plans"), null, cancellationToken);

    /// <summary>Where it can be bought.</summary>
    public Task<ApiResult<Page<Region>>> RegionsAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Page<Region>>(ApiRequest.Get("api/v1/regions"), null, cancellationToken);

    /// <summary>What is announced at the moment; usually nothing.</summary>
    public Task<ApiResult<Page<MaintenanceNotice>>> MaintenanceAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Page<MaintenanceNotice>>(ApiRequest.Get("api/v1/notices/maintenance"), null, cancellationToken);

    /// <summary>The text of <c>terms</c>, <c>privacy</c> or <c>acceptable-use</c>.</summary>
    /// <param name="document">One of the three.</param>
    /// <param name="locale"><c>id</c> or <c>en</c>.</param>
    /// <param name="version">Null for the one that binds.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public Task<ApiResult<LegalText>> LegalTextAsync(string document, string locale, int? version = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<LegalText>(
            ApiRequest.Get(Query.With("api/v1/legal/" + Query.Segment(document), ("version", version), ("locale", locale))), null, cancellationToken);

    /// <summary>Operating systems.</summary>
    public Task<ApiResult<Page<Image>>> ImagesAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Page<Image>>(ApiRequest.Get("api/v1/images"), null, cancellationToken);
}
