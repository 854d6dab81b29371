using Webrana.Wire.Accounts;

namespace Webrana.Client;

/// <summary>
/// Trades a session credential for access tokens, one exchange at a time however many callers wait, and ahead of the token's end.
/// </summary>
/// <param name="auth">Makes the exchange.</param>
/// <param name="session">The credential of <see cref="SessionCreated"/>.</param>
/// <param name="time">For the token's end; real time, as sign-in always is.</param>
public sealed class SessionTokenSource(AuthClient auth, string session, TimeProvider time) : IAccessTokenSource
{
    // A token that ends while its request is on the way would cost a refused call.
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    readonly Lock _lock = new();
    AccessToken? _current;
    Task<ApiResult<AccessToken>>? _exchange;

    /// <inheritdoc/>
    public async Task<ApiResult<string>> GetAsync(CancellationToken cancellationToken)
    {
        Task<ApiResult<AccessToken>> exchange;
        lock (_lock)
        {
            if (_current is { } good && good.ExpiresAt - time.GetUtcNow() > Margin) return good.Token;
            // Shared by every waiter, so it must not end with the first caller's cancellation.
            exchange = _exchange ??= ExchangeAsync();
        }

        var got = await exchange.WaitAsync(cancellationToken);
        return got.IsOk ? got.Value.Token : got.Failure;
    }

    /// <summary>Asks whether the session still stands, whatever token is at hand: its next one comes from there.</summary>
    public async Task<ApiResult<string>> RenewAsync(CancellationToken cancellationToken)
    {
        Task<ApiResult<AccessToken>>? underWay;
        lock (_lock) underWay = _exchange;
        // What is on its way was asked before whatever is the reason to ask now: its answer may be older, too.
        if (underWay is not null) await underWay.WaitAsync(cancellationToken);
        lock (_lock) _current = null;
        return await GetAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Reject(string token)
    {
        lock (_lock)
        {
            if (_current?.Token == token) _current = null;
        }
    }

    async Task<ApiResult<AccessToken>> ExchangeAsync()
    {
        // Leaves the lock before any work, or a synchronous completion would clear _exchange before it is set.
        await Task.Yield();
        try
        {
            var got = await auth.ExchangeSessionAsync(new ExchangeSessionRequest(session));
            lock (_lock)
            {
                if (got.IsOk) _current = got.Value;
            }

            return got;
        }
        finally
        {
            lock (_lock)
            {
                _exchange = null;
            }
        }
    }
}
