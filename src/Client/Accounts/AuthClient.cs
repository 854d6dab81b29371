using Webrana.Client.Http;
using Webrana.Wire.Accounts;
using Webrana.Wire.Security;

namespace Webrana.Client;

/// <summary>The calls under <c>/api/v1/auth</c>. What each refuses stands on its request record.</summary>
public sealed class AuthClient
{
    const string Root = "api/v1/auth/";
    readonly Transport _transport;

    internal AuthClient(Transport transport) => _transport = transport;

    /// <summary>Opens an account and sends the confirmation mail.</summary>
    public Task<ApiResult<Registered>> RegisterAsync(
        RegisterRequest request, IdempotencyKey? key = null, CancellationToken cancellationToken = default) =>
        Post<Registered>("register", request, cancellationToken, key);

    /// <summary>Proves the address; harmless to repeat.</summary>
    public Task<ApiResult<Nothing>> ConfirmEmailAsync(ConfirmEmailRequest request, CancellationToken cancellationToken = default) =>
        Post<Nothing>("confirm-email", request, cancellationToken);

    /// <summary>Sends the confirmation mail once more.</summary>
    public Task<ApiResult<Nothing>> ResendConfirmationAsync(ResendConfirmationRequest request, CancellationToken cancellationToken = default) =>
        Post<Nothing>("resend-confirmation", request, cancellationToken);

    /// <summary>Signs in for API use.</summary>
    public Task<ApiResult<TokenPair>> LoginAsync(LoginRequest request, CancellationToken cancellationToken = default) =>
        Post<TokenPair>("login", request, cancellationToken);

    /// <summary>Trades a refresh token for the next pair. Never repeat it with the same token after an unknown outcome: sign in again.</summary>
    public Task<ApiResult<TokenPair>> RefreshAsync(RefreshRequest request, CancellationToken cancellationToken = default) =>
        Post<TokenPair>("refresh", request, cancellationToken);

    /// <summary>Revokes a refresh token.</summary>
    public Task<ApiResult<Nothing>> LogoutAsync(LogoutRequest request, CancellationToken cancellationToken = default) =>
        Post<Nothing>("logout", request, cancellationToken);

    /// <summary>Asks for a mail that lets the owner set a new password.</summary>
    public Task<ApiResult<Nothing>> ForgotPasswordAsync(ForgotPasswordRequest request, CancellationToken cancellationToken = default) =>
        Post<Nothing>("forgot-password", request, cancellationToken);

    /// <summary>Sets a new password with the mail's token.</summary>
    public Task<ApiResult<Nothing>> ResetPasswordAsync(ResetPasswordRequest request, CancellationToken cancellationToken = default) =>
        Post<Nothing>("reset-password", request, cancellationToken);

    /// <summary>Signs in for a browser front end that cannot store a rotating token.</summary>
    public Task<ApiResult<SessionCreated>> CreateSessionAsync(CreateSessionRequest request, Visitor? visitor = null, CancellationToken cancellationToken = default) =>
        Post<SessionCreated>("sessions", request, cancellationToken, visitor: visitor);

    /// <summary>What a browser needs to sign in with a passkey.</summary>
    public Task<ApiResult<PasskeyChallenge>> AskPasskeyAsync(Visitor? visitor = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<PasskeyChallenge>(ApiRequest.Post(Root + "passkey/options") with { Visitor = visitor }, null, cancellationToken);

    /// <summary>Signs in with a passkey.</summary>
    public Task<ApiResult<SessionCreated>> CreatePasskeySessionAsync(PasskeySignInRequest request, Visitor? visitor = null, CancellationToken cancellationToken = default) =>
        Post<SessionCreated>("passkey/sessions", request, cancellationToken, visitor: visitor);

    /// <summary>One address's yes to a change of address.</summary>
    public Task<ApiResult<EmailChangeAnswer>> ConfirmEmailChangeAsync(ConfirmEmailChangeRequest request, CancellationToken cancellationToken = default) =>
        Post<EmailChangeAnswer>("confirm-email-change", request, cancellationToken);

    /// <summary>A short-lived access token for a session; harmless to repeat.</summary>
    public Task<ApiResult<AccessToken>> ExchangeSessionAsync(ExchangeSessionRequest request, CancellationToken cancellationToken = default) =>
        Post<AccessToken>("sessions/exchange", request, cancellationToken);

    /// <summary>Ends a session; harmless to repeat.</summary>
    public Task<ApiResult<Nothing>> EndSessionAsync(EndSessionRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<Nothing>(ApiRequest.Delete(Root + "sessions", request), null, cancellationToken);

    Task<ApiResult<T>> Post<T>(string path, object body, CancellationToken cancellationToken, IdempotencyKey? key = null, Visitor? visitor = null) =>
        _transport.SendAsync<T>(ApiRequest.Post(Root + path, body, key) with { Visitor = visitor }, null, cancellationToken);
}
