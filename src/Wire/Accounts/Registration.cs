namespace Webrana.Wire.Accounts;

/// <summary><c>POST /api/v1/auth/register</c>. Refused: 422 <c>validation_failed</c> (with <c>errors</c>), 422 <c>weak_password</c>.</summary>
/// <param name="Email">Where the confirmation is sent; compared without regard to case.</param>
/// <param name="Password">At least 10 characters.</param>
/// <param name="Name">1 to 100 characters, as the person writes it.</param>
/// <param name="Phone">Optional, Indonesian or E.164.</param>
/// <param name="ReferralCode">Optional code of the customer who invited this one.</param>
/// <param name="Locale"><c>id</c> (default) or <c>en</c>: the language of mails.</param>
public sealed record RegisterRequest(
    string Email, string Password, string Name, string? Phone = null, string? ReferralCode = null, string? Locale = null);

/// <summary>
/// Answer 201 to <see cref="RegisterRequest"/>, also for an address that has an account, whose owner is told by mail; a new account can sign in once its
/// e-mail is confirmed.
/// </summary>
/// <param name="UserId">Opaque; of nobody, where the address had an account.</param>
public sealed record Registered(string UserId);

/// <summary><c>POST /api/v1/auth/confirm-email</c> → 204, also when it was confirmed before. Refused: 422 <c>invalid_token</c>.</summary>
/// <param name="UserId">From the mail's link.</param>
/// <param name="Token">From the mail's link.</param>
public sealed record ConfirmEmailRequest(string UserId, string Token);

/// <summary><c>POST /api/v1/auth/resend-confirmation</c> → 202 always, so that it does not tell who has an account. Limited per address.</summary>
/// <param name="Email">The address given at registration.</param>
public sealed record ResendConfirmationRequest(string Email);

/// <summary><c>POST /api/v1/auth/forgot-password</c> → 202 always; a mail goes out if the address has an account.</summary>
/// <param name="Email">The account's address.</param>
public sealed record ForgotPasswordRequest(string Email);

/// <summary><c>POST /api/v1/auth/reset-password</c> → 204; ends every session and refresh token of the account. Refused: 422 <c>invalid_token</c>, 422 <c>weak_password</c>.</summary>
/// <param name="UserId">From the mail's link.</param>
/// <param name="Token">From the mail's link.</param>
/// <param name="Password">The new password.</param>
public sealed record ResetPasswordRequest(string UserId, string Token, string Password);
