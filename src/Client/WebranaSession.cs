using Webrana.Client.Http;
using Webrana.Wire.Accounts;

namespace Webrana.Client;

/// <summary>The API as one user sees it. Made by <see cref="WebranaClient.As(IAccessTokenSource)"/>; cheap, and safe for concurrent use.</summary>
public sealed partial class WebranaSession
{
    readonly Transport _transport;
    readonly IAccessTokenSource _tokens;

    internal WebranaSession(Transport transport, IAccessTokenSource tokens)
    {
        (_transport, _tokens) = (transport, tokens);
        Admin = new AdminClient(this);
    }

    /// <summary>What only admins may call; everyone else gets 403 <c>forbidden</c>.</summary>
    public AdminClient Admin { get; }

    /// <summary>Who this is.</summary>
    public Task<ApiResult<Profile>> MeAsync(CancellationToken cancellationToken = default) => Get<Profile>("api/v1/me", cancellationToken);

    /// <summary>Changes the profile; null fields stay.</summary>
    public Task<ApiResult<Profile>> UpdateMeAsync(UpdateProfileRequest request, CancellationToken cancellationToken = default) =>
        Send<Profile>(ApiRequest.Patch("api/v1/me", request), cancellationToken);

    internal Task<ApiResult<T>> Get<T>(string path, CancellationToken cancellationToken) => Send<T>(ApiRequest.Get(path), cancellationToken);

    internal Task<ApiResult<T>> Send<T>(ApiRequest request, CancellationToken cancellationToken) =>
        _transport.SendAsync<T>(request, _tokens, cancellationToken);

    /// <summary>The answer's content as it arrives, for what is too long to hold. The caller disposes it.</summary>
    internal async Task<ApiResult<Stream>> Open(ApiRequest request, CancellationToken cancellationToken)
    {
        var opened = await _transport.OpenAsync(request, _tokens, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return opened.IsOk ? await opened.Value.Content.ReadAsStreamAsync(cancellationToken) : opened.Failure;
    }
}
