namespace Webrana.Wire.Security;

/// <summary>
/// <c>POST /api/v1/me/two-factor/setup</c>: a new secret for an authenticator app, to be proven by <see cref="EnableTwoFactorRequest"/>. A second call
/// replaces a secret that was not proven. Refused: 409 <c>two_factor_on</c>, 422 <c>wrong_password</c>.
/// </summary>
/// <param name="Password">The account's password.</param>
public sealed record SetUpTwoFactorRequest(string Password);

/// <summary>Answer to <see cref="SetUpTwoFactorRequest"/>.</summary>
/// <param name="Secret">Base32, in groups of four, for typing.</param>
/// <param name="Uri"><c>otpauth://</c> address for a QR code; draw it locally.</param>
public sealed record TwoFactorSetup(string Secret, string Uri);

/// <summary><c>POST /api/v1/me/two-factor</c>: switches it on. Refused: 409 <c>two_factor_on</c>, 409 <c>two_factor_off</c> (no secret was made), 422 <c>wrong_code</c>.</summary>
/// <param name="Code">Six digits of the app.</param>
public sealed record EnableTwoFactorRequest(string Code);

/// <summary>Recovery codes; each opens the account once in place of the app's code. Shown this once.</summary>
/// <param name="Codes">Ten.</param>
public sealed record RecoveryCodes(IReadOnlyList<string> Codes);

/// <summary>
/// <c>DELETE /api/v1/me/two-factor</c> → 204 and <c>POST /api/v1/me/two-factor/recovery-codes</c>. Refused: 409 <c>two_factor_off</c>,
/// 422 <c>wrong_password</c>, 422 <c>wrong_code</c>, 429 <c>locked_out</c>.
/// </summary>
/// <param name="Password">The account's password.</param>
/// <param name="Code">Six digits of the app, or a recovery code.</param>
public sealed record ProveTwoFactorRequest(string Password, string Code);
