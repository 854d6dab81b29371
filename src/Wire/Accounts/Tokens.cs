namespace Webrana.Wire.Accounts;

/// <summary><c>POST /api/v1/auth/login</c>, for API customers. Refused: 401 <c>invalid_credentials</c>, 403 <c>email_not_confirmed</c>, 429 <c>locked_out</c> after repeated failures.</summary>
/// <param name="Email">The account's address.</param>
/// <param name="Password">The account's password.</param>
/// <param name="TwoFactorCode">Six digits, where the account asks for them.</param>
public sealed record LoginRequest(string Email, string Password, string? TwoFactorCode = null);

/// <summary>Answer to <see cref="LoginRequest"/> and <see cref="RefreshRequest"/>.</summary>
/// <param name="AccessToken">Bearer token, about 10 minutes.</param>
/// <param name="RefreshToken">Works once; using it twice revokes the whole family.</param>
/// <param name="ExpiresAt">When the access token ends.</param>
public sealed record TokenPair(string AccessToken, string RefreshToken, DateTimeOffset ExpiresAt);

/// <summary><c>POST /api/v1/auth/refresh</c>. Refused: 401 <c>invalid_refresh_token</c> (unknown, used, expired or revoked).</summary>
/// <param name="RefreshToken">The latest one received.</param>
public sealed record RefreshRequest(string RefreshToken);

/// <summary><c>POST /api/v1/auth/logout</c> → 204; revokes the refresh token's family. Unknown tokens are answered 204 too.</summary>
/// <param name="RefreshToken">The latest one received.</param>
public sealed record LogoutRequest(string RefreshToken);
