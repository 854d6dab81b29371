namespace Webrana.Wire.Accounts;

/// <summary>
/// <c>POST /api/v1/auth/sessions</c>: the Web's sign-in. Refused as <see cref="LoginRequest"/> is.
/// A session does not rotate: inside an interactive circuit a rotated credential could not be written back to the cookie.
/// </summary>
/// <param name="Email">The account's address.</param>
/// <param name="Password">The account's password.</param>
/// <param name="TwoFactorCode">Six digits, where the account asks for them.</param>
public sealed record CreateSessionRequest(string Email, string Password, string? TwoFactorCode = null);

/// <summary>Answer 201 to <see cref="CreateSessionRequest"/>.</summary>
/// <param name="Session">Opaque credential; only its hash is stored. Lives 14 days after its last exchange.</param>
/// <param name="UserId">Whose session it is.</param>
public sealed record SessionCreated(string Session, string UserId);

/// <summary><c>POST /api/v1/auth/sessions/exchange</c>. Refused: 401 <c>invalid_session</c> (unknown, expired or revoked).</summary>
/// <param name="Session">The credential of <see cref="SessionCreated"/>.</param>
public sealed record ExchangeSessionRequest(string Session);

/// <summary>Answer to <see cref="ExchangeSessionRequest"/>.</summary>
/// <param name="Token">Bearer token (JSON name <c>accessToken</c>), about 10 minutes.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record AccessToken(
    [property: System.Text.Json.Serialization.JsonPropertyName("accessToken")] string Token, DateTimeOffset ExpiresAt);

/// <summary><c>DELETE /api/v1/auth/sessions</c> → 204, also for a session that no longer exists.</summary>
/// <param name="Session">The credential of <see cref="SessionCreated"/>.</param>
public sealed record EndSessionRequest(string Session);
