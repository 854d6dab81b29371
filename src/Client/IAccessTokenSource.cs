namespace Webrana.Client;

/// <summary>Where a <see cref="WebranaSession"/> gets its bearer token. Implementations are safe for concurrent use.</summary>
public interface IAccessTokenSource
{
    /// <summary>A token that is good now, or the failure that prevents it.</summary>
    /// <param name="cancellationToken">Gives up this caller's wait, not anyone else's.</param>
    Task<ApiResult<string>> GetAsync(CancellationToken cancellationToken);

    /// <summary>The API refused this token: do not give it out again.</summary>
    /// <param name="token">The refused token.</param>
    void Reject(string token);
}

/// <summary>A token the caller already has.</summary>
/// <param name="token">The bearer token.</param>
public sealed class FixedAccessToken(string token) : IAccessTokenSource
{
    /// <inheritdoc/>
    public Task<ApiResult<string>> GetAsync(CancellationToken cancellationToken) => Task.FromResult<ApiResult<string>>(token);

    /// <inheritdoc/>
    /// <remarks>There is no other token to give, so the refusal reaches the caller.</remarks>
    public void Reject(string token)
    {
    }
}
